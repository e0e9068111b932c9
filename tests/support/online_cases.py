"""One case for each kind of online change: a table, writes in the old and in the new shape, and what must hold."""

from collections.abc import Callable
from typing import NamedTuple

from dbwright.catalog.names import Ref
from dbwright.catalog.parts import Check, Column, ForeignKey, Index, KeyPart, Unique
from dbwright.catalog.types import Type
from dbwright.change.online import (
    AddPart,
    ChangeType,
    MergeColumns,
    MergeTables,
    MoveColumns,
    Part,
    RenameColumn,
    RenameTable,
    SetNotNull,
    SplitColumn,
    SplitTable,
)
from dbwright.change.online.changes import Change
from dbwright.change.operations import AddCheck, AddForeignKey, AddUnique, CreateIndex

INTEGER = {
    "postgres": Type(kind="integer", spelling="integer", bits=32),
    "mysql": Type(kind="integer", spelling="int", bits=32),
    "sqlite": Type(kind="integer", spelling="INTEGER", bits=64),
}
TEXT = {
    "postgres": Type(kind="varchar", spelling="character varying(80)", length=80),
    "mysql": Type(kind="varchar", spelling="varchar(80)", length=80),
    "sqlite": Type(kind="varchar", spelling="VARCHAR(80)", length=80),
}
FIRST = {
    "postgres": "split_part(name, ' ', 1)",
    "mysql": "substring_index(name, ' ', 1)",
    "sqlite": "substr(name, 1, instr(name || ' ', ' ') - 1)",
}
LAST = {
    "postgres": "split_part(name, ' ', 2)",
    "mysql": "if(locate(' ', name) > 0, substring_index(name, ' ', -1), '')",
    "sqlite": "substr(name, instr(name || ' ', ' ') + 1)",
}
WHOLE = {
    "postgres": "trim(first || ' ' || last)",
    "mysql": "trim(concat(first, ' ', last))",
    "sqlite": "trim(first || ' ' || last)",
}
AS_INTEGER = {"postgres": "price::integer", "mysql": "cast(price as signed)", "sqlite": "CAST(price AS INTEGER)"}
AS_TEXT = {"postgres": "price::varchar", "mysql": "cast(price as char)", "sqlite": "CAST(price AS TEXT)"}


class Case(NamedTuple):
    """tables: what is there before, with rows. change: for a namespace. during: writes between expand and switch, in both shapes.

    after: writes between switch and contract. agree, agree_after: queries that give a row where both shapes differ.
    old: what the rows are in the old shape, to be as before when all was undone. end, rows: what must be there in the end.
    """

    name: str
    tables: tuple[str, ...]
    change: Callable[[str, str], Change]
    old: str
    during: tuple[str, ...]
    agree: str
    end: str
    rows: list[tuple[object, ...]]
    after: tuple[str, ...] = ()
    agree_after: str = ""


NOTHING = "select 1 from t where 1 = 0"
SOME = "where id in (1, 2, 3, 4, 101, 102, 103, 104) order by id"


def _rows(table: str, values: Callable[[int], str], count: int = 40) -> str:
    return f"insert into {table} values {', '.join(values(number) for number in range(1, count + 1))}"


def _text(name: str, engine: str, *, nullable: bool = True) -> Column:
    collation = charset = None
    if engine == "mysql":
        charset, collation = None, None
    return Column(name=name, type=TEXT[engine], nullable=nullable, charset=charset, collation=collation)


def _rename_column(namespace: str, engine: str) -> Change:
    return RenameColumn(table=(namespace, "t"), column="price", to="unit price")


def _change_type(namespace: str, engine: str) -> Change:
    return ChangeType(
        table=(namespace, "t"),
        column="price",
        type=INTEGER[engine],
        using=AS_INTEGER[engine],
        back=AS_TEXT[engine],
        default="7",
    )


def _set_not_null(namespace: str, engine: str) -> Change:
    return SetNotNull(table=(namespace, "t"), column="note", fill="'none'")


def _split_column(namespace: str, engine: str) -> Change:
    into = (Part(_text("first", engine), FIRST[engine]), Part(_text("last", engine), LAST[engine]))
    return SplitColumn(table=(namespace, "t"), column="name", into=into, back=WHOLE[engine])


def _merge_columns(namespace: str, engine: str) -> Change:
    return MergeColumns(
        table=(namespace, "t"),
        columns={"first": FIRST[engine], "last": LAST[engine]},
        into=_text("name", engine, nullable=False),
        value=WHOLE[engine],
    )


def _rename_table(namespace: str, engine: str) -> Change:
    return RenameTable(table=(namespace, "t"), to=(namespace, "new name"))


