{% from "tried.sql" import busiest %}
-- How a post did, day by day.
-- with: since='2026-01-01'
{{ busiest("post_id", "engagement_days", "post_id") }}
-- uses: engagement_days_pkey
SELECT day, kind, events
FROM engagement_days
WHERE post_id = :post_id AND day >= :since
ORDER BY day, kind;
