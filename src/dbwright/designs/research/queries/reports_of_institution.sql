{% from "tried.sql" import busiest %}
-- Reports that were written for one institution, newest first.
-- with: page_size=100
{{ busiest("institution_id", "report_author_affiliations", "institution_id") }}
-- uses: report_author_affiliations_institution_id_report_id_idx
SELECT reports.id, reports.title, reports.published_on
FROM reports
WHERE reports.status = 'published' AND reports.id IN (
    SELECT report_id FROM report_author_affiliations WHERE institution_id = :institution_id)
ORDER BY reports.published_on DESC, reports.id DESC
LIMIT :page_size;
