"""Triggers that keep a counter right, in each engine's own words."""

from collections.abc import Sequence

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Routine, Trigger
from dbwright.change.operations import CreateObject, CreateTrigger, Operation
from dbwright.rules.base import Subject
from dbwright.rules.design._counters import Counter
from dbwright.rules.design._new_names import free_name
from dbwright.rules.design._soft_deletes import living
from dbwright.rules.design._tables import referenced_columns
from dbwright.rules.design._trigger_operations import definitions


class Keeper:
    """The triggers on the child of a counter, and the statement that counts everything anew."""

    def __init__(self, subject: Subject, counter: Counter) -> None:
        self.subject, self.counter = subject, counter
        self.quote = subject.quote
        self.column = self.quote(counter.target.name)
        self.pairs = list(zip(referenced_columns(counter.parent, counter.key), counter.key.columns, strict=True))
        self.mark = counter.child.column(counter.living) if counter.living else None

    def operations(self) -> tuple[Operation, ...]:
        """Creating the triggers, with the function of PostgreSQL; empty where the engine can't keep it by triggers."""
        if self.subject.engine == "postgres":
            return self._postgres()
        if self.subject.engine == "mysql" and self.counter.parent.ref == self.counter.child.ref:
            return ()  # MySQL lets no trigger change the table that fired it
        return tuple(
            CreateTrigger(target=self.counter.child.ref, trigger=self._trigger(event, body))
            for event, body in (
                ("insert", self._one(self._step("+", "NEW"))),
                ("delete", self._one(self._step("-", "OLD"))),
                ("update", self._changed()),
            )
        )

    def statements(self) -> tuple[str, ...]:
        """What the operations make, as they are written, and after it the recount; empty where there are no triggers."""
        texts = definitions(self.operations())
        return (*texts, self.recount()) if texts else ()

    def recount(self) -> str:
        """The statement that sets the counter of every row that is wrong."""
        counter, quote = self.counter, self.quote
        parent, child = self.subject.place(counter.parent), self.subject.place(counter.child)
        living_ = f" WHERE {living(self.mark, quote, 'c.')}" if self.mark else ""
        if self.subject.engine == "mysql":  # which reads a table that it changes only through a derived one
            ours = ", ".join(f"c.{quote(name)}" for _, name in self.pairs)
            joined = " AND ".join(f"t.{quote(ours)} = p.{quote(theirs)}" for theirs, ours in self.pairs)
            what = f"sum(c.{quote(counter.of)})" if counter.of else "count(*)"
            return (
                f"UPDATE {parent} AS p LEFT JOIN (SELECT {ours}, {what} AS n FROM {child} AS c{living_} GROUP BY {ours}) AS t"
                f" ON {joined} SET p.{self.column} = coalesce(t.n, 0) WHERE coalesce(p.{self.column}, 0) <> coalesce(t.n, 0)"
            )
        joined = " AND ".join(f"c.{quote(ours)} = {parent}.{quote(theirs)}" for theirs, ours in self.pairs)
        what = f"coalesce(sum(c.{quote(counter.of)}), 0)" if counter.of else "count(*)"
        where = f"{living_} AND {joined}" if living_ else f" WHERE {joined}"
        true = f"(SELECT {what} FROM {child} AS c{where})"
        return f"UPDATE {parent} SET {self.column} = {true} WHERE coalesce({self.column}, 0) <> {true}"

    # ------------------------------------------------------------ the parts of a trigger

    def _step(self, sign: str, row: str) -> str:
        """The statement that counts one row of the child."""
        amount = f"coalesce({row}.{self.quote(self.counter.of)}, 0)" if self.counter.of else "1"
        where = [f"{self.quote(theirs)} = {row}.{self.quote(ours)}" for theirs, ours in self.pairs]
        if self.mark:
            where.append(living(self.mark, self.quote, f"{row}."))
        return (
            f"UPDATE {self.subject.place(self.counter.parent)} SET {self.column} = coalesce({self.column}, 0) {sign} {amount}"
            f" WHERE {' AND '.join(where)}"
        )

    @property
    def _watched(self) -> Sequence[str]:
        """The columns of the child whose change changes the counter."""
        return [name for name in (*self.counter.key.columns, self.counter.of, self.counter.living) if name]

    def _differ(self, operator: str) -> str:
        return " OR ".join(
            operator.format(f"OLD.{self.quote(name)}", f"NEW.{self.quote(name)}") for name in self._watched
        )

    def _name(self, ending: str) -> str:
        wanted = f"{self.counter.child.name}_{self.counter.target.name}_{ending}"
        return free_name(self.subject, self.counter.child.namespace, wanted)

    # ------------------------------------------------------------ MySQL and SQLite

    def _one(self, statement: str) -> str:
        return f"BEGIN {statement}; END" if self.subject.engine == "sqlite" else statement

    def _changed(self) -> str:
        both = f"{self._step('-', 'OLD')}; {self._step('+', 'NEW')};"
        if self.subject.engine == "sqlite":
            return f"WHEN {self._differ('{} IS NOT {}')} BEGIN {both} END"
        return f"BEGIN IF {self._differ('NOT ({} <=> {})')} THEN {both} END IF; END"

    def _trigger(self, event: str, body: str) -> Trigger:
        name = self._name(f"on_{event}")
        sqlite = self.subject.engine == "sqlite"
        table = self.quote(self.counter.child.name) if sqlite else self.subject.place(self.counter.child)
        of = f" OF {', '.join(map(self.quote, self._watched))}" if sqlite and event == "update" else ""
        each = "" if sqlite else " FOR EACH ROW"
        return Trigger(
            name=name,
            timing="after",
            events=("insert" if event == "insert" else "delete" if event == "delete" else "update",),
            definition=f"CREATE TRIGGER {self.quote(name)} AFTER {event.upper()}{of} ON {table}{each} {body}",
        )

    # ------------------------------------------------------------ PostgreSQL

    def _postgres(self) -> tuple[Operation, ...]:
        child = self.counter.child
        name = self._name("kept")
        place = ".".join(self.quote(part) for part in (child.namespace, name))
        text = (
            f"CREATE OR REPLACE FUNCTION {place}()\n RETURNS trigger\n LANGUAGE plpgsql\nAS $function$\nBEGIN\n"
            f"    IF TG_OP = 'UPDATE' AND NOT ({self._differ('{} IS DISTINCT FROM {}')}) THEN\n        RETURN NULL;\n    END IF;\n"
            f"    IF TG_OP <> 'INSERT' THEN\n        {self._step('-', 'OLD')};\n    END IF;\n"
            f"    IF TG_OP <> 'DELETE' THEN\n        {self._step('+', 'NEW')};\n    END IF;\n"
            "    RETURN NULL;\nEND\n$function$"
        )
        routine = Routine(
            namespace=child.namespace,
            name=name,
            definition=text,
            returns="trigger",
            language="plpgsql",
            volatility="volatile",
        )
        trigger = Trigger(
            name=name,
            timing="after",
            events=("insert", "update", "delete"),
            definition=(
                f"CREATE TRIGGER {self.quote(name)} AFTER INSERT OR DELETE OR UPDATE OF"
                f" {', '.join(map(self.quote, self._watched))} ON {self.subject.place(child)} FOR EACH ROW EXECUTE FUNCTION {place}()"
            ),
        )
        return (
            CreateObject(target=Ref("routine", routine.ref.path), object=routine),
            CreateTrigger(target=child.ref, trigger=trigger),
        )
