"""SQLite: what is read, written out and read again is the same."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from dbwright.catalog import codec
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Table
from dbwright.engines.base import Inspection, Statement
from dbwright.engines.sqlite.engine import ENGINE
from dbwright.engines.sqlite.inspect import inspect
from dbwright.engines.url import Url
from dbwright.readers.sql.split import split

KITCHEN_SINK = r"""
CREATE TABLE IF NOT EXISTS [odd "name's] (
    "select" INTEGER PRIMARY KEY DESC, `back``tick` TEXT COLLATE nocase DEFAULT 'it''s; -- no',
    [br]  VARCHAR ( 10 ) NOT NULL ON CONFLICT REPLACE DEFAULT "", "emoji 🎉" /* c, ) */ DECIMAL(10 , 2) DEFAULT -1.50,
    "a.b" blob default x'00ff', ünï text check ("ünï" <> ')' and "a.b" is not null), 'single' double precision,
    typeless, def int default (1 + (2*3)), ts datetime default current_timestamp, tr boolean default TRUE,
    nn text default null, e1 text default (lower('A')), -- comment ) ,
    CONSTRAINT "u q" UNIQUE ("emoji 🎉" COLLATE NOCASE DESC, `back``tick`) ON CONFLICT IGNORE,
    CHECK ((def > 0)) , CHECK(def!=3)
    CHECK (def==4 or def  in(1,2,  -3)));
CREATE TABLE a(id INTEGER NOT NULL CONSTRAINT pk_a PRIMARY KEY ON CONFLICT FAIL AUTOINCREMENT, x UNIQUE,
    y INT GENERATED ALWAYS AS (x*2) VIRTUAL, z int as (x+1) stored, w generated always as (1));
CREATE TABLE b(a_id INT REFERENCES A DEFERRABLE INITIALLY DEFERRED, b INT, c INT, key int, primary key (b desc, c),
    foreign key (b,c) references b on delete set null on update cascade match full,
    constraint fk2 foreign key (c) references missing(zz) not deferrable,
    foreign key (c) references missing on delete no action) WITHOUT ROWID;
CREATE TABLE c1(id integer, primary key (id desc));
create table c2(id integer primary key asc, t text constraint cc check (length(t) between 1 and 5)
    constraint ff references a(ID) on delete cascade);
