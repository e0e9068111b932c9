{% from "idempotent.sql" import or_leave %}
-- Writes a new post into the home feeds of its author's followers, who have not muted them, a slice of followers at a time: begin after_id
-- with 0, and go on with the highest follower of the slice. It can run again: what stands there is left alone.
-- with: post_id=1 author_id=1 after_id=0 slice_size=1000
INSERT INTO feed_entries (reader_id, post_id)
SELECT follower_id, :post_id
FROM (
    SELECT follower_id
    FROM follows
    WHERE followed_id = :author_id AND status = 'accepted' AND follower_id > :after_id
    ORDER BY follower_id
    LIMIT :slice_size) AS slice
WHERE NOT EXISTS (SELECT 1 FROM mutes WHERE muter_id = follower_id AND muted_id = :author_id
    AND (expires_at IS NULL OR expires_at > {{ t.now }}))
ORDER BY follower_id
{{ or_leave("feed_entries", ["post_id", "reader_id"]) }};
