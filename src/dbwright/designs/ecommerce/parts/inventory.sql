{% from "guards.sql" import append_only, yes_or_no %}
{% set moves = {
    "receipt": ("quantity", "0"),
    "return": ("quantity", "0"),
    "found": ("quantity", "0"),
    "lost": ("-quantity", "0"),
    "reservation": ("0", "quantity"),
    "release": ("0", "-quantity"),
    "shipment": ("-quantity", "-quantity"),
} %}
{% macro change(place) %}CASE kind{% for kind, effect in moves.items() if effect[place] != "0" %} WHEN '{{ kind }}' THEN {{ effect[place] }}{% endfor %} ELSE 0 END{% endmacro %}
-- Places where goods lie.
CREATE TABLE warehouses (
    id {{ t.id }} PRIMARY KEY,
    name {{ t.text(100) }} NOT NULL,
    country_code {{ t.fixed(2) }} NOT NULL,
    is_active {{ t.flag }} NOT NULL DEFAULT {{ t.true }},
    CONSTRAINT warehouses_name_key UNIQUE (name),
    {% if not postgres %}
    CONSTRAINT warehouses_is_active_check{{ yes_or_no("is_active") }},
    {% endif %}
    CONSTRAINT warehouses_country_code_fkey FOREIGN KEY (country_code) REFERENCES countries (code)
);
CREATE INDEX warehouses_country_code_idx ON warehouses (country_code);

-- How much of a variant lies in a warehouse, and how much of that is promised. Written by triggers of stock_movements alone.
CREATE TABLE stock_levels (
    variant_id {{ t.key }} NOT NULL,
    warehouse_id {{ t.key }} NOT NULL,
    on_hand {{ t.integer }} NOT NULL DEFAULT 0,
    reserved {{ t.integer }} NOT NULL DEFAULT 0, -- of those on hand, the ones that are sold and not sent yet
    PRIMARY KEY (variant_id, warehouse_id),
    CONSTRAINT stock_levels_reserved_check CHECK (reserved >= 0),
    CONSTRAINT stock_levels_not_oversold_check CHECK (reserved <= on_hand),
    CONSTRAINT stock_levels_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variants (id),
    CONSTRAINT stock_levels_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES warehouses (id)
);
CREATE INDEX stock_levels_warehouse_id_idx ON stock_levels (warehouse_id);

-- The ledger of the stock: every piece that came, went, was promised or was released.
CREATE TABLE stock_movements (
    id {{ t.id }} PRIMARY KEY,
    variant_id {{ t.key }} NOT NULL,
    warehouse_id {{ t.key }} NOT NULL,
    kind {{ t.text(20) }} NOT NULL,
    quantity {{ t.integer }} NOT NULL,
    order_id {{ t.key }}, -- the order that pieces are promised to, sent for or come back from
    note {{ t.text(200) }},
    moved_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    on_hand_change {{ t.integer }} GENERATED ALWAYS AS ({{ change(0) }}) STORED,
    reserved_change {{ t.integer }} GENERATED ALWAYS AS ({{ change(1) }}) STORED,
    CONSTRAINT stock_movements_kind_check CHECK (kind IN ({% for kind in moves %}{{ ", " if not loop.first }}'{{ kind }}'{% endfor %})),
    CONSTRAINT stock_movements_quantity_check CHECK (quantity > 0),
    CONSTRAINT stock_movements_order_id_check CHECK ((order_id IS NOT NULL) = (kind IN ('reservation', 'release', 'shipment', 'return'))),
    CONSTRAINT stock_movements_variant_id_fkey FOREIGN KEY (variant_id) REFERENCES variants (id),
    CONSTRAINT stock_movements_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES warehouses (id),
    CONSTRAINT stock_movements_item_fkey FOREIGN KEY (order_id, variant_id) REFERENCES order_items (order_id, variant_id)
);
CREATE INDEX stock_movements_variant_id_warehouse_id_idx ON stock_movements (variant_id, warehouse_id);
CREATE INDEX stock_movements_warehouse_id_idx ON stock_movements (warehouse_id);
CREATE INDEX stock_movements_order_id_variant_id_idx ON stock_movements (order_id, variant_id);
{{ append_only("stock_movements") }}

