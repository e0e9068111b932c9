"""A name that must be quoted everywhere: a reserved word, or one with blanks, punctuation or a leading digit.

## Why
`SELECT * FROM order` is a syntax error; on PostgreSQL `SELECT * FROM user` is worse: it gives the name of the
session's user. Every query, every tool and every generated statement must quote such a name, and the first that
forgets fails, perhaps only in the branch that nobody tried.

Only words that this engine really reserves are reported; those that MySQL reserves and MariaDB doesn't, or the other
way round, are one note. On PostgreSQL, names with capitals need quotes too; where
the whole schema is written so, that is one note on the schema; where only some names are, the rule naming-convention
reports them.

## Bad
```sql
CREATE TABLE "order" (id integer PRIMARY KEY, "ship date" date);
```
```sql mysql
CREATE TABLE `order` (id integer PRIMARY KEY, `ship date` date);
```

## Good
```sql
CREATE TABLE orders (id integer PRIMARY KEY, ship_date date);
```

## Fix
None to run: programs use the name. Rename the object together with them; a view under the old name helps over the
time between.

## References
- PostgreSQL, [SQL key words](https://www.postgresql.org/docs/current/sql-keywords-appendix.html)
- MySQL, [Keywords and reserved words](https://dev.mysql.com/doc/refman/8.0/en/keywords.html)
- SQLite, [Keywords](https://www.sqlite.org/lang_keywords.html)
"""

import re
from collections.abc import Iterable, Iterator

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Column
from dbwright.finding import Evidence, Finding
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._conventions import column_names, majority, table_names
from dbwright.rules.design._evidence import count
from dbwright.rules.design._names import plural, singular, word_set
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._tables import own_tables

_MANY = 5
_RESERVED_ELSEWHERE: dict[str, frozenset[str]] = {
    "mariadb": word_set(
        "cube cume_dist database dense_rank empty external first_value function generated get grouping groups io_after_gtids "
        "io_before_gtids json_table lag last_value lateral lead library manual nth_value ntile of optimizer_costs "
        "option parallel percent_rank qualify rank row schema stored system tablesample virtual window"
    ),
    "mysql": word_set(
        "current_role delete_domain_id do_domain_ids ignore_domain_ids manual master_demote_to_replica master_demote_to_slave "
        "master_ssl_verify_server_cert offset page_checksum parallel parse_vcol_expr portion ref_system_id returning "
        "stats_auto_recalc stats_persistent stats_sample_pages"
    ),
}
"""Words that MySQL and MariaDB don't both reserve, by the product that takes them as a column's name without quotes."""


