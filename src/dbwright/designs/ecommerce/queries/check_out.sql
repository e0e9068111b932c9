-- A cart becomes an order: run all of it in one transaction, and take it back if any statement fails or if the first finds
-- no cart. Whatever cannot be sold any more is refused: a price that is gone, stock that is too low, a coupon used up.
-- :order_number is made by the application once for each attempt to check out; sending the form twice makes one order.
-- one transaction
{% if not sqlite %}
SELECT id FROM carts WHERE id = :cart_id FOR UPDATE;
{% endif %}

INSERT INTO orders (order_number, user_id, contact_email, currency_code, prices_include_tax, shipping_method_id, shipping_minor)
SELECT :order_number, cart.user_id, lower(:contact_email), cart.currency_code, :prices_include_tax, :shipping_method_id, :shipping_minor
FROM carts AS cart
WHERE cart.id = :cart_id;

-- An item without a price, or no longer offered, has no unit price here, and the order is refused.
INSERT INTO order_items (order_id, variant_id, product_name, unit_price_minor, quantity)
SELECT placed.id, item.variant_id, product.name, price.price_minor, item.quantity
FROM orders AS placed
JOIN cart_items AS item ON item.cart_id = :cart_id
JOIN variants AS variant ON variant.id = item.variant_id
JOIN products AS product ON product.id = variant.product_id
LEFT JOIN variant_prices AS price ON price.variant_id = item.variant_id AND price.currency_code = placed.currency_code
    AND variant.is_active AND product.status = 'active'
WHERE placed.order_number = :order_number
ORDER BY item.variant_id;

INSERT INTO order_addresses (order_id, purpose, recipient, street, building, city, region, postal_code, country_code)
SELECT placed.id, 'shipping', address.recipient, address.street, address.building, address.city, address.region,
    address.postal_code, address.country_code
FROM orders AS placed
JOIN addresses AS address ON address.id = :shipping_address_id
WHERE placed.order_number = :order_number;

-- The taxes of the place it is sent to, rounded to the nearest unit: in a gross price, or on top of a net one.
{% set divided = "DIV" if mysql else "/" %}
{% set whole = "(CASE WHEN placed.prices_include_tax THEN 1000000 + rate.rate_per_million ELSE 1000000 END)" %}
INSERT INTO order_item_taxes (order_id, variant_id, name, rate_per_million, amount_minor)
SELECT item.order_id, item.variant_id, rate.name, rate.rate_per_million,
    (2 * item.line_total_minor * rate.rate_per_million + {{ whole }}) {{ divided }} (2 * {{ whole }})
FROM orders AS placed
JOIN order_items AS item ON item.order_id = placed.id
JOIN variants AS variant ON variant.id = item.variant_id
JOIN products AS product ON product.id = variant.product_id
JOIN order_addresses AS address ON address.order_id = placed.id AND address.purpose = 'shipping'
JOIN tax_rates AS rate ON rate.tax_class_id = product.tax_class_id AND rate.country_code = address.country_code
    AND rate.region IN ('', coalesce(address.region, ''))
    AND rate.valid_from = (
        SELECT max(other.valid_from) FROM tax_rates AS other
        WHERE other.tax_class_id = rate.tax_class_id AND other.country_code = rate.country_code AND other.region = rate.region
          AND other.valid_from <= {{ t.today }}
    )
WHERE placed.order_number = :order_number;

-- Each item is promised by the active warehouse that has the most of it; where none has enough, there is no warehouse and
-- the order is refused. Two who want the last piece both get here, and the ledger's trigger lets one of them through.
{% set picks %}
SELECT item.order_id, item.variant_id, item.quantity, (
    SELECT level.warehouse_id FROM stock_levels AS level
    JOIN warehouses AS warehouse ON warehouse.id = level.warehouse_id
    WHERE level.variant_id = item.variant_id AND warehouse.is_active AND level.on_hand - level.reserved >= item.quantity
    ORDER BY level.on_hand - level.reserved DESC, level.warehouse_id
    LIMIT 1
) AS warehouse_id
FROM orders AS placed
JOIN order_items AS item ON item.order_id = placed.id
WHERE placed.order_number = :order_number
ORDER BY item.variant_id
{%- endset %}
{% if mysql %}
-- Two statements, since the trigger writes the levels that are read here.
DROP TEMPORARY TABLE IF EXISTS picked;
CREATE TEMPORARY TABLE picked AS
{{ picks }};

INSERT INTO stock_movements (order_id, variant_id, quantity, warehouse_id, kind)
SELECT order_id, variant_id, quantity, warehouse_id, 'reservation' FROM picked ORDER BY variant_id;
{% else %}
INSERT INTO stock_movements (order_id, variant_id, quantity, warehouse_id, kind)
SELECT picked.order_id, picked.variant_id, picked.quantity, picked.warehouse_id, 'reservation'
FROM (
    {{ picks | indent }}
) AS picked;
{% endif %}

-- With :coupon_id NULL nothing is redeemed.
INSERT INTO coupon_redemptions (coupon_id, order_id)
SELECT :coupon_id, placed.id
FROM orders AS placed
WHERE placed.order_number = :order_number AND :coupon_id IS NOT NULL;

DELETE FROM carts WHERE id = :cart_id;
