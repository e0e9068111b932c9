"""One folder of migrations over many databases or schemas: canaries first, so many at a time on a server, stopped after
so many failures. Each tenant has a history of its own, so running it again does what is left."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import msgspec

from dbwright.app.migrate.project import Project
from dbwright.app.migrate.status import status
from dbwright.app.migrate.up import up
from dbwright.engines.url import Url, parse_url
from dbwright.errors import DbwrightError, SourceError, UsageError

TenantOutcome = Literal["done", "up to date", "failed", "not begun"]


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """One database, or one schema of a database. url: where; namespace: the schema, where it is one."""

    name: str
    url: Url
    namespace: str | None = None

    @property
    def server(self) -> tuple[str, str | None, int | None]:
        """What tells servers apart; every SQLite file is its own."""
        place = self.url.database if self.url.scheme == "sqlite" else self.url.host or self.url.options.get("host")
        return (self.url.scheme, place, self.url.port)


class TenantResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one tenant. ran: how many revisions were run. version: the last one in the database, where it is known."""

    tenant: str
    outcome: TenantOutcome
    ran: int = 0
    version: str | None = None
    pending: int = 0
    seconds: float = 0.0
    message: str = ""


class Tenancy(msgspec.Struct, frozen=True, kw_only=True):
    """What came of all tenants, in their order. stopped: why not all were begun."""

    results: tuple[TenantResult, ...]
    stopped: str = ""

    @property
    def failed(self) -> int:
        """How many failed."""
        return sum(each.outcome == "failed" for each in self.results)


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """How to go about it.

    canaries: so many tenants are migrated first, one by one, and any failure among them stops the whole.
    at_once: how many at the same time on one server. stop_after: how many failures stop the rest.
    """

    canaries: int = 1
    at_once: int = 4
    stop_after: int = 1
    to: str | None = None
    allow: tuple[str, ...] = ()


Migrate = Callable[[Tenant], TenantResult]


# ---------------------------------------------------------------- which tenants


def find_tenants(
    project: Project,
    *,
    schemas: str | None = None,
    databases: str | None = None,
    query: str | None = None,
    file: str | None = None,
) -> tuple[Tenant, ...]:
    """The tenants that exactly one of these names, sorted by name but for a file's, which keep their order.

    schemas, databases: a pattern with * and ? over their names (over files' paths for SQLite). query: SQL whose first column
    gives their names (or URLs). file: a list of names or URLs, one a line; # begins a comment.
    Raises UsageError where not one of them is given, or nothing is found.
    """
    given = [each for each in (schemas, databases, query, file) if each]
    if len(given) != 1:
        raise UsageError(
            "Say which tenants, in one way.",
            hint="Use one of --schemas PATTERN, --databases PATTERN, --query SQL, --file FILE.",
        )
    if file:
        names = _lines(file)
    elif databases and project.engine.name == "sqlite":
        names = sorted(f"sqlite:///{path}" for path in _files(databases))
    else:
        sql = query or _listing(project, of_schemas=bool(schemas))
        with project.connect() as (session, _):
            names = sorted(str(row[0]) for row in session.query(sql))
        pattern = schemas or databases
        names = [name for name in names if pattern is None or fnmatchcase(name, pattern)]
    if not names:
        raise UsageError(f"No tenant was found by {given[0]!r}.")
    as_database = databases is not None or project.engine.name == "mysql"
    return tuple(_tenant(project, name, as_database=as_database) for name in dict.fromkeys(names))


