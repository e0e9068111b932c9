{#- Rows that stay as they were written, and flags that are nothing but yes or no. -#}

{#- The check of a yes-or-no column, where the engine stores a number. -#}
{% macro yes_or_no(column) %}{% if not postgres %} CHECK ({{ column }} IN (0, 1)){% endif %}{% endmacro %}

{#- Refuses every UPDATE and DELETE: what was wrong is corrected by another row. -#}
{% macro append_only(table) %}
{% set message = "rows of " ~ table ~ " are only added: write another row that corrects this one" %}
{% if postgres %}
CREATE FUNCTION {{ table }}_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{{ message }}' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER {{ table }}_append_only
BEFORE UPDATE OR DELETE ON {{ table }}
FOR EACH STATEMENT EXECUTE FUNCTION {{ table }}_refuse_change();
{% else %}
{% for event in ("update", "delete") %}
CREATE TRIGGER {{ table }}_refuse_{{ event }}
BEFORE {{ event | upper }} ON {{ table }}
FOR EACH ROW
{% if mysql %}
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{{ message }}';
{% else %}
BEGIN
    SELECT RAISE(ABORT, '{{ message }}');
END;
{% endif %}

{% endfor %}
{% endif %}
{% endmacro %}

{#- Refuses to change the values of some columns once a row is written. -#}
{% macro frozen(table, columns) %}
{% set message = "of " ~ table ~ ", " ~ columns | join(", ") ~ " cannot be changed once written" %}
{% if postgres %}
CREATE FUNCTION {{ table }}_refuse_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{{ message }}' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER {{ table }}_frozen
BEFORE UPDATE ON {{ table }}
FOR EACH ROW WHEN ({% for name in columns %}{{ " OR " if not loop.first }}NEW.{{ name }} IS DISTINCT FROM OLD.{{ name }}{% endfor %})
EXECUTE FUNCTION {{ table }}_refuse_change();
{% elif mysql %}
CREATE TRIGGER {{ table }}_frozen
BEFORE UPDATE ON {{ table }}
FOR EACH ROW
BEGIN
    IF NOT ({% for name in columns %}{{ " AND " if not loop.first }}NEW.{{ name }} <=> OLD.{{ name }}{% endfor %}) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{{ message }}';
    END IF;
END;
{% else %}
CREATE TRIGGER {{ table }}_frozen
BEFORE UPDATE ON {{ table }}
FOR EACH ROW WHEN {% for name in columns %}{{ " OR " if not loop.first }}NEW.{{ name }} IS NOT OLD.{{ name }}{% endfor %}

BEGIN
    SELECT RAISE(ABORT, '{{ message }}');
END;
{% endif %}
{% endmacro %}
