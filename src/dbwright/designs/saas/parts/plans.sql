{% import "macros.sql" as m with context %}
{% from "matching.sql" import matches %}
-- What can be bought.
CREATE TABLE plans (
    id {{ t.id }},
    code {{ t.ascii(40) }} NOT NULL,  -- how programs call it
    name {{ t.text(80) }} NOT NULL,
    description {{ t.text(500) }} NOT NULL,
    is_offered {{ t.flag }} NOT NULL DEFAULT {{ t.true }},  -- whether new customers may choose it
    {{ m.times() -}}
    {{ m.yes_or_no("plans", "is_offered") -}}
    CONSTRAINT plans_pkey PRIMARY KEY (id),
    CONSTRAINT plans_code_key UNIQUE (code),
    CONSTRAINT plans_name_key UNIQUE (name)
);
{{ block("updated_at", "plans") }}
{{ m.readable("plans") }}

-- What a seat of a plan costs, by currency and by how often it is billed.
CREATE TABLE plan_prices (
    plan_id {{ t.key }} NOT NULL,
    currency_code {{ t.fixed(3) }} NOT NULL,  -- ISO 4217
    billing_interval {{ t.ascii(10) }} NOT NULL,
    seat_price_minor {{ t.money }} NOT NULL,  -- in the currency's smallest unit
    CONSTRAINT plan_prices_pkey PRIMARY KEY (plan_id, currency_code, billing_interval),
    CONSTRAINT plan_prices_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans (id),
    CONSTRAINT plan_prices_currency_code_check CHECK ({{ matches("currency_code", "^[A-Z]{3}$", "[A-Z][A-Z][A-Z]") }}),
    CONSTRAINT plan_prices_billing_interval_check CHECK (billing_interval IN ('month', 'year')),
    CONSTRAINT plan_prices_seat_price_minor_check CHECK (seat_price_minor >= 0)
);
{{ m.readable("plan_prices") }}

-- What the product can do, as far as it may be had or not: by plan, by organisation, or step by step for more and more of them.
CREATE TABLE features (
    id {{ t.id }},
    code {{ t.ascii(60) }} NOT NULL,  -- how programs ask for it
    name {{ t.text(80) }} NOT NULL,
    description {{ t.text(500) }} NOT NULL,
    rollout_percentage {{ t.small }} NOT NULL DEFAULT 0,  -- of the organisations whose plan lacks it, how many have it all the same
    {{ m.times() -}}
    CONSTRAINT features_pkey PRIMARY KEY (id),
    CONSTRAINT features_code_key UNIQUE (code),
    CONSTRAINT features_name_key UNIQUE (name),
    CONSTRAINT features_rollout_percentage_check CHECK (rollout_percentage BETWEEN 0 AND 100)
);
{{ block("updated_at", "features") }}
{{ m.readable("features") }}

-- Which features a plan includes.
CREATE TABLE plan_features (
    plan_id {{ t.key }} NOT NULL,
    feature_id {{ t.key }} NOT NULL,
    CONSTRAINT plan_features_pkey PRIMARY KEY (plan_id, feature_id),
    CONSTRAINT plan_features_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE,
    CONSTRAINT plan_features_feature_id_fkey FOREIGN KEY (feature_id) REFERENCES features (id) ON DELETE CASCADE
);

CREATE INDEX plan_features_feature_id_idx ON plan_features (feature_id);
{{ m.readable("plan_features") }}

-- What is counted: calls, gigabytes, messages.
CREATE TABLE meters (
    id {{ t.id }},
    code {{ t.ascii(60) }} NOT NULL,  -- how programs name it when they report usage
    name {{ t.text(80) }} NOT NULL,
    unit {{ t.text(30) }} NOT NULL,  -- what one of it is
    CONSTRAINT meters_pkey PRIMARY KEY (id),
    CONSTRAINT meters_code_key UNIQUE (code),
    CONSTRAINT meters_name_key UNIQUE (name)
);
{{ m.readable("meters") }}

-- How much of a meter a plan includes each month.
CREATE TABLE plan_meters (
    plan_id {{ t.key }} NOT NULL,
    meter_id {{ t.key }} NOT NULL,
    included_quantity {{ t.bigint }} NOT NULL,
    CONSTRAINT plan_meters_pkey PRIMARY KEY (plan_id, meter_id),
    CONSTRAINT plan_meters_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES plans (id) ON DELETE CASCADE,
    CONSTRAINT plan_meters_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES meters (id),
    CONSTRAINT plan_meters_included_quantity_check CHECK (included_quantity >= 0)
);

CREATE INDEX plan_meters_meter_id_idx ON plan_meters (meter_id);
{{ m.readable("plan_meters") }}

-- What a unit beyond that costs.
CREATE TABLE plan_meter_prices (
    plan_id {{ t.key }} NOT NULL,
    meter_id {{ t.key }} NOT NULL,
    currency_code {{ t.fixed(3) }} NOT NULL,  -- ISO 4217
    unit_price_minor {{ t.money }} NOT NULL,  -- in the currency's smallest unit
    CONSTRAINT plan_meter_prices_pkey PRIMARY KEY (plan_id, meter_id, currency_code),
    CONSTRAINT plan_meter_prices_plan_id_meter_id_fkey FOREIGN KEY (plan_id, meter_id) REFERENCES plan_meters (plan_id, meter_id) ON DELETE CASCADE,
    CONSTRAINT plan_meter_prices_currency_code_check CHECK ({{ matches("currency_code", "^[A-Z]{3}$", "[A-Z][A-Z][A-Z]") }}),
    CONSTRAINT plan_meter_prices_unit_price_minor_check CHECK (unit_price_minor >= 0)
);
{{ m.readable("plan_meter_prices") }}
