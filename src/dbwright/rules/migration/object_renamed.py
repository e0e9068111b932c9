"""A view, enum value, type, function, sequence, schema or constraint is renamed under the running application.

## Why
The running application uses the old name until its next release: queries on a view, inserts of an enum value, casts
to a type, `nextval('…')`, `ON CONFLICT ON CONSTRAINT …` fail from the moment of the rename. An enum value that was
renamed is also *returned* under its new name, which the old application does not know.

Indexes are not reported on PostgreSQL, where nobody names them; on MySQL, hints like `USE INDEX` and `FORCE INDEX`
do.

## Bad
```sql before postgres
CREATE TYPE mood AS ENUM ('happy', 'sad');
```
```sql before mysql
CREATE TABLE orders (id integer PRIMARY KEY, total integer, INDEX by_total (total));
```
```sql postgres
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
```
```sql mysql
ALTER TABLE orders RENAME INDEX by_total TO orders_by_total;
```

## Good
```sql postgres
ALTER TYPE mood ADD VALUE 'blue' AFTER 'sad';
```
```sql mysql
CREATE INDEX orders_by_total ON orders (total);
```

## Fix
Make the new one beside the old one: a second view, a second enum value, a function that calls the other. Release the
application that uses the new name; then drop the old one.

## Options
- `check-down` (default false): look at the way back too.

## References
- PostgreSQL, [ALTER TYPE](https://www.postgresql.org/docs/current/sql-altertype.html)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Kind, Ref
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.migrating import Migration, MigrationRule, Moment
from dbwright.rules.migration._objects import on_the_way_back, table_before
from dbwright.rules.migration._text import bare, literal, unquoted, written

_NAME = r'(?:"(?:[^"]|"")+"|\w+)'
_RENAMES = re.compile(
    rf"\AALTER (?P<what>MATERIALIZED VIEW|VIEW|TYPE|DOMAIN|SEQUENCE|FUNCTION|PROCEDURE|ROUTINE|SCHEMA) (?:IF EXISTS )?"
    rf"(?:(?P<namespace>{_NAME}) ?\. ?)?(?P<name>{_NAME}) ?(?:\(.*\) )?RENAME TO (?P<to>{_NAME})\Z",
    re.IGNORECASE,
)


class ObjectRenamed(MigrationRule):
    """Finds renames of what is neither a table nor a column."""

    code = "M056"
    group = "compatibility"
    severity = "warning"
    engines = ("postgres", "mysql")

    def check_migration(self, migration: Migration) -> Iterable[Finding]:
        if on_the_way_back(migration):
            return
        for moment in migration.moments:
            for what, ref, to, breaks in _renamed(migration, moment):
                if ref in migration.created or migration.is_new(ref):
                    continue
                yield self.at(
                    moment,
                    ref,
                    f"The {what} {ref} is renamed to {to}: {breaks}, until its new version runs everywhere.",
                    Evidence("Only the name changes; whoever uses it by its old one finds nothing there."),
                    help="Make the new one beside the old one, and drop the old one when no application uses it.",
                    fix=_beside(migration, what, ref, to),
                    severity="note" if what in ("index", "constraint") else None,
                )


def _renamed(migration: Migration, moment: Moment) -> Iterator[tuple[str, Ref, str, str]]:
    """What is renamed: the word for it, its name, the new name, and what breaks."""
    for action in moment.deed.actions:
        ref = action.target
        if ref is None:
            continue
        match action.kind:
            case "rename enum value" if action.name and action.to:
                path = (*ref.path[:2], action.name)
                breaks = f"the running application fails to write {action.name!r} and reads {action.to!r}, which it does not know"
                yield "enum value", Ref("enum", path), action.to, breaks
            case "rename constraint" if action.name and action.to:
                breaks = "statements of the running application that name it, such as ON CONFLICT ON CONSTRAINT, fail"
                yield (
                    "constraint",
                    Ref(_kind_of(moment, ref, action.name), (*ref.path[:2], action.name)),
                    action.to,
                    breaks,
                )
            case "rename index" if migration.engine == "mysql" and (action.name or ref.name) and action.to:
                table = (action.table or ref).path[:2]
                name = action.name or ref.name
                breaks = "statements of the running application with the hints USE INDEX or FORCE INDEX fail"
                yield "index", Ref("index", (*table, name)), action.to, breaks
    found = _RENAMES.match(bare(moment.deed.text, migration.engine)) if migration.engine == "postgres" else None
    if found:
        what = found["what"].lower()
        namespace, name, to = (unquoted(found[part] or "") for part in ("namespace", "name", "to"))
        ref = next((action.target for action in moment.deed.actions if action.target), None)
        if ref is None:
            ref = (
                Ref("namespace", (name,))
                if what == "schema"
                else Ref(_KINDS.get(what, "routine"), (namespace or "public", name))
            )
        yield what, ref, to, "statements of the running application that use it by its old name fail"


_KINDS: dict[str, Kind] = {
    "view": "view",
    "materialized view": "view",
    "type": "enum",
    "domain": "domain",
    "sequence": "sequence",
}


def _kind_of(moment: Moment, ref: Ref, name: str) -> Kind:
    """What a constraint of a table is."""
    table = table_before(moment, ref)
    if table is None:
        return "check"
    if table.primary_key and table.primary_key.name == name:
        return "primary_key"
    if any(each.name == name for each in table.foreign_keys):
        return "foreign_key"
    return "unique" if any(each.name == name for each in table.uniques) else "check"


def _beside(migration: Migration, what: str, ref: Ref, to: str) -> Fix | None:
    """How the new name comes to stand beside the old one."""
    sql = {
        "enum value": f"ALTER TYPE {written(migration, ref)} ADD VALUE {literal(to)} AFTER {literal(ref.name)}",
        "view": f"CREATE VIEW {migration.quote(to)} AS SELECT * FROM {written(migration, ref)}",
    }.get(what)
    return Fix(f"Add {to} beside {ref.name}", "display", sql=(sql,)) if sql else None
