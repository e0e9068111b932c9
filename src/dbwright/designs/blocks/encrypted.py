"""A column whose values the application seals before the database sees them."""

from typing import Annotated

from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.script import Event, Script

_OVERHEAD = 33
"""Form, number of the key, nonce and tag, as `dbwright.runtime.encryption` lays them out."""
_INDEX = 32
_EVENTS: tuple[Event, ...] = ("insert", "update")


class Encrypted(Block, frozen=True, kw_only=True):
    """A column for sealed values, and one for their blind index, by which equal values are found without being opened.

    The application has the keys and seals by AES-256-GCM: `dbwright.runtime.encryption`, with types for SQLAlchemy. Functions of the
    database such as pgcrypto's are not used: their keys travel with each statement, and end in its logs and statistics. A check
    refuses what was written without being sealed.
    """

    column: Annotated[str, about("What is sealed; the columns are called COLUMN_encrypted and COLUMN_index.")]
    length: Annotated[int, about("The most bytes of a value in UTF-8; MySQL alone limits them.")] = 1000
    searchable: Annotated[bool, about("Add the blind index.")] = True
    unique: Annotated[bool, about("Refuse two equal values, by the blind index.")] = False

    @property
    def _sealed(self) -> str:
        return f"{self.column}_encrypted"

    @property
    def _index(self) -> str:
        return f"{self.column}_index"

    def columns_on(self, script: Script) -> dict[str, str]:
        kinds = {"postgres": ("bytea", "bytea"), "sqlite": ("BLOB", "BLOB")}
        sealed, index = kinds.get(script.engine, (f"varbinary({self.length + _OVERHEAD})", f"varbinary({_INDEX})"))
        return {self._sealed: sealed} | ({self._index: index} if self.searchable else {})

    def write(self, script: Script) -> None:
        sealed, index = script.quote(self._sealed), script.quote(self._index)
        self._check(
            script,
            self._sealed,
            f"{_length(script, sealed)} >= {_OVERHEAD}",
            f"{_length(script, 'NEW.' + sealed)} < {_OVERHEAD}",
        )
        if self.searchable:
            self._check(
                script,
                self._index,
                f"{_length(script, index)} = {_INDEX}",
                f"{_length(script, 'NEW.' + index)} <> {_INDEX}",
            )
            ending = "key" if self.unique else "idx"
            script.index(script.name(script.table, self._index, ending), (self._index,), unique=self.unique)
        name = f"{script.table}.{self.column}"
        script.usage.append(
            "# The keys come from a secret store: KeyRing.read reads NUMBER:BASE64, the present key first.\n"
            "from dbwright.runtime.encryption import KeyRing\n"
            "from dbwright.runtime.encrypted_columns import BlindIndex, Encrypted\n\n"
            f'{self.column} = mapped_column("{self._sealed}", Encrypted(keys, "{name}", length={self.length}))'
            + (f'\n{self._index} = mapped_column(BlindIndex(keys, "{name}"))' if self.searchable else "")
        )
        script.notes.append(
            f"The application seals the values that are there already; when it has, a later migration drops {script.table}.{self.column}."
        )

    def _check(self, script: Script, column: str, right: str, wrong: str) -> None:
        """SQLite adds no check to a table that is there, so that a trigger says the same."""
        if script.engine == "sqlite":
            refusal = script.refuse(f"{column} of {script.table} holds sealed values only")
            for event in _EVENTS:
                of = (column,) if event == "update" else ()
                script.trigger(
                    script.name(script.table, column, "on", event), "before", event, refusal, of=of, when=wrong
                )
            return
        name, place = script.quote(script.name(script.table, column, "check")), script.place()
        script.add(
            f"ALTER TABLE {place} ADD CONSTRAINT {name} CHECK ({right})", f"ALTER TABLE {place} DROP CONSTRAINT {name}"
        )


def _length(script: Script, value: str) -> str:
    return f"length(CAST({value} AS BLOB))" if script.engine == "sqlite" else f"octet_length({value})"
