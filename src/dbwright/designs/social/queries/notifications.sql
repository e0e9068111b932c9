{% from "pages.sql" import along, then_join %}
{% from "tried.sql" import busiest %}
-- What somebody is told, the last first.
-- with: before_id=9223372036854775807 page_size=30
{{ busiest("viewer_id", "notifications", "recipient_id") }}
-- uses: notifications_recipient_id_id_idx, without sorting
SELECT id, kind, actor_id, post_id, created_at, read_at
FROM notifications{{ along("notifications_recipient_id_id_idx") }}
WHERE recipient_id = :viewer_id AND id < :before_id
ORDER BY id DESC
LIMIT :page_size;
