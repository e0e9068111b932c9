"""Partitions by time on PostgreSQL: a procedure that looks after them."""

from dbwright.designs.blocks.partitions import Partitions
from dbwright.designs.blocks.script import Script

_SUFFIX = {"day": "YYYY_MM_DD", "week": 'IYYY"w"IW', "month": "YYYY_MM", "year": "YYYY"}


class PostgresPartitions:
    """The statements. Rows for which there is no partition go to a default one, and are moved when theirs is made."""

    def __init__(self, script: Script, block: Partitions) -> None:
        self.script, self.block = script, block
        self.name = block.procedure(script)
        self.rest = script.name(script.table, "rest")
        self.column = script.quote(block.column)
        self.step = f"interval '1 {block.period}'"

    def write(self) -> None:
        """Make the procedure, and call it once."""
        script = self.script
        place = script.place(self.name)
        arguments = "moment timestamptz DEFAULT now()"
        script.add(
            f"CREATE PROCEDURE {place}({arguments})\nLANGUAGE plpgsql\nSET \"TimeZone\" = 'UTC'\nSET lock_timeout = '10s'\n"
            f"AS $procedure$\n{self._body()}\n$procedure$",
            f"DROP PROCEDURE {place}(timestamptz)",
        )
        script.add_data(f"CALL {place}()")
        script.example("Once a day, by cron or pg_cron, as the owner of the table.", f"CALL {place}()")
        script.notes.append(
            f"The way back leaves the partitions of {script.table} where they are: they go with the table, and hold its rows."
        )

    def _body(self) -> str:
        parts = [self._made(), *([self._rolled_up()] if self.block.rollup else [])]
        parts += [self._dropped()] if self.block.keep else []
        oldest = f"date_trunc('{self.block.period}', moment) - {self.block.keep} * {self.step}"
        declared = f"""\
DECLARE
    place text := {self.script.literal(self.script.place())};
    first timestamptz := {oldest if self.block.keep else "'-infinity'"};
    lower_end timestamptz;
    upper_end timestamptz;
    named text;
    listed text;
    since date;
    old record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext(place::regclass::oid::text || ' partitions'));
"""
        return (
            declared + "\n".join(f"    {line}" if line else "" for part in parts for line in part.split("\n")) + "\nEND"
        )

    def _made(self) -> str:
        block, script = self.block, self.script
        schema = f"{script.quote(script.schema)}." if script.schema else ""
        rest = script.place(self.rest)
        return f"""\
IF to_regclass({script.literal(rest)}) IS NULL THEN
    EXECUTE {script.literal(f"CREATE TABLE {rest} PARTITION OF {script.place()} DEFAULT")};
END IF;
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO listed
FROM pg_attribute WHERE attrelid = place::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
FOR n IN {-block.behind}..{block.ahead} LOOP
    lower_end := date_trunc('{block.period}', moment) + n * {self.step};
    upper_end := lower_end + {self.step};
    named := {script.literal(schema)} || quote_ident({script.literal(script.table + "_")} || to_char(lower_end, '{_SUFFIX[block.period]}'));
    CONTINUE WHEN lower_end < first OR to_regclass(named) IS NOT NULL;
    IF EXISTS (SELECT FROM {rest} WHERE {self.column} >= lower_end AND {self.column} < upper_end) THEN
        EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING IDENTITY)', named, place);
        EXECUTE format(
            'WITH moved AS (DELETE FROM {_percent(rest)} WHERE {_percent(self.column)} >= $1 AND {_percent(self.column)} < $2 RETURNING *)'
            ' INSERT INTO %s (%s) SELECT %2$s FROM moved', named, listed
        ) USING lower_end, upper_end;
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', place, named, lower_end, upper_end);
    ELSE
        EXECUTE format('CREATE TABLE %s PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', named, place, lower_end, upper_end);
    END IF;
END LOOP;"""

    def _rolled_up(self) -> str:
        block, script = self.block, self.script
        day = f"({self.column} AT TIME ZONE 'UTC')::date"
        made = ";\n".join(block.totals(script, day, "since", "(moment + interval '1 day')::date"))
        return f"""\
SELECT greatest(coalesce(max(day) - {block.late}, '-infinity'::date), first::date) INTO since FROM {script.place(block.rollup)};
{made};"""

    def _dropped(self) -> str:
        return f"""\
FOR old IN
    SELECT c.oid::regclass AS named FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
    WHERE i.inhparent = place::regclass
    AND (regexp_match(pg_get_expr(c.relpartbound, c.oid), $bound$TO \\('([^']+)'\\)$bound$))[1]::timestamptz <= first
LOOP
    EXECUTE format('DROP TABLE %s', old.named);
END LOOP;
DELETE FROM {self.script.place(self.rest)} WHERE {self.column} < first;"""


def _percent(text: str) -> str:
    """A name inside of a text that format() reads, within a literal."""
    return text.replace("%", "%%").replace("'", "''")
