{% from "pages.sql" import along, then_join %}
{% from "tried.sql" import busiest %}
{% from "visible.sql" import visible %}
-- Posts with a hashtag, newest first.
-- with: viewer_id=2 before_id=9223372036854775807 page_size=20
{{ busiest("hashtag_id", "hashtag_posts", "hashtag_id") }}
-- uses: hashtag_posts_pkey, without sorting
SELECT posts.id, posts.author_id, posts.body, posts.like_count, posts.repost_count, posts.created_at
FROM hashtag_posts{{ along("PRIMARY") }}
{{ then_join() }} posts ON posts.id = hashtag_posts.post_id
WHERE hashtag_posts.hashtag_id = :hashtag_id AND hashtag_posts.post_id < :before_id
    AND {{ visible("posts") }}
ORDER BY hashtag_posts.post_id DESC
LIMIT :page_size;
