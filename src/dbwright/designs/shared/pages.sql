{#- The rows after the last one of a page, in falling order of two columns. MySQL walks an index only for the long form. -#}
{% macro before(first, first_value, second, second_value) -%}
{% if mysql -%}
{{ first }} <= {{ first_value }} AND ({{ first }} < {{ first_value }} OR {{ second }} < {{ second_value }})
{%- else -%}
({{ first }}, {{ second }}) < ({{ first_value }}, {{ second_value }})
{%- endif %}
{%- endmacro %}
{#- MySQL guesses that sorting is cheaper than reading on in an index where a key has some dozens of rows, and is wrong where it has thousands:
    it is told which index the page walks along, and which table comes first. -#}
{% macro along(index) -%}{{ " FORCE INDEX (" ~ index ~ ")" if mysql }}{%- endmacro %}
{% macro then_join() -%}{{ "STRAIGHT_JOIN" if mysql else "JOIN" }}{%- endmacro %}
