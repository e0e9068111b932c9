"""What a new name of a table or a column means for everything in the catalog that names it.

Plain names (keys, indexes, grants, owners of sequences) are changed exactly. Expressions are kept as text, so in them the name is
replaced where it stands as an identifier outside of literals: the engines print them so.
Definitions of views, routines and triggers stay as they are: each engine has its own way with them, and a comparison
with the goal brings up what is left to change.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, ForeignKey, Grant, Sequence, Table
from dbwright.catalog.parts import Check, Column, Index, KeyPart, Policy, PrimaryKey

_WORDS = re.compile(r"""('(?:[^']|'')*')|("(?:[^"]|"")*"|`(?:[^`]|``)*`|[^\W\d]\w*)""")

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")
_PLAIN_ANY_CASE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset(
    """
    add all alter analyse analyze and any array as asc asymmetric authorization autoincrement between bigint binary bit
    boolean both case cast char character check coalesce collate collation column commit concurrently constraint create
    cross current_catalog current_date current_role current_schema current_time current_timestamp current_user dec decimal
    default deferrable deferred delete desc distinct do drop else end escape except exists extract false fetch float for
    foreign freeze from full grant greatest group grouping having ilike in index initially inner inout insert int integer
    intersect interval into is isnull join lateral leading least left like limit localtime localtimestamp national natural
    nchar none normalize not nothing notnull null nullif numeric offset on only or order out outer overlaps overlay placing
    position precision primary raise real references returning right row select session_user set setof similar smallint
    some substring symmetric system_user table tablesample then time timestamp to trailing transaction treat trim true union
    unique update user using values varchar variadic verbose when where window with without xmlattributes xmlconcat
    xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """.split()
)
"""Words that PostgreSQL or SQLite prints in quotes where they are names; quotes too many do no harm."""

_replace = msgspec.structs.replace


def rename_table(catalog: Catalog, old: tuple[str, str], new: tuple[str, str]) -> Catalog:
    """The catalog after a table got another namespace and name."""

    def reference(path: tuple[str, str]) -> tuple[str, str]:
        return new if path == old else path

    def change(table: Table) -> Table:
        named = [key.table for key in table.foreign_keys] + [(table.namespace, table.name), *table.inherits]
        if old not in named and not (table.partition_of and table.partition_of.table == old):
            return table
        keys = tuple(_replace(key, table=reference(key.table)) for key in table.foreign_keys)
        parent = table.partition_of
        renamed = (table.namespace, table.name) == old
        return _replace(
            table,
            namespace=new[0] if renamed else table.namespace,
            name=new[1] if renamed else table.name,
            columns=tuple(_numbered(column, new[0]) for column in table.columns) if renamed else table.columns,
            foreign_keys=keys,
            partition_of=_replace(parent, table=reference(parent.table)) if parent else None,
            inherits=tuple(reference(path) for path in table.inherits),
        )

    def ref(each: Ref) -> Ref:
        return Ref(each.kind, (*new, *each.path[2:])) if _is_in(each, old) else each

    return _replace(
        catalog,
        tables=tuple(change(table) for table in catalog.tables),
        views=tuple(_replace(view, depends_on=tuple(ref(each) for each in view.depends_on)) for view in catalog.views),
        routines=tuple(
            _replace(routine, depends_on=tuple(ref(each) for each in routine.depends_on))
            for routine in catalog.routines
        ),
        sequences=tuple(_owned_by(sequence, old, new, lambda column: column) for sequence in catalog.sequences),
        grants=tuple(_replace(grant, on=ref(grant.on)) for grant in catalog.grants),
    )


