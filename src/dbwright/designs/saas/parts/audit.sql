{% import "macros.sql" as m with context %}
{% set audited = [] %}
{% if part.folder == "migrations" %}
{% set audited = audited + [("organizations", ["id"], ["member_count"]), ("memberships", ["user_id"], []), ("subscriptions", ["id"], []), ("feature_overrides", ["feature_id"], [])] %}
{% endif %}
{% if m.shared or part.folder != "migrations" %}
{% set audited = audited + [("members", ["user_id"], []), ("roles", ["id"], []), ("role_permissions", ["role_id", "permission_id"], []), ("member_roles", ["user_id", "role_id"], []), ("api_keys", ["id"], ["key_hash"]), ("projects", ["id"], []), ("tasks", ["id"], []), ("custom_fields", ["id"], [])] %}
{% endif %}
{% from "matching.sql" import matches %}
-- Who changed which row, when, and what it held before and after. Triggers write it; nobody may change it.
CREATE TABLE audit_entries (
    id {{ t.id }},
    {{ m.owner() -}}
    changed_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},
    changed_by {{ t.bigint }},  -- the user's number, as the session said; without a foreign key, since it outlives the user
    action {{ t.ascii(10) }} NOT NULL,
    table_name {{ t.ascii(64) }} NOT NULL,
    row_key {{ t.text(200) }} NOT NULL,  -- the row's key within the organisation; several columns with a stroke between
    old_values {{ t.json }},  -- the row before, without secrets and updated_at
    new_values {{ t.json }},  -- the row after, likewise
    {{ m.belongs("audit_entries") -}}
    CONSTRAINT audit_entries_action_check CHECK (action IN ('insert', 'update', 'delete')),
    CONSTRAINT audit_entries_values_check CHECK ((action = 'insert') = (old_values IS NULL) AND (action = 'delete') = (new_values IS NULL)),
    CONSTRAINT audit_entries_pkey PRIMARY KEY (id)
);

CREATE INDEX audit_entries_row_idx ON audit_entries ({{ m.own }}table_name, row_key);
CREATE INDEX audit_entries_changed_at_idx ON audit_entries ({{ m.own }}changed_at);
{{ m.guarded("audit_entries", app="SELECT", operator="SELECT, DELETE") }}

{% if postgres %}
-- Arguments: the columns of the key, and those whose values are secret or of no interest.
CREATE FUNCTION audit_entries_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - TG_ARGV[1]::text[] END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - TG_ARGV[1]::text[] END;
    whole jsonb := coalesce(new_row, old_row);
    row_key text;
{% if m.mixed %}
    owner bigint := CASE TG_TABLE_NAME WHEN 'organizations' THEN whole ->> 'id' ELSE whole ->> 'organization_id' END;
    acting_for text := current_setting('app.organization_id', true);
{% endif %}
BEGIN
    IF old_row = new_row THEN
        RETURN NULL;
    END IF;
    SELECT string_agg(whole ->> part, '/' ORDER BY place) INTO row_key
    FROM unnest(TG_ARGV[0]::text[]) WITH ORDINALITY AS k(part, place);
{% if m.mixed %}
    -- It writes for the organisation of the row, so that the policy holds for the entry too.
    PERFORM set_config('app.organization_id', owner::text, true);
    INSERT INTO public.audit_entries (organization_id, changed_by, action, table_name, row_key, old_values, new_values)
    VALUES (owner, nullif(current_setting('app.user_id', true), '')::bigint, lower(TG_OP), TG_TABLE_NAME, row_key, old_row, new_row);
    PERFORM set_config('app.organization_id', coalesce(acting_for, ''), true);
{% else %}
    EXECUTE format(
        'INSERT INTO %I.audit_entries (changed_by, action, table_name, row_key, old_values, new_values)'
        ' VALUES ($1, $2, $3, $4, $5, $6)', TG_TABLE_SCHEMA)
    USING nullif(current_setting('app.user_id', true), '')::bigint, lower(TG_OP), TG_TABLE_NAME, row_key, old_row, new_row;
{% endif %}
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION audit_entries_write FROM PUBLIC;

{% for table, key, hidden in audited %}
{% set hidden = hidden + ["updated_at"] %}
CREATE TRIGGER {{ table }}_audited
AFTER INSERT OR UPDATE{{ " OR DELETE" if table != "organizations" }} ON {{ table }}
FOR EACH ROW EXECUTE FUNCTION audit_entries_write('{{ "{" ~ key | join(",") ~ "}" }}', '{{ "{" ~ hidden | join(",") ~ "}" }}');

{% endfor %}
{% else %}
{% set object = "JSON_OBJECT" if mysql else "json_object" %}
{% set who = "@user_id" if mysql else "NULL" %}
{% for table, key, hidden in audited %}
{% set shown = columns_of(table) | reject("in", hidden + ["updated_at"]) | list %}
{% for event in (("insert", "update", "delete") if table != "organizations" else ("insert", "update")) %}
{% set row = "OLD" if event == "delete" else "NEW" %}
{% set columns = key | map("replace", "", row ~ ".", 1) | list %}
{% set numbered = "CONCAT_WS('/', " ~ columns | join(", ") ~ ")" if mysql else columns | join(" || '/' || ") %}
{% set owned = [row ~ "." ~ ("id" if table == "organizations" else "organization_id")] if m.mixed else [] %}
CREATE TRIGGER {{ table }}_audited_{{ event }}
AFTER {{ event | upper }} ON {{ table }}
{% if sqlite and event == "update" %}
FOR EACH ROW WHEN {% for name in shown %}{{ " OR " if not loop.first }}NEW.{{ name }} IS NOT OLD.{{ name }}{% endfor %}

{% else %}
FOR EACH ROW
{% endif %}
BEGIN
{% if mysql and event == "update" %}
    IF NOT ({% for name in shown %}{{ " AND " if not loop.first }}NEW.{{ name }} <=> OLD.{{ name }}{% endfor %}) THEN
{% endif %}
    INSERT INTO audit_entries ({{ m.own }}changed_by, action, table_name, row_key, old_values, new_values)
    VALUES ({{ (owned + [who, literal(event), literal(table)]) | join(", ") }}, {{ numbered }},
{% for image, missing in (("OLD", "insert"), ("NEW", "delete")) %}
        {% if event == missing %}NULL{% else %}{{ object }}({% for name in shown %}{{ ", " if not loop.first }}'{{ name }}', {{ image }}.{{ name }}{% endfor %}){% endif %}{{ "," if loop.first else ");" }}
{% endfor %}
{% if mysql and event == "update" %}
    END IF;
{% endif %}
END;

{% endfor %}
{% endfor %}
{% endif %}
