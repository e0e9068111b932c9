-- A page of what is sold in a category and all below it, newest first. The first page is asked with a :before_id above all
-- ids, the next with the last id of the one before.
-- with: category_id=1 currency_code='EUR' before_id=1000000000
SELECT product.id, product.name, product.slug, min(price.price_minor) AS from_price_minor
FROM products AS product
JOIN categories_closure AS below ON below.descendant_id = product.category_id
JOIN variants AS variant ON variant.product_id = product.id AND variant.is_active
JOIN variant_prices AS price ON price.variant_id = variant.id AND price.currency_code = :currency_code
WHERE below.ancestor_id = :category_id AND product.status = 'active' AND product.id < :before_id
GROUP BY product.id, product.name, product.slug
ORDER BY product.id DESC
LIMIT 24;
