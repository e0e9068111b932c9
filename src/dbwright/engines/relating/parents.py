"""Rows beside the rows of another table that they refer to, or that refer to them."""

from collections.abc import Sequence

from dbwright.catalog.facts import Answer, Counted, CountLivingChildren, CountUnequalCopy, CountUnequalTotal, Question
from dbwright.catalog.objects import Table
from dbwright.engines.asking import EXAMPLES
from dbwright.engines.relating.dialect import OURS, Rows, Term, key_terms, listing, printed, term, times

_PARENT = f"{OURS}p"
_TOTALS = f"{OURS}s"


def unequal_total(question: CountUnequalTotal, rows: Rows) -> Answer:
    """The children are counted or summed whole; of a sample of parents, all their children."""
    dialect, child = rows.dialect, rows.lookup.table(question.child.path)
    assert child is not None
    own = [term(rows, "t", rows.table, column) for column in question.columns]
    theirs = [term(rows, "c", child, column) for column in question.child_columns]
    target = term(rows, "t", rows.table, question.target)
    conditions = [f"{each.sql} IS NOT NULL" for each in theirs]
    if question.living:
        conditions.append(f"NOT ({dialect.deleted(term(rows, 'c', child, question.living))})")
    amount = f", sum({dialect.number(term(rows, 'c', child, question.of))}) AS amount" if question.of else ""
    keys = [dialect.comparable(each) for each in theirs]
    named = ", ".join(f"{key} AS k{place}" for place, key in enumerate(keys))
    join = " AND ".join(
        dialect.equal(each._replace(sql=f"{_TOTALS}.k{place}"), mine)
        for place, (each, mine) in enumerate(zip(theirs, own, strict=True))
    )
    true = f"coalesce({_TOTALS}.amount, 0)" if question.of else f"coalesce({_TOTALS}.n, 0)"
    unequal = (
        f"CASE WHEN {target.sql} IS NULL THEN coalesce({_TOTALS}.n, 0) > 0"
        f" ELSE {dialect.unequal(dialect.number(target), true)} END"
    )
    key = rows.table.primary_key.columns if rows.table.primary_key else ()
    needed = tuple(dict.fromkeys((*key, *question.columns, question.target)))

    def joined(source: str, wanted: str = "") -> str:
        where = " AND ".join((*conditions, wanted) if wanted else conditions)
        totals = (
            f"SELECT {named}, count(*) AS n{amount} FROM {dialect.place(child)} AS c WHERE {where}"
            f" GROUP BY {', '.join(keys)}"
        )
        return f"{source} LEFT JOIN ({totals}) AS {_TOTALS} ON {join}"

    source = rows.source("t", needed)
    chosen = ""
    if rows.sampled:
        # Only the children of the sampled parents, which an index on their columns finds without reading the others.
        inner = [term(rows, "o", rows.table, column) for column in question.columns]
        pairs = " AND ".join(dialect.equal(each, mine) for each, mine in zip(theirs, inner, strict=True))
        chosen = f"EXISTS (SELECT 1 FROM {rows.source('o', needed)} WHERE {pairs})"
    what = f"sum of {child.name}.{question.of}" if question.of else f"rows of {child.name}"
    shown = [*key_terms(rows, "t"), *zip(question.columns, own, strict=True), (question.target, target)]
    return _counted(
        question,
        rows,
        joined(source, chosen),
        joined(_whole(rows)),
        "1 = 1",
        unequal,
        [*shown, (what, Term(true, target.column))],
    )


def unequal_copy(question: CountUnequalCopy, rows: Rows) -> Answer:
    """Each row beside its parent, byte for byte."""
    parent = rows.lookup.table(question.parent.path)
    assert parent is not None
    copy = term(rows, "t", rows.table, question.target)
    original = term(rows, _PARENT, parent, question.source)
    return _beside_parent(
        question,
        rows,
        parent,
        needed=(question.target,),
        considered="1 = 1",
        condition=rows.dialect.apart(copy, original),
        shown=[(question.target, copy), (f"{parent.name}.{question.source}", original)],
    )


def living_children(question: CountLivingChildren, rows: Rows) -> Answer:
    """Rows that are not deleted, of parents that are."""
    dialect, parent = rows.dialect, rows.lookup.table(question.parent.path)
    assert parent is not None
    gone = term(rows, _PARENT, parent, question.parent_deleted)
    living = "1 = 1"
    if question.deleted:
        living = f"NOT ({dialect.deleted(term(rows, 't', rows.table, question.deleted))})"
    return _beside_parent(
        question,
        rows,
        parent,
        needed=(question.deleted,) if question.deleted else (),
        considered=living,
        condition=dialect.deleted(gone),
        shown=[(f"{parent.name}.{question.parent_deleted}", gone)],
    )


def _beside_parent(
    question: CountUnequalCopy | CountLivingChildren,
    rows: Rows,
    parent: Table,
    *,
    needed: Sequence[str],
    considered: str,
    condition: str,
    shown: Sequence[tuple[str, Term]],
) -> Answer:
    own = [term(rows, "t", rows.table, column) for column in question.columns]
    theirs = [term(rows, _PARENT, parent, column) for column in question.parent_columns]
    join = " AND ".join(rows.dialect.equal(one, other) for one, other in zip(theirs, own, strict=True))
    beside = f" LEFT JOIN {rows.dialect.place(parent)} AS {_PARENT} ON {join}"
    key = rows.table.primary_key.columns if rows.table.primary_key else ()
    columns = tuple(dict.fromkeys((*key, *question.columns, *needed)))
    return _counted(
        question,
        rows,
        rows.source("t", columns) + beside,
        _whole(rows) + beside,
        f"{theirs[0].sql} IS NOT NULL AND {considered}",
        condition,
        [*key_terms(rows, "t"), *zip(question.columns, own, strict=True), *shown],
    )


def _whole(rows: Rows) -> str:
    return f"{rows.dialect.place(rows.table)} AS t"


def _counted(
    question: Question,
    rows: Rows,
    here: str,
    everywhere: str,
    considered: str,
    condition: str,
    shows: Sequence[tuple[str, Term]],
) -> Answer:
    """How many rows are considered and meet the condition, with a few of them."""
    matching = f"{considered} AND ({condition})"
    looked_at, possible, found = rows.ask(f"SELECT count(*), {times(considered)}, {times(matching)} FROM {here}")[0]
    names, shown = listing(rows, shows)
    examples = rows.examples(f"SELECT {shown} FROM {here} WHERE {matching} LIMIT {EXAMPLES}") if found and names else []
    return Counted(
        rows=int(looked_at),
        sampled=rows.sampled,
        sql=f"SELECT {shown or 'count(*)'} FROM {everywhere} WHERE {matching}",
        matching=int(found),
        considered=int(possible),
        examples=printed(rows, examples),
        example_columns=names if examples else (),
    )
