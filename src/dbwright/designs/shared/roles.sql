{#- Roles of the database. They belong to the whole server, so another database may have made them already, and the way back
    takes away what they may do here and leaves the roles. SQLite has no roles: whoever opens the file may do everything. -#}
{% macro role(name) -%}
{% if postgres %}
DO $$
BEGIN
    CREATE ROLE {{ name }} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END
$$;
{% elif mysql %}
CREATE ROLE IF NOT EXISTS {{ name }};
{% endif %}
{%- endmacro %}
{% macro grant(privileges, tables, role) -%}
{% if postgres %}
GRANT {{ privileges }} ON {{ tables | join(", ") }} TO {{ role }};
{% elif mysql %}
{% for table in tables %}
GRANT {{ privileges }} ON {{ table }} TO {{ role }};
{% endfor %}
{% endif %}
{%- endmacro %}
{% macro revoke(privileges, tables, role) -%}
{% if postgres %}
REVOKE {{ privileges }} ON {{ tables | join(", ") }} FROM {{ role }};
{% elif mysql %}
{% for table in tables %}
REVOKE {{ privileges }} ON {{ table }} FROM {{ role }};
{% endfor %}
{% endif %}
{%- endmacro %}
