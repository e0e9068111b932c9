"""What is read from MySQL or MariaDB, emitted elsewhere and read back is the same, whatever the database holds."""

from pathlib import Path

import msgspec
import pytest

from dbwright.catalog.codec import digest, encode
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Scratch, Statement
from dbwright.engines.mysql.engine import ENGINE
from dbwright.readers.sql.mysql_names import fitted
from dbwright.readers.sql.split import split
from tests.support.mysql import inspected, is_mariadb, remade, run
from tests.support.scratches import scratch_of

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "schemas"

EVERYTHING = [
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES'",
    """CREATE TABLE parents (
        id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
        code varchar(10) CHARACTER SET latin1 NOT NULL DEFAULT 'x''y\\\\z"' COMMENT 'it''s; a "code"',
        UNIQUE KEY by_code (code) COMMENT 'one each'
    ) COMMENT = 'a ''quoted'' comment' ROW_FORMAT = COMPACT""",
    """CREATE TABLE everything (
        id bigint NOT NULL AUTO_INCREMENT,
        parent_id int unsigned,
        tiny tinyint DEFAULT -1, flag bool NOT NULL DEFAULT true, small smallint unsigned DEFAULT 3, middle mediumint,
        price decimal(10,2) DEFAULT 1.50, ratio double DEFAULT 1e3, single float, bits bit(8) DEFAULT b'101',
        letters char(3) DEFAULT 'abc', word varchar(20) COLLATE utf8mb4_bin DEFAULT '', prose text, raw varbinary(10) DEFAULT 0x6162,
        blobs mediumblob, day date DEFAULT '2020-01-01', clock time(3), moment datetime(6) DEFAULT CURRENT_TIMESTAMP(6),
        touched timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, stamp timestamp NULL, since year DEFAULT 2020,
        kind enum('a','b''c','d,e','f\\\\g') DEFAULT 'b''c', tags set('x','y') DEFAULT 'x,y', doc json, place point NOT NULL,
        secret int INVISIBLE, zero date DEFAULT '0000-00-00',
        computed int GENERATED ALWAYS AS (tiny + 1) VIRTUAL, kept varchar(40) GENERATED ALWAYS AS (concat(word, 'it''s')) STORED,
        made varchar(40) DEFAULT (concat('a', 'b''c')),
        PRIMARY KEY (id),
        UNIQUE KEY together (parent_id, small),
        UNIQUE KEY prefixed (prose(10)),
        KEY mixed (word(3), price DESC) COMMENT 'é',
        FULLTEXT KEY words (prose),
        SPATIAL KEY places (place),
        CONSTRAINT parent FOREIGN KEY (parent_id) REFERENCES parents (id) ON DELETE SET NULL ON UPDATE CASCADE,
        CONSTRAINT sane CHECK (price > 0 AND word <> 'it''s\\\\')
    )""",
    (
        "CREATE TABLE foreign_words (`ünï` varchar(10) CHECK (`ünï` <> '名\\€\\\\'), k varchar(10) AS (concat(`ünï`, '名')) STORED,"
        " d varchar(9) DEFAULT (concat('ü', '名')), dd varchar(4) DEFAULT '名', e enum('ü', '名') COMMENT 'ü') COMMENT '名'"
    ),
    "CREATE TABLE rings_a (id int PRIMARY KEY, b int, CONSTRAINT to_b_later CHECK (b <> 7))",
    (
        "CREATE TABLE rings_b (id int PRIMARY KEY, a int, self int, CONSTRAINT to_a FOREIGN KEY (a) REFERENCES rings_a (id),"
        " CONSTRAINT to_self FOREIGN KEY (self) REFERENCES rings_b (id) ON DELETE CASCADE)"
    ),
    "ALTER TABLE rings_a ADD CONSTRAINT to_b FOREIGN KEY (b) REFERENCES rings_b (id)",
    (
        "CREATE TABLE measured (id int, taken date NOT NULL, PRIMARY KEY (id, taken)) PARTITION BY RANGE (year(taken))"
        " SUBPARTITION BY HASH (id) SUBPARTITIONS 2"
        " (PARTITION old VALUES LESS THAN (2020) COMMENT 'to ''drop''', PARTITION rest VALUES LESS THAN MAXVALUE)"
    ),
    "CREATE TABLE listed (region int, x int) PARTITION BY LIST COLUMNS (region) (PARTITION a VALUES IN (1, 2), PARTITION b VALUES IN (3))",
    "CREATE TABLE spread (id int PRIMARY KEY) PARTITION BY KEY () PARTITIONS 3",
    "CREATE FUNCTION doubled(x int) RETURNS int DETERMINISTIC NO SQL COMMENT 'it''s twice' RETURN x * 2",
    (
        "CREATE FUNCTION labelled(x varchar(10) CHARACTER SET latin1, k enum('a;','b')) RETURNS varchar(20) DETERMINISTIC"
        " RETURN concat(x, ';', k)"
    ),
    """CREATE PROCEDURE refill(IN amount decimal(10,2), INOUT total int, OUT note text) MODIFIES SQL DATA SQL SECURITY INVOKER
    BEGIN
        DECLARE i int DEFAULT 0; -- a comment; with a semicolon
        WHILE i < 3 DO SET i = i + 1; END WHILE;
        SET total = i, note = 'it''s; \\\\ "名" done';
    END""",
    "CREATE VIEW b_first AS SELECT id, word, doubled(tiny) AS twice FROM everything WHERE word <> 'x''\\\\'",
    (
        "CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW a_second AS SELECT everything.id, b_first.word FROM b_first"
        " JOIN everything ON b_first.id = everything.id WHERE everything.id > 3 WITH LOCAL CHECK OPTION"
    ),
    "CREATE TRIGGER z_first BEFORE INSERT ON everything FOR EACH ROW SET NEW.tiny = 1, NEW.word = 'it''s'",
    (
        "CREATE TRIGGER a_second BEFORE INSERT ON everything FOR /* each */ EACH ROW PRECEDES z_first"
        " BEGIN IF NEW.word = 'it''s' THEN SET NEW.tiny = 3; END IF; END"
    ),
    "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT'",
    "CREATE TRIGGER odd_mode AFTER UPDATE ON everything FOR EACH ROW SET @x = NEW.word || 'y', @y = NEW.\"word\"",
    "CREATE FUNCTION joined(a varchar(5), b varchar(5)) RETURNS varchar(10) DETERMINISTIC RETURN a || b",
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES'",
    "SET SESSION time_zone = '+02:00'",
    (
        "CREATE EVENT nightly ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2035-01-01 03:00:00' ENDS '2036-01-01 00:00:00'"
        " COMMENT 'it''s night' DO DELETE FROM measured WHERE id = 'it''s'"
    ),
    "CREATE EVENT once ON SCHEDULE AT '2035-06-01 00:00:00' ON COMPLETION PRESERVE DISABLE DO BEGIN SELECT 1; SELECT 2; END",
]
MARIADB = [
    "CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 2 MINVALUE 1 MAXVALUE 1000 CACHE 10 CYCLE",
    (
        "CREATE TABLE only_mariadb (id int DEFAULT (nextval(numbers)), n int CHECK (n > 0), j json, valid text CHECK (json_valid(valid)),"
        " u uuid, address inet6, long_unique text UNIQUE, KEY by_n (n) IGNORED, packed text COMPRESSED)"
    ),
    "CREATE TABLE rooms (room int, starts date, ends date, PERIOD FOR stay (starts, ends), UNIQUE (room, stay WITHOUT OVERLAPS))",
    "CREATE TABLE remembered (id int PRIMARY KEY, x int) WITH SYSTEM VERSIONING",
    (
        "CREATE TABLE told (id int PRIMARY KEY, y int WITHOUT SYSTEM VERSIONING, since timestamp(6) GENERATED ALWAYS AS ROW START,"
        " until timestamp(6) GENERATED ALWAYS AS ROW END INVISIBLE, PERIOD FOR SYSTEM_TIME (since, until)) WITH SYSTEM VERSIONING"
    ),
    (
        "CREATE AGGREGATE FUNCTION longest(x int) RETURNS int BEGIN DECLARE m int DEFAULT 0;"
        " DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN m; LOOP FETCH GROUP NEXT ROW; IF x > m THEN SET m = x; END IF; END LOOP; END"
    ),
    "CREATE TABLE crossed (a int, b int, CHECK (a < b))",
]
MYSQL = [
    (
        "CREATE TABLE only_mysql (id int PRIMARY KEY, a varchar(20), d json DEFAULT (json_object('a', 'b''c')), b int,"
        " p point NOT NULL SRID 4326, KEY by_lower ((lower(a)), b), KEY hidden (b) INVISIBLE,"
        " KEY many ((cast(d->'$.it''s' as unsigned array))),"
        " KEY odd ((concat(a, '\\\\', '\\n', '\"'))), FULLTEXT KEY grams (a) WITH PARSER ngram,"
        " CONSTRAINT later CHECK (b < 100) NOT ENFORCED, CHECK (b > 0)) COMPRESSION = 'zlib'"
    ),
]


