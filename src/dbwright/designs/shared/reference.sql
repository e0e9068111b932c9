{#- Rows that always hold, written so that they can be written again: those that are there take the new values. -#}
{% macro reference(table, key, columns, rows) -%}
INSERT INTO {{ table }} ({{ columns | join(", ") }}) VALUES
{% for row in rows %}
    ({% for value in row %}{{ ", " if not loop.first }}{{ literal(value) if value is string else value }}{% endfor %}){{ "," if not loop.last }}
{% endfor %}
{% set others = columns | reject("in", key) | list %}
{% if mysql %}
ON DUPLICATE KEY UPDATE {% for name in others or key[:1] %}{{ ", " if not loop.first }}{{ name }} = VALUES({{ name }}){% endfor %};
{% elif others %}
ON CONFLICT ({{ key | join(", ") }}) DO UPDATE SET {% for name in others %}{{ ", " if not loop.first }}{{ name }} = excluded.{{ name }}{% endfor %};
{% else %}
ON CONFLICT ({{ key | join(", ") }}) DO NOTHING;
{% endif %}
{%- endmacro %}
{#- Pairs of rows that belong together, each found by its name. -#}
{% macro reference_pairs(table, columns, first, second, pairs) -%}
{#- first, second: (table, column of the name). -#}
{% for one, other in pairs %}
INSERT INTO {{ table }} ({{ columns | join(", ") }})
SELECT a.id, b.id FROM {{ first[0] }} AS a CROSS JOIN {{ second[0] }} AS b
WHERE a.{{ first[1] }} = {{ literal(one) }} AND b.{{ second[1] }} = {{ literal(other) }}
  AND NOT EXISTS (SELECT 1 FROM {{ table }} AS known WHERE known.{{ columns[0] }} = a.id AND known.{{ columns[1] }} = b.id);
{% endfor %}
{%- endmacro %}
