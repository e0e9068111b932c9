{% from "pages.sql" import before %}
-- The newest reports of one type. For the next page, give the day and number of the last one on this page.
-- with: report_type_code='technical-report' before_day='9999-12-31' before_id=9223372036854775807 page_size=20
-- uses: reports_report_type_code_published_on_id_idx, without sorting
SELECT id, title, published_on
FROM reports
WHERE report_type_code = :report_type_code AND status = 'published' AND {{ before("published_on", ":before_day", "id", ":before_id") }}
ORDER BY published_on DESC, id DESC
LIMIT :page_size;
