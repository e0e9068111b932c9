{% from "pages.sql" import along, then_join %}
{% from "tried.sql" import busiest %}
{% from "visible.sql" import visible %}
-- A thread from its beginning; reply_to_id says what answers what. Deleted posts are left out, their answers stay.
-- with: viewer_id=2 after_id=0 page_size=50
{{ busiest("thread_id", "posts", "thread_id") }}
-- uses: posts_thread_id_id_key, without sorting
SELECT posts.id, posts.author_id, posts.reply_to_id, posts.body, posts.like_count, posts.repost_count, posts.created_at
FROM posts{{ along("posts_thread_id_id_key") }}
WHERE posts.thread_id = :thread_id AND posts.id > :after_id
    AND {{ visible("posts") }}
ORDER BY posts.id
LIMIT :page_size;
