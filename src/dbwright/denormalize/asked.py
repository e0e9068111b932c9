"""What a person asks for on the command line, read against a catalog.

    --counter  posts.comments_count=comments [by post_id] [where approved]
    --sum      orders.total=order_items.amount [by …] [where …]      (--minimum, --maximum likewise)
    --copy     order_items.product_name=products.name [by product_id]

A name with blanks, dots or other marks stands in double quotes; a quote inside is doubled.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from msgspec.structs import replace

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, ForeignKey, Table
from dbwright.catalog.types import Type
from dbwright.denormalize.expressions import column_named, read_condition
from dbwright.denormalize.kinds import Copy, Function, Total, referenced
from dbwright.denormalize.types import TypeOf, sum_type
from dbwright.errors import UsageError

FUNCTIONS: dict[str, Function] = {"counter": "count", "sum": "sum", "minimum": "minimum", "maximum": "maximum"}

NAME = r'(?:"(?:[^"]|"")+"|`(?:[^`]|``)+`|[^\s.,="`]+)'
PATH = rf"{NAME}(?:\.{NAME}){{0,2}}"
_ASKED = re.compile(
    rf"\s*(?P<target>{PATH})\s*=\s*(?P<source>{PATH})"
    rf"(?:\s+by\s+(?P<by>{NAME}(?:\s*,\s*{NAME})*))?(?:\s+where\s+(?P<where>.+?))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_EXAMPLES = {
    "counter": "posts.comments_count=comments",
    "sum": "orders.total=order_items.amount",
    "minimum": "products.lowest_price=offers.price",
    "maximum": "users.last_seen=visits.seen_at",
    "copy": "order_items.product_name=products.name",
}


class Asked(NamedTuple):
    """The parts of an option's value: paths of names, the columns of the reference, the condition as it was written."""

    target: tuple[str, ...]
    source: tuple[str, ...]
    by: tuple[str, ...]
    where: str | None


class Reader:
    """Reads options against one catalog.

    quote: a name as the engine writes it. dialect: of conditions. spell: the engine's spelling for a logical type.
    """

    def __init__(
        self, catalog: Catalog, dialect: str, engine: str, quote: Callable[[str], str], spell: Callable[[Type], str]
    ) -> None:
        self.catalog, self.dialect, self.engine, self.quote, self.spell = catalog, dialect, engine, quote, spell
        self.lookup = Lookup(catalog)

    def total(self, kind: str, text: str) -> Total:
        """A counter, sum, minimum or maximum. Raises UsageError with what does not fit."""
        asked = parse(kind, text)
        function = FUNCTIONS[kind]
        parent, name = self._column_path(asked.target, text)
        if function == "count":
            child, of = self._table(asked.source, text), None
        else:
            child, summed = self._column_path(asked.source, text)
            of = self._known(child, summed)
            self._must_fit(function, child, of)
        key = self._key(child, parent, asked.by, text)
        there = column_named(parent, name)
        column = there or Column(name=name, type=self._type(function, of), nullable=function not in ("count", "sum"))
        if there is None and not column.nullable:
            column = Column(name=name, type=column.type, nullable=False, default="0")
        if there and (there.generated or there.name in {n for each in parent.keys for n in each}):
            raise UsageError(f"{parent.ref}.{name} is a key or computed, so it cannot hold a total.")
        if there and function == "count" and not (there.type.is_number or there.type.kind == "untyped"):
            raise UsageError(f"{parent.ref}.{name} is {there.type.spelling}, which holds no count.")
        what = f"the condition of {parent.ref}.{name}"
        return Total(
            parent=parent,
            column=column,
            child=child,
            key=key,
            function=function,
            of=of,
            condition=read_condition(asked.where, child, self.dialect, self.quote, what) if asked.where else None,
            is_new=there is None,
            text=" ".join(text.split()) if not asked.where else text.strip(),
        )

    def copy(self, text: str) -> Copy:
        """A copied column. Raises UsageError with what does not fit."""
        asked = parse("copy", text)
        if asked.where:
            raise UsageError(f"A copy has no condition: {text}")
        child, name = self._column_path(asked.target, text)
        parent, original = self._column_path(asked.source, text)
        source = self._known(parent, original)
        key = self._key(child, parent, asked.by, text)
        if source.name in referenced(parent, key):
            raise UsageError(f"{parent.ref}.{source.name} is what {child.ref} refers by; it needs no copy.")
        there = column_named(child, name)
        keys = {column for each in (*child.keys, *(k.columns for k in child.foreign_keys)) for column in each}
        if there and (there.generated or there.name in keys):
            raise UsageError(f"{child.ref}.{name} is a key or computed, so it cannot be a copy.")
        may_be_null = source.nullable or any(self._known(child, each).nullable for each in key.columns)
        if there and not there.nullable and may_be_null:
            raise UsageError(
                f"{child.ref}.{name} forbids NULL, and its original may be NULL or missing.",
                hint=f"Allow NULL in {name}, or forbid it in {parent.ref}.{source.name} and {', '.join(key.columns)}.",
            )
        column = there or Column(name=name, type=source.type, collation=source.collation, charset=source.charset)
        return Copy(
            child=child, column=column, parent=parent, source=source, key=key, is_new=there is None,
            text=" ".join(text.split()),
        )  # fmt: skip

    # ------------------------------------------------------------ names

    def _column_path(self, path: tuple[str, ...], text: str) -> tuple[Table, str]:
        if len(path) < 2:
            raise UsageError(f"{'.'.join(path)} in {text!r} must be a table and a column.", hint="Write table.column.")
        return self._table(path[:-1], text), path[-1]

    def _table(self, path: tuple[str, ...], text: str) -> Table:
        return find_named(self.catalog, path, text)

    def _known(self, table: Table, name: str) -> Column:
        found = column_named(table, name)
        if found is None:
            raise UsageError(
                f"{table.ref} has no column {name}.", hint=f"It has {', '.join(c.name for c in table.columns)}."
            )
        return found

    def _key(self, child: Table, parent: Table, by: tuple[str, ...], text: str) -> ForeignKey:
        path = (parent.namespace, parent.name)
        keys = [key for key in child.foreign_keys if key.table == path and referenced(parent, key)]
        wanted = tuple(self._known(child, name).name for name in by)
        if wanted:
            keys = [key for key in keys if set(key.columns) == set(wanted)]
        if len({key.columns for key in keys}) > 1:
            ways = " or ".join(f"by {', '.join(key.columns)}" for key in keys)
            raise UsageError(f"{child.ref} refers to {parent.ref} in several ways.", hint=f"Add {ways} to {text!r}.")
        if not keys:
            by_ = f" by {', '.join(wanted)}" if wanted else ""
            raise UsageError(
                f"No foreign key of {child.ref} refers to {parent.ref}{by_}.",
                hint="Declare it first: what is kept for rows that may refer to nothing cannot be kept right.",
            )
        key = keys[0]
        if not key.enforced:
            raise UsageError(f"The foreign key of {child.ref} by {', '.join(key.columns)} is not enforced.")
        return key

    # ------------------------------------------------------------ types

    def _must_fit(self, function: Function, child: Table, of: Column) -> None:
        kinds = TypeOf.SUMMED if function == "sum" else TypeOf.ORDERED
        if of.type.kind not in kinds and not (of.type.kind == "untyped" and self.engine == "sqlite"):
            verb = "added up" if function == "sum" else "ordered"
            raise UsageError(f"{child.ref}.{of.name} is {of.type.spelling or 'untyped'}, which cannot be {verb}.")

    def _type(self, function: Function, of: Column | None) -> Type:
        if of is not None and function != "sum":
            return of.type
        logical = sum_type(of.type if of else None, self.engine)
        return logical if logical.spelling else replace(logical, spelling=self.spell(logical))


