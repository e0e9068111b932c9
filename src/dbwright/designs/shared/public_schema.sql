{#- Up to PostgreSQL 14 everyone may create tables and functions in the schema public, and so slip them into other people's queries. -#}
{% macro closed() %}
{% if postgres %}
DO $$
BEGIN
    IF current_setting('server_version_num')::integer < 150000 THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
END
$$;
{% endif %}
{% endmacro %}
{% macro opened() %}
{% if postgres %}
DO $$
BEGIN
    IF current_setting('server_version_num')::integer < 150000 THEN
        GRANT CREATE ON SCHEMA public TO PUBLIC;
    END IF;
END
$$;
{% endif %}
{% endmacro %}
