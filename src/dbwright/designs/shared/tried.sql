{#- A comment of a query: with which value it is tried. The busiest one is the key that the most rows have, so that the plan shows
    what a page costs where there are many. -#}
{% macro busiest(parameter, table, column) -%}
-- with {{ parameter }} = SELECT {{ column }} FROM {{ table }} GROUP BY {{ column }} ORDER BY count(*) DESC LIMIT 1
{%- endmacro %}
