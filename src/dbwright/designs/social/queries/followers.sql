{% from "pages.sql" import along, then_join %}
{% from "tried.sql" import busiest %}
-- Who follows somebody, by their numbers; with status 'requested', who asks to.
-- with: status='accepted' after_id=0 page_size=20
{{ busiest("user_id", "follows", "followed_id") }}
-- uses: follows_followed_id_follower_id_idx, without sorting
SELECT users.id, users.username, follows.created_at
FROM follows{{ along("follows_followed_id_follower_id_idx") }}
{{ then_join() }} users ON users.id = follows.follower_id
WHERE follows.followed_id = :user_id AND follows.status = :status AND follows.follower_id > :after_id AND users.status = 'active'
ORDER BY follows.follower_id
LIMIT :page_size;
