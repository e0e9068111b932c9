{% from "guards.sql" import frozen, yes_or_no %}
-- Codes that make an order cheaper, with limits that the database keeps.
CREATE TABLE coupons (
    id {{ t.id }} PRIMARY KEY,
    code {{ t.text(40) }} NOT NULL, -- in capitals
    kind {{ t.text(20) }} NOT NULL,
    percent_off {{ t.small }}, -- of the items, for kind percent
    amount_off_minor {{ t.money }}, -- of the items, for kind amount
    currency_code {{ t.fixed(3) }}, -- of the amounts; NULL where there are none
    minimum_minor {{ t.money }}, -- the items must come to this at least
    starts_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    expires_at {{ t.moment }}, -- NULL for never
    is_active {{ t.flag }} NOT NULL DEFAULT {{ t.true }},
    most_redemptions {{ t.integer }}, -- in all; NULL for no limit
    most_per_customer {{ t.integer }} DEFAULT 1, -- NULL for no limit
    redemption_count {{ t.integer }} NOT NULL DEFAULT 0, -- kept by triggers of coupon_redemptions
    CONSTRAINT coupons_code_key UNIQUE (code),
    {% if not mysql %}
    CONSTRAINT coupons_code_check CHECK (code = upper(code)),
    {% endif %}
    {% if not postgres %}
    CONSTRAINT coupons_is_active_check{{ yes_or_no("is_active") }},
    {% endif %}
    CONSTRAINT coupons_kind_check CHECK (kind IN ('percent', 'amount', 'free_shipping')),
    CONSTRAINT coupons_percent_off_check CHECK (percent_off BETWEEN 1 AND 100),
    CONSTRAINT coupons_amount_off_minor_check CHECK (amount_off_minor > 0),
    CONSTRAINT coupons_minimum_minor_check CHECK (minimum_minor > 0),
    CONSTRAINT coupons_percent_kind_check CHECK ((kind = 'percent') = (percent_off IS NOT NULL)),
    CONSTRAINT coupons_amount_kind_check CHECK ((kind = 'amount') = (amount_off_minor IS NOT NULL)),
    CONSTRAINT coupons_currency_code_check CHECK (currency_code IS NOT NULL OR (amount_off_minor IS NULL AND minimum_minor IS NULL)),
    CONSTRAINT coupons_expires_at_check CHECK (starts_at < expires_at),
    CONSTRAINT coupons_most_per_customer_check CHECK (most_per_customer > 0),
    CONSTRAINT coupons_redemption_count_check CHECK (redemption_count >= 0),
    CONSTRAINT coupons_not_overused_check CHECK (redemption_count <= most_redemptions),
    CONSTRAINT coupons_currency_code_fkey FOREIGN KEY (currency_code) REFERENCES currencies (code)
);
CREATE INDEX coupons_currency_code_idx ON coupons (currency_code);

-- Categories that a coupon is limited to; it holds for all where there are none.
CREATE TABLE coupon_categories (
    coupon_id {{ t.key }} NOT NULL,
    category_id {{ t.key }} NOT NULL,
    PRIMARY KEY (coupon_id, category_id),
    CONSTRAINT coupon_categories_coupon_id_fkey FOREIGN KEY (coupon_id) REFERENCES coupons (id) ON DELETE CASCADE,
    CONSTRAINT coupon_categories_category_id_fkey FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE RESTRICT
);
CREATE INDEX coupon_categories_category_id_idx ON coupon_categories (category_id);

-- The use of a coupon for an order. Deleting the row, when the order is cancelled, gives the coupon back.
CREATE TABLE coupon_redemptions (
    coupon_id {{ t.key }} NOT NULL,
    order_id {{ t.key }} NOT NULL,
    redeemed_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    PRIMARY KEY (coupon_id, order_id),
    CONSTRAINT coupon_redemptions_coupon_id_fkey FOREIGN KEY (coupon_id) REFERENCES coupons (id) ON DELETE RESTRICT,
    CONSTRAINT coupon_redemptions_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE RESTRICT
);
CREATE INDEX coupon_redemptions_order_id_idx ON coupon_redemptions (order_id);
{{ frozen("coupon_redemptions", ("coupon_id", "order_id", "redeemed_at")) }}

