"""Two catalogs made fit to be compared: what one side cannot know is no difference."""

from msgspec.structs import replace

from dbwright.app.comparable import comparable, shared_roles
from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Extension, Grant, Role, Table

T = Ref("table", ("public", "t"))
GRANT = Grant(grantee="bob", privileges=("SELECT",), on=T)
LIVE = Catalog(
    engine="postgres",
    tables=(Table(namespace="public", name="t", owner="ada"), Table(namespace="public", name="alembic_version")),
    extensions=(Extension(name="citext", version="1.6"),),
    grants=(GRANT,),
    roles=(Role(name="ada"), Role(name="bob")),
)
FILE = Catalog(
    engine="postgres",
    tables=(Table(namespace="public", name="t"),),
    extensions=(Extension(name="citext", version="1.7"),),
)


def test_a_file_without_owners_and_privileges_takes_none_away() -> None:
    pair = comparable(LIVE, FILE)
    assert pair.old.grants == ()
    assert [table.owner for table in pair.old.tables] == [None]
    assert len(pair.notes) == 2


def test_a_file_that_names_privileges_is_compared_by_them() -> None:
    other = replace(GRANT, grantee="carol")
    pair = comparable(LIVE, replace(FILE, grants=(other,), roles=(Role(name="carol"),)))
    assert (pair.old.grants, pair.new.grants) == ((GRANT,), (other,))


def test_a_live_database_means_what_it_does_not_grant() -> None:
    pair = comparable(LIVE, FILE, new_is_live=True)
    assert pair.old.grants == (GRANT,)
    assert pair.old.tables[0].owner == "ada"
    assert pair.notes == ()


def test_no_role_is_dropped_and_none_is_made_unasked() -> None:
    carol = Role(name="carol")
    for old, new, expected in (
        ((), (carol,), {"carol"}),
        ((carol,), (), {"carol"}),
        (LIVE.roles, (carol,), {"ada", "bob", "carol"}),
    ):
        pair = comparable(replace(LIVE, roles=old), replace(FILE, roles=new))
        assert {role.name for role in pair.new.roles} == expected
        assert {role.name for role in pair.old.roles} <= expected
    assert shared_roles(LIVE, replace(LIVE, roles=(Role(name="bob"), carol))).roles == (Role(name="bob"),)


def test_versions_of_extensions_and_records_of_tools_are_left_out() -> None:
    pair = comparable(LIVE, FILE)
    assert pair.new.extensions == LIVE.extensions
    assert [table.name for table in pair.old.tables] == ["t"]
