"""A part of a key that follows from something that is no key: the table is not in the Boyce-Codd normal form.

## Why
In the third normal form every column tells of the key, but a column of the key itself may still follow from something
else: in a table of students, subjects and teachers where each teacher has one subject, the subject is told again with every
student of the teacher. A change of it has to find all those rows.

Taking the table apart sometimes loses a rule that the key kept (here: one teacher a subject for each student), which then
needs a trigger. `dbwright normalize --to BCNF` lays out that choice.

## Bad
```sql
CREATE TABLE lessons (
    student_id integer NOT NULL, subject varchar(40) NOT NULL, teacher varchar(40) NOT NULL,
    PRIMARY KEY (student_id, subject)
);
-- each teacher has one subject
```

## Good
```sql
CREATE TABLE teachers (name varchar(40) PRIMARY KEY, subject varchar(40) NOT NULL);
CREATE TABLE lessons (
    student_id integer NOT NULL, teacher varchar(40) NOT NULL REFERENCES teachers (name),
    PRIMARY KEY (student_id, teacher)
);
```

## Fix
`dbwright normalize --to BCNF` proposes the tables and says which rule is lost, if one is.

## Options
- `rows`: the fewest rows of a table that is searched (default 50).
- `plausible`: how plausible a dependency must be, from 0 to 1 (default 0.5).

## References
- E. F. Codd, “Recent Investigations in Relational Data Base Systems”, 1974
- I. J. Heath, “Unacceptable File Operations in a Relational Data Base”, 1971
"""

from collections.abc import Iterable

from dbwright.catalog.facts import Question
from dbwright.finding import Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._normal_forms import asked, broken, prime, told

_PLAUSIBLE = 0.5
"""A part of a key is told only in the strict bundle, and as a note: so it may be less sure."""


class OverlappingKeys(Rule):
    """Finds parts of keys that follow from what is no key."""

    code = "NF6"
    group = "normal forms"
    harm = "data"
    severity = "note"
    needs = "rows"
    bundle = "strict"

    def questions(self, subject: Subject) -> Iterable[Question]:
        return asked(subject)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for found in broken(subject, plausible=_PLAUSIBLE):
            if set(found.right) & prime(found.table, found.answer):
                yield told(self, subject, found, "which is no key: not in the Boyce-Codd normal form")
