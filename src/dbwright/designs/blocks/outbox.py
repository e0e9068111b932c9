"""Messages that are written in the same transaction as the change that they tell of."""

from typing import Annotated, Literal

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.rows_as_json import changed, key_as_text, row_as_json
from dbwright.designs.blocks.script import Script


class Outbox(Block, frozen=True, kw_only=True):
    """A table of messages that triggers write in the transaction of the change, so that no message is lost and none is made up.

    A publisher takes them, sends them, and marks them as sent: each at least once. It must not remember the last number that it
    saw, since a transaction with a lower one may be committed later.
    """

    outbox: Annotated[str, about("The name of the table of messages.")] = "outbox"
    make_outbox: Annotated[bool, about("Make it; say no for the second table that it serves.")] = True
    events: Annotated[tuple[Literal["insert", "update", "delete"], ...], about("What is told.")] = (
        "insert",
        "update",
        "delete",
    )
    topic: Annotated[str, about("What the messages are called before the dot; the table's name where empty.")] = ""
    watch: Annotated[tuple[str, ...], about("The columns whose change is told; any where empty.")] = ()
    hidden: Annotated[tuple[str, ...], about("Columns that are left out of the messages: secrets.")] = ()
    columns: Annotated[tuple[str, ...], about("MySQL and SQLite: the columns of the table.")] = ()
    binary: Annotated[tuple[str, ...], about("MySQL and SQLite: those that hold bytes.")] = ()

    def write(self, script: Script) -> None:
        if self.make_outbox:
            self._make_outbox(script)
        topic = self.topic or script.table
        past = {"insert": "inserted", "update": "updated", "delete": "deleted"}
        for event in self.events:
            row = "OLD" if event == "delete" else "NEW"
            payload = row_as_json(script, row, self.columns, self.hidden, self.binary)
            body = (
                f"INSERT INTO {script.place(self.outbox)} (topic, row_key, payload)\n"
                f"VALUES ({script.literal(f'{topic}.{past[event]}')}, {key_as_text(script, row)}, {payload});"
            )
            script.trigger(
                script.name(script.table, self.outbox, "on", event),
                "after",
                event,
                body,
                when=self._when(script, event),
            )
        self._say(script)

    def _when(self, script: Script, event: str) -> str:
        if event != "update":
            return ""
        names = self.watch or (() if script.engine == "postgres" else self.columns)
        if not names:
            return "to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW)"
        return changed(script, names)

    def _make_outbox(self, script: Script) -> None:
        t, outbox = script.t, self.outbox
        key = t.text(200) if script.engine == "mysql" else "text"
        payload = f"{t.json} NOT NULL" + (" CHECK (json_valid(payload))" if script.engine == "sqlite" else "")
        script.create_table(
            outbox,
            [
                ("id", f"{t.id} PRIMARY KEY", ""),
                (
                    "topic",
                    f"{t.text(100)} NOT NULL",
                    "What happened: the table and the event, such as orders.inserted.",
                ),
                ("row_key", f"{key} NOT NULL", "The key of the row; messages with the same one belong in order."),
                ("payload", payload, "The row after the change; before it where it was deleted."),
                ("created_at", f"{t.moment} NOT NULL DEFAULT {t.now}", "When the change was made."),
                ("sent_at", t.moment, "When the message was sent; NULL while it waits."),
            ],
            comment="Messages that wait to be sent, one row each.",
        )
        columns = ("sent_at", "id") if script.engine == "mysql" else ("id",)
        script.index(script.name(outbox, "waiting_idx"), columns, table=outbox, where="sent_at IS NULL")

    def _say(self, script: Script) -> None:
        place = script.place(self.outbox)
        lock = "" if script.engine == "sqlite" else " FOR UPDATE SKIP LOCKED"
        begin = "BEGIN IMMEDIATE" if script.engine == "sqlite" else "BEGIN"
        script.example(
            "A publisher, again and again. Several may run at once; one alone keeps the order of a row's messages.",
            f"{begin};",
            f"SELECT id, topic, row_key, payload FROM {place} WHERE sent_at IS NULL ORDER BY id LIMIT 100{lock};",
            "-- … send them …",
            f"UPDATE {place} SET sent_at = {script.t.now} WHERE id IN (…);",
            "COMMIT",
        )
        script.example("Now and then: forget what was sent.", f"DELETE FROM {place} WHERE sent_at < …")
        if script.engine == "mysql":
            script.notes.append("MySQL fires no triggers for rows that a foreign key's ON DELETE or ON UPDATE changes.")
