"""A column that names another table and holds its keys, but has no foreign key.

## Why
Without a foreign key nothing stops a row from pointing at something that is not there, or its parent from being
deleted under it. Such orphans drop out of joins without a word: totals no longer add up, pages fail on a missing
author. And no tool can draw or follow the relation.

No single sign proves a reference, so all are weighed together: what the column's name says (its stem, plurals,
prefixes, abbreviations, roles such as `author_id` for a user), whether the types agree, whether its values are found
among the keys and how likely that is by chance, how they spread over the keys, and which columns the queries join. Each
finding shows its reasons and the probability that comes of them. Pairs such as `owner_type` and `owner_id` are another
rule's, and identifiers from other systems (`stripe_customer_id`) are left alone.

## Bad
```sql
CREATE TABLE authors (id integer PRIMARY KEY);
CREATE TABLE books (id integer PRIMARY KEY, author_id integer NOT NULL);
```

## Good
```sql
CREATE TABLE authors (id integer PRIMARY KEY);
CREATE TABLE books (
  id integer PRIMARY KEY,
  author_id integer NOT NULL,
  FOREIGN KEY (author_id) REFERENCES authors (id)
);
```

## Fix
Adds the foreign key, an index for it where there is none, and the parent's type where the two differ. Where orphans
exist they have to be repaired first, so the statements are only shown. The actions on DELETE and UPDATE stay at the
default, which refuses. Partitioned tables of MySQL cannot have foreign keys: there only rows that point at nothing are
reported.

## Options
- `threshold` (default 0.7): the probability from which on a reference is reported where the rows were asked.
- `threshold-unseen` (default 0.9): the same where they could not be asked.
- `most-pairs` (default 100): how many pairs of columns that only agree in type are tried, for which neither a name nor
  a join speaks. They are reported only where the rows leave hardly a doubt.

## References
- PostgreSQL, [Foreign keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK)
- SQLite, [Foreign key support](https://www.sqlite.org/foreignkeys.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.facts import Included, Question, Unanswered
from dbwright.catalog.objects import ForeignKey, Index, KeyPart, Table
from dbwright.change.operations import AddForeignKey, AlterColumnType, CreateIndex, Operation
from dbwright.finding import Evidence, Finding, Fix, Safety, Touched
from dbwright.relationships.candidates import Candidate
from dbwright.relationships.composite import CompositeProposal, composite_proposals
from dbwright.relationships.find import proposals, questions
from dbwright.relationships.values import means_none
from dbwright.relationships.weigh import Proposal
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count, looked_at, seen
from dbwright.rules.design._names import stem, word_set
from dbwright.rules.design._new_names import new_name
from dbwright.rules.design._phrases import listed, share
from dbwright.rules.design._references import composite_reference_candidates, reference_candidates
from dbwright.rules.design._tables import is_indexed, keeps_records
from dbwright.rules.design._widening import difference, seen_by_views

_FLEETING = word_set("session")
"""Words in the names of tables whose rows come and go on their own, and that nothing should hold back."""


class MissingForeignKey(Rule):
    """Finds references that only names, values and queries know of."""

    code = "R001"
    group = "relationships"

    def questions(self, subject: Subject) -> Iterable[Question]:
        yield from questions(_candidates(subject))
        for each in composite_reference_candidates(subject):
            yield from each.questions

    def check(self, subject: Subject) -> Iterable[Finding]:
        likely = float(subject.option("threshold", 0.7))
        unseen = float(subject.option("threshold-unseen", 0.9))
        for proposal in proposals(_candidates(subject), subject.facts, threshold=min(likely, unseen)):
            asked = proposal.answer is not None and proposal.answer.filled > 0
            if proposal.probability < (likely if asked else unseen):
                continue
            orphans = proposal.answer.orphans if proposal.answer else 0
            if orphans or not _cannot_be_declared(subject, proposal.candidate.table, proposal.candidate.key.table):
                yield self._finding(subject, proposal)
        for composite in composite_proposals(composite_reference_candidates(subject), subject.facts, likely):
            each = composite.candidate
            if composite.answer.matching or not _cannot_be_declared(subject, each.table, each.parent):
                yield self._composite(subject, composite)

    def _composite(self, subject: Subject, proposal: CompositeProposal) -> Finding:
        each, answer = proposal.candidate, proposal.answer
        ours, theirs = ", ".join(each.columns), f"{each.parent.ref} ({', '.join(each.parent_columns)})"
        points = count(answer.matching, "row points", "rows point")
        also = f", and {points} at nothing" if answer.matching else ""
        found = f"{count(answer.considered - answer.matching, 'row')} of {answer.considered:,} with values there have a match"
        safety: Safety = (
            "display" if answer.matching or subject.engine == "mysql" else "unsafe" if answer.sampled else "safe"
        )
        return self.finding(
            each.table.ref,
            f"({ours}) of {each.table.ref} refers to {theirs}, but no foreign key says so{also}.",
            seen(f"{found}; looked at {looked_at(answer)}.", answer),
            Evidence(f"({ours}) {proposal.factors[0].told}."),
            help=f"Add a foreign key from ({ours}) to {theirs}.",
            fix=_fix_of(subject, each.table, each.columns, each.parent, each.parent_columns, safety),
            severity="note" if keeps_records(each.table) else "error" if answer.matching else None,
            related=(each.parent.ref,),
            touched=Touched(rows=answer.matching) if answer.matching else None,
            probability=round(proposal.probability, 2),
        )

    def _finding(self, subject: Subject, proposal: Proposal) -> Finding:
        candidate, answer = proposal.candidate, proposal.answer
        table, column, key = candidate.table, candidate.column, candidate.key
        orphans = answer.orphans if answer else 0
        message = f"{candidate.ref} refers to {key.shown}, but no foreign key says so."
        help_ = f"Add a foreign key from {column.name} to {key.shown}, and decide what deleting the parent should do."
        if answer and orphans:
            points = count(orphans, "row of it points", "rows of it point")
            message = f"{candidate.ref} refers to {key.shown} without a foreign key, and {points} at nothing."
            help_ = "Give these rows a parent, set the column to NULL, or delete them; then add the foreign key."
            if means_none(answer):
                none = " and ".join(repr(each) for each in answer.examples)
                message = f"{candidate.ref} refers to {key.shown} without a foreign key, and {count(orphans, 'row')} "
                message += f"{'writes' if orphans == 1 else 'write'} {none} for “none”."
                help_ = f"{none} seems to mean “none”: make the column nullable and use NULL; then add the foreign key."
        is_none = answer is not None and means_none(answer)
        fleeting = keeps_records(key.table) or _FLEETING.intersection(stem(key.table.name))
        guessed = candidate.hint is None and not candidate.joins
        return self.finding(
            candidate.ref,
            message,
            *_evidence(subject, proposal),
            help=help_,
            fix=_fix(subject, candidate, "display" if orphans else _safety(answer)),
            severity="note"
            if guessed or fleeting or keeps_records(table)
            else "error"
            if orphans and not is_none
            else None,
            related=(key.ref,),
            touched=Touched(rows=orphans) if orphans else None,
            probability=round(proposal.probability, 2),
        )


def _candidates(subject: Subject) -> list[Candidate]:
    most = int(subject.option("most-pairs", 100)) if subject.facts.has_rows else 0
    return reference_candidates(subject, most)


def _evidence(subject: Subject, proposal: Proposal) -> Iterator[Evidence]:
    """The rows, then the name and the types, then the joins, then what else the column may refer to."""
    candidate, answer = proposal.candidate, proposal.answer
    yield _of_rows(subject, proposal) if answer and answer.filled else _unasked(subject, candidate)
    name = f"{candidate.column.name} {listed(proposal.told('names'))}"
    yield Evidence(f"{name}; {listed([*proposal.told('types'), *proposal.told('structure')])}.")
    for told in proposal.told("joins"):
        yield Evidence(f"{told[:1].upper()}{told[1:]}.", basis="catalog")
    for told in proposal.told("rivals"):
        yield Evidence(f"It is less than certain, because {told}.")


def _of_rows(subject: Subject, proposal: Proposal) -> Evidence:
    answer, key = proposal.answer, proposal.candidate.key.shown
    assert answer is not None
    if answer.orphans:
        verb = "is" if answer.orphans == 1 else "are"
        part = share(answer.orphans, answer.filled)
        summary = f"{answer.orphans:,} of {count(answer.filled, 'value')} ({part}) {verb} not in {key}; looked at {looked_at(answer)}."
        rows = tuple((each,) for each in answer.examples)
        return seen(summary, answer, rows, (proposal.candidate.column.name,))
    every = "The only value" if answer.filled == 1 else f"Every one of {answer.filled:,} values"
    reasons = "; ".join(proposal.told("values"))
    return seen(
        f"{every} of {proposal.candidate.column.name} is found in {key}: {reasons}. Looked at {looked_at(answer)}.",
        answer,
    )


def _unasked(subject: Subject, candidate: Candidate) -> Evidence:
    answer = subject.facts.answers.get(candidate.question)
    if isinstance(answer, Unanswered):
        reason = answer.reason.strip().rstrip(".")
    elif isinstance(answer, Included):
        reason = "no row has a value there" if answer.rows else "the table is empty"
    elif not subject.facts.has_rows:
        reason = "the source holds no rows that could be asked"
    else:
        reason = "the question was not asked"
    return Evidence(f"Not checked on the rows: {reason}.", basis="unchecked", proved=False)


def _safety(answer: Included | None) -> Safety:
    """What is known to hold in all rows can be declared; what was not asked may fail."""
    return "unsafe" if answer is None or answer.sampled else "safe"


def _fix(subject: Subject, candidate: Candidate, safety: Safety) -> Fix:
    """The parent's type where it differs, an index where there is none, and the foreign key."""
    table, column, parent = candidate.table, candidate.column, candidate.key.table
    operations: list[Operation] = []
    problem = difference(subject, column, candidate.key.column)
    if problem:
        operations.append(AlterColumnType(target=candidate.ref, type=candidate.key.column.type))
        safety = "display" if _unalterable(subject, candidate) else _no_safer_than_unsafe(safety)
    if subject.engine == "mysql" and not (_holds_keys(table) and _holds_keys(parent)):
        safety = "display"
    return _fix_of(subject, table, (column.name,), parent, (candidate.key.column.name,), safety, operations)


