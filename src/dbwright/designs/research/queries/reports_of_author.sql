{% from "tried.sql" import busiest %}
-- All reports of one author, newest first.
-- with: page_size=100
{{ busiest("author_id", "report_authors", "author_id") }}
-- uses: report_authors_author_id_report_id_key
SELECT reports.id, reports.title, reports.published_on, report_authors.position, report_authors.printed_name
FROM report_authors
JOIN reports ON reports.id = report_authors.report_id
WHERE report_authors.author_id = :author_id AND reports.status = 'published'
ORDER BY reports.published_on DESC, reports.id DESC
LIMIT :page_size;