def _move_columns(namespace: str, engine: str) -> Change:
    return MoveColumns(table=(namespace, "t"), columns=("note",), to=(namespace, "u"), key={"id": "t_id"})


def _split_table(namespace: str, engine: str) -> Change:
    return SplitTable(table=(namespace, "t"), columns=("note", "price"), to=(namespace, "u"))


def _merge_tables(namespace: str, engine: str) -> Change:
    return MergeTables(table=(namespace, "u"), to=(namespace, "t"), key={"t_id": "id"})


def _add_foreign_key(namespace: str, engine: str) -> Change:
    key = ForeignKey(name="to_u", columns=("u_id",), table=(namespace, "u"), referenced=("id",))
    return AddPart(table=(namespace, "t"), operation=AddForeignKey(target=Ref("table", (namespace, "t")), key=key))


def _add_unique(namespace: str, engine: str) -> Change:
    unique = Unique(name="price_is_unique", columns=("price",))
    return AddPart(table=(namespace, "t"), operation=AddUnique(target=Ref("table", (namespace, "t")), unique=unique))


def _add_check(namespace: str, engine: str) -> Change:
    quote = {"postgres": '"{}"', "mysql": "`{}`", "sqlite": "{}"}[engine].format("price")
    check = Check(name="is_positive", expression=f"{quote} > 0" if engine != "postgres" else "price > 0")
    return AddPart(table=(namespace, "t"), operation=AddCheck(target=Ref("table", (namespace, "t")), check=check))


def _add_index(namespace: str, engine: str) -> Change:
    index = Index(name="by_price", parts=(KeyPart(column="price"), KeyPart(column="id", descending=True)))
    return AddPart(table=(namespace, "t"), operation=CreateIndex(target=Ref("table", (namespace, "t")), index=index))


PRICED = ("create table t (id int not null primary key, price int)", _rows("t", lambda n: f"({n}, {n * 10})"))

