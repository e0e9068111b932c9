{% from "reference.sql" import reference, reference_pairs %}
{{ reference("plans", ["code"], ["code", "name", "description"], [
    ("free", "Free", "For trying things out: one project, five members."),
    ("team", "Team", "For teams that work on several projects."),
    ("business", "Business", "For companies: sign-in of their own, audit log, custom fields."),
]) }}
{{ reference("features", ["code"], ["code", "name", "description"], [
    ("custom_fields", "Custom fields", "Fields of the organisation's own on its tasks."),
    ("api", "API", "Keys for programs of the organisation."),
    ("audit_log", "Audit log", "Who changed what and when, for the organisation to read."),
    ("single_sign_on", "Single sign-on", "Sign-in by the organisation's own identity provider."),
]) }}
{{ reference_pairs("plan_features", ["plan_id", "feature_id"], ("plans", "code"), ("features", "code"), [
    ("team", "custom_fields"), ("team", "api"),
    ("business", "custom_fields"), ("business", "api"), ("business", "audit_log"), ("business", "single_sign_on"),
]) }}
{{ reference("meters", ["code"], ["code", "name", "unit"], [
    ("api_calls", "API calls", "call"),
    ("storage", "Storage", "gigabyte-day"),
]) }}
{% set insert_once = "INSERT IGNORE INTO" if mysql else "INSERT INTO" %}
{% set leave = "" if mysql else " ON CONFLICT DO NOTHING" %}
{% for plan, currency, month, year in (("free", "EUR", 0, 0), ("free", "USD", 0, 0), ("team", "EUR", 900, 9000), ("team", "USD", 1000, 10000), ("business", "EUR", 1900, 19000), ("business", "USD", 2100, 21000)) %}
{% for interval, price in (("month", month), ("year", year)) %}
{{ insert_once }} plan_prices (plan_id, currency_code, billing_interval, seat_price_minor)
SELECT id, '{{ currency }}', '{{ interval }}', {{ price }} FROM plans WHERE code = '{{ plan }}'{{ leave }};
{% endfor %}
{% endfor %}
{% for plan, meter, quantity in (("free", "api_calls", 1000), ("free", "storage", 30), ("team", "api_calls", 100000), ("team", "storage", 3000), ("business", "api_calls", 1000000), ("business", "storage", 30000)) %}
{{ insert_once }} plan_meters (plan_id, meter_id, included_quantity)
SELECT p.id, m.id, {{ quantity }} FROM plans AS p CROSS JOIN meters AS m WHERE p.code = '{{ plan }}' AND m.code = '{{ meter }}'{{ leave }};
{% endfor %}
{% for plan, meter, currency, price in (("team", "api_calls", "EUR", 1), ("team", "storage", "EUR", 2), ("business", "api_calls", "EUR", 1), ("business", "storage", "EUR", 1), ("team", "api_calls", "USD", 1), ("team", "storage", "USD", 2), ("business", "api_calls", "USD", 1), ("business", "storage", "USD", 1)) %}
{{ insert_once }} plan_meter_prices (plan_id, meter_id, currency_code, unit_price_minor)
SELECT p.id, m.id, '{{ currency }}', {{ price }} FROM plans AS p CROSS JOIN meters AS m WHERE p.code = '{{ plan }}' AND m.code = '{{ meter }}'{{ leave }};
{% endfor %}
