"""Building blocks at work: what each promises, on every engine, and that it leaves nothing behind."""

import json
import time
from typing import Any

import pytest

from dbwright.change.compare import compare
from dbwright.designs.blocks import block
from dbwright.engines.base import Scratch, Session
from dbwright.engines.registry import engine
from dbwright.errors import UsageError
from dbwright.runtime.encryption import KeyRing
from tests.support.blocks import add, engine_name, refusal, run

COLUMNS = ("id", "parent_id", "name", "status", "secret", "picture")
ITEMS = {
    "postgres": (
        "CREATE TABLE items (id bigint PRIMARY KEY, parent_id bigint REFERENCES items (id), name text, status text,"
        " secret text, picture bytea)"
    ),
    "mysql": (
        "CREATE TABLE items (id bigint PRIMARY KEY, parent_id bigint, name varchar(50), status varchar(20),"
        " secret varchar(10), picture varbinary(10), FOREIGN KEY (parent_id) REFERENCES items (id))"
    ),
    "sqlite": (
        "CREATE TABLE items (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES items (id), name TEXT, status TEXT,"
        " secret TEXT, picture BLOB) STRICT"
    ),
}
PARTS = (
    "CREATE TABLE parts (id bigint PRIMARY KEY, item_id bigint NOT NULL, FOREIGN KEY (item_id) REFERENCES items (id))"
)
BLOCKS: tuple[tuple[str, dict[str, object]], ...] = (
    ("updated_at", {}),
    ("optimistic_lock", {"columns": COLUMNS}),
    ("optimistic_lock", {"unversioned": "refuse"}),
    ("soft_delete", {"unique": [["name"], ["status", "secret"]], "view": "living_items", "refuse_delete": True, "columns": COLUMNS}),
    ("audit", {"columns": COLUMNS, "binary": ["picture"], "hidden": ["secret"]}),
    ("status_machine", {"transitions": {"new": ["paid", "gone"], "paid": ["sent"]}}),
    ("status_machine", {"transitions": {"new": ["paid"]}, "kept_in": "table"}),
    ("counter", {"child": "parts", "by": ["item_id"]}),
    ("tree", {}),
    ("closure", {}),
    ("encrypted", {"column": "email"}),
    ("outbox", {"columns": COLUMNS, "binary": ["picture"]}),
)  # fmt: skip


def begin(session: Session, name: str, columns: tuple[str, ...] = ()) -> None:
    """Make the table, with the columns that a block asked for."""
    made = ITEMS[name]
    if columns:
        added = f", {', '.join(columns)}"
        strict = " STRICT" if made.endswith("STRICT") else ""
        body = made.removesuffix(" STRICT").removesuffix(")")
        # MySQL takes columns after constraints too.
        made = f"{body}{added}){strict}"
    run(session, made, PARTS.replace("bigint", "INTEGER") if name == "sqlite" else PARTS)


@pytest.mark.parametrize(("name", "options"), BLOCKS)
def test_a_block_leaves_nothing_behind(scratch: Scratch, name: str, options: dict[str, object]) -> None:
    used = engine_name(scratch)
    made = block(name, used, "items", **options)
    with scratch.open() as session:
        begin(session, used, made.columns)
        before = session.inspect().catalog
        run(session, *made.up, *made.fills)
        first = session.inspect().catalog
        run(session, *made.down)
        assert not compare(session.inspect().catalog, before)
        run(session, *made.up)
        assert not compare(session.inspect().catalog, first)
        assert compare(first, before) or not made.up


def test_the_last_change_is_told(scratch: Scratch) -> None:
    used = engine_name(scratch)
    made = block("updated_at", used, "items")
    with scratch.open() as session:
        begin(session, used, made.columns)
        run(session, *made.up, "INSERT INTO items (id, name) VALUES (1, 'a'), (2, 'b')")
        began = session.query("SELECT id, updated_at FROM items ORDER BY id")
        time.sleep(0.01)
        run(session, "UPDATE items SET name = 'c' WHERE id = 1")
        ended = session.query("SELECT id, updated_at FROM items ORDER BY id")
    assert ended[0][1] > began[0][1]  # type: ignore[operator]  # both moments, of whatever type
    assert ended[1] == began[1]


