"""From when to when something holds, without two that hold at once: application time."""

from typing import Annotated, Literal

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.script import Event, Script
from dbwright.errors import UsageError

_EVENTS: tuple[Event, ...] = ("insert", "update")


class ApplicationTime(Block, frozen=True, kw_only=True):
    """A period for each row, from when to when it holds, and a guarantee that no two rows of the same thing hold at the same time.

    A price, a rate, an assignment: the end is left out of the period and may be NULL for "until further notice". PostgreSQL keeps it
    by an exclusion constraint, which holds under concurrency by itself; elsewhere triggers refuse an overlap, on MySQL after
    locking the thing in a table of locks.
    """

    per: Annotated[tuple[str, ...], about("The columns that tell the thing: per product and currency.")]
    begin: Annotated[str, about("The column where the period begins.")] = "valid_from"
    end: Annotated[str, about("The column where it ends; not part of it.")] = "valid_to"
    kind: Annotated[Literal["moment", "day"], about("Whether a period begins and ends at moments or with days.")] = (
        "moment"
    )

    def columns_on(self, script: Script) -> dict[str, str]:
        kind = script.t.moment if self.kind == "moment" else script.t.day
        now = script.t.now if self.kind == "moment" else script.t.today
        return {self.begin: f"{kind} NOT NULL DEFAULT {now}", self.end: kind}

    def write(self, script: Script) -> None:
        if not self.per:
            raise UsageError("Of what shall no two rows hold at once?", hint="Say per=product_id.")
        begin, end = script.quote(self.begin), script.quote(self.end)
        if script.engine == "postgres":
            self._on_postgres(script, begin, end)
        else:
            self._by_triggers(script)
        holds = f"{begin} <= {script.t.now} AND ({end} IS NULL OR {end} > {script.t.now})"
        script.example("What holds now.", f"SELECT * FROM {script.place()} WHERE {holds}")
        script.example(
            "A new one from a moment on: end the one that holds first, in the same transaction.",
            f"UPDATE {script.place()} SET {end} = :moment WHERE … AND {end} IS NULL;",
            f"INSERT INTO {script.place()} ({script.listed(self.per)}, {begin}, …) VALUES (…, :moment, …)",
        )

    def _on_postgres(self, script: Script, begin: str, end: str) -> None:
        kind = "tstzrange" if self.kind == "moment" else "daterange"
        place = script.place()
        # Left by the way back: others may use it by then.
        script.add("CREATE EXTENSION IF NOT EXISTS btree_gist")
        check, exclusion = (script.quote(script.name(script.table, part)) for part in ("period_check", "period_excl"))
        script.add(
            f"ALTER TABLE {place} ADD CONSTRAINT {check} CHECK ({end} > {begin})",
            f"ALTER TABLE {place} DROP CONSTRAINT {check}",
        )
        things = ", ".join(f"{script.quote(name)} WITH =" for name in self.per)
        script.add(
            f"ALTER TABLE {place} ADD CONSTRAINT {exclusion} EXCLUDE USING gist ({things}, {kind}({begin}, {end}) WITH &&)",
            f"ALTER TABLE {place} DROP CONSTRAINT {exclusion}",
        )

    def _by_triggers(self, script: Script) -> None:
        begin, end = (f"NEW.{script.quote(name)}" for name in (self.begin, self.end))
        wrong = script.refuse(
            f"A period of {script.table} ends after it begins: {self.end} must be later than {self.begin}"
        )
        overlap = script.refuse(f"Another row of {script.table} for the same {', '.join(self.per)} holds at that time")
        locks = script.name(script.table, "period_locks")
        if script.engine == "mysql":
            self._make_locks(script, locks)
        far = script.literal("9999-12-31")
        mine, mine_end = (f"t.{script.quote(name)}" for name in (self.begin, self.end))
        same = " AND ".join(f"t.{script.quote(name)} = NEW.{script.quote(name)}" for name in self.per)
        for event in _EVENTS:
            # Before an INSERT the row is not there yet; before an UPDATE it is, and is no other.
            other = f" AND NOT ({script.same_row('OLD', prefix='t.')})" if event == "update" else ""
            held = " LOCK IN SHARE MODE" if script.engine == "mysql" else ""
            found = (
                f"EXISTS (SELECT 1 FROM {script.place()} AS t WHERE {same}{other} AND {mine} < coalesce({end}, {far})"
                f" AND {begin} < coalesce({mine_end}, {far}){held})"
            )
            name = script.name(script.table, "period_on", event)
            if script.engine == "mysql":
                thing = f"UNHEX(SHA2(LOWER(CONCAT_WS('|', {script.listed(self.per, 'NEW')})), 256))"
                body = (
                    f"DECLARE locked integer;\nIF {end} <= {begin} THEN\n    {wrong}\nEND IF;\n"
                    f"INSERT IGNORE INTO {script.place(locks)} (thing) VALUES ({thing});\n"
                    f"SELECT 1 INTO locked FROM {script.place(locks)} WHERE thing = {thing} FOR UPDATE;\n"
                    f"IF {found} THEN\n    {overlap}\nEND IF;"
                )
                script.trigger(name, "before", event, body)
            else:
                script.trigger(script.name(name, "order"), "before", event, wrong, when=f"{end} <= {begin}")
                script.trigger(name, "before", event, overlap, when=found)

    def _make_locks(self, script: Script, locks: str) -> None:
        script.create_table(
            locks,
            [("thing", "binary(32) PRIMARY KEY", f"A hash of {', '.join(self.per)}.")],
            comment=f"What writers of {script.table} lock, so that two at once cannot write periods that overlap.",
        )
