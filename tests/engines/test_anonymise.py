"""Anonymised copies on every engine: nothing of the original is left, references and constraints hold, only what belongs goes along."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from dbwright.anonymise.decide import Rule, Rules
from dbwright.anonymise.request import Copied, Request
from dbwright.app.anonymise.copy import copy, decided
from dbwright.errors import UsageError
from dbwright.testing import Database, throwaway
from tests.support.scratches import ENGINES, opened_or_missing

_SCHEMA = """
CREATE TABLE countries (code char(2) NOT NULL, name varchar(60) NOT NULL, CONSTRAINT countries_pkey PRIMARY KEY (code));
CREATE TABLE users (
    id integer NOT NULL, first_name varchar(40) NOT NULL, last_name varchar(40) NOT NULL, email varchar(120) NOT NULL,
    phone varchar(30), birth_date date, country_code char(2) NOT NULL, invited_by integer, about text,
    CONSTRAINT users_pkey PRIMARY KEY (id), CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_country_fkey FOREIGN KEY (country_code) REFERENCES countries (code),
    CONSTRAINT users_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES users (id),
    CONSTRAINT users_email_check CHECK (email LIKE '%@%')
);
CREATE TABLE orders (
    id integer NOT NULL, user_id integer NOT NULL, user_email varchar(120) NOT NULL, total integer NOT NULL,
    status varchar(10) NOT NULL, note text, placed_at timestamp NULL,
    CONSTRAINT orders_pkey PRIMARY KEY (id),
    CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT orders_user_email_fkey FOREIGN KEY (user_email) REFERENCES users (email),
    CONSTRAINT orders_status_check CHECK (status IN ('new', 'paid'))
);
INSERT INTO countries VALUES ('DE', 'Germany'), ('FR', 'France');
"""


@pytest.fixture(params=ENGINES)
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[Database, Database]]:
    with opened_or_missing(request.param, lambda: throwaway(request.param)) as one, throwaway(request.param) as other:
        one.execute(_SCHEMA)
        for number in range(1, 61):
            one.insert(
                "users",
                id=number,
                first_name=f"Firstname{number}",
                last_name=f"Lastname{number}",
                email=f"xqperson.{number}@original.org",
                phone=f"+49 30 55512{number:02d}",
                birth_date=f"19{number % 60 + 30}-05-06",
                country_code="DE" if number % 3 else "FR",
                invited_by=number - 1 if number % 4 == 0 else None,
                about=f"I am Firstname{number} and live near the river, write to xqperson.{number}@original.org",
            )
        for number in range(1, 181):
            user = number % 60 + 1
            one.insert(
                "orders",
                id=number,
                user_id=user,
                user_email=f"xqperson.{user}@original.org",
                total=number * 10,
                status="new" if number % 2 else "paid",
                note=None,
                placed_at="2024-03-04 05:06:07",
            )
        yield one, other


def _copied(pair: tuple[Database, Database], **said: object) -> Copied:
    one, other = pair
    # The kit's own sessions are closed for SQLite's sake: a copy wants the file to itself.
    return copy(Request(source=one.url, target=other.url, **said))  # type: ignore[arg-type] # fields by name


def test_nothing_of_the_original_is_left(pair: tuple[Database, Database]) -> None:
    done = _copied(pair)
    assert done.leaks == ()
    assert done.canaries >= 180
    one, other = pair
    text = str([other.rows(table) for table in ("users", "orders")])
    for number in range(1, 61):
        for original in (f"xqperson.{number}@", f"Firstname{number}'", f"Lastname{number}'", f"55512{number:02d}"):
            assert original not in text
    assert other.count("users") == 60
    assert other.count("orders") == 180
    assert other.rows("countries") == one.rows("countries")
    assert [row["total"] for row in other.rows("orders")] == [row["total"] for row in one.rows("orders")]
    kept = {row["id"]: (row["country_code"], row["invited_by"]) for row in one.rows("users")}
    assert {row["id"]: (row["country_code"], row["invited_by"]) for row in other.rows("users")} == kept


def test_the_schema_is_the_same(pair: tuple[Database, Database]) -> None:
    _copied(pair)
    pair[1].schema.equals(pair[0].catalog())


def test_joins_over_changed_keys_survive(pair: tuple[Database, Database]) -> None:
    _copied(pair)
    joined = "SELECT count(*) FROM orders o JOIN users u ON u.email = o.user_email AND u.id = o.user_id"
    assert pair[1].query(joined) == [(180,)]


def test_the_same_key_gives_the_same_copy(pair: tuple[Database, Database]) -> None:
    _copied(pair, key=b"0123456789abcdef")
    first = pair[1].rows("users")
    with throwaway(pair[0].engine) as again:
        copy(Request(source=pair[0].url, target=again.url, key=b"0123456789abcdef"))
        assert again.rows("users") == first


def test_a_predicate_takes_what_belongs_to_it(pair: tuple[Database, Database]) -> None:
    done = _copied(pair, where={"users": "country_code = 'FR'"})
    other = pair[1]
    # Those who were invited keep the one who invited them, who in turn …: references never hang.
    french = {row["id"] for row in other.rows("users") if row["country_code"] == "FR"}
    assert len(french) == 20
    assert {row["user_id"] for row in other.rows("orders")} <= french
    assert other.count("orders") == 60
    assert {each.table[1]: each.copied for each in done.tables}["countries"] == 2
    hanging = "SELECT count(*) FROM users a LEFT JOIN users b ON b.id = a.invited_by WHERE a.invited_by IS NOT NULL AND b.id IS NULL"
    assert other.query(hanging) == [(0,)]


def test_tables_that_are_left_out(pair: tuple[Database, Database]) -> None:
    _copied(pair, rules=Rules(left_out=frozenset({"orders"})))
    assert pair[1].count("orders") == 0
    assert pair[1].count("users") == 60


def test_what_leaks_is_found_and_the_copy_removed(pair: tuple[Database, Database]) -> None:
    done = _copied(pair, rules=Rules(columns={"users.about": Rule(treatment="keep")}))
    found = {(leak.original, leak.found_in): leak.rows for leak in done.leaks}
    assert found == {("users.email", "users.about"): 60, ("orders.user_email", "users.about"): 60}
    assert done.removed
    assert pair[1].catalog().tables == ()


def test_free_text_that_is_scrubbed_loses_the_names_that_the_database_knows(pair: tuple[Database, Database]) -> None:
    done = _copied(pair, rules=Rules(columns={"users.about": Rule(treatment="scrub")}))
    assert done.leaks == ()
    texts = [str(row["about"]) for row in pair[1].rows("users", "about")]
    assert all("live near the river, write to" in text for text in texts)
    assert not any("Firstname" in text or "original.org" in text for text in texts)


def test_unknown_columns_stop_the_run(pair: tuple[Database, Database]) -> None:
    pair[0].execute("ALTER TABLE users ADD COLUMN zqx varchar(50);")
    pair[0].execute("UPDATE users SET zqx = 'Something';")
    with pytest.raises(UsageError, match=r"1 columns, the first users\.zqx"):
        _copied(pair)
    assert pair[1].catalog().tables == ()
    unknown = [each.column for each in decided(Request(source=pair[0].url, target="")) if each.treatment is None]
    assert unknown == ["zqx"]
    assert _copied(pair, rules=Rules(columns={"users.zqx": Rule(treatment="null")})).leaks == ()


def test_rules_that_would_break_a_reference_are_refused(pair: tuple[Database, Database]) -> None:
    with pytest.raises(UsageError, match=r"treat orders\.user_email by words, but it refers to users\.email"):
        _copied(pair, rules=Rules(columns={"orders.user_email": Rule(treatment="words")}))
    with pytest.raises(UsageError, match=r"treat orders\.user_id by format"):
        _copied(pair, rules=Rules(columns={"orders.user_id": Rule(treatment="format")}))
    assert _copied(pair, rules=Rules(columns={"users.invited_by": Rule(treatment="null")})).leaks == ()


def test_whoever_stops_it_leaves_nothing_behind(pair: tuple[Database, Database]) -> None:
    def stop(sentence: str) -> None:
        if sentence.startswith("orders"):
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt):
        copy(Request(source=pair[0].url, target=pair[1].url), stop)
    assert pair[1].catalog().tables == ()


def test_a_target_that_holds_something_is_refused(pair: tuple[Database, Database]) -> None:
    pair[1].execute("CREATE TABLE mine (id integer NOT NULL PRIMARY KEY);")
    with pytest.raises(UsageError, match="already holds 1 tables or views: mine"):
        _copied(pair)
    assert pair[1].count("mine") == 0


def test_what_fails_leaves_nothing_behind(pair: tuple[Database, Database]) -> None:
    with pytest.raises(Exception, match=r"(?i)check|unique|duplicate"):
        _copied(pair, rules=Rules(columns={"users.email": Rule(treatment="constant", options={"value": "nobody"})}))
    assert pair[1].catalog().tables == ()


def test_wrong_conditions(pair: tuple[Database, Database]) -> None:
    with pytest.raises(UsageError, match="condition on users was refused"):
        _copied(pair, where={"users": "no_such_column = 1"})
    with pytest.raises(UsageError, match="no table usrs"):
        _copied(pair, where={"usrs": "id = 1"})


def test_the_same_database_is_refused(pair: tuple[Database, Database], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="same database"):
        copy(Request(source=pair[0].url, target=pair[0].url))


_TENANTS = """
CREATE TABLE tenants (id integer PRIMARY KEY, owner_id integer);
CREATE TABLE users (
    id integer PRIMARY KEY, tenant_id integer NOT NULL REFERENCES tenants (id), email varchar(90), boss_id integer REFERENCES users (id)
);
CREATE TABLE countries (code char(2) PRIMARY KEY);
ALTER TABLE tenants ADD CONSTRAINT tenants_owner FOREIGN KEY (owner_id) REFERENCES users (id);
INSERT INTO tenants VALUES (1, NULL), (2, NULL);
INSERT INTO users VALUES
    (1, 1, 'one@first-tenant.org', NULL), (2, 1, 'two@first-tenant.org', 1),
    (3, 2, 'three@second-tenant.org', NULL), (4, 2, 'four@second-tenant.org', 3);