def test_a_stale_write_is_refused(scratch: Scratch) -> None:
    used = engine_name(scratch)
    made = block("optimistic_lock", used, "items", columns=COLUMNS)
    with scratch.open() as session:
        begin(session, used, made.columns)
        run(session, *made.up, "INSERT INTO items (id, name) VALUES (1, 'a')")
        run(session, "UPDATE items SET name = 'b', version = 1")
        assert "changed by somebody else" in refusal(session, "UPDATE items SET name = 'c', version = 1")
        assert refusal(session, "UPDATE items SET name = 'c', version = NULL")
        run(session, "UPDATE items SET name = 'd'")
        assert session.query("SELECT name, version FROM items") == [("d", 3)]
        assert refusal(session, "UPDATE items SET name = 'e', version = 9")
        assert refusal(session, "UPDATE items SET name = 'e', version = 4")
        run(session, "UPDATE items SET name = 'd'", "UPDATE items SET name = 'f', version = version")
        assert session.query("SELECT name FROM items WHERE version >= 4") == [("f",)]


def test_a_write_without_a_version_is_refused_where_asked(scratch: Scratch) -> None:
    used = engine_name(scratch)
    made = block("optimistic_lock", used, "items", unversioned="refuse")
    with scratch.open() as session:
        begin(session, used, made.columns)
        run(session, *made.up, "INSERT INTO items (id, name) VALUES (1, 'a')")
        assert refusal(session, "UPDATE items SET name = 'b'")
        run(session, "UPDATE items SET name = 'b', version = 1 + 1")
        assert "changed by somebody else" in refusal(session, "UPDATE items SET name = 'c', version = 1 + 1")
        assert session.query("SELECT name, version FROM items") == [("b", 2)]


def test_what_others_keep_is_no_new_version(scratch: Scratch) -> None:
    used = engine_name(scratch)
    lock = block("optimistic_lock", used, "items", columns=(*COLUMNS, "updated_at"), ignore=["updated_at", "status"])
    touched = block("updated_at", used, "items")
    with scratch.open() as session:
        begin(session, used, (*lock.columns, *touched.columns))
        run(session, *lock.up, *touched.up, "INSERT INTO items (id, name) VALUES (1, 'a')")
        run(session, "UPDATE items SET status = 'x'", "UPDATE items SET name = 'b'")
        run(session, "UPDATE items SET name = 'c', version = 2")
        assert session.query("SELECT name, version FROM items") == [("c", 3)]


def test_a_deleted_value_can_be_used_again(scratch: Scratch) -> None:
    used = engine_name(scratch)
    made = block(
        "soft_delete", used, "items", unique=[["name"]], view="living_items", refuse_delete=True, columns=["id", "name"]
    )
    moment = "'2024-05-01 10:00:00'"
    with scratch.open() as session:
        begin(session, used, made.columns)
        run(session, *made.up, "INSERT INTO items (id, name) VALUES (1, 'a'), (2, 'b')")
        assert refusal(session, "INSERT INTO items (id, name) VALUES (3, 'a')")
        run(
            session,
            f"UPDATE items SET deleted_at = {moment} WHERE id = 1",
            "INSERT INTO items (id, name) VALUES (3, 'a')",
        )
        run(
            session,
            f"UPDATE items SET deleted_at = {moment} WHERE id = 3",
            "INSERT INTO items (id, name) VALUES (4, 'a')",
        )
        assert session.query("SELECT id FROM living_items ORDER BY id") == [(2,), (4,)]
        assert refusal(session, "UPDATE items SET deleted_at = NULL WHERE id = 1")
        assert "deleted by setting deleted_at" in refusal(session, "DELETE FROM items WHERE id = 4")
        run(session, "DELETE FROM items WHERE id = 1")


