"""Which way of writing names a majority follows."""

import pytest

from dbwright.rules.design._conventions import common_affix, has_affix, majority, styled


@pytest.mark.parametrize(
    ("names", "style"),
    [
        ("order_id user_id created_at name id", "snake_case"),
        ("orderId userId createdAt name id", "camelCase"),
        ("OrderId UserId CreatedAt Name Id", "PascalCase"),
        ("ORDER_ID USER_ID CREATED_AT NAME ID", "UPPER_CASE"),
        ("order_id userId CreatedAt NAME_X user_id", None),
        ("order_id user_id", None),
        ("", None),
    ],
)
def test_the_majority_decides(names: str, style: str | None) -> None:
    assert majority(names.split()) == style


def test_names_that_no_style_can_take_do_not_vote() -> None:
    assert majority(["order id", "a-b", "1st", "order_id", "user_id", "paid_at", "made_at", "name"]) == "snake_case"


@pytest.mark.parametrize("style", ["snake_case", "camelCase", "PascalCase", "UPPER_CASE"])
def test_a_name_written_in_a_style_keeps_its_words(style: str) -> None:
    assert styled(styled("orderItem_id", "snake_case"), style) == styled("orderItem_id", style)
    assert styled("updatedAt", "snake_case") == "updated_at"


def test_what_most_names_begin_or_end_with() -> None:
    assert common_affix([f"idx_t{number}_a" for number in range(10)]) == "idx_"
    assert common_affix([f"t{number}_a_idx" for number in range(10)]) == "_idx"
    assert common_affix([f"idx_t{number}_a" for number in range(9)]) is None
    assert common_affix([f"{word}_{word}" for word in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]]) is None
    assert has_affix("orders_user_id_idx1", "_idx")
    assert not has_affix("orders_user_id_key", "_idx")
