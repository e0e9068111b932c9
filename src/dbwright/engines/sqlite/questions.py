"""How each question about the rows is asked in SQL: as columns of one shared SELECT, and as the answer made of them."""

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
    StorageClasses,
    TextShapes,
    TopValues,
    Unanswered,
)
from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Table
from dbwright.engines.asking import missing_from
from dbwright.engines.sqlite.plans import Plan
from dbwright.engines.sqlite.row_questions import matching, not_true, orphans, out_of_order, unequal, unequal_text
from dbwright.engines.sqlite.value_questions import (
    count_distinct,
    count_nulls,
    maximum,
    storage_classes,
    text_shapes,
    top_values,
)


def plan(question: Question, table: Table, lookup: Lookup) -> Plan | Unanswered:
    """How to ask a question, or why it cannot be asked. `{source}` in a follow-up stands for the rows looked at."""
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
            return text_shapes(question, table)
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
        case StorageClasses():
            return storage_classes(question, table)
    return Unanswered(rows=0, reason=f"SQLite has no {type(question).__name__} to ask for.")
