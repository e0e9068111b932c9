"""The number of a row's children, kept in the row."""

from typing import Annotated

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, ForeignKey, PrimaryKey, Routine, Table
from dbwright.catalog.types import Type
from dbwright.change.operations import CreateObject, CreateTrigger
from dbwright.denormalize.expressions import read_condition, read_expression
from dbwright.denormalize.kinds import Function, Total
from dbwright.denormalize.totals import writer
from dbwright.denormalize.words import Words
from dbwright.designs.blocks.base import Block, about
from dbwright.designs.blocks.script import Script
from dbwright.engines.registry import engine


class Counter(Block, frozen=True, kw_only=True):
    """A column that counts the rows of a child table, or holds a sum, minimum or maximum over them, kept by triggers.

    The triggers are those of `dbwright denormalize`, whose --check finds them again, recounts, and repairs.
    """

    child: Annotated[str, about("The table whose rows are counted.")]
    by: Annotated[tuple[str, ...], about("The child's columns that refer to this table's key.")]
    column: Annotated[str, about("The name of the column; made from the child's where empty.")] = ""
    function: Annotated[Function, about("What is kept.")] = "count"
    of: Annotated[str, about("The child's column that is added up or compared; for all but count.")] = ""
    type: Annotated[str, about("The type of the column, for all but count.")] = ""
    where: Annotated[str, about("The condition on which a row of the child counts.")] = ""

    @property
    def _named(self) -> str:
        return self.column or f"{self.child}_count"

    def columns_on(self, script: Script) -> dict[str, str]:
        if self.function in ("minimum", "maximum"):
            return {self._named: self.type or script.t.bigint}
        return {self._named: f"{self.type or script.t.bigint} NOT NULL DEFAULT 0"}

    def write(self, script: Script) -> None:
        used = engine(script.engine)
        words = Words(engine=script.engine, quote=used.quote, free=lambda _, wanted: script.name(wanted))
        written = writer(words, self._total(script), Lookup(Catalog(engine=script.engine)))
        for operation in written.operations():
            if isinstance(operation, CreateObject) and isinstance(operation.object, Routine):
                made = operation.object.definition.removesuffix("\n")
                script.add(made, f"DROP FUNCTION {script.place(operation.object.name)}()")
            elif isinstance(operation, CreateTrigger):
                on = f" ON {script.place(operation.target.name)}" if script.engine == "postgres" else ""
                name = script.quote(operation.trigger.name) if on else script.place(operation.trigger.name)
                script.add(operation.trigger.definition, f"DROP TRIGGER {name}{on}")
        script.fills += [fill.sql for fill in written.fills(1)]
        script.checks.append(written.drift)
        script.notes += written.limits()

    def _total(self, script: Script) -> Total:
        integer = Type("integer", "bigint", bits=64)
        used = engine(script.engine)
        what = f"the condition of {self._named}"
        named = [use.name for use in read_expression(self.where, used.dialect, what).uses] if self.where else []
        names = dict.fromkeys((*self.by, *filter(None, (self.of,)), *named))
        key = ForeignKey(columns=self.by, table=(script.schema, script.table), referenced=script.key)
        child = Table(
            namespace=script.schema,
            name=self.child,
            columns=tuple(Column(name=name, type=integer) for name in names),
            foreign_keys=(key,),
        )
        parent = Table(
            namespace=script.schema,
            name=script.table,
            columns=tuple(Column(name=name, type=integer, nullable=False) for name in (*script.key, self._named)),
            primary_key=PrimaryKey(columns=script.key),
        )
        by = f" by {', '.join(self.by)}"
        of = f".{self.of}" if self.of else ""
        where = f" where {self.where}" if self.where else ""
        return Total(
            parent=parent,
            column=parent.columns[-1],
            child=child,
            key=key,
            function=self.function,
            of=child.column(self.of) if self.of else None,
            condition=read_condition(self.where, child, used.dialect, used.quote, what) if self.where else None,
            text=f"{script.table}.{self._named}={self.child}{of}{by}{where}",
        )
