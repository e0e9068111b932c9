{% from "tried.sql" import busiest %}
{% from "visible.sql" import visible %}
-- The same without feed_entries: the newest posts of each person followed, and of those the newest. For readers who follow few, and for authors
-- with so many followers that nothing is written into their feeds.
-- with: before_id=9223372036854775807 page_size=20
{{ busiest("viewer_id", "follows", "follower_id") }}
-- uses: posts_author_id_id_idx
{% if postgres %}
SELECT newest.*
FROM follows
CROSS JOIN LATERAL (
    SELECT posts.id, posts.author_id, posts.body, posts.like_count, posts.repost_count, posts.created_at
    FROM posts
    WHERE posts.author_id = follows.followed_id AND posts.id < :before_id
        AND {{ visible("posts") }}
    ORDER BY posts.id DESC
    LIMIT :page_size) AS newest
WHERE follows.follower_id = :viewer_id AND follows.status = 'accepted'
ORDER BY newest.id DESC
LIMIT :page_size;
{% else %}
SELECT posts.id, posts.author_id, posts.body, posts.like_count, posts.repost_count, posts.created_at
FROM follows
JOIN posts ON posts.author_id = follows.followed_id
WHERE follows.follower_id = :viewer_id AND follows.status = 'accepted' AND posts.id < :before_id
    AND {{ visible("posts") }}
ORDER BY posts.id DESC
LIMIT :page_size;
{% endif %}
