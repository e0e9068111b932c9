{% import "macros.sql" as m with context %}
{% from "guards.sql" import frozen %}
-- What an organisation used. A program that is not sure whether its report arrived sends it again with the same key.
CREATE TABLE usage_events (
    id {{ t.id }},
    {{ m.owner() -}}
    meter_id {{ t.key }} NOT NULL,
    idempotency_key {{ t.ascii(100) }} NOT NULL,  -- made by the program that reports; unique within the organisation
    quantity {{ t.bigint }} NOT NULL,
    occurred_at {{ t.moment }} NOT NULL,
    recorded_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    CONSTRAINT usage_events_pkey PRIMARY KEY (id),
    CONSTRAINT usage_events_idempotency_key_key UNIQUE (organization_id, idempotency_key),
    {{ m.belongs("usage_events") -}}
    CONSTRAINT usage_events_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES meters (id),
    CONSTRAINT usage_events_quantity_check CHECK (quantity > 0)
);

CREATE INDEX usage_events_meter_id_idx ON usage_events (meter_id);
CREATE INDEX usage_events_organization_id_occurred_at_idx ON usage_events (organization_id, occurred_at);
{{ m.guarded("usage_events", app="SELECT, INSERT", operator="SELECT, INSERT, DELETE") }}

-- The events added up by day in UTC, for bills and charts; a trigger adds each event. It stays when old events are deleted.
CREATE TABLE usage_days (
    {{ m.owner() -}}
    meter_id {{ t.key }} NOT NULL,
    used_on {{ t.day }} NOT NULL,
    quantity {{ t.bigint }} NOT NULL,
    CONSTRAINT usage_days_pkey PRIMARY KEY (organization_id, meter_id, used_on),
    {{ m.belongs("usage_days") -}}
    CONSTRAINT usage_days_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES meters (id),
    CONSTRAINT usage_days_quantity_check CHECK (quantity > 0)
);

CREATE INDEX usage_days_meter_id_idx ON usage_days (meter_id);
{{ m.guarded("usage_days", app="SELECT", operator="SELECT, DELETE") }}

{% if postgres %}
-- Added up in the order of the keys, so that two who report for the same days wait for each other instead of blocking each other.
CREATE FUNCTION usage_events_add_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    acting_for text;
    event record;
BEGIN
    FOR event IN SELECT DISTINCT organization_id FROM added ORDER BY organization_id LOOP
        {{ m.acting_for("event") | indent(8) }}
        INSERT INTO public.usage_days (organization_id, meter_id, used_on, quantity)
        SELECT a.organization_id, a.meter_id, (a.occurred_at AT TIME ZONE 'UTC')::date, sum(a.quantity)
        FROM added AS a
        WHERE a.organization_id = event.organization_id
        GROUP BY 1, 2, 3
        ORDER BY 1, 2, 3
        ON CONFLICT (organization_id, meter_id, used_on) DO UPDATE SET quantity = usage_days.quantity + EXCLUDED.quantity;
        PERFORM set_config('app.organization_id', coalesce(acting_for, ''), true);
    END LOOP;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION usage_events_add_up FROM PUBLIC;

CREATE TRIGGER usage_events_added_up
AFTER INSERT ON usage_events
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION usage_events_add_up();
{% elif mysql %}
CREATE TRIGGER usage_events_added_up
AFTER INSERT ON usage_events
FOR EACH ROW
INSERT INTO usage_days (organization_id, meter_id, used_on, quantity)
VALUES (NEW.organization_id, NEW.meter_id, date(NEW.occurred_at), NEW.quantity)
ON DUPLICATE KEY UPDATE quantity = usage_days.quantity + NEW.quantity;
{% else %}
CREATE TRIGGER usage_events_added_up
AFTER INSERT ON usage_events
FOR EACH ROW
BEGIN
    INSERT INTO usage_days (organization_id, meter_id, used_on, quantity)
    VALUES (NEW.organization_id, NEW.meter_id, date(NEW.occurred_at), NEW.quantity)
    ON CONFLICT (organization_id, meter_id, used_on) DO UPDATE SET quantity = usage_days.quantity + excluded.quantity;
END;
{% endif %}

{{ frozen("usage_events", ["organization_id", "meter_id", "idempotency_key", "quantity", "occurred_at"]) }}
