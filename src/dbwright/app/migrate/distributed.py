"""Tenants migrated by Celery workers on many machines; Redis carries the tasks and the results.

A worker: `DBWRIGHT_BROKER=redis://host/0 celery --app dbwright.app.migrate.distributed worker`, started where the folder of
migrations is at the same path. The tenants' URLs travel through the broker, passwords included: use one that you trust, over TLS
(rediss://).
"""

import os
from typing import TYPE_CHECKING, Any

import msgspec

from dbwright.app.migrate.project import Options, Project, open_project
from dbwright.app.migrate.tenants import Manner, Tenant, TenantResult, migrate_one
from dbwright.engines.url import format_url, parse_url
from dbwright.errors import DbwrightError, Unavailable
from dbwright.migrate.checksums import hash_of

if TYPE_CHECKING:
    from celery import Celery

BROKER = "DBWRIGHT_BROKER"
TASK = "dbwright.migrate_tenant"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker is told. checksum: of all revisions, so that a worker with another folder refuses."""

    options: Options
    manner: Manner
    name: str
    url: str
    namespace: str | None
    checksum: str


def celery_app(broker: str | None = None) -> "Celery":
    """The Celery application. Raises Unavailable where Celery is not installed or no broker is named."""
    try:
        from celery import Celery
    except ImportError as error:
        raise Unavailable("Celery is not installed.", hint="Install it with: pip install 'dbwright[celery]'") from error
    place = broker or os.environ.get(BROKER)
    if not place:
        raise Unavailable("No broker was named.", hint=f"Say it with --celery redis://host/0 or {BROKER}.")
    made = Celery("dbwright", broker=place, backend=place)
    made.conf.update(
        task_serializer="json",
        result_serializer="json",
        accept_content=["json"],
        task_acks_late=True,  # a worker that dies gives its tenant back; running it twice does nothing more
        worker_prefetch_multiplier=1,
        result_expires=86_400,
        broker_connection_retry_on_startup=True,
    )
    made.task(name=TASK)(perform)
    return made


def perform(order: dict[str, Any]) -> dict[str, Any]:
    """What a worker does with one tenant."""
    told = msgspec.convert(order, Order)
    try:
        project = open_project(told.options)
        if checksum_of(project) != told.checksum:
            message = (
                f"The folder {project.path} of this worker holds other migrations than the one that gave the order."
            )
            return _told(TenantResult(tenant=told.name, outcome="failed", message=message))
        tenant = Tenant(name=told.name, url=parse_url(told.url), namespace=told.namespace)
    except DbwrightError as error:
        return _told(TenantResult(tenant=told.name, outcome="failed", message=error.message))
    return _told(migrate_one(project, tenant, told.manner))


def send(app: "Celery", project: Project, options: Options, tenant: Tenant, manner: Manner) -> TenantResult:
    """Give one tenant to the workers and wait for the result."""
    order = Order(
        options=msgspec.structs.replace(options, url=None, dialect=project.engine.name),
        manner=manner,
        name=tenant.name,
        url=format_url(tenant.url),
        namespace=tenant.namespace,
        checksum=checksum_of(project),
    )
    try:
        answer = app.send_task(TASK, args=[msgspec.to_builtins(order)]).get(disable_sync_subtasks=False)
    except Exception as error:  # whatever the broker or the worker's own machinery raises
        message = f"No worker gave an answer: {type(error).__name__}: {error}"
        return TenantResult(tenant=tenant.name, outcome="failed", message=message)
    return msgspec.convert(answer, TenantResult)


def checksum_of(project: Project) -> str:
    """One checksum over all revisions of a folder."""
    return hash_of(*(f"{each.version} {each.checksum}" for each in project.folder.revisions))


def _told(result: TenantResult) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(result)
    return built


def __getattr__(name: str) -> "Celery":
    """`celery --app dbwright.app.migrate.distributed` looks for `app` or `celery`; importing this file alone needs no broker."""
    if name in ("app", "celery"):
        return celery_app()
    raise AttributeError(name)
