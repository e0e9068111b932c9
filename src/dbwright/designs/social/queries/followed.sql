{% from "pages.sql" import along, then_join %}
{% from "tried.sql" import busiest %}
-- Whom somebody follows, by their numbers.
-- with: after_id=0 page_size=20
{{ busiest("user_id", "follows", "follower_id") }}
-- uses: follows_pkey, without sorting
SELECT users.id, users.username, follows.created_at
FROM follows{{ along("PRIMARY") }}
{{ then_join() }} users ON users.id = follows.followed_id
WHERE follows.follower_id = :user_id AND follows.status = 'accepted' AND follows.followed_id > :after_id AND users.status = 'active'
ORDER BY follows.followed_id
LIMIT :page_size;
