"""Scripts come apart into statements as each product's own client would take them apart."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.errors import SyntaxFault
from dbwright.readers.sql.scan import Dialect
from dbwright.readers.sql.split import split


def texts(script: str, dialect: Dialect) -> list[str]:
    return [statement.text for statement in split(script, dialect)]


@pytest.mark.parametrize(
    ("dialect", "script", "expected"),
    [
        ("postgres", "select 'a;b', \"x;y\"; select $$;$$; select $t$ $$ ; $t$;",
         ["select 'a;b', \"x;y\"", "select $$;$$", "select $t$ $$ ; $t$"]),
        ("postgres", r"select E'a\';b'; select 'a\'; select date'2020-01-01'",
         [r"select E'a\';b'", r"select 'a\'", "select date'2020-01-01'"]),
        ("postgres", "/* a /* b; */ ; */ select 1 -- x;\n; ; ;\nselect 2", ["select 1", "select 2"]),
        ("postgres", "select a$b$c from t; select 1$$;$$", ["select a$b$c from t", "select 1$$;$$"]),
        ("postgres", "begin; select 1; end; commit", ["begin", "select 1", "end", "commit"]),
        ("postgres", "create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 3",
         ["create function f() returns int begin atomic select 1; select case when true then 2 end; end", "select 3"]),
        ("postgres", "create rule r as on insert to t do also (insert into a values (1); insert into b values (2)); select 1",
         ["create rule r as on insert to t do also (insert into a values (1); insert into b values (2))", "select 1"]),
        ("postgres", "set standard_conforming_strings = off; select 'a\\';b'; select 1",
         ["set standard_conforming_strings = off", "select 'a\\';b'", "select 1"]),
        ("postgres", "\\set x 1\nselect 1\\gexec\nselect 2 \\g\nselect 3;\\echo hi\n\\restrict abc\n\\unrestrict abc\n",
         ["select 1", "select 2", "select 3"]),
        ("postgres", "select 1;\r\n\r\nselect 2;\r\n", ["select 1", "select 2"]),
        ("mysql", "DELIMITER //\ncreate procedure p() begin select 1; end//\nDELIMITER ;\nselect 2;",
         ["create procedure p() begin select 1; end", "select 2"]),
        ("mysql", "DELIMITER $$\ncreate trigger t before insert on x for each row begin set new.a = '$$;'; end $$\ndelimiter ;\nselect 2",
         ["create trigger t before insert on x for each row begin set new.a = '$$;'; end", "select 2"]),
        ("mysql", ("create trigger t before insert on x for each row begin if a then set b=1; end if; "
                  "case when 1 then select 1; end case; set c = case 1 when 1 then 2 end; end; select 3"),
         [("create trigger t before insert on x for each row begin if a then set b=1; end if; "
          "case when 1 then select 1; end case; set c = case 1 when 1 then 2 end; end"), "select 3"]),
        ("mysql", "create trigger t before insert on x for each row if new.a then set new.b=if(1,2,3); end if; select 3",
         ["create trigger t before insert on x for each row if new.a then set new.b=if(1,2,3); end if", "select 3"]),
        ("mysql", ("create procedure p() begin while x do set y=1; end while; repeat set z=1; until z end repeat; "
                  "l: loop leave l; end loop l; end; select 4"),
         [("create procedure p() begin while x do set y=1; end while; repeat set z=1; until z end repeat; "
          "l: loop leave l; end loop l; end"), "select 4"]),
        ("mysql", "select 'a\\';b', \"c;\\\"d\", `e;f``g`; # c;\nselect 1--1; -- x\nselect 2\\G",
         ["select 'a\\';b', \"c;\\\"d\", `e;f``g`", "select 1--1", "select 2"]),
        ("mysql", ("/*!40101 SET NAMES utf8 */;\n/*!50003 CREATE*/ /*!50003 TRIGGER x BEFORE INSERT ON t FOR EACH ROW "
                  "BEGIN SET @a=1; END */;\nselect 1"),
         ["/*!40101 SET NAMES utf8 */",
          "/*!50003 CREATE*/ /*!50003 TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a=1; END */", "select 1"]),
        ("mysql", "/*M!999999\\- enable the sandbox mode */ \nselect 1;", ["select 1"]),
        ("mysql", "drop table if exists x; create table if not exists y (a int); select if(1,2,3)",
         ["drop table if exists x", "create table if not exists y (a int)", "select if(1,2,3)"]),
        ("sqlite", ("create trigger t after insert on x begin update y set a = case when 1 then 2 end; delete from [z;w]; end; "
                   "select `a;b`, \"c;d\""),
         ["create trigger t after insert on x begin update y set a = case when 1 then 2 end; delete from [z;w]; end",
          "select `a;b`, \"c;d\""]),
        ("sqlite", ".mode csv\nselect 'a\\'; select 2", ["select 'a\\'", "select 2"]),
    ],
)  # fmt: skip
def test_each_dialect_ends_statements_where_its_client_does(dialect: Dialect, script: str, expected: list[str]) -> None:
    assert texts(script, dialect) == expected


def test_copy_data_belongs_to_its_statement() -> None:
    script = "COPY t (a, b) FROM stdin;\n1\tx;y\n2\t'\n\\.\n\n\\copy u from stdin\n3\n\\.\nCOPY t (a) FROM stdin;\n\\.\nselect 1;"
    found = list(split(script, "postgres"))
    assert [(each.text, each.copy_data) for each in found] == [
        ("COPY t (a, b) FROM stdin", "1\tx;y\n2\t'\n"),
        ("COPY u from stdin", "3\n"),
        ("COPY t (a) FROM stdin", ""),
        ("select 1", None),
    ]
    assert [each.line for each in found] == [1, 6, 9, 11]


def test_lines_and_columns_count_from_one() -> None:
    found = list(split("-- c\n\n  select 1;  select\n 2;\nINSERT INTO t VALUES ('\n');select 3", "postgres", "a.sql"))
    assert [(each.line, each.column) for each in found] == [(3, 3), (3, 14), (5, 1), (6, 4)]
    assert {each.path for each in found} == {"a.sql"}


@pytest.mark.parametrize(
    ("dialect", "script", "line", "column", "expected"),
    [
        ("postgres", "select 1;\n select 'abc", 2, 9, "a closing '"),
        ("postgres", "select E'abc\\'", 1, 8, "a closing '"),
        ("postgres", 'select "abc', 1, 8, 'a closing "'),
        ("postgres", "/* /* */", 1, 1, "*/"),
        ("postgres", "select\n$a$ $$ ", 2, 1, "a closing $a$"),
        ("postgres", "create table foo (a int,", 1, 18, "a closing bracket"),
        ("postgres", "create table foo (a int;\nselect 1;", 1, 18, "a closing bracket"),
        ("postgres", "COPY t FROM stdin;\n1\n", 1, 1, "a line with \\."),
        ("postgres", "create function f() returns int begin atomic select 1;", 1, 33, "END"),
        ("mysql", "select `abc", 1, 8, "a closing `"),
        ("mysql", "/*!40101 SET NAMES utf8;", 1, 1, "*/"),
        ("mysql", "create procedure p() begin select 1;", 1, 22, "END"),
        ("sqlite", "select [abc", 1, 8, "a closing ]"),
        ("sqlite", "create trigger t after insert on x begin select 1;", 1, 36, "END"),
    ],
)
def test_what_is_never_closed_is_named_with_its_place(
    dialect: Dialect, script: str, line: int, column: int, expected: str
) -> None:
    with pytest.raises(SyntaxFault) as caught:
        list(split(script, dialect, "x.sql"))
    assert (caught.value.path, caught.value.line, caught.value.column) == ("x.sql", line, column)
    assert caught.value.expected == expected


def test_a_closing_bracket_too_many_is_a_fault() -> None:
    with pytest.raises(SyntaxFault, match="1:9"):
        list(split("select 1);", "sqlite"))


def test_client_commands_are_noted_without_what_may_be_secret() -> None:
    notes: list[str] = []
    script = "\\connect postgresql://me:secret@host/db\n\\c shop\n\\! rm -rf x\nselect 1;"
    assert [each.text for each in split(script, "postgres", None, notes)] == ["select 1"]
    assert len(notes) == 3
    assert "shop" in notes[1]
    assert "secret" not in " ".join(notes)


def test_included_files_are_read_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    main = tmp_path / "main.sql"
    (tmp_path / "sub" / "one.sql").write_text("select 1;\n\\ir two.sql\n")
    (tmp_path / "sub" / "two.sql").write_text("select 2;")
    main.write_text("\\i sub/one.sql\nselect 3;\n\\i missing.sql\n")
    notes: list[str] = []
    found = list(split(main.read_text(), "postgres", str(main), notes))
    assert [each.text for each in found] == ["select 1", "select 2", "select 3"]
    assert found[1].path == str(tmp_path / "sub" / "two.sql")
    assert len(notes) == 1
    assert "missing.sql" in notes[0]


def test_files_that_include_each_other_are_a_fault(tmp_path: Path) -> None:
    main = tmp_path / "a.sql"
    main.write_text("source b.sql;\n")
    (tmp_path / "b.sql").write_text("source a.sql;\n")
    with pytest.raises(SyntaxFault, match="includes itself"):
        list(split(main.read_text(), "mysql", str(main)))


_SAFE = st.characters(blacklist_categories=["Cs", "Cc"])
_STRINGS = st.text(_SAFE | st.just("\n")).map(lambda text: "'" + text.replace("\\", "").replace("'", "''") + "'")
_NAMES = st.text(_SAFE, min_size=1).map(lambda text: text.replace("\\", "").replace("]", "") or "x")
_WORDS = st.sampled_from(["select", "a", "t1", "1.5", ",", "=", "<>", "case when x then y end", "(1)", "(a, (b))"])


def _pieces(dialect: Dialect) -> st.SearchStrategy[str]:
    pieces = [_WORDS, _STRINGS]
    if dialect != "mysql":
        pieces.append(_NAMES.map(lambda name: '"' + name.replace('"', '""') + '"'))
    if dialect != "postgres":
        pieces.append(_NAMES.map(lambda name: "`" + name.replace("`", "``") + "`"))
    if dialect == "postgres":
        pieces.append(st.text(_SAFE | st.just("\n")).map(lambda text: f"$q${text.replace('$', '')}$q$"))
        pieces.append(st.just("/* ; /* ' */ */"))
    else:
        pieces.append(st.just("/* ; ' */"))
    if dialect == "sqlite":
        pieces.append(_NAMES.map(lambda name: f"[{name}]"))
    return st.one_of(pieces)


def _statements(dialect: Dialect) -> st.SearchStrategy[list[str]]:
    heads = st.sampled_from(["select", "INSERT INTO t VALUES", "create table t"])
    statement = st.builds(
        lambda head, parts: " ".join([head, *parts, "z"]), heads, st.lists(_pieces(dialect), max_size=6)
    )
    return st.lists(statement, max_size=6)


@pytest.mark.parametrize("dialect", ["postgres", "mysql", "sqlite"])
@given(data=st.data(), separator=st.sampled_from([";", " ;\n", ";;", "; -- it's\n", ";\n/* ' */\n"]))
def test_splitting_undoes_joining(dialect: Dialect, data: st.DataObject, separator: str) -> None:
    statements = data.draw(_statements(dialect))
    assert texts(separator.join(statements), dialect) == statements


@given(st.text(alphabet="ab;'\"`$[]()/*-#\\\n eE"), st.sampled_from(["postgres", "mysql", "sqlite"]))
def test_no_text_breaks_the_splitter(script: str, dialect: Dialect) -> None:
    try:
        found = list(split(script, dialect))
    except SyntaxFault as fault:
        assert 1 <= fault.line <= script.count("\n") + 1  # noqa: PT017 - either outcome is fine, each with its own promise
    else:
        assert all(each.text for each in found)


@pytest.mark.parametrize(
    "unit", ["INSERT INTO t VALUES (1, 'x', E'y\\'');\n", 'select (a), "b", $$c$$ /* d */; -- e\n', "'' "]
)
def test_splitting_takes_linear_time(unit: str) -> None:
    def seconds(count: int) -> float:
        started = time.perf_counter()
        list(split(unit * count, "postgres"))
        return time.perf_counter() - started

    seconds(100)
    small, large = min(seconds(1_000) for _ in range(3)), seconds(16_000)
    assert large < 16 * small * 6 + 0.5


def test_a_dollar_delimiter_ends_a_word_without_a_blank() -> None:
    text = "DELIMITER $$\nCREATE PROCEDURE p() BEGIN SET @a$b = 1; END$$\nDELIMITER ;\nSELECT 1;"
    assert [each.text for each in split(text, "mysql")] == ["CREATE PROCEDURE p() BEGIN SET @a$b = 1; END", "SELECT 1"]
