{#- The end of an INSERT that leaves a row alone which is there already, by the unique key over `columns`. INSERT IGNORE on MySQL
    would also swallow what is wrong with a row. -#}
{% macro or_leave(table, columns) -%}
{% if mysql -%}
ON DUPLICATE KEY UPDATE {{ columns[0] }} = {{ table }}.{{ columns[0] }}
{%- else -%}
ON CONFLICT ({{ columns | join(", ") }}) DO NOTHING
{%- endif %}
{%- endmacro %}