def test_the_history_tells_who_what_and_when(scratch: Scratch) -> None:
    used = engine_name(scratch)
    with scratch.open() as session:
        begin(session, used)
        add(session, "audit", "items", columns=COLUMNS, binary=["picture"], hidden=["secret"])
        tell = {
            "postgres": "SELECT set_config('app.user', 'anna', false)",
            "mysql": "SET @app_user = 'anna'",
            "sqlite": "INSERT INTO audit_log_user (id, name) VALUES (1, 'anna')",
        }[used]
        run(session, "INSERT INTO items (id, name, secret) VALUES (1, 'a', 'hush')", tell)
        run(session, "UPDATE items SET name = 'b' WHERE id = 1", "UPDATE items SET name = 'b' WHERE id = 1")
        run(session, "UPDATE items SET secret = 'other' WHERE id = 1", "DELETE FROM items WHERE id = 1")
        rows = session.query("SELECT row_key, action, changed_by, old_values, new_values FROM audit_log ORDER BY id")
        assert [row[:3] for row in rows] == [
            ("1", "insert", None), ("1", "update", "anna"), ("1", "update", "anna"), ("1", "delete", "anna"),
        ]  # fmt: skip
        old, new = (_object(value) for value in rows[1][3:])
        assert (old["name"], new["name"]) == ("a", "b")
        assert "secret" not in old
        assert "picture" in old
        assert "hush" not in str(rows)
        assert "other" not in str(rows)
        assert session.query("SELECT count(*) FROM audit_log WHERE changed_at IS NULL") == [(0,)]
        for text in ("UPDATE audit_log SET action = 'insert'", "DELETE FROM audit_log"):
            assert "cannot be changed" in refusal(session, text)


def test_bytes_are_written_in_hexadecimal_digits(scratch: Scratch) -> None:
    used = engine_name(scratch)
    digits = {"postgres": "'\\xff00'::bytea", "mysql": "x'ff00'", "sqlite": "x'ff00'"}[used]
    with scratch.open() as session:
        begin(session, used)
        add(session, "audit", "items", columns=COLUMNS, binary=["picture"])
        run(session, f"INSERT INTO items (id, picture) VALUES (1, {digits})")
        ((values,),) = session.query("SELECT new_values FROM audit_log")
    assert _object(values)["picture"].lower().endswith("ff00")


