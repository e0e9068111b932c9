"""A statement written anew: without one of its clauses, with a word more, or as several statements."""

import re
from collections.abc import Sequence

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Table
from dbwright.catalog.parts import Check, Column, Exclusion, ForeignKey, PrimaryKey, Unique
from dbwright.change.actions import Action
from dbwright.rules.migrating import Migration, Moment
from dbwright.rules.migration._text import written

_NAME = r'(?:"(?:[^"]|"")*"|[\w$\x80-\U0010ffff]+)'
_ALTER = re.compile(
    rf"\s*ALTER\s+(?:FOREIGN\s+)?TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?{_NAME}(?:\s*\.\s*{_NAME})*\s*\*?\s+",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"\b(?:REFERENCES|UNIQUE|PRIMARY\s+KEY|CHECK|CONSTRAINT|EXCLUDE|COLLATE|STORAGE|COMPRESSION)\b", re.IGNORECASE
)


def alter(migration: Migration, table: Ref) -> str:
    """The beginning of a statement on a table."""
    return f"ALTER TABLE {written(migration, table)}"


def clause(moment: Moment, action: Action) -> str:
    """An action as it is written, without the words of the statement around it."""
    text = moment.deed.text[action.start : action.end or None].strip().rstrip(",;").strip()
    head = _ALTER.match(text)
    return text[head.end() :] if head else text


def rest(moment: Moment, *without: Action, instead: str = "") -> tuple[str, ...]:
    """An ALTER TABLE without some of its clauses, or with another one in the place of the first; nothing where none is left."""
    gone = {(action.start, action.end) for action in without}
    all_clauses = {(action.start, action.end): action for action in moment.deed.actions}
    texts = []
    for place, action in all_clauses.items():
        if place not in gone:
            texts.append(clause(moment, action))
        elif instead:
            texts.append(instead)
            instead = ""
    return (head(moment) + ", ".join(texts),) if texts else ()


def beside(migration: Migration, moment: Moment, action: Action) -> tuple[str, ...]:
    """All that an ALTER TABLE does but for adding one constraint: where that stands behind a new column, the column alone."""
    column = _holder(moment, action)
    return rest(moment, action, instead=f"ADD COLUMN {definition(migration, column)}" if column else "")


def can_be_parted(moment: Moment, action: Action) -> bool:
    """Whether `beside` says all: so but for a constraint behind a column that has more behind it."""
    column = _holder(moment, action)
    if column is None:
        return "inline" not in action.words
    same = [each for each in moment.deed.actions if (each.start, each.end) == (action.start, action.end)]
    return len(same) == 2 and not (column.identity or column.generated or column.collation or column.options)


def _holder(moment: Moment, action: Action) -> Column | None:
    """The new column that a constraint stands behind."""
    if "inline" not in action.words:
        return None
    return next(
        (
            each.column
            for each in moment.deed.actions
            if each.kind == "add column" and (each.start, each.end) == (action.start, action.end)
        ),
        None,
    )


def definition(migration: Migration, column: Column) -> str:
    """A new column by its name, type, default and NOT NULL alone."""
    default = f" DEFAULT {column.default}" if column.default else ""
    return f"{migration.quote(column.name)} {type_of(column)}{default}{'' if column.nullable else ' NOT NULL'}"


def head(moment: Moment) -> str:
    """What an ALTER TABLE begins with, up to its first clause."""
    found = _ALTER.match(moment.deed.text)
    return found[0].lstrip() if found else ""


def has_inline_constraints(moment: Moment, action: Action) -> bool:
    """Whether the definition of a column holds more than its type, default and NOT NULL."""
    return _INLINE.search(clause(moment, action)) is not None


def type_of(column: Column) -> str:
    """The type of a column as SQL writes it."""
    return column.type.spelling


# ---------------------------------------------------------------- constraints


def constraint_name(moment: Moment, table: Ref, constraint: object) -> str:
    """The name of a constraint that a statement adds: the one it gives, or the one that the engine then chose."""
    given = getattr(constraint, "name", None)
    after = moment.lookup_after.table(table.path)
    # The name of an exclusion may be the reader's guess.
    if given and (
        not isinstance(constraint, Exclusion) or not after or given in {each.name for each in after.exclusions}
    ):
        return str(given)
    before = moment.lookup.table(table.path)
    known = {each.name for each in _constraints(before)} if before else set()
    for each in _constraints(after) if after and after is not before else ():
        if each.name and each.name not in known and type(each) is type(constraint) and _alike(each, constraint):
            return each.name
    return _usual_name(table, constraint)


def constraint_ref(moment: Moment, table: Ref, name: str) -> Ref:
    """A constraint of a table by its name: its kind is looked up."""
    held = moment.lookup.table(table.path) or moment.lookup_after.table(table.path)
    kinds: dict[type[object], Kind] = {
        PrimaryKey: "primary_key",
        Unique: "unique",
        ForeignKey: "foreign_key",
        Exclusion: "exclusion",
    }
    found = next((each for each in _constraints(held) if each.name == name), None) if held else None
    return table.child(kinds.get(type(found), "check"), name)


