{#- What every part of this design writes the same way. A macro for lines of a table ends with the indentation of the next one. `shared`: all tenants in the same tables, told apart by organization_id. -#}
{% set shared = option.isolation == "shared" %}
{#- Whether the tables of this part hold the rows of many organisations: then each key begins with the organisation. -#}
{% set mixed = shared or part.folder == "migrations" %}
{% set own = "organization_id, " if mixed else "" %}

{#- The column that says whose row it is. PostgreSQL fills it in by itself. -#}
{% macro owner() -%}
{% if mixed %}organization_id {{ t.key }} NOT NULL{{ " DEFAULT current_organization()" if postgres }},  -- Whose row this is.{{ "\n    " }}{% endif %}
{%- endmacro %}

{#- The key that references from tables of the same organisation need: it makes a reference across organisations impossible. -#}
{% macro target(table, columns="id") -%}
{% if mixed %}CONSTRAINT {{ table }}_organization_id_{{ columns | replace(", ", "_") }}_key UNIQUE (organization_id, {{ columns }}),{{ "\n    " }}{% endif %}
{%- endmacro %}

{#- A reference to the organisation itself, for tables that reach it by no other reference. -#}
{% macro belongs(table) -%}
{% if mixed %}CONSTRAINT {{ table }}_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES organizations (id),{{ "\n    " }}{% endif %}
{%- endmacro %}

{#- An organisation sees and writes its own rows alone. PostgreSQL: a policy, forced on the owner too. MySQL and MariaDB: a view for
    the application, which has no right on the table. `app`, `operator`: what each role may do. -#}
{% macro guarded(table, app="SELECT, INSERT, UPDATE, DELETE", operator="SELECT", column="organization_id") %}
{% if mixed %}
{% if postgres %}
ALTER TABLE {{ table }} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {{ table }} FORCE ROW LEVEL SECURITY;
CREATE POLICY {{ table }}_of_organization ON {{ table }} USING ({{ column }} = (SELECT current_organization()));
CREATE POLICY {{ table }}_of_operators ON {{ table }} TO saas_operator USING (true);
{% elif mysql %}
-- The organisation's own rows of {{ table }}.
CREATE DEFINER = saas_views SQL SECURITY DEFINER VIEW own_{{ table }} AS
SELECT * FROM {{ table }} WHERE {{ column }} = current_organization()
WITH CASCADED CHECK OPTION;
{% endif %}
{{ granted(table, app, operator) }}
{% endif %}
{% endmacro %}

{% macro granted(table, app, operator) %}
{% if postgres %}
{% if app %}
GRANT {{ app }} ON {{ table }} TO saas_app;
{% endif %}
GRANT {{ operator }} ON {{ table }} TO saas_operator;
{% elif mysql %}
GRANT SELECT, INSERT, UPDATE, DELETE ON {{ table }} TO saas_views;
{% if app %}
GRANT {{ app }} ON own_{{ table }} TO saas_app;
{% endif %}
GRANT {{ operator }} ON {{ table }} TO saas_operator;
{% endif %}
{% endmacro %}

{#- Tables that are the same for everybody: prices, features, permissions. -#}
{% macro readable(table) %}
{% if mixed and not sqlite %}
GRANT SELECT ON {{ table }} TO saas_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON {{ table }} TO saas_operator;
{% endif %}
{% endmacro %}

{#- Refuses an INSERT or UPDATE with a plain sentence, within a trigger. -#}
{% macro refuse(message) -%}
{% if postgres %}RAISE EXCEPTION '{{ message }}' USING ERRCODE = 'check_violation';
{%- elif mysql %}SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{{ message }}';
{%- else %}SELECT RAISE(ABORT, '{{ message }}');
{%- endif %}
{%- endmacro %}

{#- PostgreSQL: a trigger function with the rights of the owner, which acts for the organisation of the row that fired it, so that the
    policies hold for what it writes too. -#}
{% macro acting_for(row) -%}
    acting_for := current_setting('app.organization_id', true);
    PERFORM set_config('app.organization_id', {{ row }}.organization_id::text, true);
{%- endmacro %}

{#- When a row was made and last changed. MySQL keeps the second by itself, the others by the block "updated_at". -#}
{% macro times() -%}
created_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }},{{ "\n    " }}updated_at {{ t.moment }} NOT NULL DEFAULT {{ t.now }}{{ " ON UPDATE " ~ t.now if mysql }},{{ "\n    " }}
{%- endmacro %}

{#- The check of a yes-or-no column, where the engine stores a number. -#}
{% macro yes_or_no(table, column) -%}
{% if not postgres %}CONSTRAINT {{ table }}_{{ column }}_check CHECK ({{ column }} IN (0, 1)),{{ "\n    " }}{% endif %}
{%- endmacro %}
