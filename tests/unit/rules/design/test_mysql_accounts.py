"""Grants that MySQL's accounts hold: the anonymous ones, and those that may do everything from anywhere."""

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Grant
from dbwright.finding import Finding
from dbwright.rules.base import Subject, rule

DATABASE = Ref("namespace", ("",))
EVERYTHING = ("ALTER", "CREATE", "DELETE", "DROP", "INDEX", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "UPDATE")


def _found(*grants: Grant) -> list[Finding]:
    catalog = Catalog(engine="mysql", grants=grants)
    return list(rule("S002").check(Subject(catalog=catalog, lookup=Lookup(catalog), engine="mysql")))


def test_an_anonymous_account_is_an_error() -> None:
    (finding,) = _found(Grant(grantee="@localhost", privileges=("SELECT",), on=DATABASE))
    assert finding.severity == "error"
    assert "anonymous" in finding.message


def test_everything_from_anywhere_is_a_note() -> None:
    (finding,) = _found(Grant(grantee="app@%", privileges=EVERYTHING, on=DATABASE))
    assert finding.severity == "note"
    assert "'app'@'%'" in finding.message


def test_some_rights_from_anywhere_and_all_from_one_host_are_usual() -> None:
    assert not _found(Grant(grantee="app@%", privileges=("SELECT", "INSERT"), on=DATABASE))
    assert not _found(Grant(grantee="owner@localhost", privileges=EVERYTHING, on=DATABASE))


def test_a_database_open_to_everyone_is_an_error_unless_it_is_only_read() -> None:
    (finding,) = _found(Grant(grantee="PUBLIC", privileges=("DELETE", "SELECT"), on=DATABASE))
    assert (finding.severity, finding.target) == ("error", DATABASE)
    (finding,) = _found(Grant(grantee="PUBLIC", privileges=("SELECT",), on=DATABASE))
    assert finding.severity == "warning"
