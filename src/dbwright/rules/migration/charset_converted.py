"""The character set or collation of a table that has rows is converted.

## Why
CONVERT TO CHARACTER SET writes every row again while nobody can write. From utf8mb4 to a smaller character set, each
character that is not in it becomes `?` or makes the statement fail. To a wider one, indexes over long texts may pass
the largest key size, `TEXT` columns become `MEDIUMTEXT`, and joins with tables that still have the old collation stop
using their indexes. Another collation changes what is equal: values that were different may be repeated from then on,
and unique keys fail.

## Bad
```sql before
CREATE TABLE people (id integer PRIMARY KEY, name varchar(40)) CHARACTER SET latin1;
```
```sql
ALTER TABLE people CONVERT TO CHARACTER SET utf8mb4;
```

## Good
```sql
ALTER TABLE people ADD COLUMN note varchar(40) CHARACTER SET utf8mb4;
```

## Fix
Convert by gh-ost or pt-online-schema-change, all tables that are joined together at the same time; look for repeated
values under the new collation first.

## Options
- `rows` (default 10000): tables known to have fewer rows are not reported, unless characters can be lost.
- `check-down` (default false): look at the way back too.

## References
- MySQL, [Converting between 3-byte and 4-byte Unicode character
  sets](https://dev.mysql.com/doc/refman/8.4/en/charset-unicode-conversion.html)
"""

from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._mysql import is_small
from dbwright.rules.migration._objects import column_after, column_before, existing, rows_seen, table_before
from dbwright.rules.migration._text import listed, written

_WIDTH = {"ascii": 0, "latin1": 1, "utf8": 2, "utf8mb3": 2, "utf8mb4": 3, "utf16": 3, "utf32": 3, "binary": 4}


class CharsetConverted(MigrationRule):
    """Finds converted texts."""

    code = "M087"
    group = "data"
    severity = "warning"
    engines = ("mysql",)

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        for moment, target, old, new in _conversions(migration):
            loses = _WIDTH.get(new, 0) < _WIDTH.get(old, 0) and new != "binary"
            if is_small(migration, target) and not loses:
                continue
            name = ".".join(target.shown_path)
            change = f"from {old} to {new}" if old and old != new else f"to {new}"
            lost = f" Characters that {new} does not have become ? or make it fail." if loses else ""
            yield self.at(
                moment,
                target,
                f"The texts of {name} are converted {change}: every row{migration.size(target)} is written again "
                f"while the running application can't write, and what counts as equal may change.{lost}",
                Evidence(f"Before, it is {old}." if old else "What it is before is not known."),
                rows_seen(migration, target),
                help="Convert by gh-ost or pt-online-schema-change, together with the tables that it is joined with.",
                fix=_search(migration, target, moment, new) if loses else None,
                severity="error" if loses else None,
            )


def _conversions(migration: Migration) -> Iterator[tuple[Moment, Ref, str, str]]:
    for moment, action in existing(migration, "convert charset", "change column"):
        ref = action.target
        if ref is None:
            continue
        if action.kind == "convert charset":
            table = table_before(moment, ref)
            texts = [column for column in table.columns if column.type.is_text] if table else []
            old = listed(sorted({_of(column, table.options) for column in texts if table} - {""}))
            yield moment, ref.table, old, (action.to or "").lower()
            continue
        before = column_before(moment, action)
        after = column_after(moment, action) if moment.after is not moment.before else action.column
        if before and after and before.type.is_text and after.type.is_text:
            options = table.options if (table := table_before(moment, ref)) else {}
            old, new = _of(before, options), _of(after, options)
            if old and new and old != new:
                yield moment, Ref("column", (*ref.path[:2], before.name)), old, new


def _of(column: Column, options: dict[str, str]) -> str:
    """The character set of a column: its own, or the table's."""
    own = column.charset or _charset(column.collation or "")
    return (own or options.get("charset") or _charset(options.get("collate", ""))).lower()


def _charset(collation: str) -> str:
    return collation.partition("_")[0].lower()


def _search(migration: Migration, target: Ref, moment: Moment, new: str) -> Fix | None:
    """The query for texts that don't survive."""
    table = table_before(moment, target)
    wanted = (
        (target.name,)
        if target.kind == "column"
        else tuple(c.name for c in table.columns if c.type.is_text)
        if table
        else ()
    )
    if not wanted or not new.isidentifier():
        return None
    tests = (
        f"CONVERT(CONVERT({n} USING {new}) USING utf8mb4) <> CONVERT({n} USING utf8mb4)"
        for n in map(migration.quote, wanted)
    )
    return Fix(
        "Find the texts that would be lost",
        "display",
        sql=(f"SELECT * FROM {written(migration, target)} WHERE {' OR '.join(tests)}",),
    )
