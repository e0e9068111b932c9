"""Two lists about one thing, multiplied with each other in one table: it is not in the fourth normal form.

## Why
A table of a person's languages and hobbies that holds every pair says each language once for every hobby. Neither has to do
with the other: a new hobby needs a row for every language, and one that is forgotten says something that nobody meant.

The rows are looked at: for each value of the left side every combination of both lists must be there, with enough values
of which each list has two or more, so that it is no coincidence.

## Bad
```sql
CREATE TABLE skills (
    person_id integer NOT NULL, language varchar(40) NOT NULL, hobby varchar(40) NOT NULL,
    PRIMARY KEY (person_id, language, hobby)
);
```

## Good
```sql
CREATE TABLE person_languages (person_id integer NOT NULL, language varchar(40) NOT NULL, PRIMARY KEY (person_id, language));
CREATE TABLE person_hobbies (person_id integer NOT NULL, hobby varchar(40) NOT NULL, PRIMARY KEY (person_id, hobby));
```

## Fix
`dbwright normalize --to 4NF` proposes the tables, and proves that joined back they give the same rows.

## Options
- `rows`: the fewest rows of a table that is searched (default 50).
- `plausible`: how plausible a dependency must be, from 0 to 1 (default 0.75).

## References
- R. Fagin, “Multivalued Dependencies and a New Normal Form for Relational Databases”, 1977
"""

from collections.abc import Iterable

from dbwright.catalog.dependencies import Multivalued
from dbwright.catalog.facts import Question
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._normal_forms import LIKELY, answers, asked, columns_of, keys_of
from dbwright.rules.design._phrases import listed


class MultivaluedDependency(Rule):
    """Finds independent lists in one table."""

    code = "NF4"
    group = "normal forms"
    harm = "data"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return asked(subject)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, answer in answers(subject):
            keys = keys_of(table, answer)
            for each in answer.judged:
                dependency = each.measured.dependency
                if not isinstance(dependency, Multivalued) or each.decision == "rejected":
                    continue
                if each.decision != "accepted" and each.score < subject.option("plausible", LIKELY):
                    continue
                if any(key <= dependency.left for key in keys):
                    continue
                everything = {column.name for column in table.columns}
                one = listed(columns_of(table, dependency.right))
                other = listed(columns_of(table, everything - dependency.left - dependency.right))
                left = listed(columns_of(table, dependency.left)) or "the whole table"
                repeated = each.price.repeated_rows if each.price else None
                yield self.finding(
                    table.ref,
                    f"{table.ref} holds every {one} of {left} with every {other}: two lists that have nothing to do with each "
                    "other, not in the fourth normal form.",
                    Evidence(
                        f"{left} ↠ {one} holds in {'all ' if each.measured.standing == 'proved' else ''}"
                        f"{count(each.measured.rows, 'row')}.",
                        basis="data",
                        proved=each.measured.standing == "proved",
                        rows_examined=each.measured.rows,
                    ),
                    help=f"Give each list a table; `dbwright normalize … --table {table.name} --to 4NF` proposes them.",
                    fix=Fix(f"Keep {one} and {other} of {left} in tables of their own", "display"),
                    related=[table.column_ref(name) for name in columns_of(table, dependency.right)],
                    probability=round(each.score, 2),
                    severity="warning" if each.decision == "accepted" or (repeated or 0) > 0 else None,
                )
                break  # its other side says the same, and others follow from it
