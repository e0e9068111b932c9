{% from "pages.sql" import along, then_join %}
{% from "tried.sql" import busiest %}
-- Who likes a post, by their numbers.
-- with: after_id=0 page_size=20
{{ busiest("post_id", "likes", "post_id") }}
-- uses: likes_post_id_user_id_idx, without sorting
SELECT users.id, users.username
FROM likes{{ along("likes_post_id_user_id_idx") }}
{{ then_join() }} users ON users.id = likes.user_id
WHERE likes.post_id = :post_id AND likes.user_id > :after_id AND users.status = 'active'
ORDER BY likes.user_id
LIMIT :page_size;