def _constraints(table: Table) -> list[PrimaryKey | Unique | ForeignKey | Check | Exclusion]:
    keys = [table.primary_key] if table.primary_key else []
    return [*keys, *table.uniques, *table.foreign_keys, *table.checks, *table.exclusions]


def _alike(one: object, other: object) -> bool:
    return isinstance(one, Exclusion) or getattr(one, "columns", None) == getattr(other, "columns", None)


def _usual_name(table: Ref, constraint: object) -> str:
    columns = "_".join(getattr(constraint, "columns", ()) or ())
    match constraint:
        case PrimaryKey():
            return f"{table.name}_pkey"
        case Unique():
            return f"{table.name}_{columns}_key"
        case ForeignKey():
            return f"{table.name}_{columns}_fkey"
        case _:
            return f"{table.name}_{columns}_check" if columns else f"{table.name}_check"


def named_clause(migration: Migration, moment: Moment, action: Action, name: str) -> str:
    """The clause of a constraint (ADD …) with its name, whether it was written or not."""
    text = clause(moment, action)
    if "inline" in action.words:
        return f"ADD CONSTRAINT {migration.quote(name)} {_inline(migration, moment, action)}"
    if action.constraint is not None and action.constraint.name:
        return text
    return re.sub(r"\AADD\s+", lambda _: f"ADD CONSTRAINT {migration.quote(name)} ", text, count=1, flags=re.IGNORECASE)


def _inline(migration: Migration, moment: Moment, action: Action) -> str:
    """What stands behind a column, as a constraint of the table."""
    constraint = action.constraint
    if isinstance(constraint, Check):
        return f"CHECK ({constraint.expression})"
    text = clause(moment, action)
    columns = ", ".join(migration.quote(column) for column in getattr(constraint, "columns", ()))
    found = re.search(r"\bREFERENCES\b", text, re.IGNORECASE)
    return f"FOREIGN KEY ({columns}) {text[found.start() :]}" if found else text


def then_validated(migration: Migration, moment: Moment, action: Action, table: Ref) -> tuple[str, ...]:
    """A foreign key or a check added without looking at the rows, and validated by a statement of its own."""
    name = constraint_name(moment, table, action.constraint)
    start = alter(migration, table)
    return (
        *beside(migration, moment, action),
        f"{start} {named_clause(migration, moment, action, name)} NOT VALID",
        f"{start} VALIDATE CONSTRAINT {migration.quote(name)}",
    )


# ---------------------------------------------------------------- NOT NULL


def proves_not_null(table: Table | None, column: str) -> bool:
    """Whether a validated check of the table says that a column is not NULL, so that the server need not look at the rows."""
    if table is None:
        return False
    return any(
        check.validated and check.enforced and _says_not_null(check.expression, column) for check in table.checks
    )


def _says_not_null(expression: str, column: str) -> bool:
    quoted = column.replace('"', '""')
    wanted = re.compile(rf'\(*\s*(?:"{re.escape(quoted)}"|{re.escape(column)})\s+IS\s+NOT\s+NULL\s*\)*', re.IGNORECASE)
    if re.search(r"\bOR\b", expression, re.IGNORECASE):
        return False
    return any(wanted.fullmatch(part.strip()) for part in re.split(r"\bAND\b", expression, flags=re.IGNORECASE))


def not_null_by_check(migration: Migration, table: Ref, columns: Sequence[str]) -> tuple[str, ...]:
    """Columns made NOT NULL by way of a check that is validated while others read and write."""
    start = alter(migration, table)
    steps: list[str] = []
    for column in columns:
        name = migration.quote(f"{table.name}_{column}_not_null"[:63])
        quoted = migration.quote(column)
        steps += [
            f"{start} ADD CONSTRAINT {name} CHECK ({quoted} IS NOT NULL) NOT VALID",
            f"{start} VALIDATE CONSTRAINT {name}",
            f"{start} ALTER COLUMN {quoted} SET NOT NULL",
            f"{start} DROP CONSTRAINT {name}",
        ]
    return tuple(steps)


# ---------------------------------------------------------------- one word more


def with_concurrently(text: str, after: str) -> str:
    """A statement with CONCURRENTLY put after some of its words, given as a pattern."""
    return re.sub(rf"\A(\s*(?:{after}))\b", r"\1 CONCURRENTLY", text, count=1, flags=re.IGNORECASE)


OUTSIDE = {
    "alembic": "with op.get_context().autocommit_block(): …",
    "django": "a migration of its own with atomic = False",
    "flyway": "a script of its own with executeInTransaction=false in its .conf file",
    "dbmate": "a migration of its own that begins with `-- migrate:up transaction:false`",
    "prisma": "a migration of its own, with this one statement",
}
"""How a statement is run outside of the runner's transaction."""


def outside(migration: Migration) -> str:
    """Where a statement has to stand that cannot run in a transaction."""
    return OUTSIDE.get(migration.runner, "a migration of its own that runs without a transaction")
