"""A table and its catalog → all that is known of the conditions on its rows."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
import polars as pl

from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.seed.base import Impossible, Limit
from dbwright.seed.checks.checked import Checked, Condition
from dbwright.seed.checks.constants import folded
from dbwright.seed.checks.evaluate import Evaluator
from dbwright.seed.checks.excluded import excluded_of
from dbwright.seed.checks.mend import Goal, Mender, assigned_of, orders_of
from dbwright.seed.checks.narrowing import Subject, narrowed, settled
from dbwright.seed.checks.propagate import propagated
from dbwright.seed.checks.reading import read
from dbwright.seed.checks.terms import (
    Call,
    Name,
    NotRead,
    Term,
    bare,
    call,
    changed,
    columns_of,
    conjuncts,
    plain,
    walk,
)
from dbwright.seed.checks.type_limits import Types, limit_of


def understand(table: Table, catalog: Catalog, *, now: datetime | None = None) -> Checked:
    """The conditions on a table's rows, from its types, domains, checks and exclusion constraints.

    now: what CURRENT_TIMESTAMP is taken to be (in UTC); None for this moment.
    """
    return _Understanding(table, catalog, now).checked()


def condition_of(table: Table, catalog: Catalog, expression: str, *, now: datetime | None = None) -> Condition | None:
    """A condition that stands elsewhere (the predicate of a partial index) as one on rows; None where it cannot be evaluated.

    Its `evaluate` tells true from unknown, as an index does; `holds` takes unknown for true, as a check does.
    """
    understanding = _Understanding(table, catalog, now)
    understanding.add(f"the condition {expression}", expression)
    return next(iter(understanding.tests), None)


class _Understanding:
    """What is gathered of one table."""

    def __init__(self, table: Table, catalog: Catalog, now: datetime | None) -> None:
        self.table, self.types = table, Types(catalog)
        self.now = now or datetime.now(UTC)
        self.evaluator = Evaluator(table, self.types, self.now)
        self.names = {column.name.casefold(): column.name for column in table.columns}
        self.limits = {column.name: limit_of(column, self.types) for column in table.columns}
        self.tests: list[Condition] = []
        self.terms: list[Term] = []
        self.goals: list[Goal] = []
        self.asked: list[Condition] = []
        self.unread: list[str] = []
        self.generated: dict[str, Term | None] = {}

    def checked(self) -> Checked:
        """All of it."""
        title = ".".join(part for part in (self.table.namespace, self.table.name) if part)
        for column in self.table.columns:
            for domain in self.types.chain(column.type):
                for check in domain.checks:
                    self.add(f"domain {domain.name} of {title}.{column.name}", check.expression, column)
        for check in self.table.checks:
            if check.enforced:
                self.add(f"check {check.name or check.expression} of {title}", check.expression)
        self.narrow()
        impossible = tuple(self.impossible(title))
        types = {column.name: self.types.base(column.type) for column in self.table.columns}
        self.limits = propagated(self.limits, types, self.terms)
        excluded, more = excluded_of(self.table, self.condition)
        return Checked(
            limits=self.limits,
            tests=tuple(self.tests),
            asked=tuple(self.asked),
            unread=(*self.unread, *more),
            impossible=impossible,
            excluded=excluded,
            orders=orders_of(self.goals),
            assigned=assigned_of(self.goals, self.table),
            mender=Mender(self.table, self.evaluator, self.limits, self.goals) if self.goals else None,
        )

    # ------------------------------------------------------------ reading

    def add(self, where: str, expression: str, value: Column | None = None) -> None:
        """Take in one condition. value: the column that VALUE means in a domain's check."""
        try:
            term = self.term(expression, value)
        except NotRead as reason:
            columns = () if value is None else (value.name,)
            self.refuse(where, _shown(expression, value), columns, str(reason))
            return
        self.take(where, _shown(expression, value), term)
        for name in sorted(self.as_json(term)):
            self.limits[name] = msgspec.structs.replace(self.limits[name], is_json=True)
            valid = call("or", call("is null", Name(name)), call("json_valid", Name(name)))
            self.take(where, _shown(expression, value), valid)

    def as_json(self, term: Term) -> set[str]:
        """The columns of a plain text type that a condition takes for JSON; the engines refuse what is none."""
        found = set()
        for each in walk(term):
            if isinstance(each, Call) and each.function.startswith("json_"):
                first = bare(each.arguments[0]) if each.arguments else each
                column = self.table.column(first.column) if isinstance(first, Name) else None
                if column is not None and self.types.base(column.type).is_text:
                    found.add(column.name)
        return found

    def take(self, where: str, text: str, term: Term) -> None:
        """Take in a condition that is read."""
        condition = self.condition(where, text, term)
        self.terms.append(plain(term))
        if condition.evaluate is not None:
            self.tests.append(condition)
            self.goals.append(Goal(term=plain(term), condition=condition))
            return
        self.refuse(where, condition.text, condition.columns, condition.reason)
        for part in conjuncts(plain(term)):  # what we can evaluate of it, we do
            known = self.condition(where, condition.text, part)
            if known.evaluate is not None:
                self.tests.append(known)
                self.goals.append(Goal(term=part, condition=known))

    def refuse(self, where: str, text: str, columns: tuple[str, ...], reason: str) -> None:
        """Note that only the database can evaluate a condition."""
        self.asked.append(Condition(where=where, text=text, columns=columns, reason=reason))
        self.unread.append(f"The {where} is left to the database to judge: {reason}.")

    def term(self, expression: str, value: Column | None = None) -> Term:
        """An expression over the columns that are written: generated ones are replaced by what they are computed from."""
        engine = self.types.engine

        def place(term: Term) -> Term:
            if isinstance(term, Name):
                if value is not None and term.column.upper() == "VALUE":
                    return Name(value.name)
                if self.table.column(term.column) is None:
                    if term.column.casefold() not in self.names:
                        raise NotRead(f"there is no column {term.column}")
                    term = Name(self.names[term.column.casefold()])
                return self.computed(term.column) or term
            return folded(term, engine)

        return changed(read(expression, engine), place)

    def computed(self, name: str) -> Term | None:
        """What a generated column is computed from; None for one that is written. Raises NotRead."""
        column = self.table.column(name)
        if column is None or column.generated is None:
            return None
        if name not in self.generated:
            self.generated[name] = None  # one that is computed from itself is not followed
            self.generated[name] = self.term(column.generated.expression)
        return self.generated[name]

    def condition(self, where: str, text: str, term: Term | None = None) -> Condition:
        """One condition, evaluated by us where we can."""
        try:
            term = self.term(text) if term is None else term
            return Condition(where=where, text=text, columns=columns_of(term), evaluate=self.evaluator.condition(term))
        except NotRead as reason:
            return Condition(
                where=where, text=text, columns=() if term is None else columns_of(term), reason=str(reason)
            )

    # ------------------------------------------------------------ limits

    def narrow(self) -> None:
        """Take the conditions on single columns into their limits."""
        for term in self.terms:
            for part in conjuncts(term):
                names = columns_of(part)
                if len(names) != 1:
                    continue
                column = self.table.column(names[0])
                if column is not None and column.generated is None:
                    subject = Subject(column.name, self.types.base(column.type), self.types.engine)
                    self.limits[column.name] = narrowed(self.limits[column.name], self.fixed_now(part), subject)
        for column in self.table.columns:
            self.limits[column.name] = settled(self.limits[column.name], self.types.base(column.type))

    def fixed_now(self, term: Term) -> Term:
        """The term with parts that no column is in computed."""
        return changed(term, self.evaluator.computed)

    def impossible(self, title: str) -> list[Impossible]:
        """Conditions that are false whatever the row, and columns that nothing can stand in."""
        never = [test for test in self.tests if not test.columns and not test.holds(pl.DataFrame({"row": [0]})).all()]
        found = [
            Impossible(where=title, sentence=f"No row can meet the {each.where}: it is never true.", possible=0)
            for each in never
        ]
        for column in self.table.columns:
            limit = self.limits[column.name]
            reason = _contradiction(limit) if column.generated is None else None
            if reason is not None and not limit.nullable:
                sentence = f"No value can stand in {title}.{column.name}: {reason}, and NULL is not allowed."
                found.append(Impossible(where=f"{title}.{column.name}", sentence=sentence, possible=0))
        return found


def _contradiction(limit: Limit) -> str | None:
    if limit.allowed is not None and not limit.allowed:
        return "its conditions leave no value"
    if limit.lowest is not None and limit.highest is not None and limit.lowest > limit.highest:
        return f"it must be at least {limit.lowest} and at most {limit.highest}"
    if limit.most_length is not None and limit.least_length > limit.most_length:
        return f"it must have at least {limit.least_length:,} characters and at most {limit.most_length:,}"
    return None


def _shown(expression: str, value: Column | None) -> str:
    """A domain's condition in the words of its column, for the database to evaluate."""
    if value is None:
        return expression
    quoted = '"' + value.name.replace('"', '""') + '"'
    return re.sub(r"\bVALUE\b", lambda _: quoted, expression)
