{% from "tried.sql" import busiest %}
-- Who cites a report: the newest ones first.
-- with: before_id=9223372036854775807 page_size=20
{{ busiest("report_id", "citations", "cited_report_id") }}
-- uses: citations_cited_report_id_citing_report_id_key, without sorting
SELECT reports.id, reports.title, reports.published_on
FROM citations
JOIN reports ON reports.id = citations.citing_report_id
WHERE citations.cited_report_id = :report_id AND citations.citing_report_id < :before_id
ORDER BY citations.citing_report_id DESC
LIMIT :page_size;
