{% from "roles.sql" import role, grant, revoke %}
{% set works = ["institutions", "institution_names", "authors", "author_names", "technologies", "keywords", "series", "reports", "report_files",
    "report_references", "grants"] %}
{% set links = ["author_affiliations", "series_reports", "report_identifiers", "report_replacements", "report_technologies", "report_keywords",
    "report_authors", "report_author_affiliations", "report_institutions", "grant_reports", "citations"] %}
{% set lists = ["report_types", "technologies_closure"] %}
{#- Who may do what to which tables: written once, granted on the way up and revoked on the way down. -#}
{% set rights = [
    ("research_reader", "SELECT", works + links + lists),
    ("research_editor", "SELECT", lists),
    ("research_editor", "SELECT, INSERT, UPDATE", works),
    ("research_editor", "SELECT, INSERT, UPDATE, DELETE", links),
] %}
{% for name in ("research_reader", "research_editor") %}
{{ role(name) }}
{% endfor %}
{% for name, privileges, tables in rights %}
{{ grant(privileges, tables, name) }}
{% endfor %}

-- down
{% for name, privileges, tables in rights %}
{{ revoke(privileges, tables, name) }}
{% endfor %}
