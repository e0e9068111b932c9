"""The form that each step takes: gentle where others use the table, plain where nobody does, and why it says so."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from dbwright.catalog.facts import Facts, TableStats
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Check, Column, ForeignKey, Index, KeyPart, PrimaryKey, Table, Unique, View
from dbwright.catalog.parts import Generated
from dbwright.catalog.types import Type
from dbwright.change.compare import changes, compare
from dbwright.change.operations import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddPrimaryKey,
    AddUnique,
    AlterColumnType,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropIndex,
    Operation,
    OrderColumns,
    RebuildIndex,
    RenameColumn,
    RenamePart,
    RenameTable,
    SetDefault,
    SetNullable,
)
from dbwright.engines.base import Scratch, Session, Statement
from dbwright.engines.postgres.engine import ENGINE
from dbwright.errors import ExecutionFault, Unsupported, UsageError
from dbwright.readers.sql.split import split
from tests.support.running import run
from tests.support.scratches import scratch_of

INTEGER = Type(kind="integer", spelling="integer", bits=32)
TEXT = Type(kind="text", spelling="text")
ITEMS = Table(
    namespace="public",
    name="items",
    columns=(
        Column(name="id", type=INTEGER, nullable=False),
        Column(name="kind", type=INTEGER),
        Column(name="note", type=TEXT),
    ),
    primary_key=PrimaryKey(columns=("id",), name="items_pkey"),
    indexes=(Index(name="by_note", parts=(KeyPart(column="note"),)),),
)
CATALOG = Catalog(engine="postgres", version=(15, 1), tables=(ITEMS,))
KIND, NOTE = ITEMS.column_ref("kind"), ITEMS.column_ref("note")
EMPTY = Facts(tables={ITEMS.ref: TableStats(rows=0, exact=True)})
BY_KIND = Index(name="by_kind", parts=(KeyPart(column="kind"),))


def _sql(operations: Sequence[Operation], catalog: Catalog = CATALOG, facts: Facts | None = None) -> list[str]:
    return [step.sql for step in ENGINE.steps(operations, catalog, facts)]


GENTLE: list[tuple[Operation, list[str]]] = [
    (
        SetNullable(target=KIND, nullable=False),
        [
            "ALTER TABLE public.items ADD CONSTRAINT items_kind_not_null CHECK (kind IS NOT NULL) NOT VALID",
            "ALTER TABLE public.items VALIDATE CONSTRAINT items_kind_not_null",
            "ALTER TABLE public.items ALTER COLUMN kind SET NOT NULL",
            "ALTER TABLE public.items DROP CONSTRAINT IF EXISTS items_kind_not_null",
        ],
    ),
    (
        AddCheck(target=ITEMS.ref, check=Check(name="c", expression="kind > 0")),
        [
            "ALTER TABLE public.items ADD CONSTRAINT c CHECK (kind > 0) NOT VALID",
            "ALTER TABLE public.items VALIDATE CONSTRAINT c",
        ],
    ),
    (
        AddForeignKey(
            target=ITEMS.ref,
            key=ForeignKey(name="f", columns=("kind",), table=("public", "items"), referenced=("id",)),
        ),
        [
            "ALTER TABLE public.items ADD CONSTRAINT f FOREIGN KEY (kind) REFERENCES public.items (id) NOT VALID",
            "ALTER TABLE public.items VALIDATE CONSTRAINT f",
        ],
    ),
    (
        AddUnique(target=ITEMS.ref, unique=Unique(name="u", columns=("note",), deferral="deferred")),
        [
            "CREATE UNIQUE INDEX CONCURRENTLY u ON public.items USING btree (note)",
            "ALTER TABLE public.items ADD CONSTRAINT u UNIQUE USING INDEX u DEFERRABLE INITIALLY DEFERRED",
        ],
    ),
    (
        CreateIndex(target=ITEMS.ref, index=BY_KIND),
        ["CREATE INDEX CONCURRENTLY by_kind ON public.items USING btree (kind)"],
    ),
    (DropIndex(target=ITEMS.ref.child("index", "by_note")), ["DROP INDEX CONCURRENTLY public.by_note"]),
    (RebuildIndex(target=ITEMS.ref.child("index", "by_note")), ["REINDEX INDEX CONCURRENTLY public.by_note"]),
]


@pytest.mark.parametrize(("operation", "statements"), GENTLE, ids=lambda each: getattr(each, "describe", str)()[:50])
def test_a_table_in_use_gets_the_gentle_form_and_the_reason(operation: Operation, statements: list[str]) -> None:
    steps = ENGINE.steps([operation], CATALOG)
    assert [step.sql for step in steps] == statements
    assert ENGINE.render([operation], CATALOG) == statements
    assert steps[0].why
    assert all(step.title and step.operation == 0 for step in steps)


@pytest.mark.parametrize("operation", [each for each, _ in GENTLE[:-1]], ids=lambda each: each.describe()[:50])
def test_an_empty_table_gets_the_plain_form(operation: Operation) -> None:
    statements = _sql([operation], facts=EMPTY)
    assert len(statements) == 1
    assert "CONCURRENTLY" not in statements[0]
    assert "NOT VALID" not in statements[0]


def test_a_table_made_by_the_same_operations_gets_the_plain_form() -> None:
    new = Table(namespace="public", name="new", columns=(Column(name="a", type=INTEGER),))
    operations: list[Operation] = [
        CreateTable(target=new.ref, table=new),
        RenameTable(target=new.ref, to=("public", "newer")),
        CreateIndex(target=Ref("table", ("public", "newer")), index=Index(name="i", parts=(KeyPart(column="a"),))),
        SetNullable(target=Ref("column", ("public", "newer", "a")), nullable=False),
    ]
    assert _sql(operations)[1:] == [
        "ALTER TABLE public.new RENAME TO newer",
        "CREATE INDEX i ON public.newer USING btree (a)",
        "ALTER TABLE public.newer ALTER COLUMN a SET NOT NULL",
    ]


def test_a_proved_check_spares_the_way_through_another() -> None:
    check = Check(name="c", expression="kind IS NOT NULL")
    catalog = replace(CATALOG, tables=(replace(ITEMS, checks=(check,)),))
    assert _sql([SetNullable(target=KIND, nullable=False)], catalog) == [
        "ALTER TABLE public.items ALTER COLUMN kind SET NOT NULL"
    ]


def test_a_name_that_is_taken_is_not_taken_again() -> None:
    check = Check(name="items_kind_not_null", expression="kind > 5")
    catalog = replace(CATALOG, tables=(replace(ITEMS, checks=(check,)),))
    assert "items_kind_not_null1" in _sql([SetNullable(target=KIND, nullable=False)], catalog)[0]


def test_a_new_primary_key_is_proved_and_built_beside_writers() -> None:
    catalog = replace(CATALOG, tables=(replace(ITEMS, primary_key=None),))
    operation = AddPrimaryKey(target=ITEMS.ref, key=PrimaryKey(columns=("kind",), name="k"))
    assert _sql([operation], catalog)[-2:] == [
        "CREATE UNIQUE INDEX CONCURRENTLY k ON public.items USING btree (kind)",
        "ALTER TABLE public.items ADD CONSTRAINT k PRIMARY KEY USING INDEX k",
    ]
    assert len(_sql([operation], catalog)) == 6


NEW: list[tuple[Column, str | None, int, bool]] = [
    (Column(name="a", type=INTEGER), None, 1, False),
    (Column(name="a", type=INTEGER, default="5", nullable=False), None, 1, False),
    (Column(name="a", type=TEXT, default="now()::text", nullable=False), None, 1, False),
    (Column(name="a", type=TEXT, default="random()::text"), None, 3, True),
    (Column(name="a", type=TEXT, default="random()::text", nullable=False), None, 7, True),
    (Column(name="a", type=TEXT, default="unknown.function()"), None, 3, True),
    (Column(name="a", type=TEXT, default="'random()'"), None, 1, False),
    (Column(name="a", type=INTEGER, nullable=False), "7", 2, False),
    (Column(name="a", type=INTEGER, nullable=False), "kind + 1", 6, True),
    (Column(name="a", type=INTEGER, generated=Generated(expression="kind + 1")), None, 1, False),
]


@pytest.mark.parametrize(("column", "fill", "steps", "batched"), NEW)
def test_a_new_column_is_filled_in_batches_only_where_rows_differ(
    column: Column, fill: str | None, steps: int, batched: bool
) -> None:
    found = ENGINE.steps([AddColumn(target=ITEMS.ref, column=column, fill=fill)], CATALOG)
    assert len(found) == steps
    assert any(step.batched for step in found) == batched
    plain = ENGINE.steps([AddColumn(target=ITEMS.ref, column=column, fill=fill)], CATALOG, EMPTY)
    assert len(plain) == 1


def test_every_single_step_can_be_undone_but_what_loses_rows() -> None:
    (dropped,) = ENGINE.steps([DropColumn(target=NOTE)], CATALOG)
    assert dropped.undo == ()
    (renamed,) = ENGINE.steps([RenameColumn(target=NOTE, to="word")], CATALOG)
    assert renamed.undo == ("ALTER TABLE public.items RENAME COLUMN word TO note",)
    (default,) = ENGINE.steps([SetDefault(target=KIND, default="4")], CATALOG)
    assert default.undo == ("ALTER TABLE ONLY public.items ALTER COLUMN kind DROP DEFAULT",)


def test_a_rewriting_change_of_type_says_so_and_another_does_not() -> None:
    text = AlterColumnType(target=KIND, type=TEXT)
    assert "--online" in ENGINE.steps([text], CATALOG)[0].why
    assert ENGINE.steps([text], CATALOG, EMPTY)[0].why == ""
    wide = Type(kind="varchar", spelling="character varying")
    assert ENGINE.steps([AlterColumnType(target=NOTE, type=wide)], CATALOG)[0].why == ""


def test_views_give_way_in_one_transaction() -> None:
    view = View(namespace="public", name="v", definition="SELECT kind FROM public.items", depends_on=(ITEMS.ref,))
    catalog = replace(CATALOG, views=(view,))
    statements = _sql([AlterColumnType(target=KIND, type=TEXT)], catalog)
    assert statements[0] == "BEGIN"
    assert statements[-1] == "COMMIT"
    assert "DROP VIEW public.v" in statements


def test_what_cannot_be_done_says_what_is_in_the_way() -> None:
    computed = Column(name="double", type=INTEGER, generated=Generated(expression="kind * 2"))
    catalog = replace(CATALOG, tables=(replace(ITEMS, columns=(*ITEMS.columns, computed)),))
    with pytest.raises(Unsupported, match="double is computed from it") as caught:
        ENGINE.steps([AlterColumnType(target=KIND, type=TEXT)], catalog)
    assert caught.value.hint is not None
    with pytest.raises(Unsupported, match="order"):
        ENGINE.steps([OrderColumns(target=ITEMS.ref, columns=("note", "kind", "id"))], CATALOG)
    with pytest.raises(UsageError):
        ENGINE.steps([DropColumn(target=ITEMS.column_ref("nothing"))], CATALOG)


# ---------------------------------------------------------------- on a server


def _rows(session: Session) -> None:
    session.execute(
        Statement(text=text)
        for text in (
            "CREATE TABLE items (id integer PRIMARY KEY, kind integer, note text)",
            "INSERT INTO items SELECT g, g % 7, 'n' FROM generate_series(1, 12345) g",
        )
    )


@pytest.mark.postgres
def test_an_invalid_leftover_is_cleaned_before_the_next_attempt(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        _rows(session)
        catalog = session.inspect().catalog
        index = Index(name="once", parts=(KeyPart(column="kind"),), unique=True)
        (step,) = ENGINE.steps([CreateIndex(target=ITEMS.ref, index=index)], catalog)
        with pytest.raises(ExecutionFault):
            session.execute([Statement(text=step.sql)])
        assert [each.valid for each in session.inspect().catalog.tables[0].indexes] == [False]
        session.change("UPDATE items SET kind = id")
        session.execute(Statement(text=text) for text in (*step.cleanup, step.sql))
        assert [each.valid for each in session.inspect().catalog.tables[0].indexes] == [True]


@pytest.mark.postgres
@pytest.mark.parametrize("key", ["id", "id, kind", None])
def test_a_backfill_gives_every_row_its_value_and_ends(postgres_scratch: Scratch, key: str | None) -> None:
    with postgres_scratch.open() as session:
        _rows(session)
        session.query("ALTER TABLE items DROP CONSTRAINT items_pkey")
        if key:
            session.query(f"ALTER TABLE items ADD PRIMARY KEY ({key})")
        session.query("UPDATE items SET kind = -1 WHERE id % 1000 = 0")
        column = Column(name="twice", type=INTEGER)
        operation = AddColumn(target=ITEMS.ref, column=column, fill="nullif(kind * 2, -2)")
        run(session, ENGINE.steps([operation], session.inspect().catalog))
        wrong = session.query("SELECT count(*) FROM items WHERE twice IS DISTINCT FROM nullif(kind * 2, -2)")
        assert wrong == [(0,)]


@pytest.mark.postgres
def test_a_failure_between_begin_and_commit_leaves_the_session_usable(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        with pytest.raises(ExecutionFault):
            session.execute(Statement(text=text) for text in ("BEGIN", "CREATE TABLE t ()", "SELECT nothing", "COMMIT"))
        assert session.inspect().catalog.tables == ()


@pytest.mark.postgres
@pytest.mark.parametrize("numbering", ["serial", "bigint GENERATED ALWAYS AS IDENTITY"])
def test_a_numbered_column_goes_on_after_the_rows_that_were_there(postgres_scratch: Scratch, numbering: str) -> None:
    with postgres_scratch.open() as session:
        session.query(f"CREATE TABLE items (kind integer, a {numbering})")
        goal = session.inspect().catalog.tables[0].columns[1]
        session.query("DROP TABLE items")
        _rows(session)
        run(session, ENGINE.steps([AddColumn(target=ITEMS.ref, column=goal)], session.inspect().catalog))
        session.query("INSERT INTO items (id) VALUES (-1)")
        assert session.query("SELECT count(DISTINCT a), max(a) = 12346 FROM items") == [(12346, True)]
        (table,) = session.inspect().catalog.tables
        assert table.columns[-1] == goal


_NAMED = """
CREATE SCHEMA two;
CREATE TABLE items (id serial PRIMARY KEY, n integer, g integer GENERATED ALWAYS AS IDENTITY, CONSTRAINT c CHECK (n > 0));
CREATE SEQUENCE q OWNED BY items.n;
CREATE INDEX i ON items (n);
CREATE TABLE others (item integer REFERENCES items);
CREATE VIEW v AS SELECT n FROM items;
CREATE POLICY p ON items USING (n > 1);
GRANT SELECT ON items TO PUBLIC;
GRANT SELECT (n) ON items TO PUBLIC;
"""
RENAMES: list[Operation] = [
    RenameTable(target=ITEMS.ref, to=("public", "it's")),
    RenameTable(target=ITEMS.ref, to=("two", "items")),
    RenameTable(target=ITEMS.ref, to=("two", "things")),
    RenameColumn(target=ITEMS.column_ref("n"), to="order"),
    RenamePart(target=ITEMS.ref.child("index", "i"), to="j"),
    RenamePart(target=ITEMS.ref.child("check", "c"), to="j"),
    RenamePart(target=ITEMS.ref.child("policy", "p"), to="j"),
    RenamePart(target=Ref("primary_key", ITEMS.ref.path), to="j"),
]


@pytest.mark.postgres
@pytest.mark.parametrize("operation", RENAMES, ids=lambda each: each.describe())
def test_a_rename_carries_along_what_hangs_on_it_and_can_be_undone(
    postgres_scratch: Scratch, operation: Operation
) -> None:
    with postgres_scratch.open() as session:
        session.execute(split(_NAMED, "postgres"))
        before = session.inspect().catalog
        run(session, ENGINE.steps([operation], before))
        after = session.inspect().catalog
        # The text of a view is printed with the new names; what it gives stays the same.
        different = compare(operation.apply(before), after)
        assert {(each.target.name, *(field.field for field in each.fields)) for each in different} <= {
            ("v", "definition")
        }
        inverse = operation.inverse(before)
        assert isinstance(inverse, Operation)
        run(session, ENGINE.steps([inverse], after))
        assert compare(before, session.inspect().catalog) == ()


@pytest.mark.postgres
def test_owners_roles_and_their_privileges_there_and_back(postgres_scratch: Scratch) -> None:
    name = f"dbwright {postgres_scratch.url.database[-12:]}"
    start = (
        "CREATE TABLE items (id integer); CREATE VIEW v AS SELECT 1 AS a; CREATE TYPE mood AS ENUM ('a'); CREATE SCHEMA s;"
        " CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE SEQUENCE q"
    )
    wishes = (
        f'CREATE ROLE "{name}" NOLOGIN CREATEDB',
        f'ALTER TABLE items OWNER TO "{name}"',
        f'ALTER VIEW v OWNER TO "{name}"',
        f'ALTER FUNCTION f() OWNER TO "{name}"',
        f'ALTER TYPE mood OWNER TO "{name}"',
        f'ALTER SCHEMA s OWNER TO "{name}"',
        f'GRANT USAGE ON SEQUENCE q TO "{name}" WITH GRANT OPTION',
        f'CREATE POLICY p ON items TO "{name}" USING (true)',
        f'ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO "{name}"',
        f'REVOKE DELETE ON items FROM "{name}"',
    )
    with scratch_of("postgres") as other, postgres_scratch.open() as session, other.open() as wanted:
        session.execute(split(start, "postgres"))
        wanted.execute(split(start, "postgres"))
        begin = session.inspect().catalog
        wanted.execute(Statement(text=text) for text in wishes)
        goal = wanted.inspect().catalog
        run(session, ENGINE.steps(changes(begin, goal).operations, begin))
        assert compare(goal, session.inspect().catalog) == ()
        wanted.query(f'DROP OWNED BY "{name}" CASCADE')
        reached = session.inspect().catalog
        run(session, ENGINE.steps(changes(reached, begin).operations, reached))
        assert compare(begin, session.inspect().catalog) == ()
        # Roles belong to the whole server, and are left to it.
        session.query(f'DROP ROLE IF EXISTS "{name}"')
