"""Rules of a project's own: Python files and SQL queries in its `dbwright_rules/` folder."""

from dbwright.app.own_rules.blame import run_rule
from dbwright.app.own_rules.load import known_rules, load_folder
from dbwright.app.own_rules.queries import QueryRule, run_query_rules

__all__ = ["QueryRule", "known_rules", "load_folder", "run_query_rules", "run_rule"]
