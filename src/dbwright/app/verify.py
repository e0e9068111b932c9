"""Proving a plan: it is run on a scratch database that holds the old schema, up, down and up again, and read back each time."""

from collections.abc import Callable, Sequence

import msgspec

from dbwright.app.comparable import shared_roles
from dbwright.app.plan import felt, made_by
from dbwright.app.rows import Counts, count_rows
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.change.compare import Difference, compare, only_order
from dbwright.change.effects import Effect, Lock
from dbwright.change.operations import DropColumn, DropTable, apply_all
from dbwright.change.plan import Plan, Proof, Step
from dbwright.change.units import units
from dbwright.engines.base import Engine, Session, Statement
from dbwright.errors import DbwrightError, ExecutionFault
from dbwright.finding import Evidence

Fill = Callable[[Session, Catalog], Sequence[str]]
"""Puts rows into a scratch database that holds the catalog; returns sentences on what could not be filled."""

_STRENGTH = (
    "ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
)  # fmt: skip
_ENDLESS = 10_000


def verify(plan: Plan, old: Catalog, engine: Engine, *, fill: Fill | None = None) -> Plan:
    """The plan with its proof, and with the effects of its steps as they were observed.

    old: the catalog that the plan leads from. fill: puts rows into the scratch database first.
    A scratch database that cannot be had is no error: the proof says so.
    """
    try:
        with engine.scratch() as scratch, scratch.open() as session:
            return _Run(plan, old, engine, session, scratch.origin).prove(fill)
    except ExecutionFault as fault:
        return _with(plan, Proof(proved=False, unproved=(f"The old schema could not be made: {fault.message}",)))
    except DbwrightError as error:
        return _with(plan, Proof(proved=False, unproved=(f"No scratch database could be had: {error.message}",)))


class _Run:
    """One proof on one scratch database."""

    def __init__(self, plan: Plan, old: Catalog, engine: Engine, session: Session, where: str) -> None:
        self.plan, self.old = plan, old
        # Where the goal cannot be reached entirely (PostgreSQL moves no columns), the plan's notes say so.
        self.new = apply_all(plan.operations, old)
        self.engine, self.session, self.where = engine, session, where
        self.surprises: list[str] = []
        self.unproved: list[str] = []
        self.evidence: list[Evidence] = []
        self.failed = False
        self.created = made_by(plan.operations)

    def prove(self, fill: Fill | None) -> Plan:
        self.session.execute(Statement(text=text) for text in self.engine.emit(self.old))
        start = self.session.inspect().catalog
        differences = compare(shared_roles(self.old, start), shared_roles(start, self.old))
        if differences:
            self.unproved.append(f"The scratch database could not hold exactly the old schema: {_named(differences)}.")
        if fill is not None:
            self.unproved += fill(self.session, start)
        rows = count_rows(self.session, self.engine, start)
        self._say(
            f"The old schema was made, with {sum(rows.values()):,} rows in {len(rows)} table{'' if len(rows) == 1 else 's'}."
        )
        up = self._run_up(start)
        if not self.failed:
            self._round_trip(start, rows)
        proof = Proof(
            proved=not self.failed,
            failed=self.failed,
            where=self.where,
            evidence=tuple(self.evidence),
            surprises=tuple(dict.fromkeys(self.surprises)),
            unproved=tuple(dict.fromkeys(self.unproved)),
        )
        return _with(msgspec.structs.replace(self.plan, up=up), proof)

    def _run_up(self, start: Catalog) -> tuple[Step, ...]:
        try:
            steps = self._observe(self.plan.up, start)
        except ExecutionFault as fault:
            self._fail(f"Up failed: {fault.message}", fault)
            return self.plan.up
        self._compare("Up", self.session.inspect().catalog, self.new)
        self._tell_locks(steps)
        return steps

    def _round_trip(self, start: Catalog, rows: Counts) -> None:
        if not self.plan.down:
            if self.plan.up:
                self.unproved.append("There is no way back, so none was tried.")
            return
        try:
            self._execute(self.plan.down)
            self._compare("Down", self.session.inspect().catalog, start)
            self._compare_rows(rows)
            self._execute(self.plan.up)
            self._compare("Up again", self.session.inspect().catalog, self.new)
        except ExecutionFault as fault:
            self._fail(f"The way back failed: {fault.message}", fault)

    def _observe(self, steps: Sequence[Step], before: Catalog) -> tuple[Step, ...]:
        """Run the steps, each alone where it can be, and note what each really did."""
        seen: list[Step] = []
        for unit in units(steps):
            if len(unit) > 1 or unit[0].batched:
                self._execute(unit)
                seen += unit
                continue
            step = unit[0]
            effect = felt(self.session.observe(Statement(text=step.sql), before), self.created)
            self.surprises += _surprises(step, effect.locks, effect.rewrites)
            seen.append(
                msgspec.structs.replace(step, effect=_joined(step, effect.locks, effect.rewrites, effect.algorithm))
            )
        return tuple(seen)

    def _tell_locks(self, steps: Sequence[Step]) -> None:
        watched = [step for step in steps if step.effect.basis == "observed"]
        locks = sum(len(step.effect.locks) for step in watched)
        worse = f"{len(self.surprises)} worse" if self.surprises else "none worse"
        if watched:
            self._say(
                f"Steps watched while they ran up: {len(watched)} of {len(steps)}; locks seen: {locks}, {worse} than predicted."
            )

    def _execute(self, steps: Sequence[Step]) -> None:
        for unit in units(steps):
            if unit[0].batched:
                self._repeat(unit[0])
            else:
                self.session.execute(Statement(text=step.sql) for step in unit)

    def _repeat(self, step: Step) -> None:
        for _ in range(_ENDLESS):
            if self.session.change(step.sql) == 0:
                return
        raise ExecutionFault(f"The step {step.title!r} always finds more rows to change.", statement=step.sql)

    def _compare(self, direction: str, found: Catalog, wanted: Catalog) -> None:
        differences = compare(shared_roles(wanted, found), shared_roles(found, wanted))
        moved = [each for each in differences if only_order(each)]
        if moved:
            which = ", ".join(sorted({str(each.target) for each in moved}))
            self.unproved.append(
                f"{direction}: the columns of {which} stand in another order; {self.engine.title} moves none."
            )
        differences = tuple(each for each in differences if each not in moved)
        if differences:
            self.failed = True
            self.unproved.append(f"{direction} led to another schema than it should: {_named(differences)}.")
        else:
            self._say(f"{direction}: ran, was read back, and is the schema that it should be.")

    def _compare_rows(self, before: Counts) -> None:
        """The rows are all there after the way back, but for tables that the plan drops."""
        dropped = {each.target for each in self.plan.operations if isinstance(each, DropTable)}
        after = count_rows(self.session, self.engine, self.old)
        other = {table: after.get(table, 0) - count for table, count in before.items() if table not in dropped}
        grown = [table for table, more in other.items() if more > 0 and _written_by_triggers(table, self.old)]
        lost = [str(table) for table, more in other.items() if more and table not in grown]
        if grown:
            self._say(f"Triggers wrote further rows to {', '.join(map(str, grown[:5]))} meanwhile.")
        if lost:
            self.failed = True
            self.unproved.append(f"After the way back rows are missing, or there are more, in {', '.join(lost[:5])}.")
        elif sum(before.values()):
            columns = [str(each.target) for each in self.plan.operations if isinstance(each, DropColumn)]
            but = f", but for the values of {', '.join(columns)}" if columns else ""
            self._say(f"All {sum(before.values()):,} rows were there after the way back{but}.")

    def _say(self, sentence: str) -> None:
        self.evidence.append(Evidence(sentence, basis="data"))

    def _fail(self, sentence: str, fault: ExecutionFault) -> None:
        self.failed = True
        self.evidence.append(Evidence(sentence, basis="data", sql=fault.statement or None))