def _fix_of(
    subject: Subject,
    table: Table,
    columns: tuple[str, ...],
    parent: Table,
    referenced: tuple[str, ...],
    safety: Safety,
    before: Iterable[Operation] = (),
) -> Fix:
    """An index where there is none, and the foreign key."""
    operations = list(before)
    if subject.engine != "mysql" and not is_indexed(table, columns):
        index = Index(
            name=new_name(subject, "index", table, columns), parts=tuple(KeyPart(column=name) for name in columns)
        )
        operations.append(CreateIndex(target=table.ref, index=index))
    key = ForeignKey(
        columns=columns,
        table=(parent.namespace, parent.name),
        referenced=referenced,
        name=new_name(subject, "foreign_key", table, columns, parent.name),
    )
    operations.append(AddForeignKey(target=table.ref, key=key))
    goal = f"{parent.ref}.{referenced[0]}" if len(referenced) == 1 else f"{parent.ref} ({', '.join(referenced)})"
    return Fix(f"Add a foreign key from {table.name}.{', '.join(columns)} to {goal}", safety, tuple(operations))


def _no_safer_than_unsafe(safety: Safety) -> Safety:
    return "unsafe" if safety == "safe" else safety


def _cannot_be_declared(subject: Subject, table: Table, parent: Table) -> bool:
    """Whether the engine has no foreign keys there: on MySQL none leads from a partitioned table, and none to it."""
    return subject.engine == "mysql" and not (table.partitioning is None and parent.partitioning is None)


def _unalterable(subject: Subject, candidate: Candidate) -> bool:
    """Whether the change of type needs more than a new type: another collation, or views that stand in its way."""
    column, parent = candidate.column, candidate.key.column
    texts = column.type.is_text and (column.charset, column.collation) != (parent.charset, parent.collation)
    return texts or (subject.engine == "postgres" and seen_by_views(subject, (candidate.ref,)))


def _holds_keys(table: Table) -> bool:
    """Whether MySQL's engine of the table knows foreign keys."""
    engine = next((value for name, value in table.options.items() if name.casefold() == "engine"), "InnoDB")
    return engine.casefold() == "innodb" and table.partitioning is None