create table ctas as select 1 as one, 'x' as [two words], id from a;
create unique index [i "x] on a (x desc, lower(x) collate nocase, y COLLATE rtrim) where x is not null and x > y;
create index i2 on "odd ""name's" ("emoji 🎉", br || 'x' desc);
create view v1(p, "q r") as -- a comment at the end of the line
  select id, /* c ; */ x
     from a
   where x in (select c from b, v2) ;
create view v2 as select * from c1 left join c2 on c1.id = c2.id -- last words
;
create trigger if not exists [tr 1] after update of x, y on a for each row when new.x > 1 begin
  -- a comment; here
  update b set c = 1 where b = new.x;
  select case when 1 then raise(abort, 'no; way') end;
end;
create trigger v1_ins instead of insert on v1 begin insert into a(x) values (new.p); end;
alter table a add column added text default 'z' check (added <> '');
insert into a(x) values (1);
analyze;
"""


def _read(script: str) -> Inspection:
    with ENGINE.scratch() as scratch:
        with closing(sqlite3.connect(scratch.url.database)) as connection:
            connection.executescript(script)
        with ENGINE.connect(scratch.url) as session:
            return session.inspect()


def _table(script: str, name: str = "t") -> Table:
    catalog = _read(script).catalog
    return next(table for table in catalog.tables if table.name == name)


def _again(catalog: Catalog) -> Catalog:
    with ENGINE.scratch() as scratch, scratch.open() as session:
        session.execute(Statement(text=text) for text in ENGINE.emit(catalog))
        return session.inspect().catalog


def test_the_kitchen_sink() -> None:
    read = _read(KITCHEN_SINK)
    assert read.notes == ()
    assert {table.name for table in read.catalog.tables} == {"odd \"name's", "a", "b", "c1", "c2", "ctas"}
    assert codec.digest(_again(read.catalog)) == codec.digest(read.catalog)


def test_the_canonical_form_of_what_was_read_is_itself() -> None:
    catalog = _read(KITCHEN_SINK).catalog
    assert codec.digest(ENGINE.canonical(catalog)) == codec.digest(catalog)


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="SQLite's shell is not installed")
def test_the_script_runs_in_sqlites_own_shell(tmp_path: Path) -> None:
    catalog = _read(KITCHEN_SINK).catalog
    path = tmp_path / "again.db"
    subprocess.run(
        ["sqlite3", "-bail", str(path)], input=ENGINE.script(ENGINE.emit(catalog)), text=True, check=True, timeout=30
    )
    with ENGINE.connect(Url(scheme="sqlite", database=str(path))) as session:
        assert codec.digest(session.inspect().catalog) == codec.digest(catalog)


def test_the_script_can_be_split_again() -> None:
    statements = ENGINE.emit(_read(KITCHEN_SINK).catalog)
    assert [each.text.strip() for each in split(ENGINE.script(statements), "sqlite")] == statements


def test_details_that_no_pragma_tells() -> None:
    catalog = _read(KITCHEN_SINK).catalog
    tables = {table.name: table for table in catalog.tables}
    a, b, odd = tables["a"], tables["b"], tables["odd \"name's"]
    assert a.primary_key is not None
    assert (a.primary_key.name, a.primary_key.conflict) == ("pk_a", "FAIL")
    assert a.columns[0].identity is not None
    assert [column.generated.stored for column in a.columns if column.generated] == [False, True, False]
    assert [check.expression for check in a.checks] == ["added <> ''"]
    assert b.without_rowid
    assert b.foreign_keys[0].referenced == ("id",)  # the parent's key, though the text doesn't name it
    assert b.foreign_keys[0].table == ("", "a")
    assert b.foreign_keys[0].deferral == "deferred"
    assert (b.foreign_keys[1].match, b.foreign_keys[1].on_delete) == ("full", "set null")
    assert [key.table for key in b.foreign_keys[2:]] == [("", "missing"), ("", "missing")]
    assert [key.referenced for key in b.foreign_keys[2:]] == [("zz",), ()]
    assert [column.name for column in b.columns if not column.nullable] == ["b", "c"]
    assert odd.uniques[0].columns == ("emoji 🎉", "back`tick")
    assert [check.expression for check in odd.checks][-2:] == ["def <> 3", "def = 4 OR def IN (1, 2, -3)"]
    index = a.indexes[0]
    assert index.unique
    assert [(part.column, part.expression, part.descending, part.collation) for part in index.parts] == [
        ("x", None, True, None),
        (None, "lower(x)", False, "NOCASE"),
        ("y", None, False, "RTRIM"),
    ]
    assert index.predicate == "x IS NOT NULL AND x > y"
    views = {view.name: view for view in catalog.views}
    assert views["v1"].depends_on == (Ref("table", ("", "a")), Ref("table", ("", "b")), Ref("view", ("", "v2")))
    assert [column.name for column in views["v1"].columns] == ["p", "q r"]
    assert views["v1"].triggers[0].timing == "instead of"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a INT CHECK (a>0)", '[a] INT, CHECK (("a" > 0))'),
        ("a INT CHECK (t.a in (1,2))", "a INT CHECK (`A` IN ( 1 , 2 ))"),
        ("a TEXT DEFAULT 'x'", 'a TEXT DEFAULT "x"'),
        ("a TEXT DEFAULT NULL", "a TEXT"),
        ("a INT PRIMARY KEY NOT NULL", "a INT NOT NULL, PRIMARY KEY (a)"),
        ("a INT REFERENCES t (b), b INT UNIQUE", "a INT, b INT, FOREIGN KEY (A) REFERENCES T (B), UNIQUE (b)"),
        ("a int", "a INT"),
        ("a integer primary key", "a INTEGER NOT NULL PRIMARY KEY ASC"),
    ],
)
def test_spelling_does_not_count(one: str, other: str) -> None:
    first, second = (_read(f"CREATE TABLE t ({text})").catalog for text in (one, other))
    assert codec.digest(first) == codec.digest(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a INTEGER PRIMARY KEY", "a INTEGER PRIMARY KEY DESC"),
        ("a INT CHECK (a > 0)", "a INT CHECK (a >= 0)"),
        ("a TEXT DEFAULT 'CURRENT_DATE'", "a TEXT DEFAULT CURRENT_DATE"),
        ('a TEXT CHECK (a <> "b")', "a TEXT CHECK (a <> 'B')"),
        ("a INTEGER PRIMARY KEY", "a INTEGER PRIMARY KEY AUTOINCREMENT"),
        ("a TEXT", "a TEXT COLLATE NOCASE"),
        ("a INT UNIQUE", "a INT UNIQUE ON CONFLICT IGNORE"),
    ],
)
def test_meaning_does_count(one: str, other: str) -> None:
    first, second = (_read(f"CREATE TABLE t ({text})").catalog for text in (one, other))
    assert codec.digest(first) != codec.digest(second)


@pytest.mark.parametrize(
    "name",
    ["order", "a b", 'q"q', "it's", "[x]", "a.b", "ünï", "🎉", "1st", "", "--", "a;b", "table\nline", "`", "TRUE"],
)
def test_odd_names_everywhere(name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    script = f"""
        CREATE TABLE {quoted} ({quoted} INTEGER, other TEXT,
            CONSTRAINT {quoted} CHECK ({quoted} > 0), FOREIGN KEY ({quoted}) REFERENCES {quoted} ({quoted}), UNIQUE ({quoted}));
        CREATE INDEX "ix {name.replace('"', '""')}" ON {quoted} ({quoted}) WHERE {quoted} > 1;
        CREATE VIEW "v {name.replace('"', '""')}" AS SELECT {quoted} FROM {quoted};
        CREATE TRIGGER "t {name.replace('"', '""')}" AFTER INSERT ON {quoted}
            BEGIN DELETE FROM {quoted} WHERE {quoted} = new.{quoted}; END;
    """
    read = _read(script)
    assert read.notes == ()
    assert codec.digest(_again(read.catalog)) == codec.digest(read.catalog)
    table = read.catalog.tables[0]
    assert table.name == name
    assert table.columns[0].name == name
    assert table.foreign_keys[0].table == ("", name)


def test_virtual_tables_come_without_their_shadows() -> None:
    try:
        read = _read("CREATE VIRTUAL TABLE docs USING fts5(title, body); CREATE TABLE docs_other (a);")
    except sqlite3.OperationalError:
        pytest.skip("SQLite was built without FTS5")
    tables = {table.name: table for table in read.catalog.tables}
    assert set(tables) == {"docs", "docs_other"}
    assert tables["docs"].module == "fts5(title, body)"
    assert [column.name for column in tables["docs"].columns] == ["title", "body"]
    assert codec.digest(_again(read.catalog)) == codec.digest(read.catalog)


def test_a_broken_view_does_not_spoil_the_rest() -> None:
    read = _read("CREATE TABLE t (a); CREATE VIEW good AS SELECT a FROM t; CREATE VIEW bad AS SELECT nope FROM gone;")
    views = {view.name: view for view in read.catalog.views}
    assert [column.name for column in views["good"].columns] == ["a"]
    assert views["bad"].columns == ()
    assert any("bad" in note for note in read.notes)


@pytest.mark.parametrize(
    ("declared", "kind", "numbers"),
    [
        ("VARCHAR(40)", "varchar", (40, None, None)),
        ("NVARCHAR(160)", "varchar", (160, None, None)),
        ("DECIMAL(10,2)", "decimal", (None, 10, 2)),
        ("NUMERIC", "decimal", (None, None, None)),
        ("DATETIME", "timestamp", (None, None, None)),
        ("UNSIGNED BIG INT", "integer", (None, None, None)),
        ("TINYINT(1)", "boolean", (None, None, None)),
        ("double precision", "float", (None, None, None)),
        ("JSON", "json", (None, None, None)),
        ("UUID", "uuid", (None, None, None)),
        ("", "untyped", (None, None, None)),
        ("FLOATING POINT", "integer", (None, None, None)),  # SQLite sees INT in POINT
        ("SOMETHING", "other", (None, None, None)),
    ],
)
def test_types(declared: str, kind: str, numbers: tuple[int | None, int | None, int | None]) -> None:
    type_ = _table(f"CREATE TABLE t (a {declared})").columns[0].type
    assert type_.kind == kind
    assert (type_.length, type_.precision, type_.scale) == numbers
    assert ENGINE.canonical(_read(f"CREATE TABLE t (a {declared})").catalog).tables[0].columns[0].type == type_


def test_many_tables_in_little_time() -> None:
    script = "".join(
        f"CREATE TABLE t{n} (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INT REFERENCES t{max(n - 1, 0)}, CHECK (b > 0));"
        f"CREATE INDEX i{n} ON t{n} (a, b);"
        for n in range(2000)
    )
    with ENGINE.scratch() as scratch, closing(sqlite3.connect(scratch.url.database)) as connection:
        connection.executescript(f"BEGIN; {script} COMMIT;")
        asked: list[str] = []
        connection.set_trace_callback(asked.append)
        catalog = inspect(connection, "").catalog
    assert len(catalog.tables) == 2000
    assert len([sql for sql in asked if not sql.startswith(("--", "PRAGMA"))]) <= 4
    assert codec.digest(_again(catalog)) == codec.digest(catalog)
