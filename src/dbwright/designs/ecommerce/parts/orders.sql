{% from "guards.sql" import frozen, yes_or_no %}
-- Ways to send parcels.
CREATE TABLE shipping_methods (
    id {{ t.id }} PRIMARY KEY,
    name {{ t.text(80) }} NOT NULL,
    carrier {{ t.text(80) }} NOT NULL,
    CONSTRAINT shipping_methods_name_key UNIQUE (name)
);

-- Orders of users and guests. What they cost is in the view order_totals.
CREATE TABLE orders (
    id {{ t.id }} PRIMARY KEY,
    order_number {{ t.text(20) }} NOT NULL, -- what the customer is told
    user_id {{ t.key }}, -- NULL for guests
    contact_email {{ t.text(254) }} NOT NULL, -- where messages on this order go, in lower case
    currency_code {{ t.fixed(3) }} NOT NULL,
    prices_include_tax {{ t.flag }} NOT NULL, -- whether the prices of its items are gross
    shipping_method_id {{ t.key }} NOT NULL,
    shipping_minor {{ t.money }} NOT NULL, -- what was charged for sending, like all prices in the smallest unit of the currency
    status {{ t.text(20) }} NOT NULL DEFAULT 'pending',
    placed_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT orders_order_number_key UNIQUE (order_number),
    {% if not mysql %}
    CONSTRAINT orders_contact_email_check CHECK (contact_email = lower(contact_email)),
    {% endif %}
    {% if not postgres %}
    CONSTRAINT orders_prices_include_tax_check{{ yes_or_no("prices_include_tax") }},
    {% endif %}
    CONSTRAINT orders_shipping_minor_check CHECK (shipping_minor >= 0),
    CONSTRAINT orders_status_check CHECK (status IN ('pending', 'paid', 'packed', 'shipped', 'delivered', 'returned', 'cancelled')),
    CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT orders_currency_code_fkey FOREIGN KEY (currency_code) REFERENCES currencies (code),
    CONSTRAINT orders_shipping_method_id_fkey FOREIGN KEY (shipping_method_id) REFERENCES shipping_methods (id)
);
CREATE INDEX orders_user_id_placed_at_idx ON orders (user_id, placed_at);
CREATE INDEX orders_placed_at_idx ON orders (placed_at);
CREATE INDEX orders_contact_email_idx ON orders (contact_email);
CREATE INDEX orders_status_placed_at_idx ON orders (status, placed_at);
CREATE INDEX orders_currency_code_idx ON orders (currency_code);
CREATE INDEX orders_shipping_method_id_idx ON orders (shipping_method_id);
{{ block("updated_at", "orders") }}

-- What was bought, at the price and under the name of that day.
CREATE TABLE order_items (
    order_id {{ t.key }} NOT NULL,
    variant_id {{ t.key }} NOT NULL,
    product_name {{ t.text(200) }} NOT NULL, -- as the customer read it then
    unit_price_minor {{ t.money }} NOT NULL, -- the price at purchase
    quantity {{ t.integer }} NOT NULL,
    discount_minor {{ t.money }} NOT NULL DEFAULT 0, -- this item's share of all discounts
    line_total_minor {{ t.money }} GENERATED ALWAYS AS (unit_price_minor * quantity - discount_minor) STORED,
    PRIMARY KEY (order_id, variant_id),
    CONSTRAINT order_items_unit_price_minor_check CHECK (unit_price_minor >= 0),
    CONSTRAINT order_items_quantity_check CHECK (quantity BETWEEN 1 AND 999),
    CONSTRAINT order_items_discount_minor_check CHECK (discount_minor BETWEEN 0 AND unit_price_minor * quantity),
    CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT order_items_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variants (id)
);
CREATE INDEX order_items_variant_id_idx ON order_items (variant_id);
{{ frozen("order_items", ("order_id", "variant_id", "product_name", "unit_price_minor")) }}

-- The taxes on an item, as they were on the day of the order.
CREATE TABLE order_item_taxes (
    order_id {{ t.key }} NOT NULL,
    variant_id {{ t.key }} NOT NULL,
    name {{ t.text(60) }} NOT NULL,
    rate_per_million {{ t.integer }} NOT NULL,
    amount_minor {{ t.money }} NOT NULL,
    PRIMARY KEY (order_id, variant_id, name),
    CONSTRAINT order_item_taxes_rate_per_million_check CHECK (rate_per_million BETWEEN 0 AND 1000000),
    CONSTRAINT order_item_taxes_amount_minor_check CHECK (amount_minor >= 0),
    CONSTRAINT order_item_taxes_item_fkey FOREIGN KEY (order_id, variant_id) REFERENCES order_items (order_id, variant_id) ON DELETE RESTRICT
);

