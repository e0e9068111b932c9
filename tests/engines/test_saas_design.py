"""The multi-tenant design beyond what every design must keep: the tenants' own folder, old servers, and isolation that can fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from dbwright.app.new import Made
from dbwright.app.review import Request, review
from dbwright.app.settings import load
from dbwright.change.compare import compare
from dbwright.engines.base import Scratch, Session
from dbwright.engines.registry import engine_of
from dbwright.engines.url import format_url
from dbwright.errors import ExecutionFault
from tests.support.designs import build, keep_keys, made, statements, together

TENANTS = "tenant_migrations"


def build_tenant(session: Session, project: Made) -> None:
    """Run the tenants' migrations and their reference data where the session is."""
    engine = engine_of(session.url).name
    keep_keys(session)
    for _, name, up, _ in project.others[TENANTS]:
        session.execute(statements(engine, up, name))
    for path, text in project.rendered.files.items():
        if path.startswith(f"{TENANTS}/seeds/"):
            session.execute(statements(engine, text, path))


def findings(scratch: Scratch, config: Path | None = None) -> list[str]:
    """What a review says of the whole database, by the configuration of a project."""
    settings = load(str(config)) if config else None
    found = review(Request(source=format_url(scratch.url)), settings).report.findings
    return [f"{each.code} {each.message}" for each in found]


def test_a_review_of_a_tenants_database_finds_nothing(scratch: Scratch) -> None:
    with scratch.open() as session:
        build_tenant(session, made("saas", engine_of(session.url).name, isolation="database"))
    assert findings(scratch) == []


def test_the_tenants_migrations_lead_back_and_up_again(scratch: Scratch) -> None:
    with scratch.open() as session:
        engine = engine_of(session.url).name
        project = made("saas", engine, isolation="database")
        before = session.inspect().catalog
        build_tenant(session, project)
        first = session.inspect().catalog
        for _, name, _, down in reversed(project.others[TENANTS]):
            session.execute(statements(engine, down, name))
        assert session.inspect().catalog.tables == before.tables
        build_tenant(session, project)
        assert compare(first, session.inspect().catalog) == ()


