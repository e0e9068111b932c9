{#- A trigger that refuses a row: on insert, and on an update of the columns named.

    condition: what is refused, over NEW (and OLD on an update). locks: statements that lock what the condition reads, so that it is
    still true when the transaction ends; SQLite has one writer and needs none. message: what the application is told. -#}
{% macro reject_when(name, table, message, condition, locks="", on_insert=true, on_update="") -%}
{% if postgres %}
CREATE FUNCTION {{ name }}() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
{% if locks %}
    {{ locks }}
{% endif %}
    IF {{ condition }} THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {{ literal(message) }};
    END IF;
    RETURN NEW;
END
$function$;

CREATE TRIGGER {{ name }} BEFORE {{ "INSERT" if on_insert }}{{ " OR " if on_insert and on_update }}{{ "UPDATE OF " ~ on_update if on_update }} ON {{ table }}
FOR EACH ROW EXECUTE FUNCTION {{ name }}();
{% else %}
{% for event in (["INSERT"] if on_insert else []) + (["UPDATE"] if on_update else []) %}
{% if mysql %}
CREATE TRIGGER {{ name }}_on_{{ event | lower }} BEFORE {{ event }} ON {{ table }} FOR EACH ROW
BEGIN
{% if locks %}
    DECLARE locked bigint;
    {{ locks }}
{% endif %}
    IF {{ condition }} THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = {{ literal(message) }};
    END IF;
END;
{% else %}
CREATE TRIGGER {{ name }}_on_{{ event | lower }} BEFORE {{ event }}{{ " OF " ~ on_update if event == "UPDATE" }} ON {{ table }} FOR EACH ROW
WHEN {{ condition }}
BEGIN
    SELECT RAISE(ABORT, {{ literal(message) }});
END;
{% endif %}
{{ "" if loop.last else "\n" }}
{%- endfor %}
{% endif %}
{%- endmacro %}
{#- Reads what is committed now, whatever the transaction saw before: in a subquery of a condition that a lock protects. -#}
{% macro committed() -%}{{ " LOCK IN SHARE MODE" if mysql }}{%- endmacro %}
{#- Locks rows so that others can refer to them but not lock them for themselves; or for oneself alone. -#}
{% macro share(table, condition) -%}
{% if postgres %}PERFORM 1 FROM {{ table }} WHERE {{ condition }} FOR KEY SHARE;{% elif mysql %}SELECT count(*) INTO locked FROM {{ table }} WHERE {{ condition }} LOCK IN SHARE MODE;{% endif %}
{%- endmacro %}
{% macro alone(table, condition, order) -%}
{% if postgres %}PERFORM 1 FROM {{ table }} WHERE {{ condition }} ORDER BY {{ order }} FOR UPDATE;{% elif mysql %}SELECT count(*) INTO locked FROM {{ table }} WHERE {{ condition }} FOR UPDATE;{% endif %}
{%- endmacro %}
