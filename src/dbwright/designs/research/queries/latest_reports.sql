{% from "pages.sql" import before %}
-- The newest reports. For the next page, give the day and number of the last one on this page.
-- with: before_day='9999-12-31' before_id=9223372036854775807 page_size=20
-- uses: reports_published_on_id_idx, without sorting
SELECT id, title, report_type_code, published_on
FROM reports
WHERE status = 'published' AND {{ before("published_on", ":before_day", "id", ":before_id") }}
ORDER BY published_on DESC, id DESC
LIMIT :page_size;
