"""Triggers that keep a copy like its original, in each engine's own words."""

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Routine, Table, Trigger
from dbwright.change.operations import CreateObject, CreateTrigger, Operation
from dbwright.rules.base import Subject
from dbwright.rules.design._copies import Copy
from dbwright.rules.design._new_names import free_name
from dbwright.rules.design._tables import referenced_columns
from dbwright.rules.design._trigger_operations import definitions


class Follower:
    """The triggers on both tables of a copy, and the statement that copies everything anew."""

    def __init__(self, subject: Subject, copy: Copy) -> None:
        self.subject, self.copy = subject, copy
        self.quote = subject.quote
        self.pairs = list(zip(referenced_columns(copy.parent, copy.key), copy.key.columns, strict=True))
        self.target, self.source = self.quote(copy.target.name), self.quote(copy.source.name)

    def operations(self) -> tuple[Operation, ...]:
        """Creating the triggers, with the functions of PostgreSQL."""
        if self.subject.engine == "postgres":
            return (*self._function(self.copy.parent, "after"), *self._function(self.copy.child, "before"))
        if self.subject.engine == "mysql":
            fetched = f"SET NEW.{self.target} = {self._original('NEW')}"
            return (
                self._create(self.copy.parent, "after", "update", f"FOR EACH ROW {self._spread()}"),
                self._create(self.copy.child, "before", "insert", f"FOR EACH ROW {fetched}"),
                self._create(self.copy.child, "before", "update", f"FOR EACH ROW {fetched}"),
            )
        if self.copy.child.primary_key is None:
            return ()
        mine = " AND ".join(
            f"{self.quote(name)} = NEW.{self.quote(name)}" for name in self.copy.child.primary_key.columns
        )
        fetched = (
            f"UPDATE {self.subject.place(self.copy.child)} SET {self.target} = {self._original('NEW')} WHERE {mine};"
        )
        differs = f"WHEN NEW.{self.target} IS NOT {self._original('NEW')} BEGIN {fetched} END"
        return (
            self._create(self.copy.parent, "after", "update", f"BEGIN {self._spread()}; END"),
            self._create(self.copy.child, "after", "insert", differs),
            self._create(self.copy.child, "after", "update", differs),
        )

    def statements(self) -> tuple[str, ...]:
        """What the operations make, as they are written, and after it the statement that copies anew."""
        texts = definitions(self.operations())
        child = self.subject.place(self.copy.child)
        original = self._original(child)
        differs = {"postgres": "IS DISTINCT FROM", "sqlite": "IS NOT"}.get(self.subject.engine)
        condition = f"{self.target} {differs} {original}" if differs else f"NOT ({self.target} <=> {original})"
        there = " AND ".join(f"{self.quote(ours)} IS NOT NULL" for _, ours in self.pairs)
        return (*texts, f"UPDATE {child} SET {self.target} = {original} WHERE {there} AND {condition}")

    def _original(self, row: str) -> str:
        """The original of a row of the child."""
        joined = " AND ".join(f"p.{self.quote(theirs)} = {row}.{self.quote(ours)}" for theirs, ours in self.pairs)
        return f"(SELECT p.{self.source} FROM {self.subject.place(self.copy.parent)} AS p WHERE {joined})"

    def _spread(self) -> str:
        """The statement that carries a changed original into its copies."""
        joined = " AND ".join(f"{self.quote(ours)} = NEW.{self.quote(theirs)}" for theirs, ours in self.pairs)
        return f"UPDATE {self.subject.place(self.copy.child)} SET {self.target} = NEW.{self.source} WHERE {joined}"

    def _name(self, table: Table, ending: str) -> str:
        return free_name(self.subject, table.namespace, f"{self.copy.child.name}_{self.copy.target.name}_{ending}")

    def _create(self, table: Table, timing: str, event: str, body: str) -> CreateTrigger:
        name = self._name(table, f"follows_on_{event}" if table is self.copy.child else "spreads")
        sqlite = self.subject.engine == "sqlite"
        watched = (
            [self.copy.source.name] if table is self.copy.parent else [*self.copy.key.columns, self.copy.target.name]
        )
        of = f" OF {', '.join(map(self.quote, watched))}" if sqlite and event == "update" else ""
        place = self.quote(table.name) if sqlite else self.subject.place(table)
        trigger = Trigger(
            name=name,
            timing="before" if timing == "before" else "after",
            events=("insert" if event == "insert" else "update",),
            definition=f"CREATE TRIGGER {self.quote(name)} {timing.upper()} {event.upper()}{of} ON {place} {body}",
        )
        return CreateTrigger(target=table.ref, trigger=trigger)

    def _function(self, table: Table, timing: str) -> tuple[Operation, Operation]:
        """The function of PostgreSQL and the trigger that calls it."""
        above = table is self.copy.parent
        name = self._name(table, "spreads" if above else "follows")
        place = ".".join(self.quote(part) for part in (table.namespace, name))
        step = self._spread() if above else f"NEW.{self.target} := {self._original('NEW')}"
        text = (
            f"CREATE OR REPLACE FUNCTION {place}()\n RETURNS trigger\n LANGUAGE plpgsql\nAS $function$\nBEGIN\n"
            f"    {step};\n    RETURN {'NULL' if above else 'NEW'};\nEND\n$function$"
        )
        routine = Routine(
            namespace=table.namespace,
            name=name,
            definition=text,
            returns="trigger",
            language="plpgsql",
            volatility="volatile",
        )
        watched = [self.copy.source.name] if above else [*self.copy.key.columns, self.copy.target.name]
        events = f"{'' if above else 'INSERT OR '}UPDATE OF {', '.join(map(self.quote, watched))}"
        trigger = Trigger(
            name=name,
            timing="after" if above else "before",
            events=("update",) if above else ("insert", "update"),
            definition=f"CREATE TRIGGER {self.quote(name)} {timing.upper()} {events} ON {self.subject.place(table)}"
            f" FOR EACH ROW EXECUTE FUNCTION {place}()",
        )
        return (
            CreateObject(target=Ref("routine", routine.ref.path), object=routine),
            CreateTrigger(target=table.ref, trigger=trigger),
        )