class NameNeedsQuoting(Rule):
    """Finds names that break a statement without quotes."""

    code = "N002"
    group = "names"

    def check(self, subject: Subject) -> Iterable[Finding]:
        yield from self._capitals(subject)
        yield from self._reserved_elsewhere(subject)
        for table in own_tables(subject.catalog):
            reason = _reason(subject, table.name)
            if reason:
                yield self._one(subject, table.ref, "table", reason)
            yield from self._columns(subject, table.ref, table.columns)
        for view in subject.catalog.views:
            reason = _reason(subject, view.name)
            if reason:
                yield self._one(subject, view.ref, "view", reason)

    def _columns(self, subject: Subject, holder: Ref, columns: tuple[Column, ...]) -> Iterator[Finding]:
        off = [(column.name, reason) for column in columns if (reason := _reason(subject, column.name))]
        if len(off) <= _MANY:
            for name, reason in off:
                yield self._one(subject, holder.child("column", name), "column", reason)
            return
        names = [name for name, _ in off]
        yield self.finding(
            holder,
            f"{holder} has {len(off)} columns that must be quoted in every statement: {listed(names)}.",
            Evidence(f"For example, {names[0]} {off[0][1]}."),
            help="Rename them to lower-case words joined by underscores.",
            related=[holder.child("column", name) for name in names],
        )

    def _reserved_elsewhere(self, subject: Subject) -> Iterator[Finding]:
        """On MySQL and MariaDB: one note on the names that only the other product reserves."""
        if subject.engine != "mysql":
            return
        refs = [
            ref
            for table in own_tables(subject.catalog)
            for ref in (table.ref, *(table.column_ref(column.name) for column in table.columns))
            if ref.name.lower() in _RESERVED_ELSEWHERE.get(subject.catalog.engine, ())
        ]
        if refs:
            other = "MySQL" if subject.catalog.engine == "mariadb" else "MariaDB"
            yield self.finding(
                refs[0] if len(refs) == 1 else Ref("catalog", ()),
                f"{listed([str(ref) for ref in refs])} {'is a word' if len(refs) == 1 else 'are words'} that {other} reserves, "
                f"though {_title(subject)} doesn't.",
                Evidence(f"{count(len(refs), 'name')} would need quotes on a recent {other}."),
                help=f"Rename it, or quote it, if the programs shall ever run on {other} too.",
                severity="note",
                related=() if len(refs) == 1 else refs,
            )

    def _one(self, subject: Subject, ref: Ref, noun: str, reason: str) -> Finding:
        owner = f" of {ref.table}" if noun == "column" else ""
        return self.finding(
            ref,
            f"The {noun} {ref.name}{owner} must be quoted in every statement: its name {reason}.",
            Evidence(f"As {_title(subject)} reads it, the name is {_quoted(subject, ref.name)}."),
            help=_suggested(noun, ref),
        )

    def _capitals(self, subject: Subject) -> Iterator[Finding]:
        """On PostgreSQL: one note a namespace that is written with capitals throughout."""
        if subject.engine != "postgres":
            return
        capitals: dict[str, list[str]] = {}
        for table in own_tables(subject.catalog):
            named = [table.name, *(column.name for column in table.columns)]
            capitals.setdefault(table.namespace, []).extend(name for name in named if name != name.lower())
        if not _written_with_capitals(subject):
            return
        for namespace, names in capitals.items():
            if names:
                yield self.finding(
                    Ref("namespace", (namespace,)),
                    f"The names of {namespace} are written with capitals, so every statement must quote them: "
                    f"{listed(list(dict.fromkeys(names)), most=3)}.",
                    Evidence(f"{count(len(names), 'name')} of tables and columns contain capitals."),
                    help="PostgreSQL folds unquoted names to lower case; snake_case needs no quotes.",
                    severity="note",
                )


def _written_with_capitals(subject: Subject) -> bool:
    """Whether capitals are not the exception that the rule naming-convention reports."""
    for names in (table_names(subject.catalog), column_names(subject.catalog)):
        if any(name != name.lower() for name in names) and majority(names) != "snake_case":
            return True
    return False


def _reason(subject: Subject, name: str) -> str | None:
    """Why a name needs quotes, capitals aside; None where it doesn't."""
    if name.lower() in subject.reserved - _RESERVED_ELSEWHERE.get(subject.catalog.engine, frozenset()):
        return f"is a reserved word of {_title(subject)}"
    if " " in name:
        return "contains a blank"
    if name[:1].isdigit() and subject.engine != "mysql":
        return "begins with a digit"
    if name.isdigit():
        return "is a number"
    odd = re.search(r"[^\w$]", name)
    if odd:
        return f"contains {odd[0]!r}" if odd[0].isprintable() else "contains a character that doesn't print"
    if not name.isascii() and subject.engine == "postgres" and name != name.lower():
        return None
    if name[:1] == "$":
        return "begins with $"
    return None


def _title(subject: Subject) -> str:
    return {"postgres": "PostgreSQL", "mysql": "MariaDB" if subject.catalog.engine == "mariadb" else "MySQL"}.get(
        subject.engine, "SQLite"
    )


def _quoted(subject: Subject, name: str) -> str:
    mark = "`" if subject.engine == "mysql" else '"'
    return mark + name.replace(mark, mark * 2) + mark


def _suggested(noun: str, ref: Ref) -> str:
    """What to do, with a name near the old one where its letters leave one."""
    near = re.sub(r"\W+", "_", ref.name).strip("_").lower()
    if not near or near[0].isdigit():
        return "Rename it to a word of plain letters."
    if near == ref.name.lower():
        owner = singular(re.sub(r"\W+", "_", ref.table.name).lower())
        near = f"{owner}_{near}" if noun == "column" else plural(near)
    return f"Rename it, for example to {near}."