-- Where an order goes and who pays it, as it was written on that day: later changes of the address book do not reach it.
CREATE TABLE order_addresses (
    order_id {{ t.key }} NOT NULL,
    purpose {{ t.text(20) }} NOT NULL,
    recipient {{ t.text(160) }} NOT NULL,
    street {{ t.text(200) }} NOT NULL,
    building {{ t.text(100) }},
    city {{ t.text(100) }} NOT NULL,
    region {{ t.text(100) }},
    postal_code {{ t.text(20) }},
    country_code {{ t.fixed(2) }} NOT NULL,
    PRIMARY KEY (order_id, purpose),
    CONSTRAINT order_addresses_purpose_check CHECK (purpose IN ('billing', 'shipping')),
    CONSTRAINT order_addresses_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT order_addresses_country_code_fkey FOREIGN KEY (country_code) REFERENCES countries (code)
);
CREATE INDEX order_addresses_country_code_idx ON order_addresses (country_code);

-- When an order took which state, and who moved it there. Written by triggers of orders.
CREATE TABLE order_status_changes (
    id {{ t.id }} PRIMARY KEY,
    order_id {{ t.key }} NOT NULL,
    status {{ t.text(20) }} NOT NULL,
    changed_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    changed_by_id {{ t.key }}, -- the user that the application named for this transaction; NULL for the shop itself
    CONSTRAINT order_status_changes_status_check CHECK (status IN ('pending', 'paid', 'packed', 'shipped', 'delivered', 'returned', 'cancelled')),
    CONSTRAINT order_status_changes_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT,
    CONSTRAINT order_status_changes_changed_by_id_fkey FOREIGN KEY (changed_by_id) REFERENCES users (id)
);
CREATE INDEX order_status_changes_order_id_idx ON order_status_changes (order_id);
CREATE INDEX order_status_changes_changed_by_id_idx ON order_status_changes (changed_by_id);
{% if postgres %}

CREATE FUNCTION orders_record_first_status() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO order_status_changes (order_id, status, changed_by_id)
    SELECT written.id, written.status, nullif(current_setting('app.user_id', true), '')::bigint FROM written ORDER BY written.id;
    RETURN NULL;
END
$$;

CREATE FUNCTION orders_record_status() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO order_status_changes (order_id, status, changed_by_id)
    SELECT written.id, written.status, nullif(current_setting('app.user_id', true), '')::bigint
    FROM written JOIN before USING (id) WHERE written.status <> before.status ORDER BY written.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER orders_record_first_status
AFTER INSERT ON orders
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION orders_record_first_status();

CREATE TRIGGER orders_record_status
AFTER UPDATE ON orders
REFERENCING OLD TABLE AS before NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION orders_record_status();
{% elif mysql %}

CREATE TRIGGER orders_record_first_status
AFTER INSERT ON orders
FOR EACH ROW
INSERT INTO order_status_changes (order_id, status, changed_by_id) VALUES (NEW.id, NEW.status, @app_user_id);

CREATE TRIGGER orders_record_status
AFTER UPDATE ON orders
FOR EACH ROW
BEGIN
    IF NEW.status <> OLD.status THEN
        INSERT INTO order_status_changes (order_id, status, changed_by_id) VALUES (NEW.id, NEW.status, @app_user_id);
    END IF;
END;
{% else %}

CREATE TRIGGER orders_record_first_status
AFTER INSERT ON orders
BEGIN
    INSERT INTO order_status_changes (order_id, status) VALUES (NEW.id, NEW.status);
END;

CREATE TRIGGER orders_record_status
AFTER UPDATE OF status ON orders WHEN NEW.status <> OLD.status
BEGIN
    INSERT INTO order_status_changes (order_id, status) VALUES (NEW.id, NEW.status);
END;
{% endif %}

{{ block("status_machine", "orders", initial=["*"], transitions={
    "pending": ["paid", "cancelled"],
    "paid": ["packed", "cancelled"],
    "packed": ["shipped", "cancelled"],
    "shipped": ["delivered", "returned"],
    "delivered": ["returned"],
}) }}

{% set whole = "::bigint" if postgres else "" %}
{% set items = "(SELECT coalesce(sum(i.line_total_minor), 0) FROM order_items AS i WHERE i.order_id = o.id)" ~ whole %}
{% set taxes = "(SELECT coalesce(sum(x.amount_minor), 0) FROM order_item_taxes AS x WHERE x.order_id = o.id)" ~ whole %}
-- What each order comes to, counted from its items and their taxes.
CREATE {{ "SQL SECURITY INVOKER " if mysql }}VIEW order_totals AS
SELECT
    o.id AS order_id,
    o.currency_code,
    {{ items }} AS items_minor,
    {{ taxes }} AS tax_minor,
    o.shipping_minor,
    {{ items }} + o.shipping_minor
        + CASE WHEN o.prices_include_tax{{ " = 1" if not postgres }} THEN 0 ELSE {{ taxes }} END AS total_minor
FROM orders AS o;
