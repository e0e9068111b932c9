"""What online changes do when something is odd, blocked, paused or at work twice."""

import threading
import time
from collections.abc import Callable
from uuid import uuid4

import msgspec
import pytest

from dbwright.app.online import (
    continue_online,
    online_status,
    pause_online,
    plan_online,
    run_online,
    undo_online,
)
from dbwright.change.online import ChangeType, MoveColumns, RenameColumn, SetNotNull, Wish
from dbwright.change.online.changes import Change
from dbwright.engines.base import Scratch
from dbwright.engines.registry import engine, engine_of
from dbwright.errors import Busy, ConnectionFault, ExecutionFault, Refused, UsageError
from dbwright.online.pace import Pace
from dbwright.online.proof import named
from dbwright.online.reading import from_sql
from tests.support.missing import missing
from tests.support.online_cases import INTEGER
from tests.support.scratches import ENGINES, scratch_of

_ENGINES = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES]
_SMALL = Pace(first_rows=3, most_rows=5, rest=0.0)


def _namespace(name: str) -> str:
    return "public" if name == "postgres" else ""


def _quote(name: str, text: str) -> str:
    mark = "`" if name == "mysql" else '"'
    return f"{mark}{text.replace(mark, mark * 2)}{mark}"


ODD = ("qu\"ote it's", "select", "дата.表", "100% /*x*/ -- {brace}")


@pytest.mark.parametrize("name", _ENGINES)
def test_odd_names_and_a_key_of_several_columns(name: str) -> None:
    table, column = ODD[0], ODD[3]
    t, a, b, c = (_quote(name, each) for each in ODD)
    changes: tuple[Change, ...] = (RenameColumn(table=(_namespace(name), table), column=column, to="new 'name' \" `"),)
    with scratch_of(name) as scratch, scratch.open() as session:
        session.change(
            f"create table {t} ({a} varchar(20) not null, {b} int not null, {c} int, primary key ({a}, {b}))"
        )
        rows = ", ".join(f"('k''{n % 4}\\\\{n % 3}', {n}, {n if n % 3 else 'null'})" for n in range(60))
        session.change(f"insert into {t} values {rows}")
        before = session.inspect().catalog
        held = session.query(f"select * from {t} order by 1, 2")
        run_online(scratch.url, changes, until="switch", pace=_SMALL, proved=False)
        n = _quote(name, "new 'name' \" `")
        same = "is not distinct from" if name == "postgres" else "<=>" if name == "mysql" else "is"
        assert session.query(f"select count(*) from {t} where {c} {same} {n}") == [(60,)]
        session.change(f"update {t} set {n} = 77 where {b} = 5")
        assert session.query(f"select {c} from {t} where {b} = 5") == [(77,)]
        session.change(f"update {t} set {n} = 5 where {b} = 5")
        undo_online(scratch.url)
        assert named(before, session.inspect().catalog) == ""
        assert session.query(f"select * from {t} order by 1, 2") == held
        run_online(scratch.url, changes, until="contract", pace=_SMALL, allow=["data-loss"])
        assert session.query(f"select {a}, {b}, {n} from {t} order by 1, 2") == held


@pytest.mark.parametrize("name", _ENGINES)
def test_a_table_without_rows(name: str) -> None:
    with scratch_of(name) as scratch, scratch.open() as session:
        session.change("create table t (id int not null primary key, a int)")
        changes = (RenameColumn(table=(_namespace(name), "t"), column="a", to="b"),)
        assert run_online(scratch.url, changes, until="contract", allow=["data-loss"]).state == "done"


@pytest.mark.parametrize("name", _ENGINES)
def test_rows_with_null_block_not_null_and_nothing_is_lost(name: str) -> None:
    with scratch_of(name) as scratch, scratch.open() as session:
        session.change("create table t (id int not null primary key, a int)")
        session.change("insert into t values (1, null), (2, 2)")
        wish = Wish(changes=(SetNotNull(table=(_namespace(name), "t"), column="a"),))
        with pytest.raises((Refused, ExecutionFault), match=r"NULL|null|violated") as caught:
            run_online(scratch.url, wish, until="contract", allow=["data-loss"], proved=False)
        assert "undo" in (caught.value.hint or "")
        (status,) = online_status(scratch.url)
        assert status.state == "stopped"
        assert status.error
        session.change("update t set a = 1 where a is null")
        assert continue_online(scratch.url, until="contract", allow=["data-loss"]).state == "done"
        with pytest.raises(ExecutionFault):
            session.change("insert into t values (3, null)")