def _lines(file: str) -> list[str]:
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror or error}.") from error
    lines = (line.partition(" #")[0].strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _files(pattern: str) -> Iterator[Path]:
    path = Path(pattern)
    return path.parent.glob(path.name)


def _listing(project: Project, *, of_schemas: bool) -> str:
    match project.engine.name:
        case "postgres" if of_schemas:
            return r"SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        case "postgres":
            return "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate"
        case "mysql":
            return (
                "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN"
                " ('mysql', 'sys', 'information_schema', 'performance_schema')"
            )
    raise UsageError("SQLite has no schemas.", hint="Use --databases 'tenants/*.db' or --file FILE.")


def _tenant(project: Project, name: str, *, as_database: bool) -> Tenant:
    if "://" in name:
        url = parse_url(name)
        return Tenant(name=url.shown, url=url)
    base = project.needed_url()
    if as_database:
        return Tenant(name=name, url=msgspec.structs.replace(base, database=name))
    if base.scheme == "sqlite":
        return Tenant(name=name, url=msgspec.structs.replace(base, database=name))
    # The server takes the quoted name apart, so a schema may be called anything.
    path = project.engine.quote(name).replace("\\", "\\\\").replace(" ", "\\ ")
    already = base.options.get("options", "")
    options = {**base.options, "options": f"{already} -csearch_path={path}".strip()}
    return Tenant(name=name, url=msgspec.structs.replace(base, options=options), namespace=name)


# ---------------------------------------------------------------- running


def migrate_tenants(
    tenants: Sequence[Tenant],
    migrate: Migrate,
    manner: Manner,
    *,
    done: Callable[[TenantResult], None] = lambda result: None,
) -> Tenancy:
    """Migrate every tenant by a function that never raises for one that fails. done: told of each result as it comes.

    On Ctrl-C no further tenant is begun; those at work are waited for.
    """
    found: dict[str, TenantResult] = {}

    def take(result: TenantResult) -> None:
        found[result.tenant] = result
        done(result)

    for tenant in tenants[: manner.canaries]:
        take(migrate(tenant))
        if found[tenant.name].outcome == "failed":
            return _told(tenants, found, f"The canary {tenant.name} failed, so no other tenant was begun.")
    stopped = _all_at_once(tenants[manner.canaries :], migrate, manner, take)
    return _told(tenants, found, stopped)


def _all_at_once(
    tenants: Sequence[Tenant], migrate: Migrate, manner: Manner, take: Callable[[TenantResult], None]
) -> str:
    """So many at a time on each server; returns why it stopped early, or nothing."""
    waiting = list(tenants)
    servers = {tenant.server for tenant in waiting}
    busy: dict[tuple[object, ...], int] = dict.fromkeys(servers, 0)
    failures = 0
    with ThreadPoolExecutor(max_workers=max(1, min(manner.at_once * len(servers), 64))) as pool:
        running: dict[Future[TenantResult], Tenant] = {}
        while waiting or running:
            for tenant in list(waiting):
                if len(running) >= 64 or all(count >= manner.at_once for count in busy.values()):
                    break
                if busy[tenant.server] < manner.at_once:
                    waiting.remove(tenant)
                    busy[tenant.server] += 1
                    running[pool.submit(migrate, tenant)] = tenant
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                busy[running.pop(future).server] -= 1
                result = future.result()
                failures += result.outcome == "failed"
                take(result)
            if waiting and failures >= manner.stop_after:
                for future in running:
                    take(future.result())
                return f"{failures} tenants failed, so {len(waiting)} were not begun."
    return ""


def _told(tenants: Sequence[Tenant], found: dict[str, TenantResult], stopped: str) -> Tenancy:
    results = (found.get(each.name) or TenantResult(tenant=each.name, outcome="not begun") for each in tenants)
    return Tenancy(results=tuple(results), stopped=stopped)


def stand_of_all(project: Project, tenants: Sequence[Tenant], manner: Manner) -> Tenancy:
    """Where every tenant stands; nothing is changed."""
    calm = msgspec.structs.replace(manner, canaries=0, stop_after=len(tenants) + 1)
    return migrate_tenants(tenants, lambda tenant: standing_of(project, tenant), calm)


# ---------------------------------------------------------------- one tenant


def migrate_one(project: Project, tenant: Tenant, manner: Manner) -> TenantResult:
    """Run what is pending in one tenant. A failure is a result, not an exception."""
    began = time.monotonic()
    own = msgspec.structs.replace(project, url=tenant.url, namespace=tenant.namespace)
    try:
        ran = up(own, to=manner.to, allow=manner.allow)
    except DbwrightError as error:
        message = f"{error.message}{f' {error.hint}' if error.hint else ''}"
        return TenantResult(
            tenant=tenant.name, outcome="failed", seconds=round(time.monotonic() - began, 3), message=message
        )
    return TenantResult(
        tenant=tenant.name,
        outcome="done" if ran.entries else "up to date",
        ran=len(ran.entries),
        version=ran.entries[-1].version if ran.entries else None,
        pending=ran.left,
        seconds=round(time.monotonic() - began, 3),
    )


def standing_of(project: Project, tenant: Tenant) -> TenantResult:
    """Where one tenant stands; nothing is changed."""
    own = msgspec.structs.replace(project, url=tenant.url, namespace=tenant.namespace)
    try:
        found = status(own)
    except DbwrightError as error:
        return TenantResult(tenant=tenant.name, outcome="failed", message=error.message)
    applied = [row.version for row in found.rows if row.state in ("applied", "baseline", "changed", "missing")]
    return TenantResult(
        tenant=tenant.name,
        outcome="not begun" if found.pending else "up to date",
        version=applied[-1] if applied else None,
        pending=found.pending,
    )
