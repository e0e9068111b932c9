"""Statements that a model stands for, held by an engine and read back, so that the engine itself says what they mean."""

from collections.abc import Sequence

from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Statement
from dbwright.engines.registry import engine
from dbwright.errors import ExecutionFault, SourceError, Unavailable
from dbwright.readers.sql.scan import Dialect

_DIALECTS: dict[str, Dialect] = {"postgres": "postgres", "mysql": "mysql", "sqlite": "sqlite"}


def hold(statements: Sequence[str], dialect: str) -> tuple[Catalog, tuple[str, ...]]:
    """The catalog that the statements make: on a scratch database where one can be had, parsed otherwise.

    The notes say which. Raises SourceError where the engine refuses a statement.
    """
    product = engine(dialect)
    try:
        with product.scratch() as scratch, scratch.open() as session:
            try:
                skipped = session.execute(Statement(text=text) for text in statements)
            except ExecutionFault as error:
                shown = " ".join(error.statement.split())[:120]
                raise SourceError(
                    f"{product.title} refuses a statement of this model: {error.message}",
                    hint=f"The statement: {shown}",
                ) from error
            inspection = session.inspect()
            return inspection.catalog, (f"Held by a scratch database ({scratch.origin}).", *skipped, *inspection.notes)
    except Unavailable as error:
        from dbwright.readers.sql.parse import parse

        parsed = [Statement(text=text, line=number) for number, text in enumerate(statements, 1)]
        note = f"Parsed, not run, since no scratch {product.title} could be had: {error.message}"
        catalog, notes = parse(parsed, _DIALECTS[product.name])
        return product.canonical(catalog), (note, *notes)
