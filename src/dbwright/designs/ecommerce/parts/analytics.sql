-- Looks at products, as they come.
CREATE TABLE product_views (
    id {{ t.id }},
    viewed_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    product_id {{ t.key }} NOT NULL,
    visitor_number {{ t.bigint }} NOT NULL, -- a random number in a cookie, no person
    user_id {{ t.key }}, -- where the visitor was logged in
    PRIMARY KEY ({{ "id, viewed_at" if postgres else "id" }}),
    CONSTRAINT product_views_product_id_fkey FOREIGN KEY (product_id) REFERENCES products (id),
    CONSTRAINT product_views_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
){{ " PARTITION BY RANGE (viewed_at)" if postgres }};
CREATE INDEX product_views_product_id_viewed_at_idx ON product_views (product_id, viewed_at);
CREATE INDEX product_views_user_id_idx ON product_views (user_id);
CREATE INDEX product_views_viewed_at_idx ON product_views (viewed_at);
{% if postgres %}
{{ block("partitions", "product_views", column="viewed_at", period="month", ahead=3, keep=13) }}
{% endif %}

-- Looks at products, by day. Written anew from product_views by queries/roll_up_day.sql.
CREATE TABLE daily_product_views (
    product_id {{ t.key }} NOT NULL,
    viewed_on {{ t.day }} NOT NULL,
    views {{ t.integer }} NOT NULL,
    visitors {{ t.integer }} NOT NULL, -- different ones on that day; those of several days cannot be added up
    PRIMARY KEY (product_id, viewed_on),
    CONSTRAINT daily_product_views_views_check CHECK (views >= visitors),
    CONSTRAINT daily_product_views_visitors_check CHECK (visitors > 0),
    CONSTRAINT daily_product_views_product_id_fkey FOREIGN KEY (product_id) REFERENCES products (id)
);
CREATE INDEX daily_product_views_viewed_on_idx ON daily_product_views (viewed_on);

-- Sales by day, variant and currency. Written anew from the orders by queries/roll_up_day.sql.
CREATE TABLE daily_sales (
    variant_id {{ t.key }} NOT NULL,
    sold_on {{ t.day }} NOT NULL,
    currency_code {{ t.fixed(3) }} NOT NULL,
    quantity {{ t.integer }} NOT NULL,
    revenue_minor {{ t.money }} NOT NULL,
    PRIMARY KEY (variant_id, sold_on, currency_code),
    CONSTRAINT daily_sales_quantity_check CHECK (quantity > 0),
    CONSTRAINT daily_sales_revenue_minor_check CHECK (revenue_minor >= 0),
    CONSTRAINT daily_sales_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variants (id),
    CONSTRAINT daily_sales_currency_code_fkey FOREIGN KEY (currency_code) REFERENCES currencies (code)
);
CREATE INDEX daily_sales_sold_on_idx ON daily_sales (sold_on);
CREATE INDEX daily_sales_currency_code_idx ON daily_sales (currency_code);
