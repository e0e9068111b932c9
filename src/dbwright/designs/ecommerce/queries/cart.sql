-- What is in a cart, at the prices of now, and how much of each could be had. A price or an amount that is missing says
-- that the item is no longer sold.
-- with: cart_id=1
SELECT item.variant_id, product.name, variant.sku, item.quantity, price.price_minor,
    price.price_minor * item.quantity AS line_total_minor, stock.available
FROM carts AS cart
JOIN cart_items AS item ON item.cart_id = cart.id
JOIN variants AS variant ON variant.id = item.variant_id
JOIN products AS product ON product.id = variant.product_id
LEFT JOIN variant_prices AS price ON price.variant_id = variant.id AND price.currency_code = cart.currency_code
LEFT JOIN available_stock AS stock ON stock.variant_id = variant.id
WHERE cart.id = :cart_id
ORDER BY item.added_at, item.variant_id;
