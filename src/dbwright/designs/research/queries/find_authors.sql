-- Authors whose family name, or any other name they are known by, begins with some letters.
-- with: beginning='mei' page_size=20
-- uses: authors_family_name_given_names_idx author_names_name_idx
{% if postgres %}
SELECT id, family_name, given_names, orcid
FROM authors
WHERE id IN (
    SELECT id FROM authors WHERE lower(family_name) LIKE lower(:beginning) || '%'
    UNION
    SELECT author_id FROM author_names WHERE lower(name) LIKE lower(:beginning) || '%')
ORDER BY family_name, given_names, id
LIMIT :page_size;
{% elif mysql %}
SELECT authors.id, authors.family_name, authors.given_names, authors.orcid
FROM (
    SELECT id FROM authors WHERE family_name LIKE CONCAT(:beginning, '%')
    UNION
    SELECT author_id FROM author_names WHERE name LIKE CONCAT(:beginning, '%')) AS found
JOIN authors ON authors.id = found.id
ORDER BY authors.family_name, authors.given_names, authors.id
LIMIT :page_size;
{% else %}
SELECT authors.id, authors.family_name, authors.given_names, authors.orcid
FROM (
    SELECT id FROM authors WHERE family_name >= :beginning COLLATE NOCASE AND family_name < :beginning || char(0x10FFFF) COLLATE NOCASE
    UNION
    SELECT author_id FROM author_names WHERE name >= :beginning COLLATE NOCASE AND name < :beginning || char(0x10FFFF) COLLATE NOCASE) AS found
JOIN authors ON authors.id = found.id
ORDER BY authors.family_name, authors.given_names, authors.id
LIMIT :page_size;
{% endif %}