@pytest.mark.parametrize("name", _ENGINES)
def test_pause_and_resume(name: str) -> None:
    with scratch_of(name) as scratch, scratch.open() as session:
        _thousand(session.change)
        changes = (RenameColumn(table=(_namespace(name), "t"), column="a", to="b"),)
        paused = threading.Event()

        def pause(progress: object) -> None:
            if (getattr(progress, "rows_done", None) or 0) >= 100 and not paused.is_set():
                paused.set()
                pause_online(scratch.url)

        slow = Pace(first_rows=10, most_rows=10, rest=0.0)
        status = run_online(
            scratch.url, changes, until="contract", allow=["data-loss"], pace=slow, proved=False, progress=pause
        )
        assert status.state == "paused"
        assert status.rows_done is not None
        assert 100 <= status.rows_done < 1000
        assert online_status(scratch.url)[0].rows_done == status.rows_done
        seen: list[int] = []
        done = continue_online(
            scratch.url,
            allow=["data-loss"],
            progress=lambda p: seen.append(p.rows_done) if p.rows_done else None,
        )
        assert done.state == "done"
        assert seen[0] >= 100
        assert session.query("select count(*) from t where b is not null") == [(1000,)]


def _thousand(run: Callable[[str], int]) -> None:
    run("create table t (id int not null primary key, a int)")
    run(f"insert into t values {', '.join(f'({n}, {n})' for n in range(1000))}")


@pytest.mark.parametrize("name", _ENGINES)
def test_two_runners_are_kept_apart(name: str) -> None:
    with scratch_of(name) as scratch, scratch.open() as session:
        _thousand(session.change)
        changes = (RenameColumn(table=(_namespace(name), "t"), column="a", to="b"),)
        busy: list[str] = []

        def second(progress: object) -> None:
            if not busy:
                assert online_status(scratch.url)[0].state == "running"
                with pytest.raises(Busy) as caught:
                    continue_online(scratch.url, pace=Pace(wait_for_others=0.0))
                busy.append(caught.value.message)

        run_online(scratch.url, changes, pace=_SMALL, proved=False, progress=second)
        assert busy


@pytest.mark.parametrize("name", _ENGINES)
def test_after_contract_has_begun_there_is_no_way_back(name: str) -> None:
    with scratch_of(name) as scratch, scratch.open() as session:
        session.change("create table t (id int not null primary key, a int)")
        changes = (RenameColumn(table=(_namespace(name), "t"), column="a", to="b"),)
        run_online(scratch.url, changes, until="contract", allow=["data-loss"], proved=False)
        with pytest.raises(UsageError, match="No online change is under way"):
            undo_online(scratch.url)


@pytest.mark.parametrize("name", _ENGINES)
def test_a_change_that_does_not_fit_is_refused_before_anything_is_done(name: str) -> None:
    with scratch_of(name) as scratch, scratch.open() as session:
        session.change("create table t (id int not null primary key, a int, b int)")
        before = session.inspect().catalog
        namespace = _namespace(name)
        for change in (
            RenameColumn(table=(namespace, "t"), column="a", to="b"),
            RenameColumn(table=(namespace, "t"), column="missing", to="c"),
            RenameColumn(table=(namespace, "missing"), column="a", to="c"),
        ):
            with pytest.raises((Refused, UsageError)):
                run_online(scratch.url, (change,))
        assert named(before, session.inspect().catalog) == ""
        assert online_status(scratch.url) == ()


@pytest.mark.parametrize("name", _ENGINES)
def test_two_changes_of_one_table_go_side_by_side_but_not_of_one_column(name: str) -> None:
    namespace = _namespace(name)
    one = RenameColumn(table=(namespace, "t"), column="a", to="b")
    with scratch_of(name) as scratch, scratch.open() as session:
        session.change("create table t (id int not null primary key, a int, c int)")
        session.change("insert into t values (1, 1, 2)")
        run_online(scratch.url, (one,), proved=False)
        with pytest.raises(UsageError, match="Two of the changes"):
            run_online(scratch.url, (RenameColumn(table=(namespace, "t"), column="a", to="d"),), proved=False)
        run_online(scratch.url, (RenameColumn(table=(namespace, "t"), column="c", to="d"),), proved=False)
        session.change("update t set a = 11, d = 22")
        assert session.query("select a, b, c, d from t") == [(11, 11, 22, 22)]
        with pytest.raises(UsageError, match="Several online changes"):
            continue_online(scratch.url, until="contract", allow=["data-loss"])
        for status in online_status(scratch.url):
            continue_online(scratch.url, id_=status.id, until="contract", allow=["data-loss"])
        assert session.query("select b, d from t") == [(11, 22)]


