"""A column that always equals a formula over others of its row, and that nothing keeps equal.

## Why
`total = subtotal + tax`, stored as a value of its own, is one fact written twice. One UPDATE that changes the tax
and forgets the total, and the database contradicts itself; nobody can say which of the two is right. A stored total
can be wanted, for speed or for the record. Then the database should compute it (a generated column) or at least
refuse a wrong one (a check).

Names only suggest the formulas (totals with their parts, quantity × price, profits and balances, full names); the
data decides. The formula must hold in every row looked at, with values that vary; a column that
a trigger computes is left alone. Where it holds but for less than 2
% of the rows, the copies have drifted apart already: that is an error, and the rows are shown.

## Bad
```sql
CREATE TABLE orders (
    id integer PRIMARY KEY,
    subtotal decimal(12,2) NOT NULL,
    tax decimal(12,2) NOT NULL,
    total decimal(12,2) NOT NULL
);
```

## Good
```sql
CREATE TABLE orders (
    id integer PRIMARY KEY,
    subtotal decimal(12,2) NOT NULL,
    tax decimal(12,2) NOT NULL,
    total decimal(12,2) NOT NULL,
    CHECK (total = subtotal + tax)
);
```

## Fix
Adds a check that states the formula. Safe where every row was looked at, all agree, and none of the columns may be
NULL. A generated column is even better, but takes a change in the programs that write it. Rows that disagree must be
decided by a person first.

## Options
- `rows`: the fewest rows from which the data decides (default 20).
- `drift`: the share of rows that may disagree (default 0.02).
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import CountDistinct, Counted, Distinct, Question
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Check, Table
from dbwright.change.operations import AddCheck
from dbwright.finding import Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._formulas import Formula, formulas
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import share
from dbwright.rules.design._tables import own_tables
from dbwright.rules.design._triggers import mentions, trigger_texts


class DerivedColumn(Rule):
    """Finds sums, products and joined names that are stored beside their parts."""

    code = "D001"
    group = "design"
    harm = "data"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        for table, formula in _open_formulas(subject):
            yield formula.question(table)
            for column in (formula.target, *formula.sources):
                yield CountDistinct(table=table.ref, columns=(column,))

    def check(self, subject: Subject) -> Iterable[Finding]:
        best: dict[Ref, tuple[tuple[float, int], Table, Formula, Counted]] = {}
        for table, formula in _open_formulas(subject):
            answer = subject.facts.ask(formula.question(table), Counted)
            if answer is None or answer.considered < subject.option("rows", 20) or not _varies(subject, table, formula):
                continue
            if not answer.matching and _is_kept(subject, table, formula):
                continue
            off = answer.matching / answer.considered
            rank = (off, -len(formula.sources))
            if off < subject.option("drift", 0.02):
                key = table.column_ref(formula.target)
                if key not in best or rank < best[key][0]:
                    best[key] = (rank, table, formula, answer)
        for _, table, formula, answer in best.values():
            yield self._finding(subject, table, formula, answer)

    def _finding(self, subject: Subject, table: Table, formula: Formula, answer: Counted) -> Finding:
        target = table.column_ref(formula.target)
        related = [table.column_ref(name) for name in dict.fromkeys(formula.sources)]
        if answer.matching:
            rows = count(answer.matching, "row")
            return self.finding(
                target,
                f"{table.ref}.{formula.target} is a copy of other columns ({formula.shown}) that has drifted: {rows} disagree"
                f"{'s' if answer.matching == 1 else ''}, and nothing says which side is right.",
                seen(
                    f"{formula.shown} holds in {answer.considered - answer.matching:,} of {looked_at(answer)}; "
                    f"{rows} ({share(answer.matching, answer.considered)}) {'breaks' if answer.matching == 1 else 'break'} it.",
                    answer,
                ),
                help="Correct these rows, then add a check that states the formula, or make it a generated column.",
                severity="error",
                related=related,
            )
        return self.finding(
            target,
            f"{table.ref}.{formula.target} always equals other columns of its row ({formula.shown}), but nothing keeps it so.",
            seen(f"{formula.shown} holds in {looked_at(answer)}.", answer),
            help="State it as a check, or make it a generated column.",
            fix=_fix(subject, table, formula, answer),
            related=related,
        )


def _open_formulas(subject: Subject) -> Iterator[tuple[Table, Formula]]:
    """The likely formulas that no check states yet."""
    for table in own_tables(subject.catalog):
        for formula in formulas(subject, table):
            if not any(_states(check, formula) for check in table.checks):
                yield table, formula


def _is_kept(subject: Subject, table: Table, formula: Formula) -> bool:
    """Whether a trigger computes the target at each insert or update."""
    return any(
        mentions(text, formula.target) and any(mentions(text, source) for source in formula.sources)
        for text in trigger_texts(subject, table, ("insert", "update"))
    )


def _states(check: Check, formula: Formula) -> bool:
    """Whether the check speaks of the target and everything that it is computed from."""
    text = check.expression.casefold()
    return all(name.casefold() in text for name in (formula.target, *formula.sources))


def _varies(subject: Subject, table: Table, formula: Formula) -> bool:
    """Whether the values vary enough for an equality to mean something: the target, and in a product every factor,
    in a sum at least one of the parts beside the first.
    """

    def distinct(column: str) -> int:
        answer = subject.facts.ask(CountDistinct(table=table.ref, columns=(column,)), Distinct)
        return answer.distinct if answer else 0

    if distinct(formula.target) < 3:
        return False
    if formula.joined:
        return all(distinct(column) > 1 for column in formula.joined)
    factors = [product for _, product in formula.terms if len(product) > 1]
    if factors:
        return all(distinct(column) > 1 for product in factors for column in product)
    return any(distinct(column) > 1 for _, product in formula.terms[1:] for column in product)


def _fix(subject: Subject, table: Table, formula: Formula, answer: Counted) -> Fix | None:
    involved = [table.column(name) for name in (formula.target, *formula.sources)]
    columns = [column for column in involved if column]
    if table.kind == "foreign" or len(columns) != len(involved):
        return None
    nullable = {column.name for column in columns if column.nullable}
    exact = all(column.type.kind == "integer" for column in columns)
    expression = _expression(subject, formula, nullable, exact)
    name = new_name(subject, "check", table, (formula.target,))
    certain = not answer.sampled and not nullable
    return Fix(
        f"Check that {formula.shown}",
        "safe" if certain else "unsafe",
        (AddCheck(target=table.ref, check=Check(name=name, expression=expression)),),
    )


def _expression(subject: Subject, formula: Formula, nullable: set[str], exact: bool) -> str:
    """The formula in the engine's own SQL. Decimals may differ by less than a cent, because products are rounded."""
    target = subject.quote(formula.target)
    if formula.joined:
        parts = [subject.quote(name) for name in formula.joined]
        separator = f"'{formula.separator}'"
        if subject.engine == "mysql":
            return f"{target} = concat({f', {separator}, '.join(parts)})"
        return f"{target} = {f' || {separator} || '.join(parts)}"
    total = ""
    for sign, product in formula.terms:
        text = " * ".join(subject.quote(name) for name in product)
        if len(formula.terms) > 1 and nullable.intersection(product):
            text = f"coalesce({text}, 0)"
        total += f" {'+' if sign > 0 else '-'} {text}" if total else f"{'' if sign > 0 else '-'}{text}"
    return f"{target} = {total}" if exact else f"abs({target} - ({total})) < 0.01"
