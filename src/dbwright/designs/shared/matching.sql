{#- A condition on the shape of a code: a regular expression, and the pattern of GLOB that says the same on SQLite.
    On MySQL give the column `t.ascii`, else capitals and small letters are the same. -#}
{% macro matches(column, pattern, glob) -%}
{% if postgres %}{{ column }} ~ '{{ pattern }}'{% elif mysql %}{{ column }} REGEXP '{{ pattern }}'{% else %}{{ column }} GLOB '{{ glob }}'{% endif %}
{%- endmacro %}
{#- A country by its two letters (ISO 3166-1), a language by its code (ISO 639, two or three letters). -#}
{% macro country(column) -%}{{ matches(column, '^[A-Z]{2}$', '[A-Z][A-Z]') }}{%- endmacro %}
{% macro language(column) -%}
{% if sqlite %}{{ column }} GLOB '[a-z][a-z]' OR {{ column }} GLOB '[a-z][a-z][a-z]'{% else %}{{ matches(column, '^[a-z]{2,3}$', '') }}{% endif %}
{%- endmacro %}
{#- A digest in hexadecimal: 64 digits of SHA-256. -#}
{% macro sha256(column) -%}
{% if sqlite %}length({{ column }}) = 64 AND {{ column }} NOT GLOB '*[^0-9a-f]*'{% else %}{{ matches(column, '^[0-9a-f]{64}$', '') }}{% endif %}
{%- endmacro %}
{#- How a text stands in an index that finds its beginnings, whatever their case. On MySQL the collation does it. -#}
{% macro beginning(column) -%}
{% if postgres %}lower({{ column }}) text_pattern_ops{% elif sqlite %}{{ column }} COLLATE NOCASE{% else %}{{ column }}{% endif %}
{%- endmacro %}
{#- A yes-or-no column where the engine stores a number: one more line of CREATE TABLE, behind the one before. -#}
{% macro zero_or_one(table, column) -%}
{% if not postgres %},
    CONSTRAINT {{ table }}_{{ column }}_check CHECK ({{ column }} IN (0, 1)){% endif %}
{%- endmacro %}
