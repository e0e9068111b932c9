{% from "tried.sql" import busiest %}
-- With whom an author has written, and how often.
-- with: page_size=50
{{ busiest("author_id", "report_authors", "author_id") }}
-- uses: report_authors_author_id_report_id_key report_authors_pkey
SELECT authors.id, authors.family_name, authors.given_names, count(*) AS report_count
FROM report_authors AS own
JOIN report_authors AS theirs ON theirs.report_id = own.report_id AND theirs.author_id <> own.author_id
JOIN authors ON authors.id = theirs.author_id
WHERE own.author_id = :author_id
GROUP BY authors.id, authors.family_name, authors.given_names
ORDER BY report_count DESC, authors.id
LIMIT :page_size;
