"""Statements made without a server: their order, and the script."""

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column, ForeignKey, PrimaryKey, Table, View
from dbwright.catalog.types import Type
from dbwright.engines.mysql.engine import ENGINE

INT = Type("integer", "int", bits=32)


def table(name: str, *parents: str) -> Table:
    return Table(
        namespace="",
        name=name,
        columns=(
            Column(name="id", type=INT, nullable=False),
            *(Column(name=f"{parent}_id", type=INT) for parent in parents),
        ),
        primary_key=PrimaryKey(columns=("id",)),
        foreign_keys=tuple(
            ForeignKey(columns=(f"{parent}_id",), table=("", parent), referenced=("id",), name=f"{name}_{parent}")
            for parent in parents
        ),
    )


def test_an_empty_catalog_needs_no_statement() -> None:
    assert ENGINE.emit(Catalog(engine="mysql")) == []
    assert ENGINE.script([]) == ""


def test_parents_stand_before_children_and_cycles_are_closed_at_the_end() -> None:
    catalog = Catalog(
        engine="mysql",
        tables=(
            table("a", "z"),
            table("z"),
            table("x", "y"),
            table("y", "x", "a"),
            table("self", "self"),
            table("far", "nowhere"),
        ),
    )
    statements = [statement for statement in ENGINE.emit(catalog) if not statement.startswith("SET")]
    places = {
        name: next(i for i, s in enumerate(statements) if s.startswith(f"CREATE TABLE `{name}`")) for name in "azxy"
    }
    assert places["z"] < places["a"] < places["y"]
    added = [statement for statement in statements if statement.startswith("ALTER TABLE")]
    assert len(added) == 1
    assert statements[-1] == added[0]
    assert sum(statement.count("FOREIGN KEY") for statement in statements) == 6


def test_a_chain_of_ten_thousand_tables_is_ordered() -> None:
    count = 10_000
    tables = tuple(table(f"t{i}", *([f"t{i + 1}"] if i + 1 < count else [])) for i in range(count))
    created = [statement for statement in ENGINE.emit(Catalog(engine="mysql", tables=tables)) if "CREATE" in statement]
    assert created[0].startswith(f"CREATE TABLE `t{count - 1}`")
    assert not any("ALTER" in statement for statement in created)


def test_views_stand_after_the_views_that_they_read() -> None:
    def view(name: str, *reads: str) -> View:
        return View(
            namespace="", name=name, definition="select 1", depends_on=tuple(Ref("view", ("", read)) for read in reads)
        )

    catalog = Catalog(engine="mysql", views=(view("a", "b"), view("b", "c"), view("c"), view("loop", "loop")))
    names = [statement.split("`")[1] for statement in ENGINE.emit(catalog) if statement.startswith("CREATE VIEW")]
    assert names == ["c", "b", "a", "loop"]


def test_bodies_with_semicolons_get_a_delimiter_that_they_do_not_hold() -> None:
    script = ENGINE.script(["SELECT ';'", "CREATE PROCEDURE p() BEGIN SELECT '$$'; END", "SELECT 2"])
    assert script == (
        "SELECT ';';\n\nDELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT '$$'; END\n//\nDELIMITER ;\n\nSELECT 2;\n"
    )
