{% import "macros.sql" as m with context %}
{% from "matching.sql" import matches %}
-- What an organisation has bought; one of its subscriptions at most is not cancelled.
CREATE TABLE subscriptions (
    id {{ t.id }},
    {{ m.owner() -}}
    plan_id {{ t.key }} NOT NULL,
    currency_code {{ t.fixed(3) }} NOT NULL,
    billing_interval {{ t.ascii(10) }} NOT NULL,
    status {{ t.ascii(20) }} NOT NULL DEFAULT 'trial',
    started_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    cancelled_at {{ t.moment }},
{% if mysql %}
    uncancelled_organization_id bigint GENERATED ALWAYS AS (CASE WHEN status <> 'cancelled' THEN organization_id END) STORED,  -- unique, so that there is one subscription at a time
{% endif %}
    {{ m.times() -}}
    CONSTRAINT subscriptions_pkey PRIMARY KEY (id),
{% if mysql %}
    CONSTRAINT subscriptions_uncancelled_organization_id_key UNIQUE (uncancelled_organization_id),
{% endif %}
    {{ m.target("subscriptions") -}}
    {{ m.belongs("subscriptions") -}}
    CONSTRAINT subscriptions_plan_price_fkey FOREIGN KEY (plan_id, currency_code, billing_interval) REFERENCES plan_prices (plan_id, currency_code, billing_interval),
    CONSTRAINT subscriptions_status_check CHECK (status IN ('trial', 'active', 'past_due', 'cancelled')),
    CONSTRAINT subscriptions_cancelled_at_check CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL) AND (cancelled_at IS NULL OR cancelled_at >= started_at))
);

CREATE INDEX subscriptions_plan_price_idx ON subscriptions (plan_id, currency_code, billing_interval);
{% if not mysql %}
CREATE UNIQUE INDEX subscriptions_uncancelled_key ON subscriptions (organization_id) WHERE status <> 'cancelled';
{% endif %}
{{ block("updated_at", "subscriptions") }}
{{ block("status_machine", "subscriptions", transitions={"trial": ["active", "cancelled"], "active": ["past_due", "cancelled"], "past_due": ["active", "cancelled"], "cancelled": []}, initial=["trial", "active"]) }}
{{ m.guarded("subscriptions", app="SELECT", operator="SELECT, INSERT, UPDATE") }}

-- Bills. Their total is the sum of their lines, and is stored nowhere.
CREATE TABLE invoices (
    id {{ t.id }},
    {{ m.owner() -}}
    subscription_id {{ t.key }} NOT NULL,
    number {{ t.ascii(30) }} NOT NULL,  -- the provider's own, without gaps
    status {{ t.ascii(20) }} NOT NULL DEFAULT 'draft',
    currency_code {{ t.fixed(3) }} NOT NULL,  -- as it was when it was written, whatever the subscription says later
    issued_on {{ t.day }},
    due_on {{ t.day }},
    {{ m.times() -}}
    CONSTRAINT invoices_pkey PRIMARY KEY (id),
    {{ m.target("invoices") -}}
    CONSTRAINT invoices_number_key UNIQUE (number),
    CONSTRAINT invoices_subscription_id_fkey FOREIGN KEY (organization_id, subscription_id) REFERENCES subscriptions (organization_id, id),
    CONSTRAINT invoices_currency_code_check CHECK ({{ matches("currency_code", "^[A-Z]{3}$", "[A-Z][A-Z][A-Z]") }}),
    CONSTRAINT invoices_status_check CHECK (status IN ('draft', 'open', 'paid', 'void')),
    CONSTRAINT invoices_issued_on_check CHECK (status = 'draft' OR issued_on IS NOT NULL),
    CONSTRAINT invoices_due_on_check CHECK ((issued_on IS NULL) = (due_on IS NULL) AND (due_on IS NULL OR due_on >= issued_on))
);

CREATE INDEX invoices_subscription_id_idx ON invoices (organization_id, subscription_id);
{{ block("updated_at", "invoices") }}
{{ block("status_machine", "invoices", transitions={"draft": ["open", "void"], "open": ["paid", "void"], "paid": [], "void": []}) }}
{{ m.guarded("invoices", app="SELECT", operator="SELECT, INSERT, UPDATE") }}

-- What an invoice asks money for, and credits that lower it.
CREATE TABLE invoice_lines (
    {{ m.owner() -}}
    invoice_id {{ t.key }} NOT NULL,
    line_number {{ t.small }} NOT NULL,
    kind {{ t.ascii(10) }} NOT NULL,
    description {{ t.text(200) }} NOT NULL,
    meter_id {{ t.key }},  -- what was used, on lines for usage
    quantity {{ t.bigint }} NOT NULL,
    unit_price_minor {{ t.money }} NOT NULL,  -- in the invoice's currency, never negative: a credit lowers the total by it
    CONSTRAINT invoice_lines_pkey PRIMARY KEY (invoice_id, line_number),
    CONSTRAINT invoice_lines_invoice_id_fkey FOREIGN KEY (organization_id, invoice_id) REFERENCES invoices (organization_id, id) ON DELETE CASCADE,
    CONSTRAINT invoice_lines_meter_id_fkey FOREIGN KEY (meter_id) REFERENCES meters (id),
    CONSTRAINT invoice_lines_line_number_check CHECK (line_number > 0),
    CONSTRAINT invoice_lines_kind_check CHECK (kind IN ('seats', 'usage', 'credit')),
    CONSTRAINT invoice_lines_meter_id_check CHECK ((kind = 'usage') = (meter_id IS NOT NULL)),
    CONSTRAINT invoice_lines_quantity_check CHECK (quantity > 0),
    CONSTRAINT invoice_lines_unit_price_minor_check CHECK (unit_price_minor >= 0)
);

CREATE INDEX invoice_lines_organization_id_invoice_id_idx ON invoice_lines (organization_id, invoice_id);
CREATE INDEX invoice_lines_meter_id_idx ON invoice_lines (meter_id);
{{ m.guarded("invoice_lines", app="SELECT", operator="SELECT, INSERT, UPDATE, DELETE") }}

-- Attempts to pay an invoice, as the payment provider reports them.
CREATE TABLE payments (
    id {{ t.id }},
    {{ m.owner() -}}
    invoice_id {{ t.key }} NOT NULL,
    provider {{ t.ascii(30) }} NOT NULL,
    provider_reference {{ t.ascii(100) }} NOT NULL,  -- the provider's number, so that a message that comes twice counts once
    amount_minor {{ t.money }} NOT NULL,  -- in the invoice's currency
    status {{ t.ascii(20) }} NOT NULL DEFAULT 'pending',
    {{ m.times() -}}
    CONSTRAINT payments_pkey PRIMARY KEY (id),
    CONSTRAINT payments_provider_reference_key UNIQUE (provider, provider_reference),
    CONSTRAINT payments_invoice_id_fkey FOREIGN KEY (organization_id, invoice_id) REFERENCES invoices (organization_id, id),
    CONSTRAINT payments_amount_minor_check CHECK (amount_minor > 0),
    CONSTRAINT payments_status_check CHECK (status IN ('pending', 'succeeded', 'failed', 'refunded'))
);

CREATE INDEX payments_invoice_id_idx ON payments (organization_id, invoice_id);
{{ block("updated_at", "payments") }}
{{ block("status_machine", "payments", transitions={"pending": ["succeeded", "failed"], "succeeded": ["refunded"], "failed": [], "refunded": []}) }}
{{ m.guarded("payments", app="SELECT", operator="SELECT, INSERT, UPDATE") }}
