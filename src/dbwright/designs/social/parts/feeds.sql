-- What stands in the home feed of each reader: one row for each post and reader, written when the post is, so that a page is one walk over
-- an index. Filled by queries/fan_out_post.sql and fan_out_repost.sql; old rows can go at any time, and be made again.
CREATE TABLE feed_entries (
    id {{ t.id }} PRIMARY KEY,
    reader_id {{ t.key }} NOT NULL,
    post_id {{ t.key }} NOT NULL,
    reposter_id {{ t.key }},  -- who repeated the post; NULL where its author is followed
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT feed_entries_reader_id_fkey FOREIGN KEY (reader_id) REFERENCES users (id),
    CONSTRAINT feed_entries_post_id_fkey FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    CONSTRAINT feed_entries_reposter_id_fkey FOREIGN KEY (reposter_id) REFERENCES users (id),
    CONSTRAINT feed_entries_post_id_reader_id_key UNIQUE (post_id, reader_id)
);

CREATE INDEX feed_entries_reader_id_id_idx ON feed_entries (reader_id, id);
CREATE INDEX feed_entries_reposter_id_idx ON feed_entries (reposter_id);
CREATE INDEX feed_entries_created_at_idx ON feed_entries (created_at);