def differences(left: Catalog, right: Catalog) -> bytes:
    """Both as JSON where they differ, for a failing test to show; nothing where they are equal."""
    return b"" if digest(left) == digest(right) else encode(left) + b"\n\n" + encode(right)


@pytest.fixture
def full(mysql_scratch: Scratch) -> Scratch:
    """A database with everything that this server has."""
    run(mysql_scratch, [*EVERYTHING, *(MARIADB if is_mariadb(mysql_scratch) else MYSQL)])
    return mysql_scratch


def test_everything_comes_back_equal_under_another_name(full: Scratch) -> None:
    catalog = inspected(full)
    assert catalog.unread == ()
    assert {view.name for view in catalog.views} == {"a_second", "b_first"}
    assert differences(catalog, remade(catalog)) == b""


def test_the_script_makes_the_same(full: Scratch) -> None:
    catalog = inspected(full)
    script = ENGINE.script(ENGINE.emit(catalog))
    assert "DELIMITER $$" in script
    with_splitter = [statement.text for statement in split(script, "mysql")]
    with scratch_of("mysql") as copy:
        run(copy, with_splitter)
        assert differences(catalog, inspected(copy)) == b""


def test_canonical_changes_nothing_that_the_server_printed(full: Scratch) -> None:
    catalog = inspected(full)
    assert differences(catalog, ENGINE.canonical(catalog)) == b""


