"""The schema `public`, in which everyone may create objects.

## Why
Until version 15, PostgreSQL let everyone who can connect create tables, functions and operators in the schema
`public`, and a database that was upgraded keeps it so. `public` stands on everybody's search_path: what one user puts
there under a well-chosen name is picked up by other people's queries, run with their rights (CVE-2018-1058). Where a
SECURITY DEFINER function looks its names up in `public`, anyone can have code run as its owner: an error.

Other schemas that everyone may write into are reported by S002.

## Bad
```sql
GRANT CREATE ON SCHEMA public TO PUBLIC;
```

## Good
```sql
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
```

## Fix
Takes the right back. Unsafe: a program that makes tables of its own in `public` needs a grant by name, or its own
schema.

## References
- PostgreSQL wiki, [A guide to CVE-2018-1058](https://wiki.postgresql.org/wiki/A_Guide_to_CVE-2018-1058)
"""

from collections.abc import Iterable

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Routine
from dbwright.change.operations import Revoke
from dbwright.finding import Evidence, Finding, Fix
from dbwright.rules.base import Rule, Subject
from dbwright.rules.design._phrases import listed
from dbwright.rules.design._roles import PUBLIC
from dbwright.rules.design._search_path import finds_names_in

_PUBLIC_SCHEMA = Ref("namespace", ("public",))


class WritablePublicSchema(Rule):
    """Finds the schema public open to everyone."""

    code = "S003"
    group = "security"
    engines = ("postgres",)

    def check(self, subject: Subject) -> Iterable[Finding]:
        for grant in subject.catalog.grants:
            open_ = grant.grantee == PUBLIC and grant.on == _PUBLIC_SCHEMA and "CREATE" in grant.privileges
            if not open_ or grant.default_for:
                continue
            exposed = [each for each in subject.catalog.routines if _can_be_redirected(each)]
            message = "Everyone who can connect may create tables and functions in the schema public"
            evidence = [Evidence("PUBLIC has CREATE on the schema public.")]
            if exposed:
                names = listed([str(each.ref) for each in exposed], most=4)
                message += (
                    f", where {names} look{'s' if len(exposed) == 1 else ''} up names with the rights of another."
                )
                evidence.append(
                    Evidence(
                        f"{'This function is' if len(exposed) == 1 else f'These {len(exposed)} functions are'} SECURITY DEFINER "
                        f"with a search_path that public is on: {names}."
                    )
                )
            else:
                message += ", and so slip them into other people's queries."
            yield self.finding(
                grant.on,
                message,
                *evidence,
                help="Revoke CREATE on the schema public from PUBLIC, and grant it to the roles that make tables there.",
                fix=Fix(
                    "Revoke CREATE on the schema public from PUBLIC", "unsafe", (Revoke(target=grant.on, grant=grant),)
                ),
                severity="error" if exposed else "warning",
                related=[each.ref for each in exposed],
            )


def _can_be_redirected(routine: Routine) -> bool:
    return routine.security_definer and finds_names_in(routine, "public")
