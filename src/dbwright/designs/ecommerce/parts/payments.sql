{% from "guards.sql" import frozen %}
-- Payments of orders, as the payment provider tells of them. Amounts are in the order's currency.
CREATE TABLE payments (
    id {{ t.id }} PRIMARY KEY,
    order_id {{ t.key }} NOT NULL,
    provider {{ t.text(40) }} NOT NULL,
    provider_reference {{ t.text(100) }} NOT NULL, -- the provider's own number: a message that comes twice is stored once
    method {{ t.text(20) }} NOT NULL,
    status {{ t.text(20) }} NOT NULL DEFAULT 'pending',
    amount_minor {{ t.money }} NOT NULL,
    refunded_minor {{ t.money }} NOT NULL DEFAULT 0, -- the sum of its refunds that did not fail, kept by triggers of refunds
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT payments_provider_provider_reference_key UNIQUE (provider, provider_reference),
    CONSTRAINT payments_method_check CHECK (method IN ('card', 'transfer', 'wallet', 'invoice', 'cash')),
    CONSTRAINT payments_status_check CHECK (status IN ('pending', 'authorised', 'captured', 'failed', 'cancelled')),
    CONSTRAINT payments_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT payments_refunded_minor_check CHECK (refunded_minor BETWEEN 0 AND amount_minor),
    CONSTRAINT payments_refunded_status_check CHECK (refunded_minor = 0 OR status = 'captured'),
    CONSTRAINT payments_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id)
);
CREATE INDEX payments_order_id_idx ON payments (order_id);
{{ block("updated_at", "payments") }}

-- Money that was given back.
CREATE TABLE refunds (
    id {{ t.id }} PRIMARY KEY,
    payment_id {{ t.key }} NOT NULL,
    provider_reference {{ t.text(100) }} NOT NULL,
    status {{ t.text(20) }} NOT NULL DEFAULT 'pending',
    amount_minor {{ t.money }} NOT NULL,
    reason {{ t.text(200) }} NOT NULL,
    created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.touched }},
    CONSTRAINT refunds_payment_id_provider_reference_key UNIQUE (payment_id, provider_reference),
    CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'succeeded', 'failed')),
    CONSTRAINT refunds_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT refunds_payment_id_fkey FOREIGN KEY (payment_id) REFERENCES payments (id)
);
{{ block("updated_at", "refunds") }}
{{ frozen("refunds", ("payment_id", "amount_minor")) }}

{#- The change of a payment's sum: what counts after the row was written, less what counted before. -#}
{% macro counted(row) %}CASE WHEN {{ row }}.status = 'failed' THEN 0 ELSE {{ row }}.amount_minor END{% endmacro %}
{% if postgres %}
CREATE FUNCTION refunds_count() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    change bigint := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        change := change - {{ counted("OLD") }};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        change := change + {{ counted("NEW") }};
    END IF;
    IF change <> 0 THEN
        UPDATE payments SET refunded_minor = refunded_minor + change
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.payment_id ELSE NEW.payment_id END;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER refunds_count
AFTER INSERT OR UPDATE OF status OR DELETE ON refunds
FOR EACH ROW EXECUTE FUNCTION refunds_count();
{% else %}
{% if mysql %}
-- The check of the foreign key locks the payment for reading; to write it afterwards, it is locked for writing first.
CREATE TRIGGER refunds_lock
BEFORE INSERT ON refunds
FOR EACH ROW
BEGIN
    DECLARE locked bigint;
    SELECT id INTO locked FROM payments WHERE id = NEW.payment_id FOR UPDATE;
END;
{% endif %}

{% for event, change, row in (
    ("insert", counted("NEW"), "NEW"),
    ("update", counted("NEW") ~ " - " ~ counted("OLD"), "NEW"),
    ("delete", "- " ~ counted("OLD"), "OLD"),
) %}
CREATE TRIGGER refunds_count_{{ event }}
AFTER {{ event | upper }} ON refunds
FOR EACH ROW
{% if sqlite %}
BEGIN
    UPDATE payments SET refunded_minor = refunded_minor + ({{ change }}) WHERE id = {{ row }}.payment_id;
END;
{% else %}
UPDATE payments SET refunded_minor = refunded_minor + ({{ change }}) WHERE id = {{ row }}.payment_id;
{% endif %}

{% endfor %}
{% endif %}
