"""`dbwright migrate tenants`."""

from typing import Any

import click

from dbwright.cli.migrate._options import (
    allow_option,
    database_options,
    folder_options,
    form_option,
    options_of,
    output_option,
    runner_options,
)


@click.command("tenants", short_help="Run the pending migrations in many databases or schemas.")
@click.option("--schemas", metavar="PATTERN", help="The schemas of --url whose names fit (tenant_*).")
@click.option(
    "--databases", metavar="PATTERN", help="The databases of the server of --url; for SQLite the files (tenants/*.db)."
)
@click.option(
    "--query", metavar="SQL", help="A query on --url whose first column names schemas, MySQL databases, or URLs."
)
@click.option("--file", metavar="FILE", help="A file that names them, one a line, by name or URL.")
@click.option("--status", "only_status", is_flag=True, help="Only say where each tenant stands.")
@click.option("--canaries", type=click.IntRange(min=0), default=1, show_default=True, metavar="N",
              help="Migrate so many first, one by one; a failure among them stops all.")  # fmt: skip
@click.option("--at-once", type=click.IntRange(min=1), default=4, show_default=True, metavar="N",
              help="How many at the same time on one server.")  # fmt: skip
@click.option("--stop-after", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
              help="How many failures stop the rest.")  # fmt: skip
@click.option("--to", metavar="VERSION", help="The last version to run.")
@click.option("--celery", "broker", metavar="URL", envvar="DBWRIGHT_BROKER",
              help="Give the tenants to Celery workers over this Redis instead of working here.")  # fmt: skip
@allow_option
@folder_options
@database_options
@runner_options
@form_option
@output_option
def command(
    schemas: str | None,
    databases: str | None,
    query: str | None,
    file: str | None,
    only_status: bool,
    canaries: int,
    at_once: int,
    stop_after: int,
    to: str | None,
    broker: str | None,
    allow: tuple[str, ...],
    form: str,
    output: str | None,
    **given: Any,
) -> int:
    """Run what is pending in every tenant: canaries first, then so many at once on each server, stopped after so many failures.

    Every tenant has a history of its own, so the same command run again does what is left. Tenants that failed are listed with
    the reason. Status 0: all tenants are up to date; 1: some are not (with --status: pending); 2: nothing could be done.

    \b
    Examples:
      dbwright migrate tenants --url postgresql://user@host/app --schemas 'tenant_*' --canaries 3 --at-once 8
      dbwright migrate tenants --url postgresql://user@host/app --query 'SELECT schema_name FROM tenants' --status
    """  # fmt: skip
    from dbwright.app.migrate.project import open_project
    from dbwright.app.migrate.tenants import (
        Manner,
        TenantResult,
        find_tenants,
        migrate_one,
        migrate_tenants,
        stand_of_all,
    )
    from dbwright.cli.migrate._text import tenancy_text, to_json
    from dbwright.cli.options import write_output
    from dbwright.errors import EXIT_CLEAN, EXIT_FINDINGS

    options = options_of(given)
    project = open_project(options)
    tenants = find_tenants(project, schemas=schemas, databases=databases, query=query, file=file)
    manner = Manner(canaries=canaries, at_once=at_once, stop_after=stop_after, to=to, allow=allow)
    count = 0

    def done(result: TenantResult) -> None:
        nonlocal count
        count += 1
        click.echo(f"{count}/{len(tenants)} {result.tenant}: {result.outcome}", err=True)

    if only_status:
        tenancy = stand_of_all(project, tenants, manner)
    elif broker:
        from dbwright.app.migrate.distributed import celery_app, send

        app = celery_app(broker)
        tenancy = migrate_tenants(
            tenants, lambda tenant: send(app, project, options, tenant, manner), manner, done=done
        )
    else:
        tenancy = migrate_tenants(tenants, lambda tenant: migrate_one(project, tenant, manner), manner, done=done)
    write_output(to_json(tenancy, failed=tenancy.failed) if form == "json" else tenancy_text(tenancy), output)
    unfinished = any(each.outcome in ("failed", "not begun") or each.pending for each in tenancy.results)
    return EXIT_FINDINGS if unfinished else EXIT_CLEAN