def parse(kind: str, text: str) -> Asked:
    """The parts of an option's value. Raises UsageError where it does not have that form."""
    found = _ASKED.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is not understood as --{kind}.", hint=f"Write it like --{kind} {_EXAMPLES[kind]}.")
    by = tuple(unquoted(name) for name in re.findall(NAME, found["by"])) if found["by"] else ()
    return Asked(_path(found["target"]), _path(found["source"]), by, found["where"])


def _path(text: str) -> tuple[str, ...]:
    return tuple(unquoted(name) for name in re.findall(NAME, text))


def unquoted(name: str) -> str:
    """A name without its quotes."""
    if name[:1] in ('"', "`"):
        return name[1:-1].replace(name[0] * 2, name[0])
    return name


def read_path(text: str) -> tuple[str, ...]:
    """The names of a path such as public.daily_sales. Raises UsageError where it is none."""
    if not re.fullmatch(rf"\s*{PATH}\s*", text):
        raise UsageError(
            f"{text!r} is no name.", hint='A name with blanks or dots stands in double quotes: "daily sales".'
        )
    return _path(text)


def find_named(catalog: Catalog, path: tuple[str, ...], text: str) -> Table:
    """The one table that a path names, exactly or else in any case. Raises UsageError where there is none, or several."""
    exact = [table for table in catalog.tables if table.ref.path[-len(path) :] == path]
    folded = tuple(part.casefold() for part in path)
    found = exact or [
        table for table in catalog.tables if tuple(p.casefold() for p in table.ref.path[-len(path) :]) == folded
    ]
    if not found:
        from difflib import get_close_matches

        near = get_close_matches(path[-1], [table.name for table in catalog.tables], n=3)
        hint = f"Did you mean {' or '.join(near)}?" if near else None
        raise UsageError(f"There is no table {'.'.join(path)}, which {text!r} names.", hint=hint)
    in_public = [table for table in found if table.namespace == "public"]
    if len(found) > 1 and not in_public:
        raise UsageError(f"There are several tables {'.'.join(path)}.", hint="Name its schema too: schema.table.")
    return in_public[0] if len(found) > 1 else found[0]
