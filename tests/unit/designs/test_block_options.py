"""Options of building blocks as people write them."""

import pytest

from dbwright.designs.blocks import names
from dbwright.designs.blocks.options import described, read
from dbwright.designs.blocks.registry import find
from dbwright.errors import UsageError


@pytest.mark.parametrize(
    ("block", "name", "text", "value"),
    [
        ("updated_at", "column", "changed at", "changed at"),
        ("audit", "protect", "no", False),
        ("audit", "hidden", "a, b ,", ["a", "b"]),
        ("soft_delete", "unique", "email; tenant_id, slug", [["email"], ["tenant_id", "slug"]]),
        ("tree", "max_depth", "12", 12),
        ("partitions", "by", "product_id:bigint, price:numeric(12,2)", {"product_id": "bigint", "price": "numeric(12,2)"}),
        ("status_machine", "transitions", "new > paid, gone; paid>sent; sent", {"new": ["paid", "gone"], "paid": ["sent"], "sent": []}),
        ("outbox", "events", "insert,delete", ["insert", "delete"]),
    ],
)  # fmt: skip
def test_a_text_is_read(block: str, name: str, text: str, value: object) -> None:
    assert read(find(block), name, text) == value


@pytest.mark.parametrize(
    ("block", "name", "text"),
    [
        ("audit", "protect", "perhaps"), ("tree", "max_depth", "deep"), ("partitions", "by", "product_id"),
        ("status_machine", "transitions", ">a"),
    ],
)  # fmt: skip
def test_a_text_of_another_form_is_refused(block: str, name: str, text: str) -> None:
    with pytest.raises(UsageError, match=f"{name} cannot be") as caught:
        read(find(block), name, text)
    assert caught.value.hint


def test_an_option_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="no option 'colour'"):
        read(find("tree"), "colour", "red")


@pytest.mark.parametrize("name", names())
def test_every_option_says_what_it_means(name: str) -> None:
    options = described(find(name))
    assert options
    for option in options:
        assert option.about.endswith("."), option
        assert option.form
        assert not (option.required and option.default)


def test_a_block_by_another_spelling() -> None:
    assert find("Soft-Delete") is find("soft_delete")
