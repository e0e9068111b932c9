{% from "rejections.sql" import committed %}
{#- Whether one of two people has blocked the other. Whoever acts holds their own row of users, which a block locks for itself. -#}
{% macro blocked(one, other) -%}
EXISTS (SELECT 1 FROM blocks WHERE blocker_id = {{ other }} AND blocked_id = {{ one }}{{ committed() }})
        OR EXISTS (SELECT 1 FROM blocks WHERE blocker_id = {{ one }} AND blocked_id = {{ other }}{{ committed() }})
{%- endmacro %}
