{% from "pages.sql" import along, then_join %}
{% from "tried.sql" import busiest %}
{% from "visible.sql" import visible %}
-- Posts that name somebody, newest first.
-- with: before_id=9223372036854775807 page_size=20
{{ busiest("viewer_id", "mentions", "user_id") }}
-- uses: mentions_user_id_post_id_idx, without sorting
SELECT posts.id, posts.author_id, posts.body, posts.created_at
FROM mentions{{ along("mentions_user_id_post_id_idx") }}
{{ then_join() }} posts ON posts.id = mentions.post_id
WHERE mentions.user_id = :viewer_id AND mentions.post_id < :before_id
    AND {{ visible("posts") }}
ORDER BY mentions.post_id DESC
LIMIT :page_size;
