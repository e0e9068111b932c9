"""Rules on migrations read whatever people write: no statement, known table or name makes one of them raise."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dbwright.app.lint import lint_script
from dbwright.catalog.facts import Facts, TableStats
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog
from dbwright.engines.base import Statement
from dbwright.engines.registry import engine
from dbwright.finding import Finding
from dbwright.readers.sql.parse import parse
from dbwright.readers.sql.split import Dialect, split
from dbwright.rules.base import all_rules
from dbwright.rules.migrating import MigrationRule

RULES = tuple(each for each in all_rules() if isinstance(each, MigrationRule))
DIALECTS: tuple[Dialect, ...] = ("postgres", "mysql", "sqlite")
NAMES = (
    "orders",
    "no_such",
    '"Or""ders.x"',
    "`or``ders x`",
    "[or ders]",
    "public.orders",
    "a.b.c.d",
    '"日本 🍊"',
    "select",
    "''",
    "",
)
PATTERNS = (
    "ALTER TABLE {} DROP COLUMN {}",
    "ALTER TABLE {} DROP COLUMN {} CASCADE, DROP COLUMN b",
    "ALTER TABLE {} RENAME COLUMN {} TO {}",
    "ALTER TABLE {} RENAME TO {}",
    "ALTER TABLE {} ADD COLUMN {} integer NOT NULL",
    "ALTER TABLE {} ADD COLUMN {} text DEFAULT CURRENT_TIMESTAMP UNIQUE",
    "ALTER TABLE {} ADD COLUMN {} serial PRIMARY KEY",
    "ALTER TABLE {} ALTER COLUMN {} SET NOT NULL",
    "ALTER TABLE {} ALTER COLUMN {} TYPE varchar(3) USING {}::text",
    "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT",
    "ALTER TABLE {} MODIFY COLUMN {} enum('a', 'b''c', '\\\\') NOT NULL",
    "ALTER TABLE {} CHANGE {} {} bigint",
    "ALTER TABLE {} DROP CONSTRAINT {}",
    "ALTER TABLE {} DROP PRIMARY KEY",
    "ALTER TABLE {} DROP FOREIGN KEY {}",
    "ALTER TABLE {} ADD FOREIGN KEY ({}) REFERENCES {}",
    "ALTER TABLE {} ADD UNIQUE ({})",
    "ALTER TABLE {} ADD PRIMARY KEY ({})",
    "ALTER TABLE {} CONVERT TO CHARACTER SET latin1",
    "ALTER TABLE {} ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {} DISABLE TRIGGER {}",
    "ALTER TABLE {} AUTO_INCREMENT = 1",
    "ALTER TYPE {} RENAME VALUE 'a' TO 'b'",
    "ALTER TYPE {} ADD VALUE 'x'",
    "ALTER SEQUENCE {} RESTART",
    "ALTER VIEW {} RENAME TO {}",
    "ALTER EXTENSION {} UPDATE",
    "CREATE UNIQUE INDEX {} ON {} ({}, lower(x), b, c)",
    "CREATE INDEX ON {} ({})",
    "CREATE TABLE {} (id integer PRIMARY KEY, {} varchar(9))",
    "CREATE TABLE {} AS SELECT 1",
    "CREATE OR REPLACE VIEW {} AS SELECT 1",
    "DROP TABLE {}, {} CASCADE",
    "DROP INDEX {}",
    "DROP INDEX {} ON {}",
    "DROP VIEW IF EXISTS {}",
    "DROP FUNCTION {}",
    "DROP FUNCTION {}(integer, text)",
    "DROP TRIGGER {} ON {}",
    "DROP TRIGGER {}",
    "DROP POLICY {} ON {}",
    "DROP SCHEMA {} CASCADE",
    "DROP DATABASE {}",
    "DROP SEQUENCE {}",
    "DROP EXTENSION {} CASCADE",
    "DROP TYPE {} CASCADE",
    "TRUNCATE {}, {} CASCADE",
    "UPDATE {} SET {} = 1, {} = (SELECT 2, 3)",
    "UPDATE {} SET (a, {}) = (1, 2), a = 3",
    "DELETE FROM {}",
    "INSERT INTO {} ({}, a, a) VALUES (1, 2, 3)",
    "INSERT INTO {} SELECT * FROM {}",
    "GRANT ALL ON {} TO PUBLIC WITH GRANT OPTION",
    "REVOKE SELECT ON {} FROM {}",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA writable_schema",
    "SET sql_mode = {}",
    "RENAME TABLE {} TO {}, {} TO {}",
    "BEGIN",
    "COMMIT",
    "ROLLBACK TO {}",
    "ALTER TABLE",
    "DROP",
    "; ;",
    "-- nothing",
    "/* open",
    "'open",
    "$$ open",
    "ALTER TABLE {} ADD (a int, b int), ALGORITHM=COPY, LOCK=SHARED, ALTER",
    "UPDATE {} SET",
    "SELECT setval('{}', 1)",
    "\x00 {}",
)


def statements() -> st.SearchStrategy[str]:
    """Statements with messy names in them."""
    names = st.sampled_from(NAMES)
    written = st.builds(
        lambda pattern, held: pattern.replace("{}", "%s") % tuple(held[: pattern.count("{}")]),
        st.sampled_from(PATTERNS),
        st.lists(names, min_size=5, max_size=5),
    )
    return written | st.text(max_size=30)


def _schema(name: Dialect) -> Catalog:
    """A small schema with what the statements speak of, as the readers understand it."""
    text = """
        CREATE TABLE orders (id integer PRIMARY KEY, a integer NOT NULL DEFAULT 1, b varchar(40), c bigint UNIQUE);
        CREATE TABLE parcels (id integer PRIMARY KEY, order_id integer REFERENCES orders (id));
        CREATE INDEX orders_b ON orders (b);
    """
    return engine(name).canonical(parse(list(split(text, name)), name)[0])


def _lint(texts: list[str], catalog: Catalog, name: Dialect, direction: str, *, together: bool) -> tuple[Finding, ...]:
    space = "public" if name == "postgres" else ""
    rows = {Ref("table", (space, "orders")): TableStats(rows=12_000_000)}
    return lint_script(
        [Statement(text=text, path="m.sql", line=number + 1) for number, text in enumerate(texts)],
        catalog,
        engine(name),
        rules=RULES,
        facts=Facts(has_rows=True, tables=rows),
        direction="down" if direction == "down" else "up",
        has_down=False,
        in_one_transaction=together,
        observe=False,
    ).findings


def _must_be_sound(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        assert finding.message.endswith((".", "?")), finding.message
        assert "None" not in finding.message.split(), finding.message
        assert finding.help or finding.fix
        assert finding.location is not None


@pytest.mark.parametrize("name", DIALECTS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    texts=st.lists(statements(), max_size=6),
    known=st.booleans(),
    direction=st.sampled_from(["up", "down"]),
    together=st.booleans(),
)
def test_no_statement_makes_a_rule_raise(
    name: Dialect, texts: list[str], known: bool, direction: str, together: bool
) -> None:
    catalog = _schema(name) if known else Catalog(engine=name)
    _must_be_sound(_lint(texts, catalog, name, direction, together=together))


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("known", [True, False])
def test_each_pattern_with_each_name(name: Dialect, known: bool) -> None:
    catalog = _schema(name) if known else Catalog(engine=name)
    for pattern in PATTERNS:
        for given_name in NAMES:
            _must_be_sound(_lint([pattern.replace("{}", given_name)], catalog, name, "up", together=False))
