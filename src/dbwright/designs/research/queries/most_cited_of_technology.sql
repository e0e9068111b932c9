-- The reports about a technology, or any narrower one, that are cited most.
-- with: page_size=20
-- with technology_id = SELECT id FROM technologies WHERE slug = 'artificial-intelligence'
-- uses: report_technologies_technology_id_report_id_idx citations_cited_report_id_citing_report_id_key
SELECT reports.id, reports.title, counted.citation_count
FROM (
    SELECT about.report_id, count(*) AS citation_count
    FROM (
        SELECT DISTINCT report_technologies.report_id
        FROM technologies_closure
        JOIN report_technologies ON report_technologies.technology_id = technologies_closure.descendant_id
        WHERE technologies_closure.ancestor_id = :technology_id) AS about
    JOIN citations ON citations.cited_report_id = about.report_id
    GROUP BY about.report_id) AS counted
JOIN reports ON reports.id = counted.report_id
ORDER BY counted.citation_count DESC, reports.id
LIMIT :page_size;
