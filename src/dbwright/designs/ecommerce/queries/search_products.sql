-- What is found by words, best first.
-- with: words='shirt'
{% if postgres %}
-- uses: products_search_words_idx
SELECT product.id, product.name, product.slug, ts_rank(product.search_words, query) AS score
FROM products AS product, websearch_to_tsquery('{{ option.language }}', :words) AS query
WHERE product.search_words @@ query AND product.status = 'active'
ORDER BY score DESC, product.id
LIMIT 24;
{% elif mysql %}
SELECT product.id, product.name, product.slug, MATCH (product.name, product.description) AGAINST (:words) AS score
FROM products AS product
WHERE MATCH (product.name, product.description) AGAINST (:words) AND product.status = 'active'
ORDER BY score DESC, product.id
LIMIT 24;
{% else %}
SELECT product.id, product.name, product.slug, -bm25(product_search, 10.0, 1.0) AS score
FROM product_search
JOIN products AS product ON product.id = product_search.rowid
WHERE product_search MATCH :words AND product.status = 'active'
ORDER BY score DESC, product.id
LIMIT 24;
{% endif %}
