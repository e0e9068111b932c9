"""A table that is exactly the join of three or more smaller ones: it is not in the fifth normal form.

## Why
Where it is a rule that an agent who sells for a company, and sells a product that this company makes, sells it for that company,
the table of all three only repeats what three tables of two columns say. A new pair needs several rows, and one that is
missing says something that nobody meant.

The rows are looked at: the table must be the join of its projections, without following from its keys, and the join must
have had the chance to give more rows. Such a rule is rare, so it is only ever a note: ask whether it is meant.

## Bad
```sql
CREATE TABLE sales (
    agent varchar(40) NOT NULL, company varchar(40) NOT NULL, product varchar(40) NOT NULL,
    PRIMARY KEY (agent, company, product)
);
```

## Good
```sql
CREATE TABLE agent_companies (agent varchar(40) NOT NULL, company varchar(40) NOT NULL, PRIMARY KEY (agent, company));
CREATE TABLE company_products (company varchar(40) NOT NULL, product varchar(40) NOT NULL, PRIMARY KEY (company, product));
CREATE TABLE agent_products (agent varchar(40) NOT NULL, product varchar(40) NOT NULL, PRIMARY KEY (agent, product));
```

## Fix
`dbwright normalize --to 5NF` proposes the tables, and proves that joined back they give the same rows.

## Options
- `rows`: the fewest rows of a table that is searched (default 50).
- `plausible`: how plausible a dependency must be, from 0 to 1 (default 0.35).

## References
- R. Fagin, “Normal Forms and Relational Database Operators”, 1979
"""

from collections.abc import Iterable

from dbwright.catalog.dependencies import Join
from dbwright.catalog.facts import Question
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._evidence import count
from dbwright.rules.design._normal_forms import answers, asked, columns_of
from dbwright.rules.design._phrases import listed

_PLAUSIBLE = 0.35
"""Such a rule is hardly ever sure, and told as a question."""


class JoinDependency(Rule):
    """Finds tables that are joins of their projections."""

    code = "NF5"
    group = "normal forms"
    harm = "data"
    severity = "note"
    needs = "rows"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return asked(subject)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for table, answer in answers(subject):
            for each in answer.judged:
                dependency = each.measured.dependency
                if not isinstance(dependency, Join) or each.decision == "rejected":
                    continue
                if each.decision != "accepted" and each.score < subject.option("plausible", _PLAUSIBLE):
                    continue
                parts = sorted(tuple(columns_of(table, part)) for part in dependency.components)
                named = [f"({', '.join(part)})" for part in parts]
                shown = ", ".join(named)
                yield self.finding(
                    table.ref,
                    f"{table.ref} is exactly the join of {listed(named)}: if that is a rule, "
                    "it is not in the fifth normal form.",
                    Evidence(
                        f"The join of {shown} gives the table's {count(each.measured.rows, 'row')} and no other.",
                        basis="data",
                        proved=each.measured.standing == "proved",
                        rows_examined=each.measured.rows,
                    ),
                    help=f"Ask whether it is a rule; `dbwright normalize … --table {table.name} --to 5NF` proposes the tables.",
                    fix=Fix(f"Keep {shown} as tables", "display"),
                    probability=round(each.score, 2),
                )
                break