CASES = (
    Case(
        name="rename column",
        tables=(
            "create table t (id int not null primary key, price int default 5, note varchar(40))",
            "create index by_price on t (price)",
            _rows("t", lambda n: f"({n}, {n if n % 5 else 'null'}, 'row {n}')"),
        ),
        change=_rename_column,
        old="select id, price, note from t order by id",
        during=(
            "insert into t (id, price) values (101, 1)",
            "insert into t (id, {unit price}) values (102, 2)",
            "insert into t (id) values (103)",
            "update t set price = 11 where id = 1",
            "update t set {unit price} = 12 where id = 2",
            "update t set note = 'touched' where id = 4",
            "delete from t where id = 3",
        ),
        agree="select id from t where not (price = {unit price} or (price is null and {unit price} is null))",
        after=("update t set {unit price} = 44 where id = 4", "update t set price = price + 1 where id = 1"),
        agree_after="select id from t where not (price = {unit price} or (price is null and {unit price} is null))",
        end=f"select id, {{unit price}} from t {SOME}",
        rows=[(1, 12), (2, 12), (4, 44), (101, 1), (102, 2), (103, 5)],
    ),
    Case(
        name="change type",
        tables=(
            "create table t (id int not null primary key, price varchar(20) default '7' not null, note varchar(40))",
            "create index by_price on t (price)",
            _rows("t", lambda n: f"({n}, '{n}', 'row {n}')"),
        ),
        change=_change_type,
        old="select id, price, note from t order by id",
        during=(
            "insert into t (id, price) values (101, '1')",
            "insert into t (id) values (102)",
            "update t set price = '11' where id = 1",
            "update t set note = 'touched' where id = 4",
            "delete from t where id = 3",
        ),
        agree="select id from t where price_dbwright_new is null or price_dbwright_new <> cast(price as {int})",
        after=(
            "insert into t (id, price) values (103, 33)",
            "update t set price = price + 1 where id = 2",
            "insert into t (id) values (104)",
        ),
        agree_after="select id from t where price_dbwright_old is null or price <> cast(price_dbwright_old as {int})",
        end=f"select id, price from t {SOME}",
        rows=[(1, 11), (2, 3), (4, 4), (101, 1), (102, 7), (103, 33), (104, 7)],
    ),
    Case(
        name="set not null",
        tables=(
            "create table t (id int not null primary key, note varchar(40))",
            _rows("t", lambda n: f"({n}, {'null' if n % 2 else repr(f'row {n}')})"),
        ),
        change=_set_not_null,
        old="select id, note from t order by id",
        during=(
            "insert into t (id) values (101)",
            "insert into t (id, note) values (102, 'mine')",
            "update t set note = 'given' where id = 1",
            "delete from t where id = 3",
        ),
        agree="select id from t where note is null",
        after=("insert into t (id) values (103)",),
        agree_after="select id from t where note is null",
        end=f"select id, note from t {SOME}",
        rows=[(1, "given"), (2, "row 2"), (4, "row 4"), (101, "none"), (102, "mine"), (103, "none")],
    ),
    Case(
        name="split column",
        tables=(
            "create table t (id int not null primary key, name varchar(80))",
            _rows("t", lambda n: f"({n}, {f'{chr(39)}A{n} B{n}{chr(39)}' if n % 7 else 'null'})"),
        ),
        change=_split_column,
        old="select id, name from t order by id",
        during=(
            "insert into t (id, name) values (101, 'Ada Lovelace')",
            "insert into t (id, first, last) values (102, 'Alan', 'Turing')",
            "update t set name = 'Grace Hopper' where id = 1",
            "update t set last = 'Curie' where id = 2",
            "delete from t where id = 3",
        ),
        agree="select id from t where name <> {whole} or (name is null and first is not null)",
        after=("update t set name = 'Emmy Noether' where id = 4",),
        agree_after="select id from t where name <> {whole} or (name is null and first is not null)",
        end=f"select id, first, last from t {SOME}",
        rows=[
            (1, "Grace", "Hopper"),
            (2, "A2", "Curie"),
            (4, "Emmy", "Noether"),
            (101, "Ada", "Lovelace"),
            (102, "Alan", "Turing"),
        ],
    ),
    Case(
        name="merge columns",
        tables=(
            "create table t (id int not null primary key, first varchar(40), last varchar(40))",
            _rows("t", lambda n: f"({n}, 'A{n}', 'B{n}')"),
        ),
        change=_merge_columns,
        old="select id, first, last from t order by id",
        during=(
            "insert into t (id, name) values (101, 'Ada Lovelace')",
            "insert into t (id, first, last) values (102, 'Alan', 'Turing')",
            "update t set name = 'Grace Hopper' where id = 1",
            "update t set last = 'Curie' where id = 2",
            "delete from t where id = 3",
        ),
        agree="select id from t where name <> {whole}",
        after=("update t set name = 'Emmy Noether' where id = 4",),
        agree_after="select id from t where name <> {whole}",
        end=f"select id, name from t {SOME}",
        rows=[
            (1, "Grace Hopper"),
            (2, "A2 Curie"),
            (4, "Emmy Noether"),
            (101, "Ada Lovelace"),
            (102, "Alan Turing"),
        ],
    ),
    Case(
        name="rename table",
        tables=(
            "create table t (id int not null primary key, price int default 5)",
            "create table u (id int not null primary key, t_id int, constraint to_t foreign key (t_id) references t (id))",
            _rows("t", lambda n: f"({n}, {n})"),
        ),
        change=_rename_table,
        old="select id, price from t order by id",
        during=("insert into t (id, price) values (101, 1)",),
        agree=NOTHING,
        after=(
            "insert into t (id, price) values (102, 2)",
            "insert into t (id) values (104)",
            "insert into {new name} (id, price) values (103, 3)",
            "update t set price = 11 where id = 1",
            "update {new name} set price = 12 where id = 2",
            "delete from t where id = 3",
        ),
        agree_after="select t.id from t join {new name} n on n.id = t.id where n.price <> t.price",
        end=f"select id, price from {{new name}} {SOME}",
        rows=[(1, 11), (2, 12), (4, 4), (101, 1), (102, 2), (103, 3), (104, 5)],
    ),
    Case(
        name="move columns",
        tables=(
            "create table t (id int not null primary key, note varchar(40))",
            "create table u (t_id int not null primary key, other int)",
            _rows("t", lambda n: f"({n}, {'null' if n % 6 == 0 else repr(f'row {n}')})"),
            _rows("u", lambda n: f"({n}, {n})"),
        ),
        change=_move_columns,
        old="select id, note from t order by id",
        during=(
            "insert into t (id, note) values (101, 'new')",
            "insert into u (t_id, other) values (101, 1)",
            "update t set note = 'by the old' where id = 1",
            "update u set note = 'by the new' where t_id = 2",
            "delete from u where t_id = 3",
            "delete from t where id = 3",
        ),
        agree="select id from t join u on u.t_id = t.id where not (t.note = u.note or (t.note is null and u.note is null))",
        after=("update u set note = 'late' where t_id = 4", "update t set note = null where id = 5"),
        agree_after="select id from t join u on u.t_id = t.id where not (t.note = u.note or (t.note is null and u.note is null))",
        end="select t_id, note from u where t_id in (1, 2, 3, 4, 5, 6, 101) order by t_id",
        rows=[(1, "by the old"), (2, "by the new"), (4, "late"), (5, None), (6, None), (101, "new")],
    ),
    Case(
        name="split table",
        tables=(
            "create table t (id int not null primary key, name varchar(40), note varchar(40), price int)",
            _rows("t", lambda n: f"({n}, 'n{n}', {'null' if n == 6 else repr(f'row {n}')}, {'null' if n == 6 else n})"),
        ),
        change=_split_table,
        old="select id, name, note, price from t order by id",
        during=(
            "insert into t (id, name, note) values (101, 'a', 'new')",
            "insert into t (id, name) values (102, 'b')",
            "insert into u (id, note, price) values (102, 'later', 9)",
            "update t set note = 'by the old' where id = 1",
            "update u set note = 'by the new' where id = 2",
            "delete from t where id = 3",
        ),
        agree="select t.id from t left join u on u.id = t.id where t.note <> u.note or t.price <> u.price"
        " or (u.id is null and t.note is not null)",
        after=("update u set price = 44 where id = 4", "update t set price = 55 where id = 5"),
        agree_after="select t.id from t left join u on u.id = t.id where t.note <> u.note or t.price <> u.price",
        end="select id, note, price from u where id in (1, 2, 3, 4, 5, 6, 101, 102) order by id",
        rows=[
            (1, "by the old", 1),
            (2, "by the new", 2),
            (4, "row 4", 44),
            (5, "row 5", 55),
            (101, "new", None),
            (102, "later", 9),
        ],
    ),
    Case(
        name="merge tables",
        tables=(
            "create table t (id int not null primary key, name varchar(40))",
            "create table u (t_id int not null primary key, note varchar(40))",
            _rows("t", lambda n: f"({n}, 'n{n}')"),
            _rows("u", lambda n: f"({n}, 'row {n}')", 30),
        ),
        change=_merge_tables,
        old="select t.id, t.name, u.note from t left join u on u.t_id = t.id order by t.id",
        during=(
            "insert into t (id, name) values (101, 'a')",
            "insert into u (t_id, note) values (101, 'new')",
            "insert into t (id, name, note) values (102, 'b', 'both')",
            "update u set note = 'by the old' where t_id = 1",
            "update t set note = 'by the new' where id = 2",
            "delete from u where t_id = 3",
        ),
        agree="select t.id from t left join u on u.t_id = t.id where t.note <> u.note or (t.note is null) <> (u.note is null)",
        after=("update t set note = 'late' where id = 4",),
        agree_after="select t.id from t left join u on u.t_id = t.id where t.note <> u.note or (t.note is null) <> (u.note is null)",
        end=f"select id, name, note from t {SOME}",
        rows=[
            (1, "n1", "by the old"),
            (2, "n2", "by the new"),
            (3, "n3", None),
            (4, "n4", "late"),
            (101, "a", "new"),
            (102, "b", "both"),
        ],
    ),
    Case(
        name="add foreign key",
        tables=(
            "create table u (id int not null primary key)",
            "create table t (id int not null primary key, u_id int)",
            _rows("u", lambda n: f"({n})"),
            _rows("t", lambda n: f"({n}, {n})"),
        ),
        change=_add_foreign_key,
        old="select id, u_id from t order by id",
        during=("insert into t (id, u_id) values (101, 1)",),
        agree=NOTHING,
        end="select count(*) from t",
        rows=[(41,)],
    ),
    Case(
        name="add unique",
        tables=PRICED,
        change=_add_unique,
        old="select id, price from t order by id",
        during=("insert into t (id, price) values (101, 1)",),
        agree=NOTHING,
        end="select count(*) from t",
        rows=[(41,)],
    ),
    Case(
        name="add check",
        tables=PRICED,
        change=_add_check,
        old="select id, price from t order by id",
        during=("insert into t (id, price) values (101, 1)",),
        agree=NOTHING,
        end="select count(*) from t",
        rows=[(41,)],
    ),
    Case(
        name="add index",
        tables=PRICED,
        change=_add_index,
        old="select id, price from t order by id",
        during=("insert into t (id, price) values (101, 1)",),
        agree=NOTHING,
        end="select count(*) from t",
        rows=[(41,)],
    ),
)


def written(text: str, engine: str) -> str:
    """A statement with the names in braces quoted as the engine does it, and the whole name of the split put in."""
    quote = "`" if engine == "mysql" else '"'
    for name in ("unit price", "new name"):
        text = text.replace(f"{{{name}}}", f"{quote}{name}{quote}")
    integer = "signed" if engine == "mysql" else "integer"
    return text.replace("{whole}", WHOLE[engine]).replace("{int}", integer)
