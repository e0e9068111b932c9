"""Who can do what: roles, their grants, and the sessions that applications have open."""

import re
from collections.abc import Iterator

from dbwright.catalog.facts import ConnectionSeen
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Grant, Role
from dbwright.rules.base import Subject

PUBLIC = "PUBLIC"
_TOOLS = re.compile(
    r"psql|pg_dump(all)?|pg_restore|pg_basebackup|pg_receivewal|pgbackrest.*|barman.*|wal-g.*|pg_probackup.*|walreceiver|"
    r"pgadmin.*|dbeaver.*|datagrip.*|.*\bintellij\b.*|heidisql.*|navicat.*|tableplus.*|postico.*|mysql( ?workbench.*)?|"
    r"mysqldump|mariadb(-dump|-backup)?|adminer.*|phpmyadmin.*|patroni.*|repmgr.*|pg_auto_failover.*|pg_?cron.*|"
    r".*exporter.*|.*\b(datadog|zabbix|prometheus|telegraf|newrelic|pganalyze|pgwatch2?|check_postgres|nagios|munin)\b.*|"
    r"alembic.*|flyway.*|liquibase.*|.*migrat.*|.*\bsubscription\b.*|logical replication.*|postgres_fdw|pglogical.*|"
    r"timescaledb.*|citus.*|pg_stat.*|vacuumdb|reindexdb|event_scheduler|binlog dump.*|dbwright.*",
    re.IGNORECASE,
)
"""Programs that people and operators use, and servicemen of the server: what they do as a powerful role is their job."""
_STAFF = re.compile(
    r"(pg_|rds|cloudsql|azure|supabase_|aiven|avns|doadmin|mysql\.|mariadb\.sys).*|.*replicat.*|.*(backup|migrat|deploy).*"
)


def application_sessions(subject: Subject) -> Iterator[ConnectionSeen]:
    """The sessions that look like an application's: of no known tool, and of no role that serves the server itself."""
    for each in subject.facts.connections:
        if not _TOOLS.fullmatch(each.application.strip()) and not _STAFF.fullmatch(each.role.lower()):
            yield each


def is_staff(role: str) -> bool:
    """Whether a role's name says that it belongs to the server, a provider, replication, backups or migrations."""
    return bool(_STAFF.fullmatch(role.rpartition("@")[0].lower() or role.lower()))


def shown_session(session: ConnectionSeen) -> str:
    """A session in a sentence: "2 sessions of the role app (gunicorn)"."""
    program = f" ({session.application})" if session.application else ""
    return f"{session.count} session{'' if session.count == 1 else 's'} of {session.role}{program}"


def roles_by_name(subject: Subject) -> dict[str, Role]:
    """The catalog's roles by their names."""
    return {role.name: role for role in subject.catalog.roles}


def can_log_in(roles: dict[str, Role], name: str) -> bool:
    """Whether a role, or one that is a member of it, can open a session; PUBLIC always can."""
    if name == PUBLIC:
        return True
    role = roles.get(name)
    if role is None:
        return False
    return role.login or any(name in other.member_of and other.login for other in roles.values())


def owners(catalog: Catalog) -> set[str]:
    """The roles that own tables, views, routines or schemas, as far as they are not the owner of the database."""
    held = (catalog.tables, catalog.views, catalog.routines, catalog.namespaces)
    return {each.owner for objects in held for each in objects if each.owner}


def grants_on(subject: Subject, kinds: tuple[str, ...]) -> dict[Ref, list[Grant]]:
    """The grants of today on objects of these kinds, by object."""
    found: dict[Ref, list[Grant]] = {}
    for grant in subject.catalog.grants:
        if grant.on.kind in kinds and grant.privileges and grant.default_for is None:
            found.setdefault(grant.on, []).append(grant)
    return found


def others_with(grants: list[Grant], owner: str | None, privileges: tuple[str, ...] = ()) -> list[str]:
    """The grantees beside the owner that hold one of the privileges (any where none is named), each once."""
    wanted = set(privileges)
    return sorted(
        {
            grant.grantee
            for grant in grants
            if grant.grantee != owner and (not wanted or wanted.intersection(map(str.upper, grant.privileges)))
        }
    )