@pytest.mark.postgres
def test_a_review_of_provider_and_tenants_in_schemas_of_one_database_finds_nothing(
    postgres_scratch: Scratch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", format_url(postgres_scratch.url))
    with postgres_scratch.open() as session:
        project = build(session, "saas", isolation="schema")
        for schema in ("tenant_acme", "tenant_globex"):
            session.change(f"CREATE SCHEMA {schema}")
            session.change(f"SET search_path = {schema}")
            build_tenant(session, project)
    config = tmp_path / "pyproject.toml"
    config.write_text(project.files["pyproject.toml"])
    assert findings(postgres_scratch, config) == []
    assert [each[:4] for each in findings(postgres_scratch)] == ["R001", "R001"]


# ---------------------------------------------------------------- tables of organisations


def organizations(session: Session) -> tuple[int, int]:
    """Two organisations with a member each."""
    numbers = []
    for slug in ("first", "second"):
        session.change(f"INSERT INTO users (email, full_name) VALUES ('a@{slug}.example.com', 'A')")
        session.change(f"INSERT INTO organizations (slug, name) VALUES ('{slug}', '{slug}')")
        person = f"(SELECT id FROM users WHERE email = 'a@{slug}.example.com')"
        number = int(str(session.query(f"SELECT id FROM organizations WHERE slug = '{slug}'")[0][0]))
        session.change(f"INSERT INTO memberships (organization_id, user_id) VALUES ({number}, {person})")
        session.change(f"INSERT INTO members (organization_id, user_id, display_name) VALUES ({number}, {person}, 'A')")
        session.change(
            f"INSERT INTO projects (organization_id, code, name, creator_id) VALUES ({number}, 'P', 'P', {person})"
        )
        numbers.append(number)
    return numbers[0], numbers[1]


def test_every_reference_between_tables_of_organisations_names_the_organisation(scratch: Scratch) -> None:
    with scratch.open() as session:
        build(session, "saas")
        tables = {table.name: table for table in session.inspect().catalog.tables}
    owned = {name for name, table in tables.items() if table.column("organization_id")}
    assert len(owned) > 20
    loose = [
        f"{name}.{key.name}"
        for name in owned
        for key in tables[name].foreign_keys
        if key.table[-1] in owned and "organization_id" not in key.columns
    ]
    assert loose == []


def test_every_table_of_organisations_has_its_guard(scratch: Scratch) -> None:
    with scratch.open() as session:
        engine = engine_of(session.url).name
        build(session, "saas")
        catalog = session.inspect().catalog
    owned = [table for table in catalog.tables if table.column("organization_id")]
    if engine == "postgres":
        assert [each.name for each in owned if not (each.row_security and each.force_row_security)] == []
        public = [
            policy
            for table in owned
            for policy in table.policies
            if policy.using == "true" and "public" in policy.roles
        ]
        assert public == []
    if engine == "mysql":
        views = {view.name for view in catalog.views}
        assert {f"own_{each.name}" for each in owned} <= views
        granted = {grant.on.path[-1] for grant in catalog.grants if "saas_app" in grant.grantee and grant.privileges}
        assert granted.isdisjoint({each.name for each in owned})


@contextmanager
def as_application(session: Session, organization: int | None) -> Iterator[None]:
    """A transaction as the application has it on PostgreSQL."""
    with session.transaction():
        session.change("SET LOCAL ROLE saas_app")
        if organization is not None:
            session.query(f"SELECT set_config('app.organization_id', '{organization}', true)")
        yield


@pytest.mark.postgres
def test_a_setting_that_a_transaction_left_behind_shows_nothing(postgres_scratch: Scratch) -> None:
    """PostgreSQL leaves an empty text where a setting of a transaction was: it must not count as an organisation, nor fail."""
    with postgres_scratch.open() as session:
        build(session, "saas")
        ours, _ = organizations(session)
        with as_application(session, ours):
            assert session.query("SELECT count(*) FROM projects") == [(1,)]
        with as_application(session, None):
            assert session.query("SELECT count(*) FROM projects") == [(0,)]


@pytest.mark.postgres
def test_the_policy_uses_the_index(postgres_scratch: Scratch) -> None:
    with postgres_scratch.open() as session:
        build(session, "saas")
        ours, _ = organizations(session)
        session.change(
            "INSERT INTO usage_events (organization_id, meter_id, idempotency_key, quantity, occurred_at) "
            "SELECT o.id, m.id, g::text, 1, now() FROM organizations o, meters m, generate_series(1, 3000) g WHERE m.code = 'storage'"
        )
        session.change("INSERT INTO organizations (slug, name) SELECT 'o' || g, 'o' FROM generate_series(1, 300) g")
        session.change(
            "INSERT INTO usage_events (organization_id, meter_id, idempotency_key, quantity, occurred_at) "
            "SELECT o.id, m.id, g::text, 1, now() FROM organizations o, meters m, generate_series(1, 20) g "
            "WHERE m.code = 'storage' AND slug LIKE 'o%'"
        )
        session.query("ANALYZE usage_events")
        with as_application(session, ours):
            plan = "\n".join(
                str(row[0]) for row in session.query("EXPLAIN SELECT * FROM usage_events WHERE idempotency_key = '7'")
            )
        assert "usage_events_idempotency_key_key" in plan
        assert "Seq Scan" not in plan
        days = session.query("SELECT count(*), sum(quantity) FROM usage_days")
        assert [int(str(value)) for value in days[0]] == [302, 12_000]


def test_seats_hold_for_those_who_join_leave_and_join_again_at_once(scratch: Scratch) -> None:
    """Each in a transaction of its own; whoever finds no seat is refused, and the count is right in the end."""
    with scratch.open() as session:
        build(session, "saas")
        session.change("INSERT INTO organizations (slug, name, seats) VALUES ('acme', 'Acme', 6)")
        for one in range(16):
            session.change(f"INSERT INTO users (email, full_name) VALUES ('p{one}@example.com', 'P')")
        organization = session.query("SELECT id FROM organizations")[0][0]
        people = [row[0] for row in session.query("SELECT id FROM users ORDER BY id")]

    def join(person: object) -> str:
        return f"INSERT INTO memberships (organization_id, user_id) VALUES ({organization}, {person})"

    def come_and_go(person: object, session: Session) -> None:
        session.change(join(person))
        if int(str(person)) % 2:
            session.change(f"DELETE FROM memberships WHERE user_id = {person}")

    refused = together(scratch, [partial(come_and_go, person) for person in people])
    with scratch.open() as session:
        counted, seats = session.query("SELECT member_count, seats FROM organizations")[0]
        assert session.query("SELECT count(*) FROM memberships") == [(counted,)]
        assert int(str(counted)) <= int(str(seats)) == 6
        assert [each for each in refused if "member_count" not in each] == []


def test_a_reference_to_another_organisation_is_refused_for_everybody(scratch: Scratch) -> None:
    with scratch.open() as session:
        build(session, "saas")
        ours, theirs = organizations(session)
        project = session.query(f"SELECT id FROM projects WHERE organization_id = {theirs}")[0][0]
        person = session.query(f"SELECT user_id FROM members WHERE organization_id = {ours}")[0][0]
        with pytest.raises(ExecutionFault, match=r"(?i)foreign key"):
            session.change(
                "INSERT INTO tasks (organization_id, project_id, number, title, creator_id) "
                f"VALUES ({ours}, {project}, 1, 'T', {person})"
            )
