"""Partitions by time on MySQL and MariaDB: the table partitioned in place, and a procedure that looks after the partitions."""

from dbwright.designs.blocks.partitions import Partitions
from dbwright.designs.blocks.script import Script

_UNIT = {"day": "DAY", "week": "WEEK", "month": "MONTH", "year": "YEAR"}
_BEGIN = {
    "day": "DATE(moment)",
    "week": "DATE(moment) - INTERVAL WEEKDAY(moment) DAY",
    "month": "DATE(moment) - INTERVAL DAYOFMONTH(moment) - 1 DAY",
    "year": "DATE(moment) - INTERVAL DAYOFYEAR(moment) - 1 DAY",
}
_NAME = {"day": "p%Y_%m_%d", "week": "p%xw%v", "month": "p%Y_%m", "year": "p%Y"}


class MySQLPartitions:
    """The statements. The last partition takes what comes after the others, and is split when the next one is made."""

    def __init__(self, script: Script, block: Partitions) -> None:
        self.script, self.block = script, block
        self.name = block.procedure(script)
        self.unit = _UNIT[block.period]

    def write(self) -> None:
        """Partition the table, make the procedure, and call it once."""
        script, block = self.script, self.block
        place, column = script.place(), script.quote(block.column)
        script.add(
            f"ALTER TABLE {place} PARTITION BY RANGE COLUMNS ({column}) (PARTITION p_rest VALUES LESS THAN (MAXVALUE))",
            f"ALTER TABLE {place} REMOVE PARTITIONING",
        )
        named = script.place(self.name)
        script.add(
            f"CREATE PROCEDURE {named}()\nMODIFIES SQL DATA\nSQL SECURITY INVOKER\nBEGIN\n{self._body()}\nEND",
            f"DROP PROCEDURE {named}",
        )
        script.add_data(f"CALL {named}()")
        script.example(
            "Once a day, by cron or, where the scheduler runs, by an event.",
            f"CREATE EVENT {script.quote(self.name)} ON SCHEDULE EVERY 1 DAY DO CALL {named}()",
        )

    def _body(self) -> str:
        block = self.block
        parts = [
            self._made(),
            *([self._rolled_up()] if block.rollup else []),
            *([self._dropped()] if block.keep else []),
        ]
        oldest = f"({_BEGIN[block.period]}) - INTERVAL {block.keep} {self.unit}" if block.keep else "DATE('1000-01-01')"
        declared = f"""\
    DECLARE moment datetime DEFAULT UTC_TIMESTAMP();
    DECLARE begins date DEFAULT {_BEGIN[block.period]};
    DECLARE oldest date DEFAULT {oldest};
    DECLARE place int DEFAULT {-block.behind};
    DECLARE upper_end date;
    DECLARE since date;
    DECLARE made text DEFAULT '';
"""
        return declared + "\n".join(f"    {line}" for part in parts for line in part.split("\n"))

    def _of_table(self) -> str:
        schema = self.script.literal(self.script.schema) if self.script.schema else "DATABASE()"
        return f"table_schema = {schema} AND table_name = {self.script.literal(self.script.table)} AND partition_name IS NOT NULL"

    def _made(self) -> str:
        """New ones come after those that are there: only the last partition is split."""
        script, block = self.script, self.block
        altered = script.literal(f"ALTER TABLE {script.place()} REORGANIZE PARTITION p_rest INTO (")
        return f"""\
WHILE place <= {block.ahead} DO
    SET upper_end = begins + INTERVAL place + 1 {self.unit};
    IF upper_end > oldest AND NOT EXISTS (
        SELECT 1 FROM information_schema.partitions WHERE {self._of_table()}
        AND partition_description <> 'MAXVALUE' AND REPLACE(partition_description, '''', '') >= CAST(upper_end AS CHAR)
    ) THEN
        SET made = CONCAT(made, 'PARTITION ', DATE_FORMAT(upper_end - INTERVAL 1 {self.unit}, '{_NAME[block.period]}'),
            ' VALUES LESS THAN (''', upper_end, '''), ');
    END IF;
    SET place = place + 1;
END WHILE;
IF made <> '' THEN
    SET @dbwright_statement = CONCAT({altered}, made, 'PARTITION p_rest VALUES LESS THAN (MAXVALUE))');
    PREPARE made FROM @dbwright_statement;
    EXECUTE made;
    DEALLOCATE PREPARE made;
END IF;"""

    def _rolled_up(self) -> str:
        script, block = self.script, self.block
        day = f"DATE({script.quote(block.column)})"
        until = "DATE(moment + INTERVAL 1 DAY)"
        deleted, inserted = block.totals(script, day, "since", until)
        return f"""\
SELECT GREATEST(COALESCE(MAX(day) - INTERVAL {block.late} DAY, DATE('1000-01-01')), oldest) INTO since FROM {script.place(block.rollup)};
START TRANSACTION;
{deleted};
{inserted};
COMMIT;"""

    def _dropped(self) -> str:
        script, block = self.script, self.block
        altered = script.literal(f"ALTER TABLE {script.place()} DROP PARTITION ")
        return f"""\
SELECT GROUP_CONCAT(partition_name) INTO made FROM information_schema.partitions WHERE {self._of_table()}
AND partition_description <> 'MAXVALUE' AND REPLACE(partition_description, '''', '') <= CAST(oldest AS CHAR);
IF made IS NOT NULL THEN
    SET @dbwright_statement = CONCAT({altered}, made);
    PREPARE made FROM @dbwright_statement;
    EXECUTE made;
    DEALLOCATE PREPARE made;
END IF;
DELETE FROM {script.place()} WHERE {script.quote(block.column)} < oldest;"""