{#- The uses of the coupon by the one who placed the order: the same account, or the same address of e-mail. -#}
{% macro uses() %}
SELECT count(*){{ " INTO uses" if not sqlite }} FROM orders AS mine
    JOIN orders AS placed ON placed.contact_email = mine.contact_email OR placed.user_id = mine.user_id
    JOIN coupon_redemptions AS used ON used.order_id = placed.id AND used.coupon_id = NEW.coupon_id
    WHERE mine.id = NEW.order_id{% endmacro %}
{% if postgres %}
-- Counting up locks the coupon until the transaction ends: whoever redeems it at the same time waits here, and then counts
-- what this one has written.
CREATE FUNCTION coupon_redemptions_count() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    coupon coupons%ROWTYPE;
    uses bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE coupons SET redemption_count = redemption_count - 1 WHERE id = OLD.coupon_id;
        RETURN NULL;
    END IF;
    UPDATE coupons SET redemption_count = redemption_count + 1 WHERE id = NEW.coupon_id RETURNING * INTO coupon;
    IF NOT coupon.is_active OR NEW.redeemed_at < coupon.starts_at OR NEW.redeemed_at >= coupon.expires_at THEN
        RAISE EXCEPTION 'the coupon % does not hold now', coupon.code USING ERRCODE = 'check_violation';
    END IF;
    IF coupon.most_per_customer IS NOT NULL THEN
        {{ uses() | trim | indent(8) }};
        IF uses > coupon.most_per_customer THEN
            RAISE EXCEPTION 'this customer has used the coupon % as often as allowed', coupon.code
            USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER coupon_redemptions_count
AFTER INSERT OR DELETE ON coupon_redemptions
FOR EACH ROW EXECUTE FUNCTION coupon_redemptions_count();
{% elif mysql %}
-- The check of the foreign key locks the coupon for reading; it is locked for writing first, until the transaction ends:
-- whoever redeems it at the same time waits here.
CREATE TRIGGER coupon_redemptions_lock
BEFORE INSERT ON coupon_redemptions
FOR EACH ROW
BEGIN
    DECLARE locked bigint;
    SELECT id INTO locked FROM coupons WHERE id = NEW.coupon_id FOR UPDATE;
END;

CREATE TRIGGER coupon_redemptions_count_insert
AFTER INSERT ON coupon_redemptions
FOR EACH ROW
BEGIN
    DECLARE holds boolean;
    DECLARE most bigint;
    DECLARE uses bigint;
    UPDATE coupons SET redemption_count = redemption_count + 1 WHERE id = NEW.coupon_id;
    SELECT is_active AND NEW.redeemed_at >= starts_at AND (expires_at IS NULL OR NEW.redeemed_at < expires_at), most_per_customer
    INTO holds, most FROM coupons WHERE id = NEW.coupon_id FOR UPDATE;
    IF NOT holds THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the coupon does not hold now';
    END IF;
    IF most IS NOT NULL THEN
        {{ uses() | trim | indent(8) }}
        LOCK IN SHARE MODE;
        IF uses > most THEN
            SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'this customer has used the coupon as often as allowed';
        END IF;
    END IF;
END;

CREATE TRIGGER coupon_redemptions_count_delete
AFTER DELETE ON coupon_redemptions
FOR EACH ROW
UPDATE coupons SET redemption_count = redemption_count - 1 WHERE id = OLD.coupon_id;
{% else %}
CREATE TRIGGER coupon_redemptions_count_insert
AFTER INSERT ON coupon_redemptions
BEGIN
    UPDATE coupons SET redemption_count = redemption_count + 1 WHERE id = NEW.coupon_id;
    SELECT RAISE(ABORT, 'the coupon does not hold now') FROM coupons
    WHERE id = NEW.coupon_id AND NOT (is_active AND NEW.redeemed_at >= starts_at AND (expires_at IS NULL OR NEW.redeemed_at < expires_at));
    SELECT RAISE(ABORT, 'this customer has used the coupon as often as allowed') FROM coupons
    WHERE id = NEW.coupon_id AND most_per_customer < (
        {{ uses() | trim | indent(8) }}
    );
END;

CREATE TRIGGER coupon_redemptions_count_delete
AFTER DELETE ON coupon_redemptions
BEGIN
    UPDATE coupons SET redemption_count = redemption_count - 1 WHERE id = OLD.coupon_id;
END;
{% endif %}
