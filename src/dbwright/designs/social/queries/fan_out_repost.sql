{% from "idempotent.sql" import or_leave %}
-- Writes a repost into the home feeds of the followers of who repeated the post, where the post does not stand yet.
-- with: post_id=1 reposter_id=2 after_id=0 slice_size=1000
INSERT INTO feed_entries (reader_id, post_id, reposter_id)
SELECT follower_id, :post_id, :reposter_id
FROM (
    SELECT follower_id
    FROM follows
    WHERE followed_id = :reposter_id AND status = 'accepted' AND follower_id > :after_id
    ORDER BY follower_id
    LIMIT :slice_size) AS slice
WHERE follower_id <> (SELECT author_id FROM posts WHERE id = :post_id)
    AND NOT EXISTS (SELECT 1 FROM mutes WHERE muter_id = follower_id AND muted_id = :reposter_id
        AND (expires_at IS NULL OR expires_at > {{ t.now }}))
ORDER BY follower_id
{{ or_leave("feed_entries", ["post_id", "reader_id"]) }};
