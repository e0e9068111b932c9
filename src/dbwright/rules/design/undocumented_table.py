"""Tables and columns without a comment that says what they hold.

## Why
The database is the one place that everybody who works with the data looks at. A sentence there is seen in every
tool, travels with every copy, and is still there when the wiki has moved. Without it, each newcomer asks, guesses,
or reads programs.

One finding a namespace, with the share that is documented, and the largest tables that lack a comment. Columns whose
name says everything (`id`, `created_at`, foreign keys) are not counted. SQLite has no comments.

## Bad
```sql
CREATE TABLE parcels (id integer PRIMARY KEY, gauge integer);
```

## Good
```sql postgres
CREATE TABLE parcels (id integer PRIMARY KEY, gauge integer);
COMMENT ON TABLE parcels IS 'One parcel, as handed to the carrier.';
COMMENT ON COLUMN parcels.gauge IS 'Longest side plus girth, in centimetres.';
```
```sql mysql
CREATE TABLE parcels (
    id integer PRIMARY KEY, gauge integer COMMENT 'Longest side plus girth, in centimetres.'
) COMMENT 'One parcel, as handed to the carrier.';
```

## Fix
None to run: write what only you know. `dbwright docs --min-coverage 80` keeps the share from falling.

## Options
- `share`: the share of tables, and of columns, that must have a comment (default 1).
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Table
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._deviations import DATABASE
from dbwright.rules.design._names import word_set, words
from dbwright.rules.design._phrases import listed, share
from dbwright.rules.design._tables import own_tables

_CLEAR = word_set(
    "id uuid name title created updated deleted email created_at updated_at description password username"
)


class UndocumentedTable(Rule):
    """Finds what has no comment."""

    code = "D012"
    group = "design"
    severity = "note"
    engines = ("postgres", "mysql")
    harm = "clarity"
    bundle = "all"

    def check(self, subject: Subject) -> Iterable[Finding]:
        by_namespace: dict[str, list[Table]] = {}
        for table in own_tables(subject.catalog):
            by_namespace.setdefault(table.namespace, []).append(table)
        for namespace, tables in by_namespace.items():
            silent = [table for table in tables if not (table.comment or "").strip()]
            columns = [column for table in tables for column in _unclear(table)]
            told = sum(bool((column or "").strip()) for column in columns)
            wanted = subject.option("share", 1)
            if len(tables) - len(silent) >= wanted * len(tables) and told >= wanted * len(columns):
                continue
            largest = sorted(silent, key=lambda table: (-(subject.facts.rows(table.ref) or 0), table.name))
            yield self.finding(
                Ref("namespace", (namespace,)) if namespace else DATABASE,
                f"{len(tables) - len(silent):,} of {len(tables):,} tables and {told:,} of {len(columns):,} columns say by a comment "
                "what they hold.",
                Evidence(
                    f"{share(len(tables) - len(silent), len(tables)) if len(silent) < len(tables) else '0 %'} of the tables have a comment"
                    + (
                        f"; the largest without one: {listed([table.name for table in largest], most=5)}."
                        if largest
                        else "."
                    )
                ),
                help="Write a sentence for each: what one row is, and for a column its unit and what its values mean.",
                related=[table.ref for table in largest],
            )


def _unclear(table: Table) -> list[str | None]:
    """The comments of the columns whose names don't say everything."""
    referring = {name for key in table.foreign_keys for name in key.columns}
    return [
        column.comment
        for column in table.columns
        if column.name not in referring and not set(words(column.name)[:1]) & _CLEAR
    ]
