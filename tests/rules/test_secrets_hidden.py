"""No finding of any rule shows a secret, whatever its column is called."""

import msgspec
import pytest

from dbwright.app.review import review_session
from dbwright.catalog.secret_shapes import secret_shape
from dbwright.engines.base import Statement
from dbwright.engines.registry import engine
from dbwright.readers.sql.split import Dialect
from dbwright.rules.base import all_rules
from tests.support.scratches import scratch_of

DIALECTS = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mysql", "sqlite")]


def _card(number: int) -> str:
    """A card number with the right check digit."""
    body = f"41111111{number:07d}"
    return next(f"{body}{digit}" for digit in range(10) if secret_shape(f"{body}{digit}") == "card")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_card_numbers_under_a_harmless_name_are_found_and_not_shown(dialect: Dialect) -> None:
    cards = [_card(number) for number in range(60)]
    keys = [f"AKIA{number:016d}" for number in range(60)]
    made = "CREATE TABLE imports (id integer PRIMARY KEY, extra varchar(40), field varchar(40), item_count varchar(40))"
    rows = ", ".join(f"({place}, '{card}', '{keys[place]}', '{card}')" for place, card in enumerate(cards))
    with scratch_of(dialect) as scratch, scratch.open() as session:
        session.execute([Statement(text=made), Statement(text=f"INSERT INTO imports VALUES {rows}")])
        findings = review_session(session, engine(dialect), session.inspect().catalog, rules=all_rules())
    assert {finding.target.name for finding in findings if finding.code == "S001"} == {"extra", "field", "item_count"}
    text = msgspec.json.encode(findings).decode()
    assert not [secret for secret in (*cards, *keys) if secret in text]