def rename_column(catalog: Catalog, table: tuple[str, str], old: str, new: str) -> Catalog:
    """The catalog after a column of a table (namespace and name) got another name."""

    def plain(name: str) -> str:
        return new if name == old else name

    def names(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(plain(name) for name in columns)

    def text(expression: str | None) -> str | None:
        return None if expression is None else _in_expression(expression, old, new, catalog.engine)

    def own(each: Table) -> Table:
        return _replace(
            each,
            columns=tuple(_renamed(column, plain, text) for column in each.columns),
            primary_key=_key(each.primary_key, names) if each.primary_key else None,
            uniques=tuple(_replace(u, columns=names(u.columns), include=names(u.include)) for u in each.uniques),
            foreign_keys=tuple(
                _replace(key, columns=names(key.columns), on_delete_columns=names(key.on_delete_columns))
                for key in each.foreign_keys
            ),
            checks=tuple(_check(check, text) for check in each.checks),
            exclusions=tuple(
                _replace(x, columns=names(x.columns), definition=text(x.definition)) for x in each.exclusions
            ),
            indexes=tuple(_index(index, plain, names, text) for index in each.indexes),
            policies=tuple(_policy(policy, text) for policy in each.policies),
        )

    def change(each: Table) -> Table:
        changed = own(each) if (each.namespace, each.name) == table else each
        keys = tuple(_referenced(key, table, names) for key in changed.foreign_keys)
        return changed if keys == changed.foreign_keys else _replace(changed, foreign_keys=keys)

    def grant(each: Grant) -> Grant:
        return _replace(each, columns=names(each.columns)) if _is_in(each.on, table) else each

    return _replace(
        catalog,
        tables=tuple(change(each) for each in catalog.tables),
        sequences=tuple(_owned_by(sequence, table, table, plain) for sequence in catalog.sequences),
        grants=tuple(grant(each) for each in catalog.grants),
    )


def _in_expression(expression: str, old: str, new: str, engine: str) -> str:
    def word(found: re.Match[str]) -> str:
        written = found[2]
        if written is None:
            return found[0]
        if written[0] in '"`':
            mark = written[0]
            name = written[1:-1].replace(mark * 2, mark)
            if name != old:
                return written
            # Backticks stand everywhere on MySQL; the others print double quotes only where they are needed.
            return _spelled(new, mark, engine) if mark == '"' else f"`{new.replace('`', '``')}`"
        follows = expression[found.end() : found.end() + 1]
        is_name = written == old and follows != "("
        return _spelled(new, '"', engine) if is_name else written

    return _WORDS.sub(word, expression)


def _spelled(name: str, mark: str, engine: str) -> str:
    """The name as the engine prints it: SQLite's readers keep capitals without quotes, PostgreSQL quotes them."""
    plain = _PLAIN_ANY_CASE if engine == "sqlite" else _PLAIN
    if plain.fullmatch(name) and name.lower() not in _RESERVED:
        return name
    return f"{mark}{name.replace(mark, mark * 2)}{mark}"


def _is_in(ref: Ref, table: tuple[str, str]) -> bool:
    return ref.path[:2] == table and ref.kind in ("table", "column")


def _owned_by(sequence: Sequence, old: tuple[str, str], new: tuple[str, str], column: Callable[[str], str]) -> Sequence:
    owner = sequence.owned_by
    if owner is None or owner[:2] != old:
        return sequence
    return _replace(sequence, namespace=new[0], owned_by=(*new, column(owner[2])))


def _numbered(column: Column, namespace: str) -> Column:
    """The column after its table went to another namespace: the sequence that it owns went along."""
    identity = column.identity
    if identity is None or identity.sequence is None or identity.sequence[0] == namespace:
        return column
    return _replace(column, identity=_replace(identity, sequence=(namespace, identity.sequence[1])))


def _renamed(column: Column, plain: Callable[[str], str], text: Callable[[str | None], str | None]) -> Column:
    generated: Any = column.generated
    if generated:
        generated = _replace(generated, expression=text(generated.expression))
    return _replace(column, name=plain(column.name), generated=generated)


def _key(key: PrimaryKey, names: Callable[[tuple[str, ...]], tuple[str, ...]]) -> PrimaryKey:
    return _replace(key, columns=names(key.columns), include=names(key.include))


def _check(check: Check, text: Callable[[str | None], str | None]) -> Check:
    return _replace(check, expression=text(check.expression))


def _policy(policy: Policy, text: Callable[[str | None], str | None]) -> Policy:
    return _replace(policy, using=text(policy.using), check=text(policy.check))


def _index(
    index: Index,
    plain: Callable[[str], str],
    names: Callable[[tuple[str, ...]], tuple[str, ...]],
    text: Callable[[str | None], str | None],
) -> Index:
    def part(each: KeyPart) -> KeyPart:
        return _replace(each, column=plain(each.column) if each.column else None, expression=text(each.expression))

    return _replace(
        index,
        parts=tuple(part(each) for each in index.parts),
        include=names(index.include),
        predicate=text(index.predicate),
    )


def _referenced(
    key: ForeignKey, table: tuple[str, str], names: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> ForeignKey:
    return _replace(key, referenced=names(key.referenced)) if key.table == table else key
