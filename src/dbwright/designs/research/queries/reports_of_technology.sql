-- Reports about a technology or any narrower one, newest first.
-- with: page_size=100
-- with technology_id = SELECT id FROM technologies WHERE slug = 'artificial-intelligence'
-- uses: technologies_closure_pkey report_technologies_technology_id_report_id_idx
SELECT reports.id, reports.title, reports.published_on
FROM reports
WHERE reports.status = 'published' AND reports.id IN (
    SELECT report_technologies.report_id
    FROM technologies_closure
    JOIN report_technologies ON report_technologies.technology_id = technologies_closure.descendant_id
    WHERE technologies_closure.ancestor_id = :technology_id)
ORDER BY reports.published_on DESC, reports.id DESC
LIMIT :page_size;
