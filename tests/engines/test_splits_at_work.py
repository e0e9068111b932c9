"""A split while applications go on: numbers, defaults, facts that change, rights, views that read the table, and each way back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dbwright.app.normalize.migration import plan_split, write
from dbwright.catalog.dependencies import Functional
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Engine, Session, Statement
from dbwright.engines.registry import engine
from dbwright.errors import ExecutionFault
from dbwright.migrate.formats.native import read as read_native
from dbwright.migrate.history import TABLE, History
from dbwright.migrate.patience import Patience
from dbwright.migrate.runner import Runner
from dbwright.normalize.design.proposal import Proposal
from dbwright.normalize.design.propose import propose
from dbwright.normalize.design.unfolding import holdings
from dbwright.normalize.migration.split import StageName
from tests.support.scratches import ENGINES, scratch_of

_NUMBERED = {
    "postgres": "serial PRIMARY KEY",
    "mysql": "integer AUTO_INCREMENT PRIMARY KEY",
    "sqlite": "integer PRIMARY KEY",
}
_ORDERS = (
    """CREATE TABLE orders (id NUMBERED, customer_id integer NOT NULL, customer_name varchar(20) NOT NULL,
    customer_city varchar(20), note varchar(20), qty integer DEFAULT 7 NOT NULL, tags varchar(100))""",
    """INSERT INTO orders (customer_id, customer_name, customer_city, tags) VALUES (1, 'Ann', 'B', 'a,b'), (1, 'Ann', 'B', 'c'),
    (2, 'Bob', NULL, NULL), (3, 'Cid', 'C', 'x,y'), (3, 'Cid', 'C', 'q,w'), (4, 'Dan', NULL, 'k,l')""",
)
_OF_CUSTOMERS = (("customer_id", ("customer_name", "customer_city")),)


class Split:
    """A table in a scratch database, split by what is given to hold in it."""

    def __init__(self, name: str, session: Session, folder: Path) -> None:
        self.name, self.session, self.folder = name, session, folder
        self.engine: Engine = engine(name)

    def run(self, *statements: str) -> None:
        texts = [each.replace("NUMBERED", _NUMBERED[self.name]) for each in statements]
        self.session.execute([Statement(text=each) for each in texts])

    def catalog(self) -> Catalog:
        return self.session.inspect().catalog

    def proposal(self, holding: tuple[tuple[str, tuple[str, ...]], ...], table: str = "orders") -> Proposal:
        source = next(each for each in self.catalog().tables if each.name == table)
        functional = [Functional(left=frozenset((left,)), right=frozenset(right)) for left, right in holding]
        return propose(
            source,
            functional,
            engine=self.engine,
            holdings=holdings(source, {"tags": ["a,b", "c,d"] * 10}),
            keep=True,
        )

    def planned(self, holding: tuple[tuple[str, tuple[str, ...]], ...] = _OF_CUSTOMERS) -> None:
        self.split, found = plan_split(self.proposal(holding), self.catalog(), self.engine)
        write(found, self.folder)
        stages = [stage.name for stage in self.split.stages]
        self.revisions = dict(zip(stages, read_native(self.folder).revisions, strict=True))
        history = History(self.session, self.engine, TABLE)
        history.make()
        self.runner = Runner(self.session, self.engine, history, patience=Patience(lock=10, statement=60, retries=3))

    def up(self, *stages: StageName) -> None:
        for stage in stages:
            self.runner.run(self.revisions[stage], "up", self.catalog())

    def down(self, *stages: StageName) -> None:
        for stage in stages:
            self.runner.run(self.revisions[stage], "down", self.catalog())

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.session.query(sql)

    def refused(self, statement: str, why: str) -> None:
        with pytest.raises(ExecutionFault, match=why):
            self.session.change(statement)

    def alike(self) -> None:
        assert self.rows(self.split.differences) == []


@pytest.fixture(params=ENGINES)
def split(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Split]:
    name: str = request.param
    with scratch_of(name) as scratch, scratch.open() as session:
        yield Split(name, session, tmp_path)


def test_numbers_go_on_at_every_stage(split: Split) -> None:
    split.run(*_ORDERS)
    split.planned()
    split.up("expand", "backfill")
    # The number 8 was given once, and is nobody's after that.
    split.run(
        "INSERT INTO orders (customer_id, customer_name) VALUES (9, 'Zed'), (9, 'Zed')",
        "DELETE FROM orders WHERE id = 8",
    )
    split.up("switch")
    split.alike()
    if split.split.writable:
        split.run("INSERT INTO orders (customer_id, customer_name, tags) VALUES (9, 'Zed', 'm,n')")
        last = int(str(split.rows("SELECT max(id) FROM orders")[0][0]))
        assert last == (9 if split.name == "postgres" else 8)
        shown = split.rows(f"SELECT qty, tags FROM orders WHERE id = {last}")
        assert shown == [(7, "m,n")]
    split.down("switch")
    split.run("INSERT INTO orders (customer_id, customer_name) VALUES (9, 'Zed')")
    split.up("switch", "contract")
    split.run("INSERT INTO orders (customer_id) VALUES (9)")
    numbers = [row[0] for row in split.rows("SELECT id FROM orders ORDER BY id")]
    assert len(set(numbers)) == len(numbers)
    split.down("contract", "switch", "backfill", "expand")
    split.run("INSERT INTO orders (customer_id, customer_name) VALUES (9, 'Zed')")
    assert len(split.rows("SELECT id FROM orders")) == len(numbers) + 1
    assert [each.name for each in split.catalog().tables if each.name != TABLE] == ["orders"]


def test_what_an_application_does_while_both_live(split: Split) -> None:
    split.run(*_ORDERS)
    split.planned()
    split.up("expand")
    split.run(  # rows that are not carried over yet
        "UPDATE orders SET tags = 'new,list' WHERE id = 1",
        "UPDATE orders SET note = 'u' WHERE id = 4",
        "DELETE FROM orders WHERE id = 5",
        "UPDATE orders SET customer_name = 'Anna' WHERE customer_id = 1",
    )
    split.up("backfill")
    split.run(
        # renamed row by row, and told of anew after its last row was gone
        "UPDATE orders SET customer_name = 'X' WHERE id = 1",
        "UPDATE orders SET customer_name = 'X' WHERE id = 2",
        "DELETE FROM orders WHERE customer_id = 2",
        "INSERT INTO orders (customer_id, customer_name, customer_city) VALUES (2, 'Other', 'Z')",
    )
    split.refused("INSERT INTO orders (customer_id, customer_name) VALUES (2, 'Else')", "something else than customers")
    name = "CASE WHEN id = 1 THEN 'p' ELSE 'q' END"
    split.refused(f"UPDATE orders SET customer_name = {name} WHERE customer_id = 1", "something else than customers")
    split.run(
        "UPDATE orders SET id = 100 WHERE id = 6",
        "UPDATE orders SET customer_id = customer_id + 10",
        "UPDATE orders SET customer_name = 'all', customer_city = NULL",
    )
    if split.name != "postgres":
        split.run("REPLACE INTO orders (id, customer_id, customer_name, tags) VALUES (1, 77, 'R', 'r,s,t')")
    split.up("switch")
    split.alike()


def test_writes_through_the_view_change_a_fact_once_or_are_refused(split: Split) -> None:
    if split.name == "mysql":
        pytest.skip("MySQL's views take no such writes")
    split.run(*_ORDERS)
    split.planned()
    split.up("expand", "backfill", "switch")
    name = "CASE WHEN id = 1 THEN 'p' ELSE 'q' END"
    split.refused(f"UPDATE orders SET customer_name = {name} WHERE customer_id = 1", "something else than customers")
    split.refused("UPDATE orders SET customer_id = 1 WHERE id = 3", "something else than customers")
    split.alike()
    for statement in (
        "UPDATE {} SET customer_name = 'Anna', customer_city = 'Q', tags = 'z' WHERE customer_id = 1",
        "INSERT INTO {} (id, customer_id, customer_name, qty, tags) VALUES (50, 8, 'E', 1, '1,2,3')",
        "UPDATE {} SET id = 52 WHERE id = 50",
        "UPDATE {} SET customer_id = 1, customer_name = 'Anna', customer_city = 'Q' WHERE id = 52",
        "DELETE FROM {} WHERE customer_id = 1",
        "UPDATE {} SET id = id + 1000, customer_id = customer_id + 1000",
    ):
        split.run(statement.format("orders"), statement.format(split.split.kept.path[1]))
        split.alike()


def test_views_that_read_the_table_go_on_and_hold_contract_back(split: Split) -> None:
    split.run(
        *_ORDERS,
        "CREATE VIEW report AS SELECT customer_name, count(*) AS n FROM orders GROUP BY customer_name",
        "CREATE VIEW busy AS SELECT * FROM report WHERE n > 1",
    )
    split.planned()
    assert any("report" in note and "Contract is refused" in note for note in split.split.notes)
    split.up("expand", "backfill", "switch")
    split.run("INSERT INTO customers (id, name) VALUES (99, 'New')")
    split.run("INSERT INTO orders_next (customer_id) VALUES (99), (99)")
    assert ("New", 2) in split.rows("SELECT customer_name, n FROM busy"), "it shows what is written now"
    with pytest.raises(ExecutionFault, match="still read"):
        split.up("contract")
    split.run("DROP VIEW busy", "DROP VIEW report")
    split.up("contract")
    assert split.catalog().views == ()


def test_a_split_without_a_key_takes_back_what_was_written_to_its_parts(split: Split) -> None:
    split.run(
        "CREATE TABLE orders (customer_id integer NOT NULL, customer_name varchar(20) NOT NULL, note varchar(20))",
        "INSERT INTO orders VALUES (1, 'Ann', 'B'), (1, 'Ann', 'B'), (2, 'Bob', NULL)",
    )
    split.planned((("customer_id", ("customer_name",)),))
    split.up("expand", "switch")
    split.alike()
    split.run(
        "INSERT INTO orders_next (customer_id, note) VALUES (2, 'new')", "UPDATE customers SET name = 'A' WHERE id = 1"
    )
    split.down("switch")
    rows = split.rows("SELECT customer_id, customer_name, note FROM orders ORDER BY 1, 3")
    assert sorted(map(str, rows)) == ["(1, 'A', 'B')", "(1, 'A', 'B')", "(2, 'Bob', 'new')", "(2, 'Bob', None)"]


def test_values_that_only_a_collation_takes_for_the_same_are_told_apart(split: Split) -> None:
    if split.name == "postgres":
        split.run("CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)")
    collation = {"postgres": "ci", "mysql": "utf8mb4_general_ci", "sqlite": "NOCASE"}[split.name]
    split.run(
        f"CREATE TABLE orders (id NUMBERED, customer_id integer NOT NULL, customer_name varchar(20) COLLATE {collation} NOT NULL)",
        "INSERT INTO orders (customer_id, customer_name) VALUES (1, 'Ann'), (1, 'ANN'), (2, 'Bob')",
    )
    split.planned((("customer_id", ("customer_name",)),))
    split.up("expand", "backfill")
    with pytest.raises(ExecutionFault, match=r"different rows|same rows"):
        split.up("switch")
    assert len(split.rows("SELECT id FROM orders WHERE customer_name = 'ann'")) == 2, "nothing was merged"


def test_who_may_write_the_table_needs_no_rights_on_its_parts(tmp_path: Path) -> None:
    with scratch_of("postgres") as scratch, scratch.open() as session:
        split = Split("postgres", session, tmp_path)
        split.run(*_ORDERS)
        role = f"writer_{scratch.url.database}"[:60]
        split.run(
            f"CREATE ROLE {role}",
            f"GRANT INSERT ON orders TO {role}",
            f"GRANT USAGE ON SEQUENCE orders_id_seq TO {role}",
        )
        try:
            split.planned()
            split.up("expand")
            stages: tuple[StageName, ...] = ("backfill", "switch")
            for stage in stages:
                split.up(stage)
                split.run(
                    f"SET ROLE {role}",
                    "INSERT INTO orders (customer_id, customer_name, tags) VALUES (9, 'Zed', 'm,n')",
                    "RESET ROLE",
                )
            assert len(split.rows("SELECT id FROM orders WHERE customer_id = 9 AND tags = 'm,n'")) == 2
        finally:
            split.run("RESET ROLE", f"DROP OWNED BY {role}", f"DROP ROLE {role}")
