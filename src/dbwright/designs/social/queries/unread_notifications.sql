{% from "tried.sql" import busiest %}
-- How many notifications somebody has not read yet.
{{ busiest("viewer_id", "notifications", "recipient_id") }}
-- uses: {{ "notifications_recipient_id_read_at_idx" if mysql else "notifications_unread_idx" }}
SELECT count(*) AS unread_count
FROM notifications
WHERE recipient_id = :viewer_id AND read_at IS NULL;
