{% from "pages.sql" import along, then_join %}
{% from "tried.sql" import busiest %}
{% from "visible.sql" import visible %}
-- A page of somebody's home feed, newest first. For the next page, give the entry_id of the last one on this page.
-- with: before_id=9223372036854775807 page_size=20
{{ busiest("viewer_id", "feed_entries", "reader_id") }}
-- uses: feed_entries_reader_id_id_idx, without sorting
SELECT feed_entries.id AS entry_id, feed_entries.reposter_id, posts.id, posts.author_id, posts.body, posts.like_count,
    posts.repost_count, posts.created_at
FROM feed_entries{{ along("feed_entries_reader_id_id_idx") }}
{{ then_join() }} posts ON posts.id = feed_entries.post_id
WHERE feed_entries.reader_id = :viewer_id AND feed_entries.id < :before_id
    AND {{ visible("posts") }}
    AND NOT EXISTS (SELECT 1 FROM mutes WHERE muter_id = :viewer_id AND muted_id = posts.author_id
        AND (expires_at IS NULL OR expires_at > {{ t.now }}))
ORDER BY feed_entries.id DESC
LIMIT :page_size;
