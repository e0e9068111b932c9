"""Every kind of change on a real server: its steps lead to the schema that is wanted, and those of the way back to the start.

The cases stand in mysql_changes.sql. The goal is read from a database of its own; the way there is found by comparing,
taken step by step as a runner would, and read back.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from dbwright.catalog.facts import Facts, TableStats
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Column
from dbwright.catalog.types import Type
from dbwright.change.compare import changes, compare
from dbwright.change.inverse import invert
from dbwright.change.operations import (
    AddColumn,
    AddForeignKey,
    DropColumn,
    DropIndex,
    DropTable,
    Operation,
    RenameColumn,
    RenameTable,
)
from dbwright.engines.base import Scratch, Session, Statement
from dbwright.engines.mysql.engine import ENGINE
from dbwright.errors import ExecutionFault
from dbwright.readers.sql.split import split
from tests.support.running import run
from tests.support.scratches import scratch_of

pytestmark = pytest.mark.mysql

_HEAD = re.compile(
    r"^-- (?:start (?P<start>\w+)|== (?P<name>[^,\n]+)(?:, from (?P<base>\w+))?(?:, (?P<only>mysql|mariadb))?)$", re.M
)


class Case(NamedTuple):
    """A start, what leads to the goal, and the product that alone knows it."""

    name: str
    start: str
    goal: str
    only: str | None


def _cases() -> Iterator[Case]:
    text = Path(__file__).with_name("mysql_changes.sql").read_text(encoding="utf-8")
    heads = list(_HEAD.finditer(text))
    starts: dict[str | None, str] = {None: ""}
    for head, end in zip(heads, [*(each.start() for each in heads[1:]), len(text)], strict=True):
        body = text[head.end() : end]
        if head["start"]:
            starts[head["start"]] = body
            continue
        start, _, goal = body.partition("-- goal\n")
        yield Case(head["name"], starts[head["base"]] + start, goal, head["only"])


ITEMS = next(case.start for case in _cases() if case.name == "columns are added")


@pytest.mark.parametrize("case", list(_cases()), ids=lambda case: case.name)
def test_steps_lead_to_the_goal_and_back(case: Case) -> None:
    with scratch_of("mysql") as one, scratch_of("mysql") as other, one.open() as session, other.open() as wanted:
        if case.only not in (None, session.inspect().catalog.engine):
            pytest.skip(f"Only {case.only} knows it.")
        start = _made(session, case.start)
        _made(wanted, case.start)
        goal = _made(wanted, case.goal)
        operations = changes(start, goal).operations
        assert operations, "The case changes nothing."
        back, irreversible = invert(operations, start)
        assert irreversible == ()
        run(session, ENGINE.steps(operations, start))
        reached = session.inspect().catalog
        assert compare(reached, goal, column_order=True) == ()
        run(session, ENGINE.steps(back, reached))
        assert compare(session.inspect().catalog, start, column_order=True) == ()


@pytest.mark.parametrize("case", list(_cases()), ids=lambda case: case.name)
def test_undo_takes_back_each_step(case: Case) -> None:
    """Steps up to any one of them, then the undos from that one back: the schema is as it was, but for what was lost."""
    with scratch_of("mysql") as one, scratch_of("mysql") as other, one.open() as session, other.open() as wanted:
        if case.only not in (None, session.inspect().catalog.engine):
            pytest.skip(f"Only {case.only} knows it.")
        start = _made(session, case.start)
        _made(wanted, case.start)
        operations = changes(start, _made(wanted, case.goal)).operations
        if any(isinstance(each, DropTable | DropColumn) for each in operations):
            pytest.skip("What is dropped does not come back.")
        steps = ENGINE.steps(operations, start)
        run(session, steps)
        for step in reversed(steps):
            session.execute(Statement(text=text) for text in step.undo)
        assert compare(session.inspect().catalog, start, column_order=True) == ()


def _made(session: Session, script: str) -> Catalog:
    session.execute(split(script, "mysql"))
    return session.inspect().catalog


# ---------------------------------------------------------------- names, which comparing cannot guess


def _there_and_back(scratch: Scratch, script: str, operations: list[Operation]) -> list[str]:
    """The statements of the operations, which do what they promise, as do their inverses."""
    with scratch.open() as session:
        start = _made(session, script)
        steps = ENGINE.steps(operations, start)
        wanted = start
        for operation in operations:
            wanted = operation.apply(wanted)
        run(session, steps)
        reached = session.inspect().catalog
        assert compare(reached, wanted, column_order=True) == ()
        back, _ = invert(operations, start)
        run(session, ENGINE.steps(back, reached))
        assert compare(session.inspect().catalog, start, column_order=True) == ()
        return [step.sql for step in steps]


def test_a_column_keeps_its_values_under_another_name(mysql_scratch: Scratch) -> None:
    script = ITEMS.replace("CREATE VIEW priced AS SELECT id, label, price FROM items;", "")
    price = Ref("column", ("", "items", "price"))
    kind = Ref("column", ("", "items", "kind_id"))
    statements = _there_and_back(
        mysql_scratch, script, [RenameColumn(target=price, to="cost `of` it"), RenameColumn(target=kind, to="sort")]
    )
    assert sum("RENAME COLUMN" in statement for statement in statements) == 2


def test_a_table_keeps_its_rows_under_another_name(mysql_scratch: Scratch) -> None:
    log = Ref("table", ("", "log"))
    statements = _there_and_back(mysql_scratch, ITEMS, [RenameTable(target=log, to=("", "what `was`"))])
    assert statements == ["RENAME TABLE `log` TO `what ``was```"]


def test_a_new_column_is_filled_in_batches_before_it_is_required(mysql_scratch: Scratch) -> None:
    column = Column(name="shown", type=Type("varchar", "varchar(30)", length=30), nullable=False)
    operation = AddColumn(target=Ref("table", ("", "items")), column=column, fill="concat('no. ', `id`)", after="id")
    with mysql_scratch.open() as session:
        start = _made(session, ITEMS)
        steps = ENGINE.steps([operation], start)
        assert [step.batched for step in steps] == [False, True, False]
        run(session, steps)
        assert compare(session.inspect().catalog, operation.apply(start), column_order=True) == ()
        assert [str(row[0]) for row in session.query("SELECT shown FROM items ORDER BY id")] == [
            "no. 1",
            "no. 2",
            "no. 3",
        ]


# ---------------------------------------------------------------- large tables


def _large(catalog: Catalog) -> Facts:
    return Facts(has_rows=True, tables={table.ref: TableStats(rows=2_000_000, bytes=10**9) for table in catalog.tables})


def test_a_foreign_key_on_a_large_table_is_added_without_copying_it(mysql_scratch: Scratch) -> None:
    with mysql_scratch.open() as session:
        start = _made(session, ITEMS + "ALTER TABLE items DROP FOREIGN KEY of_kind;")
        goal = _made(session, "ALTER TABLE items ADD CONSTRAINT of_kind FOREIGN KEY (kind_id) REFERENCES kinds (id);")
        (operation,) = changes(start, goal).operations
        assert isinstance(operation, AddForeignKey)
        session.execute([Statement(text="ALTER TABLE items DROP FOREIGN KEY of_kind")])
        steps = ENGINE.steps([operation], start, _large(start))
        assert [step.sql.split(" ")[0] for step in steps] == ["SELECT", "SET", "ALTER", "SET", "SELECT"]
        assert "LOCK=NONE" in steps[2].sql
        run(session, steps)
        assert compare(session.inspect().catalog, goal) == ()
        assert session.query("SELECT @@foreign_key_checks") == [(1,)]


def test_rows_without_their_parent_stop_the_key_before_it_is_there(mysql_scratch: Scratch) -> None:
    with mysql_scratch.open() as session:
        start = _made(session, ITEMS + "ALTER TABLE items DROP FOREIGN KEY of_kind;")
        goal = _made(session, "ALTER TABLE items ADD CONSTRAINT of_kind FOREIGN KEY (kind_id) REFERENCES kinds (id);")
        session.execute(
            Statement(text=text)
            for text in ("ALTER TABLE items DROP FOREIGN KEY of_kind", "INSERT INTO items (kind_id) VALUES (99)")
        )
        steps = ENGINE.steps(changes(start, goal).operations, start, _large(start))
        with pytest.raises(ExecutionFault) as caught:
            run(session, steps)
        assert caught.value.code == "1242"
        assert caught.value.statement == steps[0].sql
        assert compare(session.inspect().catalog, start) == ()


def test_an_index_of_a_large_table_is_hidden_before_it_goes(mysql_scratch: Scratch) -> None:
    with mysql_scratch.open() as session:
        start = _made(session, ITEMS)
        gone = DropIndex(target=Ref("index", ("", "items", "by_label")))
        hide, drop = ENGINE.steps([gone], start, _large(start))
        run(session, [hide])
        assert [index.visible for index in session.inspect().catalog.tables[0].indexes if index.name == "by_label"] == [
            False
        ]
        session.execute(Statement(text=text) for text in hide.undo)
        assert compare(session.inspect().catalog, start) == ()
        run(session, [hide, drop])
        assert compare(session.inspect().catalog, gone.apply(start)) == ()