{% if postgres %}
-- The levels are locked in the order of their keys, so that two statements never wait for each other; the check on
-- stock_levels refuses what would promise more than there is. An order gives back or sends only what it had reserved.
CREATE FUNCTION stock_movements_post() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO stock_levels (variant_id, warehouse_id)
    SELECT DISTINCT variant_id, warehouse_id FROM posted ORDER BY variant_id, warehouse_id
    ON CONFLICT DO NOTHING;

    WITH change AS (
        SELECT variant_id, warehouse_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved
        FROM posted GROUP BY variant_id, warehouse_id
    ), locked AS (
        SELECT level.variant_id, level.warehouse_id, change.on_hand, change.reserved
        FROM stock_levels AS level JOIN change USING (variant_id, warehouse_id)
        ORDER BY level.variant_id, level.warehouse_id
        FOR NO KEY UPDATE OF level
    )
    UPDATE stock_levels AS level
    SET on_hand = level.on_hand + locked.on_hand, reserved = level.reserved + locked.reserved
    FROM locked
    WHERE level.variant_id = locked.variant_id AND level.warehouse_id = locked.warehouse_id;

    IF EXISTS (
        SELECT FROM (SELECT DISTINCT order_id, variant_id, warehouse_id FROM posted WHERE reserved_change < 0) AS given
        WHERE (
            SELECT sum(movement.reserved_change) FROM stock_movements AS movement
            WHERE movement.order_id = given.order_id AND movement.variant_id = given.variant_id
              AND movement.warehouse_id = given.warehouse_id
        ) < 0
    ) THEN
        RAISE EXCEPTION 'an order cannot release or send more than it has reserved there' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER stock_movements_post
AFTER INSERT ON stock_movements
REFERENCING NEW TABLE AS posted
FOR EACH STATEMENT EXECUTE FUNCTION stock_movements_post();
{% elif mysql %}
-- The level is locked first, and the check on stock_levels refuses what would promise more than there is. An order gives
-- back or sends only what it had reserved.
CREATE TRIGGER stock_movements_post
AFTER INSERT ON stock_movements
FOR EACH ROW
BEGIN
    DECLARE left_over bigint;
    INSERT INTO stock_levels (variant_id, warehouse_id) VALUES (NEW.variant_id, NEW.warehouse_id)
    ON DUPLICATE KEY UPDATE on_hand = on_hand;
    UPDATE stock_levels
    SET on_hand = on_hand + NEW.on_hand_change, reserved = reserved + NEW.reserved_change
    WHERE variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id;
    IF NEW.reserved_change < 0 THEN
        SELECT sum(reserved_change) INTO left_over FROM stock_movements
        WHERE order_id = NEW.order_id AND variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id
        LOCK IN SHARE MODE;
        IF left_over < 0 THEN
            SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an order cannot release or send more than it has reserved there';
        END IF;
    END IF;
END;
{% else %}
-- The check on stock_levels refuses what would promise more than there is. An order gives back or sends only what it had
-- reserved.
CREATE TRIGGER stock_movements_post
AFTER INSERT ON stock_movements
BEGIN
    INSERT INTO stock_levels (variant_id, warehouse_id) VALUES (NEW.variant_id, NEW.warehouse_id)
    ON CONFLICT (variant_id, warehouse_id) DO NOTHING;
    UPDATE stock_levels
    SET on_hand = on_hand + NEW.on_hand_change, reserved = reserved + NEW.reserved_change
    WHERE variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id;
    SELECT RAISE(ABORT, 'an order cannot release or send more than it has reserved there')
    WHERE NEW.reserved_change < 0 AND (
        SELECT sum(reserved_change) FROM stock_movements
        WHERE order_id = NEW.order_id AND variant_id = NEW.variant_id AND warehouse_id = NEW.warehouse_id
    ) < 0;
END;
{% endif %}

-- What can still be sold of each variant, in all active warehouses.
CREATE {{ "SQL SECURITY INVOKER " if mysql }}VIEW available_stock AS
SELECT level.variant_id, sum(level.on_hand - level.reserved) AS available
FROM stock_levels AS level
JOIN warehouses AS warehouse ON warehouse.id = level.warehouse_id
WHERE warehouse.is_active{{ " = 1" if not postgres }}
GROUP BY level.variant_id;
