"""Rollups on PostgreSQL: the written rows of a statement are added up first, and the groups are written in the order of their keys."""

from collections.abc import Sequence
from typing import Literal

from dbwright.change.operations import CreateTrigger, Operation
from dbwright.denormalize.kinds import Fill
from dbwright.denormalize.query import Source
from dbwright.denormalize.rollups import SIGN, RollupWriter
from dbwright.denormalize.words import Event

_LASTING = ("no action", "restrict")
"""What a foreign key does on delete so that a row which others refer to cannot go."""


class PostgresRollup(RollupWriter):
    """For the root one function for all its events, for every table that it refers to another one.

    Rows of those tables are locked while they are read, so that none of them changes before what was read is committed.
    """

    def operations(self) -> list[Operation]:
        made = self._of_root()
        for place, source in self.parents():
            made += self._of_parent(place, source)
        return made

    # ------------------------------------------------------------ the root

    def _of_root(self) -> list[Operation]:
        table, words = self.query.sources[0].table, self.words
        name = words.free(table.namespace, f"{table.name}_{self.name}_kept")
        kept = words.named(table.namespace, name)
        by_row = table.kind == "partitioned"
        old, new = ("(SELECT OLD.*)", "(SELECT NEW.*)") if by_row else ("old_rows", "new_rows")
        minus, plus = f"SELECT -1 AS {SIGN}, o.* FROM {old} AS o", f"SELECT 1 AS {SIGN}, n.* FROM {new} AS n"
        body = (
            "DECLARE\n    kept record;\nBEGIN\n"
            f"    {self.mark}\n    IF TG_OP = 'TRUNCATE' THEN\n        DELETE FROM {self.place};\n"
            f"    ELSIF TG_OP = 'INSERT' THEN\n        {self._change(0, f'({plus})', new, gone=False)}\n"
            f"    ELSIF TG_OP = 'DELETE' THEN\n        {self._change(0, f'({minus})', '')}\n"
            f"    ELSE\n        {self._change(0, f'({minus} UNION ALL {plus})', new)}\n    END IF;\n    RETURN NULL;"
        )
        made: list[Operation] = [words.function(table.namespace, name, body)]
        if by_row:
            made.append(words.calling(table, name, "after", ("insert", "update", "delete"), kept, rows=True))
        else:
            made += [self._calling(event, kept) for event in ("insert", "update", "delete")]
        return [*made, self._calling("truncate", kept)]

    def _calling(self, event: Event, function: str) -> CreateTrigger:
        table = self.query.sources[0].table
        name = self.words.free(table.namespace, f"{table.name}_{self.name}_on_{event}")
        return self.words.calling(table, name, "after", (event,), function)

    # ------------------------------------------------------------ what it refers to

    def _of_parent(self, place: int, source: Source) -> list[Operation]:
        table, words = source.table, self.words
        name = words.free(table.namespace, f"{table.name}_{self.name}_kept")
        kept = words.named(table.namespace, name)
        minus, plus = f"SELECT -1 AS {SIGN}, OLD.*", f"SELECT 1 AS {SIGN}, NEW.*"
        body = (
            "DECLARE\n    kept record;\nBEGIN\n"
            f"    {self.mark}\n    IF TG_OP = 'INSERT' THEN\n        {self._change(place, f'({plus})', '', gone=False)}\n"
            f"        RETURN NULL;\n    ELSIF TG_OP = 'DELETE' THEN\n        {self._change(place, f'({minus})', '')}\n"
            "        RETURN OLD;\n    END IF;\n"
            f"    IF (TG_WHEN = 'BEFORE') = ({self._keys_differ(source)}) THEN\n"
            f"        {self._change(place, f'({minus} UNION ALL {plus})', '')}\n    END IF;\n    RETURN NEW;"
        )
        keys = [theirs for theirs, _ in source.pairs]
        watched = sorted(self.query.used(place) - set(keys))
        made: list[Operation] = [words.function(table.namespace, name, body)]

        def calling(timing: Literal["before", "after"], event: Event, ending: str, of: Sequence[str] = ()) -> None:
            each = words.free(table.namespace, f"{table.name}_{self.name}_{ending}")
            made.append(words.calling(table, each, timing, (event,), kept, of=of, rows=True))

        calling("before", "update", "before_key", keys)
        if watched:
            calling("after", "update", "on_update", [*keys, *watched])
        if source.key and source.key.deferral:
            calling("after", "insert", "on_insert")
        if source.key and (source.key.on_delete not in _LASTING or source.key.deferral):
            calling("before", "delete", "before_delete")
        return made

    def _keys_differ(self, source: Source) -> str:
        return " OR ".join(
            self.words.differ(f"OLD.{self.quote(theirs)}", f"NEW.{self.quote(theirs)}") for theirs, _ in source.pairs
        )

    # ------------------------------------------------------------ a difference

    def _change(self, place: int, rows: str, seen: str, *, gone: bool = True) -> str:
        """The statements that add the difference that some rows of a source make.

        seen: the rows whose parents are to be locked while they are read. gone: whether groups may come to nothing.
        """
        names = self.aliases
        sources = ", ".join(
            f"{rows if n == place else self.words.place(source.table)} AS {names[n]}"
            for n, source in enumerate(self.query.sources)
        )
        sign = f"{names[place]}.{SIGN}"
        totals = [
            f"sum({sign})" if each.kind == "rows" else f"sum({sign} * {self.amount(each, names)})"
            for each in self.query.measures
        ]
        groups = ", ".join(str(n + 1) for n in range(len(self.keys)))
        some = " OR ".join(f"{total} <> 0" for total in totals)
        difference = (
            f"SELECT {', '.join((*self.keyed(names), *totals))} FROM {sources} WHERE {self.where(names)}"
            f" GROUP BY {groups} HAVING {some} ORDER BY {groups}"
        )
        added = ", ".join(f"{name} = r.{name} + excluded.{name}" for name in self.measures)
        insert = (
            f"INSERT INTO {self.place} AS r ({', '.join(self.names)}) {difference}"
            f" ON CONFLICT ({self.conflict}) DO UPDATE SET {added}"
        )
        lock = self._lock(seen)
        if not gone:
            return f"{lock}{insert};"
        found = " AND ".join(
            f"r.{name} = kept.{name}"
            if not key.nullable
            else f"(r.{name} = kept.{name} OR r.{name} IS NULL AND kept.{name} IS NULL)"
            for name, key in zip(self.keys, self.query.keys, strict=True)
        )
        back = ", ".join(f"r.{name}" for name in (*self.keys, self.rows))
        return (
            f"{lock}FOR kept IN {insert} RETURNING {back} LOOP\n            IF kept.{self.rows} = 0 THEN\n"
            f"                DELETE FROM {self.place} AS r WHERE {found} AND r.{self.rows} = 0;\n            END IF;\n        END LOOP;"
        )

    def _lock(self, rows: str) -> str:
        read = [place for place, source in self.parents() if self.query.used(place) - {t for t, _ in source.pairs}]
        if not rows or not read:
            return ""
        names = self.aliases
        sources = ", ".join(
            f"{rows if n == 0 else self.words.place(source.table)} AS {names[n]}"
            for n, source in enumerate(self.query.sources)
        )
        text = ""
        for place in read:
            source = self.query.sources[place]
            order = ", ".join(f"{names[place]}.{self.quote(theirs)}" for theirs, _ in source.pairs)
            lock = "NO KEY UPDATE" if source.table.ref in self.exclusive else "SHARE"
            joined = " AND ".join(self.joins(names))
            text += f"PERFORM 1 FROM {sources} WHERE {joined} ORDER BY {order} FOR {lock} OF {names[place]};\n        "
        return text

    # ------------------------------------------------------------ filling, limits

    def fills(self) -> list[Fill]:
        """Who adds a difference meanwhile waits, and adds it afterwards."""
        body = (
            f"    LOCK TABLE {self.place} IN SHARE ROW EXCLUSIVE MODE;\n    DELETE FROM {self.place};\n"
            f"    INSERT INTO {self.place} ({', '.join(self.names)}) {self.selected()};"
        )
        why = "Who writes meanwhile waits for the lock and adds the difference afterwards; readers see the old rows until the end."
        return [Fill(f"DO $fill$\nBEGIN\n{body}\nEND\n$fill$", f"Fill {self.name}", why)]

    def limits(self) -> list[str]:
        said = [
            "Writers of one group wait for each other until they commit: a group that all write makes them write one by one."
        ]
        root = self.query.sources[0].table
        if len(self.query.sources) > 1:
            tables = " and ".join(str(source.table.ref) for source in self.query.sources)
            said.append(
                f"A single statement that itself writes several of {tables} (WITH … DELETE … UPDATE) is not kept right."
            )
        if root.kind == "partitioned":
            said.append(f"TRUNCATE of a single partition of {root.ref} is not seen.")
        return said
