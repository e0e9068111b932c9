"""How each question about the rows is asked in SQL: as columns of one shared SELECT, with a query of its own where needed."""

from dbwright.catalog.facts import (
    CountDistinct,
    CountMatching,
    CountNotTrue,
    CountNulls,
    CountOrphans,
    CountOutOfOrder,
    CountUnequal,
    CountUnequalText,
    MaximumOf,
    Question,
    TextShapes,
    TopValues,
    Unanswered,
)
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Table
from dbwright.engines.asking import missing_from
from dbwright.engines.postgres.plans import Plan
from dbwright.engines.postgres.row_questions import matching, not_true, orphans, out_of_order, unequal, unequal_text
from dbwright.engines.postgres.text_shapes import text_shapes
from dbwright.engines.postgres.value_questions import count_distinct, count_nulls, maximum, top_values


def plan(question: Question, table: Table, lookup: Lookup, version: int) -> Plan | Unanswered:
    """How to ask a question, or why it cannot be asked."""
    missing = missing_from(question, table, lookup)
    if missing:
        return Unanswered(rows=0, reason=missing)
    match question:
        case CountNulls():
            return count_nulls(question, table)
        case CountDistinct():
            return count_distinct(question, table)
        case MaximumOf():
            return maximum(question, table)
        case TopValues():
            return top_values(question, table)
        case TextShapes():
            return text_shapes(question, table, version)
        case CountOrphans():
            return orphans(question, table, lookup)
        case CountOutOfOrder():
            return out_of_order(question, table)
        case CountUnequal():
            return unequal(question, table)
        case CountUnequalText():
            return unequal_text(question, table)
        case CountNotTrue():
            return not_true(question, table)
        case CountMatching():
            return matching(question, table)
    return Unanswered(rows=0, reason=f"PostgreSQL has no {type(question).__name__} to ask for.")
