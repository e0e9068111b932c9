"""Equal catalogs have equal bytes, wherever their texts came from."""

from dbwright.catalog import codec
from dbwright.catalog.objects import Catalog, ForeignKey, Table


def _with(action: str) -> Catalog:
    key = ForeignKey(columns=("a",), table=("", "t"), referenced=("b",), on_delete=action)  # type: ignore[arg-type]  # any text
    return Catalog(engine="sqlite", tables=(Table(namespace="", name="t", foreign_keys=(key,)),))


def test_a_default_that_was_read_is_left_out_like_one_that_was_not_given() -> None:
    read = _with(" ".join(("no", "action")))
    assert read == _with("no action")
    assert codec.encode(read) == codec.encode(_with("no action"))
    assert codec.encode(codec.decode(codec.encode(read))) == codec.encode(read)
    assert b"on_delete" not in codec.encode(read)
