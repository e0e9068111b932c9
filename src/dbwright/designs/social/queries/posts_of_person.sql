{% from "pages.sql" import along, then_join %}
{% from "visible.sql" import visible %}
-- The posts of one person that somebody may see, newest first.
-- with: author_id=1 viewer_id=2 before_id=9223372036854775807 page_size=20
-- uses: posts_author_id_id_idx, without sorting
SELECT posts.id, posts.thread_id, posts.reply_to_id, posts.body, posts.like_count, posts.repost_count, posts.created_at
FROM posts{{ along("posts_author_id_id_idx") }}
WHERE posts.author_id = :author_id AND posts.id < :before_id
    AND {{ visible("posts") }}
ORDER BY posts.id DESC
LIMIT :page_size;