def test_names_of_every_kind(mysql_scratch: Scratch) -> None:
    names = [
        "select",
        "with space",
        "with.dot",
        "back`tick",
        "quo'te",
        'dou"ble',
        "ünïcode",
        "名前",
        "semi;colon",
        "x" * 64,
        "#no",
        "a--b",
    ]
    made: list[str] = []
    for number, name in enumerate(names):
        quoted = "`" + name.replace("`", "``") + "`"
        made.append(
            f"CREATE TABLE {quoted} ({quoted} int PRIMARY KEY, `other {number}` int, UNIQUE KEY {quoted} (`other {number}`),"
            f" CONSTRAINT `c{number}{name[:50].replace('`', '``')}` CHECK ({quoted} > 0))"
        )
        made.append(f"CREATE VIEW `v{name[:60].replace('`', '``')}` AS SELECT {quoted} FROM {quoted} AS `al.ias`")
        made.append(
            f"CREATE TRIGGER `t{name[:60].replace('`', '``')}` BEFORE INSERT ON {quoted} FOR EACH ROW SET NEW.{quoted} = 1"
        )
    run(mysql_scratch, made)
    catalog = inspected(mysql_scratch)
    assert {table.name for table in catalog.tables} == set(names)
    assert differences(catalog, remade(catalog)) == b""


def test_a_view_over_tables_named_like_the_database(mysql_scratch: Scratch) -> None:
    own = mysql_scratch.url.database
    run(
        mysql_scratch,
        [
            f"CREATE TABLE `{own}` (id int, a int)",
            "CREATE TABLE t (id int, a int)",
            f"CREATE VIEW by_table AS SELECT `{own}`.id, t.a FROM `{own}` JOIN t ON t.id = `{own}`.id",
            f"CREATE VIEW by_alias AS SELECT `{own}`.id, `{own}`.a FROM t `{own}`",
        ],
    )
    catalog = inspected(mysql_scratch)
    by_alias = next(view for view in catalog.views if view.name == "by_alias")
    assert f"`{own}`.`id` AS `id`" in by_alias.definition
    assert f"from `t` `{own}`" in by_alias.definition
    assert differences(catalog, remade(catalog)) == b""


def test_an_empty_database(mysql_scratch: Scratch) -> None:
    catalog = inspected(mysql_scratch)
    assert catalog.tables == ()
    assert differences(catalog, remade(catalog)) == b""


def test_several_databases_keep_their_names(mysql_scratch: Scratch) -> None:

    with scratch_of("mysql") as other:
        one, two = mysql_scratch.url.database, other.url.database
        run(mysql_scratch, ["CREATE TABLE parents (id int PRIMARY KEY)"])
        run(other, [f"CREATE TABLE children (id int, CONSTRAINT up FOREIGN KEY (id) REFERENCES `{one}`.parents (id))"])
        run(other, [f"CREATE VIEW both_of_them AS SELECT c.id FROM children c JOIN `{one}`.parents p ON p.id = c.id"])
        apart = inspected(other)
        assert apart.tables[0].foreign_keys[0].table == (one, "parents")
        everywhere = msgspec.structs.replace(other.url, database="")
        with ENGINE.connect(everywhere) as session:
            catalog = session.inspect([one, two]).catalog
        assert {table.ref.path for table in catalog.tables} == {(one, "parents"), (two, "children")}
        statements = ENGINE.emit(catalog)
        run(other, ["DROP VIEW both_of_them", "DROP TABLE children"])
        run(mysql_scratch, ["DROP TABLE parents"])
        with ENGINE.connect(everywhere, read_only=False) as session:
            session.execute(Statement(text=text) for text in statements)
            assert differences(catalog, session.inspect([one, two]).catalog) == b""


@pytest.mark.parametrize("sample", ["sakila_mysql_schema.sql", "chinook_mysql.sql", "employees_mysql.sql"])
def test_published_schemas(mysql_scratch: Scratch, sample: str) -> None:
    path = SAMPLES / sample
    if not path.exists():
        pytest.skip(f"the sample {sample} is not here")
    with mysql_scratch.open() as session:
        session.execute(fitted(list(split(path.read_text(), "mysql", path=sample))))
    catalog = inspected(mysql_scratch)
    assert len(catalog.tables) > 5
    assert catalog.unread == ()
    assert differences(catalog, remade(catalog)) == b""
