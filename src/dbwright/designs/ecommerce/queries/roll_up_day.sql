{#- The bounds of a day as moments, in UTC. -#}
{% if postgres %}
{% set begins = "CAST(:day AS date)::timestamp AT TIME ZONE 'UTC'" %}
{% set ends = "(CAST(:day AS date) + 1)::timestamp AT TIME ZONE 'UTC'" %}
{% elif mysql %}
{% set begins = "CAST(:day AS datetime)" %}
{% set ends = "CAST(:day AS datetime) + INTERVAL 1 DAY" %}
{% else %}
{% set begins = "date(:day)" %}
{% set ends = "date(:day, '+1 day')" %}
{% endif %}
{% set day = "date(:day)" if sqlite else "CAST(:day AS date)" %}
-- The sums of one day, written anew: run it after midnight, and again for a day whose orders have changed.
-- one transaction
DELETE FROM daily_product_views WHERE viewed_on = {{ day }};

INSERT INTO daily_product_views (product_id, viewed_on, views, visitors)
SELECT product_id, {{ day }}, count(*), count(DISTINCT visitor_number)
FROM product_views
WHERE viewed_at >= {{ begins }} AND viewed_at < {{ ends }}
GROUP BY product_id;

DELETE FROM daily_sales WHERE sold_on = {{ day }};

INSERT INTO daily_sales (variant_id, sold_on, currency_code, quantity, revenue_minor)
SELECT item.variant_id, {{ day }}, placed.currency_code, sum(item.quantity), sum(item.line_total_minor)
FROM orders AS placed
JOIN order_items AS item ON item.order_id = placed.id
WHERE placed.placed_at >= {{ begins }} AND placed.placed_at < {{ ends }} AND placed.status <> 'cancelled'
GROUP BY item.variant_id, placed.currency_code;
