-- The published reports that fit some words best, in title or abstract; a word in the title counts more.
{% if postgres %}
-- with: configuration='english' words='quantum computing' page_size=20
-- uses: reports_search_vector_idx
SELECT reports.id, reports.title, reports.published_on, ts_rank_cd(reports.search_vector, wanted.query) AS score
FROM reports
CROSS JOIN (SELECT websearch_to_tsquery(CAST(:configuration AS regconfig), :words) AS query) AS wanted
WHERE reports.search_vector @@ wanted.query AND reports.status = 'published'
ORDER BY score DESC, reports.id DESC
LIMIT :page_size;
{% elif mysql %}
-- with: words='quantum computing' page_size=20
-- uses: reports_title_abstract_idx
SELECT id, title, published_on, 4 * (MATCH (title) AGAINST (:words)) + (MATCH (title, abstract) AGAINST (:words)) AS score
FROM reports
WHERE MATCH (title, abstract) AGAINST (:words) AND status = 'published'
ORDER BY score DESC, id DESC
LIMIT :page_size;
{% else %}
-- with: words='quantum computing' page_size=20
SELECT reports.id, reports.title, reports.published_on, -bm25(reports_search, 4.0, 1.0) AS score
FROM reports_search
JOIN reports ON reports.id = reports_search.rowid
WHERE reports_search MATCH :words AND reports.status = 'published'
ORDER BY score DESC, reports.id DESC
LIMIT :page_size;
{% endif %}