@pytest.mark.parametrize("name", _ENGINES)
def test_a_value_that_cannot_be_converted_stops_it_at_the_beginning(name: str) -> None:
    if name == "sqlite":
        pytest.skip("SQLite converts every value in some way.")
    with scratch_of(name) as scratch, scratch.open() as session:
        session.change("create table t (id int not null primary key, a varchar(20))")
        session.change("insert into t values (1, '1'), (2, 'two')")
        before = session.inspect().catalog
        using = None if name == "postgres" else "a + 0"
        change = ChangeType(table=(_namespace(name), "t"), column="a", type=INTEGER[name], using=using)
        with pytest.raises((Refused, ExecutionFault)):
            run_online(scratch.url, (change,), until="contract", allow=["data-loss"], proved=False)
        assert session.query("select a from t order by id") == [("1",), ("two",)]
        undo_online(scratch.url)
        assert named(before, session.inspect().catalog) == ""


# ---------------------------------------------------------------- PostgreSQL


def test_versions_of_the_schema_live_side_by_side(postgres_scratch: Scratch) -> None:
    sql = (
        "alter table t rename column name to full_name",
        "alter table t alter column price type numeric(10,2) using price::numeric / 100",
    )
    changes = tuple(change for text in sql for change in from_sql(text, engine("postgres")))
    with postgres_scratch.open() as session, postgres_scratch.open() as old, postgres_scratch.open() as new:
        session.change("create table t (id serial primary key, name text not null, price int not null default 100)")
        session.change("insert into t (name, price) select 'n' || g, g * 100 from generate_series(1, 50) g")
        retyped = msgspec.structs.replace(changes[1], back="(price * 100)::integer", default="1.00")
        wish = Wish(changes=(changes[0], retyped), version="v 2")
        status = run_online(postgres_scratch.url, wish, until="switch", pace=_SMALL)
        assert status.proof is not None
        assert status.proof.shown
        new.change('set search_path = "v 2", public')
        assert new.query("select full_name, price::text from t where id = 7") == [("n7", "7.00")]
        new.change("insert into t (full_name, price) values ('by the new', 12.34)")
        old.change("insert into t (name, price) values ('by the old', 5600)")
        old.change("update t set price = 1 where id = 1")
        new.change("update t set price = 99.99 where id = 2")
        new.change("insert into t (full_name) values ('default')")
        assert old.query("select name, price from t where id > 50 or id in (1, 2) order by id") == [
            ("n1", 1), ("n2", 9999), ("by the new", 1234), ("by the old", 5600), ("default", 100),
        ]  # fmt: skip
        assert new.query("select full_name, price::text from t where id = 52") == [("by the old", "56.00")]
        continue_online(postgres_scratch.url, until="contract", allow=["data-loss"])
        assert new.query("select full_name, price::text from t where id in (2, 52) order by id") == [
            ("n2", "99.99"), ("by the old", "56.00"),
        ]  # fmt: skip