def _written_by_triggers(table: Ref, catalog: Catalog) -> bool:
    """Whether a trigger, or a function that may be one's, names the table: as those do that write histories and messages."""
    texts = [trigger.definition for each in catalog.tables for trigger in each.triggers]
    texts += [routine.definition for routine in catalog.routines]
    return any(table.name in text for text in texts)


def _with(plan: Plan, proof: Proof) -> Plan:
    return msgspec.structs.replace(plan, proof=proof)


def _named(differences: Sequence[Difference]) -> str:
    named = sorted({f"{each.target.kind.replace('_', ' ')} {each.target}" for each in differences})
    more = f" and {len(named) - 5} more" if len(named) > 5 else ""
    return ", ".join(named[:5]) + more


def _strongest(locks: Sequence[Lock]) -> dict[Ref, Lock]:
    found: dict[Ref, Lock] = {}
    for lock in locks:
        if lock.relation not in found or _strength(lock) > _strength(found[lock.relation]):
            found[lock.relation] = lock
    return found


def _strength(lock: Lock) -> int:
    mode = lock.mode.upper()
    return _STRENGTH.index(mode) if mode in _STRENGTH else len(lock.blocks)


def _surprises(step: Step, locks: Sequence[Lock], rewrites: Sequence[Ref]) -> list[str]:
    """Where the engine did worse than was predicted, on tables: those are what others wait for."""
    predicted = _strongest(step.effect.locks)
    said = []
    for relation, lock in _strongest(locks).items():
        known = predicted.get(relation)
        worse = set(lock.blocks) - set(known.blocks if known else ())
        if relation.kind in ("table", "view") and worse:
            was = f"{known.mode} was predicted" if known else "no lock was predicted"
            said.append(f"{step.title or step.sql}: took {lock.mode} on {relation}, where {was}.")
    said += [
        f"{step.title or step.sql}: wrote {relation} again, which was not predicted."
        for relation in rewrites
        if relation not in step.effect.rewrites
    ]
    return said


def _joined(step: Step, locks: tuple[Lock, ...], rewrites: tuple[Ref, ...], algorithm: str | None) -> Effect:
    """The predicted effect with what was observed in place of the guesses."""
    return msgspec.structs.replace(
        step.effect,
        locks=locks or step.effect.locks,
        rewrites=rewrites or step.effect.rewrites,
        algorithm=algorithm or step.effect.algorithm,
        basis="observed",
    )
