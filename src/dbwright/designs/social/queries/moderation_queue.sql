{% from "pages.sql" import along %}
-- Complaints that wait for a moderator, the oldest first. Who takes one sets its status to in_review, and it is no longer here.
-- with: page_size=20
-- uses: {{ "reports_open_idx" if postgres else "reports_status_id_idx" }}, without sorting
SELECT id, reporter_id, reported_user_id, post_id, message_id, reason, details, created_at
FROM reports{{ along("reports_status_id_idx") }}
WHERE status = 'open'
ORDER BY id
LIMIT :page_size;