UPDATE tenants SET owner_id = 2 WHERE id = 1;
UPDATE tenants SET owner_id = 4 WHERE id = 2;
"""


@pytest.mark.parametrize("engine", ["postgres", "mysql"])
@pytest.mark.parametrize("tenant", [1, 2])
def test_a_tenant_that_names_its_owner_brings_no_other_tenant_along(engine: str, tenant: int) -> None:
    with opened_or_missing(engine, lambda: throwaway(engine)) as one, throwaway(engine) as other:
        one.execute(_TENANTS)
        done = _copied((one, other), where={"tenants": f"id = {tenant}"})
        assert other.query("SELECT id FROM tenants") == [(tenant,)]
        assert other.query("SELECT DISTINCT tenant_id FROM users") == [(tenant,)]
        assert other.count("users") == 2
        assert "All rows went along of countries." in done.notes


_POSTGRES_ONLY = """
CREATE TABLE people (id integer PRIMARY KEY, email text DEFAULT 'somebody@original.org');
CREATE TABLE staff (salary integer) INHERITS (people);
CREATE TABLE visits (
    id integer PRIMARY KEY, tens integer, person_id integer GENERATED ALWAYS AS (tens / 10) STORED REFERENCES people (id)
);
INSERT INTO people VALUES (1, 'first@original.org'), (2, 'somebody@original.org');
INSERT INTO staff VALUES (3, 'third@original.org', 100);
INSERT INTO visits (id, tens) VALUES (1, 10), (2, 20), (3, 11);
"""


def test_rows_of_heirs_go_along_once_and_computed_keys_are_followed() -> None:
    with opened_or_missing("postgres", lambda: throwaway("postgres")) as one, throwaway("postgres") as other:
        one.execute(_POSTGRES_ONLY)
        _copied((one, other), where={"people": "id = 1"})
        assert other.query("SELECT count(*) FROM ONLY people") == [(1,)]
        assert other.query("SELECT count(*) FROM staff") == [(1,)]
        assert other.query("SELECT id FROM visits ORDER BY id") == [(1,), (3,)]
    with throwaway("postgres") as one, throwaway("postgres") as other:
        one.execute(_POSTGRES_ONLY)
        done = _copied((one, other))
        assert other.query("SELECT count(*) FROM people") == [(3,)]
        assert any("people.email" in note and "default" in note for note in done.notes)


def _treatments(one: Database) -> dict[str, str | None]:
    return {each.column: each.treatment for each in decided(Request(source=one.url, target=""))}


def test_numbers_of_persons_are_no_keys_without_meaning() -> None:
    with opened_or_missing("postgres", lambda: throwaway("postgres")) as one:
        one.execute(
            "CREATE TABLE people (ssn bigint PRIMARY KEY, mobile bigint UNIQUE, passport_no integer, dob integer, photo bytea, "
            "status text, house text, points integer);"
            "CREATE TABLE visits (id integer PRIMARY KEY, person bigint REFERENCES people (ssn));"
            "INSERT INTO people (ssn, status, house) SELECT g, CASE WHEN g % 20 = 0 THEN 'ask ada@original.org' ELSE 'paid' END, "
            "CASE g % 2 WHEN 0 THEN 'MUELLER' ELSE 'SCHMIDT' END FROM generate_series(1, 100) g;"
        )
        found = _treatments(one)
    assert {found[name] for name in ("ssn", "mobile", "passport_no", "person")} == {"format"}
    assert {found[name] for name in ("dob", "photo", "status", "house")} == {None}
    assert {found[name] for name in ("id", "points")} == {"keep"}


def test_texts_in_columns_of_other_types_are_no_numbers() -> None:
    with throwaway("sqlite") as one:
        one.execute("CREATE TABLE t (id integer PRIMARY KEY, code integer, at date, fine integer, day date)")
        one.execute("INSERT INTO t VALUES (1, 'ada@original.org', 'Ada Byron', 5, '2024-05-06')")
        found = _treatments(one)
    assert found == {"id": "keep", "code": None, "at": None, "fine": "keep", "day": "keep"}
