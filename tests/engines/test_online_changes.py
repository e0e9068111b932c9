"""Every kind of online change on every engine through one course: expand, undo, expand, switch, undo, and to the end."""

import pytest

from dbwright.app.online import continue_online, online_status, run_online, undo_online
from dbwright.change.online import Wish
from dbwright.engines.base import Session, Statement
from dbwright.engines.registry import engine
from dbwright.errors import Refused
from dbwright.online.pace import Pace
from dbwright.online.proof import named
from tests.support.online_cases import CASES, Case, written
from tests.support.scratches import ENGINES, scratch_of

PACE = Pace(first_rows=7, rest=0.0)


def _run(session: Session, name: str, *statements: str) -> None:
    for text in statements:
        session.change(written(text, name))


def _made(session: Session, name: str, case: Case) -> None:
    _run(session, name, *case.tables)


@pytest.mark.parametrize("name", [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES])
@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_the_whole_course(name: str, case: Case) -> None:
    product = engine(name)
    namespace = "public" if name == "postgres" else ""
    wish = Wish(changes=(case.change(namespace, name),))
    with scratch_of(name) as scratch, scratch.open() as session:
        _made(session, name, case)
        start = session.inspect().catalog
        rows = session.query(written(case.old, name))

        # Expand and back: nothing is left of it.
        status = run_online(scratch.url, wish, until="expand", pace=PACE)
        assert status.proof is not None
        assert status.proof.failed is None
        assert status.proof.shown, status.proof.unproved
        assert session.query(written(case.agree, name)) == []
        assert undo_online(scratch.url).state == "undone"
        assert named(start, session.inspect().catalog) == ""
        assert session.query(written(case.old, name)) == rows

        # Expand and switch and back.
        run_online(scratch.url, wish, until="switch", pace=PACE, proved=False)
        undo_online(scratch.url)
        assert named(start, session.inspect().catalog) == ""
        assert session.query(written(case.old, name)) == rows

        # All the way, with writes in both shapes.
        run_online(scratch.url, wish, until="expand", pace=PACE, proved=False)
        _run(session, name, *case.during)
        assert session.query(written(case.agree, name)) == []
        continue_online(scratch.url, until="switch")
        _run(session, name, *case.after)
        if case.agree_after:
            assert session.query(written(case.agree_after, name)) == []
        if online_status(scratch.url)[0].loses:
            with pytest.raises(Refused, match="for good"):
                continue_online(scratch.url, until="contract")
        status = continue_online(scratch.url, until="contract", allow=["data-loss"])
        assert status.state == "done"
        assert session.query(written(case.end, name)) == case.rows
        assert online_status(scratch.url) == ()
        end = session.inspect().catalog
    with scratch_of(name) as scratch, scratch.open() as session:
        _run(session, name, *(text for text in case.tables if text.startswith("create")))
        plain = product.render(wish.operations(start), start)
        session.execute(Statement(text=text) for text in plain)
        assert named(session.inspect().catalog, end) == ""


@pytest.mark.parametrize("name", [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ENGINES])
def test_what_has_been_made_is_not_made_again(name: str) -> None:
    case = CASES[0]
    namespace = "public" if name == "postgres" else ""
    wish = Wish(changes=(case.change(namespace, name),))
    with scratch_of(name) as scratch, scratch.open() as session:
        _made(session, name, case)
        for _ in range(2):
            status = run_online(scratch.url, wish, until="contract", allow=["data-loss"], pace=PACE, proved=False)
            assert status.state == "done"
