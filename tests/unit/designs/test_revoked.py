"""Grants are taken back, and views with a definer dropped, on the way back of a part."""

from dbwright.designs.ways_back import dropped, revoked

PART = """\
CREATE TABLE a (
    id bigint NOT NULL
);
CREATE INDEX a_id_idx ON a (id);
CREATE DEFINER = someone SQL SECURITY DEFINER VIEW own_a AS
SELECT * FROM a;
GRANT SELECT ON a TO reader;
GRANT SELECT, UPDATE (id) ON own_a TO writer;
ALTER TABLE b ADD CONSTRAINT b_a_fkey FOREIGN KEY (a) REFERENCES a (id);
"""


def test_what_was_made_is_dropped_in_reverse_order() -> None:
    undone = dropped(PART, "mysql").splitlines()
    assert undone == ["ALTER TABLE b DROP CONSTRAINT b_a_fkey;", "DROP VIEW own_a;", "DROP TABLE a;"]


def test_grants_are_revoked_but_for_those_that_the_template_revokes_itself() -> None:
    assert revoked(PART, "").splitlines() == [
        "REVOKE SELECT, UPDATE (id) ON own_a FROM writer;",
        "REVOKE SELECT ON a FROM reader;",
    ]
    assert revoked(PART, "REVOKE SELECT ON a FROM reader;") == "REVOKE SELECT, UPDATE (id) ON own_a FROM writer;"