def test_a_primary_key_that_others_point_at_gets_another_type(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        for text in (
            "create table t (id int generated always as identity primary key, a text)",
            "create table c (id serial primary key, t_id int not null references t on delete cascade, unique (t_id, id))",
            "create view v as select t.id, a from t",
            "insert into t (a) select 'x' from generate_series(1, 200)",
            "insert into c (t_id) select id from t",
        ):
            session.change(text)
        changes = from_sql("alter table t alter column id type bigint", engine("postgres"))
        status = run_online(postgres_scratch.url, changes, until="switch", pace=_SMALL)
        assert status.proof is not None
        assert len(status.proof.shown) == 2
        session.change("insert into t (a) values ('y')")
        session.change("delete from t where id = 1")
        assert session.query("select count(*) from c where t_id = 1") == [(0,)]
        continue_online(postgres_scratch.url, until="contract", allow=["data-loss"])
        session.change("insert into t (a) values ('z')")
        assert session.query("select max(id), pg_typeof(max(id))::text from t") == [(202, "bigint")]
        session.change("insert into c (t_id) values (202)")
        with pytest.raises(ExecutionFault):
            session.change("insert into c (t_id) values (9999)")


def test_other_triggers_keep_still_while_rows_are_filled(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        for text in (
            "create table t (id int primary key, a int, touched int not null default 0)",
            "create function touch() returns trigger language plpgsql as $$ begin new.touched := old.touched + 1; return new; end $$",
            "create trigger touch before update on t for each row execute function touch()",
            "insert into t (id, a) select g, g from generate_series(1, 100) g",
        ):
            session.change(text)
        changes = (RenameColumn(table=("public", "t"), column="a", to="b"),)
        run_online(postgres_scratch.url, changes, pace=_SMALL, proved=False)
        assert session.query("select max(touched) from t") == [(0,)]


def test_a_lock_held_by_others_is_not_queued_for(postgres_scratch: Scratch) -> None:
    """While a long transaction holds the table, the change tries again and again; readers never wait long."""
    with postgres_scratch.open() as session, postgres_scratch.open() as holder, postgres_scratch.open() as reader:
        _thousand(session.change)
        changes = (RenameColumn(table=("public", "t"), column="a", to="b"),)
        with holder.transaction():
            holder.change("update t set a = a where id = 5")
            thread = threading.Thread(
                target=run_online, args=(postgres_scratch.url, changes), kwargs={"proved": False, "pace": _SMALL}
            )
            thread.start()
            longest = 0.0
            for _ in range(60):
                start = time.monotonic()
                reader.query("select count(*) from t where id = 7")
                longest = max(longest, time.monotonic() - start)
                time.sleep(0.02)
            assert thread.is_alive()
        thread.join(60.0)
        assert not thread.is_alive()
        assert longest < 1.0
        assert session.query("select count(*) from t where b is null") == [(0,)]


def test_refusals_say_what_stands_in_the_way(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        for text in (
            "create table p (id int, at date) partition by range (at)",
            "create table t (id int primary key, a int, g int generated always as (a + 1) stored)",
            "create table keyless (a int)",
            "create table m (id int primary key, a int)",
            "create materialized view mv as select a from m",
        ):
            session.change(text)
        product = engine_of(postgres_scratch.url)
        for text, said in (
            ("alter table p rename column at to day", "partitioned table"),
            ("alter table t alter column a type bigint", "computed from a"),
            ("alter table keyless rename column a to b", "no primary key"),
            ("alter table m alter column a type bigint", "materialized view public.mv"),
        ):
            with pytest.raises(Refused, match=said) as caught:
                plan_online(postgres_scratch.url, from_sql(text, product), proved=False)
            assert caught.value.hint


def test_an_application_with_few_rights_goes_on_writing(postgres_scratch: Scratch) -> None:
    """The change is made by an owner who is no superuser, for an application that may only read and write its table."""
    owner, app = (f"dbwright_{who}_{uuid4().hex[:8]}" for who in ("owner", "app"))
    product = engine("postgres")
    with postgres_scratch.open() as session:
        database = str(session.query("select quote_ident(current_database())")[0][0])
        for text in (
            f"create role {owner} login",
            f"create role {app} login",
            f"grant create on database {database} to {owner}",
            f"grant all on schema public to {owner}",
            f"grant usage on schema public to {app}",
            f"set role {owner}",
            "create table t (id int generated always as identity primary key, a text, note text, moved text)",
            "create table u (t_id int primary key)",
            f"grant select, insert, update on t, u to {app}",
            "insert into t (a, moved) select 'x' || g, 'm' || g from generate_series(1, 40) g",
            "insert into u select g from generate_series(1, 40) g",
            "reset role",
        ):
            session.change(text)
        try:
            changes = (
                RenameColumn(table=("public", "t"), column="a", to="b"),
                SetNotNull(table=("public", "t"), column="note", fill="'none'"),
            )
            other = (MoveColumns(table=("public", "t"), columns=("moved",), to=("public", "u"), key={"id": "t_id"}),)
            url = msgspec.structs.replace(postgres_scratch.url, user=owner, password=None)
            try:
                product.connect(url).close()
            except ConnectionFault:
                missing("PostgreSQL without passwords", "the server does not let in roles that were just made")
            with product.connect(msgspec.structs.replace(url, user=app), read_only=False) as writer:
                run_online(url, changes, until="switch", pace=_SMALL, proved=False)
                writer.change("insert into t (b) values ('by the app')")
                writer.change("update t set a = 'changed' where id = 1")
                assert writer.query("select a, b, note from t where id in (1, 41) order by id") == [
                    ("changed", "changed", "none"), ("by the app", "by the app", "none"),
                ]  # fmt: skip
                continue_online(url, until="contract", allow=["data-loss"])
                run_online(url, other, pace=_SMALL, proved=False)
                writer.change("update t set moved = 'here' where id = 2")
                writer.change("update u set moved = 'there' where t_id = 3")
                assert writer.query("select t.moved, u.moved from t join u on t.id = t_id where id in (2, 3) order by id") == [
                    ("here", "here"), ("there", "there"),
                ]  # fmt: skip
                continue_online(url, until="contract", allow=["data-loss"])
                assert writer.query("select count(*) from u where moved is not null") == [(40,)]
        finally:
            session.change(f"drop owned by {owner}, {app} cascade")
            session.change(f"drop role {owner}, {app}")
