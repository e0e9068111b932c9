"""What building blocks learn of a design's tables from its texts."""

from dbwright.designs.tables import Known, learn

TEXT = """
-- Orders.
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code varchar(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, -- a code
    price numeric(10,2) NOT NULL DEFAULT 0,
    ratio double precision,
    token_hash bytea NOT NULL,
    doubled numeric GENERATED ALWAYS AS (price * 2) STORED,
    note text, -- stands in a blob elsewhere
    CONSTRAINT orders_code_check CHECK (code <> '')
);

CREATE TABLE order_items (
    order_id bigint NOT NULL,
    line integer NOT NULL,
    CONSTRAINT order_items_pkey PRIMARY KEY (order_id, line)
) PARTITION BY RANGE (line);
"""


def learned(*texts: str) -> dict[str, Known]:
    tables: dict[str, Known] = {}
    for text in texts:
        learn(text, tables)
    return tables


def test_columns_types_bytes_and_keys() -> None:
    tables = learned(TEXT)
    orders = tables["orders"]
    assert orders.columns == ["id", "code", "price", "ratio", "token_hash", "doubled", "note"]
    assert orders.types == {
        "id": "bigint",
        "code": "varchar(3) CHARACTER SET ascii COLLATE ascii_bin",
        "price": "numeric(10,2)",
        "ratio": "double precision",
        "token_hash": "bytea",
        "note": "text",
    }
    assert orders.binary == ["token_hash"]
    assert orders.key == ("id",)
    assert tables["order_items"].key == ("order_id", "line")


def test_columns_that_a_later_part_adds() -> None:
    tables = learned(
        TEXT, "ALTER TABLE orders\n    ADD COLUMN seal varbinary(32) NULL;\nALTER TABLE other ADD COLUMN a text;"
    )
    assert tables["orders"].columns[-1] == "seal"
    assert tables["orders"].binary == ["token_hash", "seal"]
    assert tables["other"].columns == ["a"]