def test_a_truncated_table_is_in_the_history(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        begin(session, "postgres")
        add(session, "audit", "items")
        run(session, "TRUNCATE items CASCADE")
        assert session.query("SELECT action, row_key FROM audit_log") == [("truncate", None)]
        assert refusal(session, "TRUNCATE audit_log")


def test_one_history_serves_several_tables_and_keys(scratch: Scratch) -> None:
    used = engine_name(scratch)
    kinds = "INTEGER, b INTEGER" if used == "sqlite" else "integer, b integer"
    with scratch.open() as session:
        begin(session, used)
        run(session, f"CREATE TABLE pairs (a {kinds}, PRIMARY KEY (a, b))")
        add(session, "audit", "items", columns=COLUMNS)
        add(session, "audit", "pairs", columns=["a", "b"], key=["a", "b"], make_log=False)
        run(session, "INSERT INTO pairs VALUES (1, 2)", "UPDATE pairs SET b = 3")
        rows = session.query("SELECT table_name, row_key FROM audit_log ORDER BY id")
    assert [(row[0], json.loads(str(row[1]))) for row in rows] == [("pairs", [1, 2]), ("pairs", [1, 3])]


def test_the_application_needs_no_right_on_the_history(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        begin(session, "postgres")
        add(session, "audit", "items")
        name = f"clerk_{postgres_scratch.url.database}"
        run(session, f"CREATE ROLE {name}", f"GRANT INSERT ON items TO {name}")
        try:
            run(session, f"SET ROLE {name}", "INSERT INTO items (id) VALUES (1)")
            assert refusal(session, "SELECT * FROM audit_log")
            assert refusal(session, "CREATE TEMPORARY TABLE mine (id bigint)") == ""
            theft = (
                "CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION audit_log_write('{id}', '{}')"
            )
            assert "permission denied" in refusal(session, theft)
        finally:
            run(session, "RESET ROLE", f"DROP OWNED BY {name}", f"DROP ROLE {name}")
        assert session.query("SELECT row_key FROM audit_log") == [("1",)]


@pytest.mark.parametrize("kept_in", ["trigger", "table"])
def test_only_allowed_changes_of_status(scratch: Scratch, kept_in: str) -> None:
    used = engine_name(scratch)
    with scratch.open() as session:
        begin(session, used)
        ways = {"new": ["paid", "it's gone"], "paid": ["sent"], "sent": []}
        add(session, "status_machine", "items", transitions=ways, kept_in=kept_in)
        run(session, "INSERT INTO items (id, status) VALUES (1, 'new'), (2, 'new')")
        assert "begins with" in refusal(session, "INSERT INTO items (id, status) VALUES (3, 'sent')")
        assert refusal(session, "UPDATE items SET status = 'sent' WHERE id = 1")
        assert refusal(session, "UPDATE items SET status = NULL WHERE id = 1")
        run(
            session,
            "UPDATE items SET status = 'paid' WHERE id = 1",
            "UPDATE items SET status = 'paid', name = 'x' WHERE id = 1",
        )
        run(
            session,
            "UPDATE items SET status = 'it''s gone' WHERE id = 2",
            "UPDATE items SET status = 'sent' WHERE id = 1",
        )
        said = refusal(session, "UPDATE items SET status = 'new' WHERE id = 1")
        assert ("cannot change so" if used == "sqlite" else "sent to new") in said
        if kept_in == "table":
            run(session, "INSERT INTO items_status_transitions VALUES ('sent', 'new')")
            run(session, "UPDATE items SET status = 'new' WHERE id = 1")


@pytest.mark.parametrize("kept_in", ["trigger", "table"])
def test_a_status_of_an_enumerated_type(scratch: Scratch, kept_in: str) -> None:
    used = engine_name(scratch)
    kind = {"postgres": "state", "mysql": "enum('new','paid','sent')", "sqlite": "TEXT"}[used]
    with scratch.open() as session:
        if used == "postgres":
            run(session, "CREATE TYPE state AS ENUM ('new', 'paid', 'sent')")
        run(session, f"CREATE TABLE orders (id integer PRIMARY KEY, status {kind} NOT NULL)")
        add(session, "status_machine", "orders", transitions={"new": ["paid"], "paid": ["sent"]}, kept_in=kept_in)
        run(session, "INSERT INTO orders VALUES (1, 'new')", "UPDATE orders SET status = 'paid'")
        assert refusal(session, "UPDATE orders SET status = 'new'")
        assert refusal(session, "INSERT INTO orders VALUES (2, 'paid')")


def test_children_are_counted(scratch: Scratch) -> None:
    used = engine_name(scratch)
    made = block("counter", used, "items", child="parts", by=["item_id"], where="id > 10")
    with scratch.open() as session:
        begin(session, used, made.columns)
        run(
            session, "INSERT INTO items (id) VALUES (1), (2)", "INSERT INTO parts VALUES (11, 1)", *made.up, *made.fills
        )
        run(
            session,
            "INSERT INTO parts VALUES (1, 1), (12, 1), (13, 1), (14, 2)",
            "UPDATE parts SET item_id = 2 WHERE id = 13",
        )
        run(session, "DELETE FROM parts WHERE id = 14")
        assert session.query("SELECT id, parts_count FROM items ORDER BY id") == [(1, 2), (2, 1)]


def test_messages_are_written_with_the_change(scratch: Scratch) -> None:
    used = engine_name(scratch)
    with scratch.open() as session:
        begin(session, used)
        add(session, "outbox", "items", columns=COLUMNS, binary=["picture"], hidden=["secret"], watch=["name"])
        run(session, "INSERT INTO items (id, name, secret) VALUES (1, 'a', 'hush')", "UPDATE items SET status = 'x'")
        run(session, "UPDATE items SET name = 'b'", "DELETE FROM items")
        try:
            with session.transaction():
                session.change("INSERT INTO items (id, name) VALUES (2, 'never')")
                raise RuntimeError
        except RuntimeError:
            pass
        rows = session.query("SELECT topic, row_key, payload FROM outbox WHERE sent_at IS NULL ORDER BY id")
    assert [row[:2] for row in rows] == [("items.inserted", "1"), ("items.updated", "1"), ("items.deleted", "1")]
    assert [_object(row[2])["name"] for row in rows] == ["a", "b", "b"]
    assert "hush" not in str(rows)


def test_what_was_not_sealed_is_refused(scratch: Scratch) -> None:
    used = engine_name(scratch)
    made = block("encrypted", used, "items", column="email", length=100, unique=True)
    keys = KeyRing({1: KeyRing.new_key()})

    def insert(key: int, sealed: bytes, index: bytes) -> str:
        cells = ", ".join(engine(used).literal(each) for each in (key, sealed, index))
        return f"INSERT INTO items (id, email_encrypted, email_index) VALUES ({cells})"

    sealed, index = keys.seal(b"anna@example.com", "items.email"), keys.index(b"anna@example.com", "items.email")
    with scratch.open() as session:
        begin(session, used, made.columns)
        run(session, *made.up, insert(1, sealed, index), "INSERT INTO items (id) VALUES (2), (3)")
        assert refusal(session, insert(4, b"anna@example.com", index))
        assert refusal(session, insert(4, sealed, b"short"))
        assert refusal(session, insert(4, sealed, index))
        assert refusal(session, "UPDATE items SET email_encrypted = 'anna' WHERE id = 1")
        ((stored,),) = session.query("SELECT email_encrypted FROM items WHERE id = 1")
        assert keys.open(bytes(stored), "items.email") == b"anna@example.com"  # type: ignore[call-overload]  # bytes
        run(session, *made.down)


def test_names_that_need_quotes(scratch: Scratch) -> None:
    used = engine_name(scratch)
    quote = "`" if used == "mysql" else '"'
    table, key, name = ("my order's %", "the key", "select")

    def q(text: str) -> str:
        return f"{quote}{text}{quote}"

    kind, text = ("INTEGER", "TEXT") if used == "sqlite" else ("bigint", "varchar(40)")
    options: dict[str, dict[str, object]] = {
        "audit": {"columns": [key, name, "above it"]},
        "outbox": {"columns": [key, name]},
        "closure": {"parent": "above it"},
        "soft_delete": {"unique": [[name]], "column": "gone at", "view": "living ones"},
        "status_machine": {"column": name, "transitions": {"100 %": ["it's"], "it's": []}},
        "optimistic_lock": {"column": "version no", "columns": [name]},
        "updated_at": {"column": "changed at"},
    }
    made = {each: block(each, used, table, key=[key], **given) for each, given in options.items()}
    columns = [column for each in made.values() for column in each.columns]
    with scratch.open() as session:
        own = [f"{q(key)} {kind} PRIMARY KEY", f"{q(name)} {text}", f"{q('above it')} {kind}"]
        run(session, f"CREATE TABLE {q(table)} ({', '.join((*own, *columns))})")
        for each in made.values():
            run(session, *each.up, *each.fills)
        run(session, f"INSERT INTO {q(table)} ({q(key)}, {q(name)}) VALUES (1, '100 %')")
        run(session, f"UPDATE {q(table)} SET {q(name)} = 'it''s'")
        assert session.query(f"SELECT {q('version no')} FROM {q(table)}") == [(2,)]
        for each in reversed(made.values()):
            run(session, *each.down)


def test_what_a_block_does_not_know_is_refused() -> None:
    with pytest.raises(UsageError, match="no building block 'nothing'"):
        block("nothing", "postgres", "items")
    with pytest.raises(UsageError, match="unknown field `colour`"):
        block("updated_at", "postgres", "items", colour="red")
    with pytest.raises(UsageError, match="columns of items are not known"):
        block("audit", "sqlite", "items")
    with pytest.raises(UsageError, match="needs transitions"):
        block("status_machine", "mysql", "items", transitions={})
    with pytest.raises(UsageError, match="has 2 columns"):
        block("tree", "mysql", "items", key=["a", "b"])


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else dict(json.loads(str(value)))
