"""What is asked for: one column with everything that is known about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from dbwright.catalog.objects import Catalog, Domain, Table
from dbwright.catalog.parts import Column
from dbwright.catalog.types import Type
from dbwright.relationships.words import singular, words
from dbwright.seed.base import ColumnHint, Limit, Settings
from dbwright.seed.values.source import Unique
from dbwright.seed.values.times import DEFAULT_UNTIL, moment

_BYTES = {"tinytext": 63, "text": 16_000, "mediumtext": 4_000_000}
"""Characters that surely fit MySQL's texts, which are limited in bytes."""


@dataclass(frozen=True)
class Asked:
    """A column, its table and catalog, what its checks allow, and what the settings say.

    type: with domains taken apart. labels: of an enum or a set. room: characters, None for no limit.
    siblings: columns of the table by prefix and meaning (("billing",), "city"), the column itself left out.
    """

    table: Table
    column: Column
    catalog: Catalog
    settings: Settings
    limit: Limit
    hint: ColumnHint
    type: Type
    labels: tuple[str, ...]
    meaning: str | None = None
    prefix: tuple[str, ...] = ()
    siblings: dict[tuple[tuple[str, ...], str], str] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the column's name."""
        return words(self.column.name)

    @property
    def table_words(self) -> tuple[str, ...]:
        """The words of the table's name, each in the singular."""
        return tuple(singular(word) for word in words(self.table.name))

    @property
    def locale(self) -> str:
        """The locale of names and texts."""
        return self.settings.locale

    @property
    def room(self) -> int | None:
        """The most characters that a text may have."""
        declared = self.type.length if self.type.is_text else None
        if declared is None and self.catalog.engine in ("mysql", "mariadb"):
            declared = _BYTES.get(self.type.spelling)
        bounds = [bound for bound in (declared, self.limit.most_length) if bound is not None]
        return min(bounds) if bounds else None

    @property
    def both_cases(self) -> bool:
        """Whether the database tells "a" from "A" in this column, and every index on it does."""
        if any(self.column.name in (part.expression or "") for index in self.table.indexes for part in index.parts):
            return False
        if self.catalog.engine in ("mysql", "mariadb"):
            return (self.column.collation or "").endswith(("_bin", "_cs"))
        collation = (self.column.collation or "").lower()
        return "citext" not in self.type.spelling and collation in ("", "binary", "c", "default", "posix")

    @property
    def needs_both_cases(self) -> bool:
        """Whether the column is so short that "a" and "A" are both wanted, and may be."""
        return self.room is not None and self.room <= 3 and self.both_cases

    def of_element(self, type_: Type) -> Asked:
        """The same column with the type of its elements, which no check or setting speaks of."""
        domains = {(each.namespace, each.name): each for each in self.catalog.domains}
        enums = {(each.namespace, each.name): each.labels for each in self.catalog.enums}
        inner = resolved(type_, domains)
        labels = inner.values or enums.get(inner.user_type or ("", ""), ())
        return replace(self, type=inner, labels=labels, limit=Limit(), hint=ColumnHint())

    def unique(self, separator: str = " ") -> Unique:
        """How the texts of this column are told apart."""
        return Unique(self.room, both_cases=self.needs_both_cases, separator=separator)

    def sibling(self, *meanings: str) -> str | None:
        """The first column of these meanings, with the same prefix or without one."""
        for meaning in meanings:
            for prefix in (self.prefix, ()):
                name = self.siblings.get((prefix, meaning))
                if name is not None and name != self.column.name:
                    return name
        return None

    @property
    def until(self) -> datetime:
        """The end of time for this run."""
        return end_of_time(self.settings)


def end_of_time(settings: Settings) -> datetime:
    """What "now" means for these rows: as the settings say, or a fixed day so that rows are the same tomorrow."""
    return moment(settings.until, datetime.now(UTC)) if settings.until else DEFAULT_UNTIL


def resolved(type_: Type, domains: dict[tuple[str, str], Domain]) -> Type:
    """The type below domains, however many there are."""
    for _ in range(32):
        domain = domains.get(type_.user_type) if type_.kind == "domain" and type_.user_type else None
        if domain is None:
            return type_
        type_ = domain.type
    return type_
