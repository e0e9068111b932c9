"""Words, singulars and plurals of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dbwright.rules.design._names import common_prefix, plural, same_noun, singular, stem, words


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("order_id", ("order", "id")),
        ("orderID", ("order", "id")),
        ("OrderItems", ("order", "items")),
        ("XMLHttpRequest", ("xml", "http", "request")),
        ("line2", ("line", "2")),
        ("userIDs", ("user", "ids")),
        ("PLAYLIST_TRACK", ("playlist", "track")),
        ("straßen_name", ("straßen", "name")),
        ("o'author 🙂 id", ("o", "author", "id")),
        ("_", ()),
        ("", ()),
    ],
)
def test_words(name: str, found: tuple[str, ...]) -> None:
    assert words(name) == found


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("category", "categories"),
        ("address", "addresses"),
        ("status", "statuses"),
        ("box", "boxes"),
        ("person", "people"),
        ("child", "children"),
        ("medium", "media"),
        ("series", "series"),
        ("user", "users"),
        ("class", "classes"),
        ("house", "houses"),
        ("key", "keys"),
        ("analysis", "analyses"),
        ("axis", "axes"),
        ("hero", "heroes"),
        ("photo", "photos"),
        ("batch", "batches"),
        ("cache", "caches"),
        ("movie", "movies"),
        ("sale", "sales"),
        ("bus", "buses"),
        ("news", "news"),
    ],
)
def test_singular_and_plural(one: str, many: str) -> None:
    assert singular(many) == one
    assert plural(one) == many
    assert singular(one) == one
    assert plural(many) == many


def test_same_noun() -> None:
    assert same_noun("order_items", "OrderItem")
    assert same_noun("playlisttrack", "PlaylistTrack")
    assert not same_noun("order", "item")


def test_a_common_prefix_leaves_a_word_over() -> None:
    assert common_prefix(("app_users", "app_posts", "app_tags")) == ("app",)
    assert common_prefix(("user", "user_post", "user_tag")) == ()
    assert common_prefix(("app_users", "app_posts")) == ()


@given(st.text(max_size=40))
def test_any_name_can_be_taken_apart(name: str) -> None:
    assert all(word and word == word.lower() for word in words(name))
    assert (
        "".join(words(name)) == "".join(each for each in name if each.isalnum() and each != "_").lower()
        or not name.isascii()
    )
    assert len(stem(name)) == len(words(name))
