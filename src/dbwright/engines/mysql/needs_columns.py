"""What clauses about columns need from the server."""

import re

from dbwright.catalog.lookup import Lookup
from dbwright.catalog.objects import Catalog, Column, Table
from dbwright.catalog.types import Type
from dbwright.change.actions import Action
from dbwright.engines.mysql.canonical import is_literal
from dbwright.engines.mysql.column_types import canonical_spelling, read_type
from dbwright.engines.mysql.need import COPY, IN_PLACE, INSTANT, REBUILD, Need
from dbwright.engines.mysql.product import Product
from dbwright.engines.mysql.text import without_brackets

_WIDTHS = {
    "utf8mb4": 4, "utf16": 4, "utf16le": 4, "utf32": 4, "gb18030": 4, "utf8mb3": 3, "utf8": 3, "ujis": 3, "eucjpms": 3,
    "ucs2": 2, "gbk": 2, "gb2312": 2, "big5": 2, "sjis": 2, "cp932": 2, "euckr": 2,
}  # fmt: skip
"""Most bytes that a character takes; one in all other character sets."""

_CHANGING = re.compile(
    r"\b(?:uuid|uuid_short|rand|sysdate|sys_guid|random_bytes|connection_id|user|current_user)\b", re.IGNORECASE
)


# ---------------------------------------------------------------- added, dropped, renamed


def added(action: Action, table: Table, product: Product) -> Need:
    """ADD COLUMN."""
    column = action.column
    if column is None:
        return Need(COPY, COPY)
    if product.mariadb and not column.generated and _before_virtual(table, action):
        return Need(
            COPY, COPY, places=True, why="MariaDB places no column before a virtual one without copying the table"
        )
    if column.identity:
        why = "a column that numbers itself gives every row its number under a lock"
        return Need(REBUILD, REBUILD, shared=True, places=True, why=why)
    if column.generated:
        if column.generated.stored:
            return Need(COPY, COPY, places=True, why="the value of a stored generated column is computed for every row")
        return Need(_since(product, (8, 0, 12), (10, 3, 2), IN_PLACE), IN_PLACE, virtual=True, places=True)
    computed = column.default is not None and not is_literal(without_brackets(column.default))
    if not product.mariadb and column.default is not None:  # here these types take no plain value
        computed = computed or column.type.kind in ("json", "text", "geometry") or "blob" in column.type.spelling
    if computed and (not product.mariadb or _CHANGING.search(column.default or "")):
        return Need(COPY, COPY, places=True, why="a default that is computed is computed for every row")
    if not product.mariadb and not column.nullable and column.default is None and _has_no_empty_value(column.type):
        return Need(REBUILD, REBUILD, places=True, why=f"there is no empty {column.type.spelling} that rows could get")
    last = table.columns[-1].name if table.columns else ""
    at_end = not action.words & {"first", "after"} or action.columns == (last,)
    return _placed(table, product, at_end=at_end)


def _has_no_empty_value(type_: Type) -> bool:
    """Whether MySQL has to look if there are rows, because none of them could get a value."""
    return type_.kind in ("date", "geometry") or (type_.kind == "timestamp" and not type_.with_zone)


def _placed(table: Table, product: Product, *, at_end: bool) -> Need:
    """A new column: INSTANT where the version and the table allow it, else by a rebuild."""
    since = ((8, 0, 12), (10, 3, 2)) if at_end else ((8, 0, 29), (10, 4))
    if not product.has(mysql=since[0], mariadb=since[1]) or not takes_instant(table, product):
        return Need(REBUILD, REBUILD, places=True)
    if product.mariadb and has_virtual(table, indexed=True):
        return Need(REBUILD, REBUILD, places=True)
    return Need(INSTANT, REBUILD, places=True)


def dropped(name: str, table: Table, product: Product) -> Need:
    """DROP COLUMN."""
    column = table.column(name)
    indexed = _is_indexed(name, table)
    if table.primary_key and name in table.primary_key.columns:
        return Need(REBUILD, REBUILD, places=True)
    if _orders_rows(name, table):
        return Need(COPY, COPY, places=True, why="InnoDB uses the unique index over the column as the primary key")
    if column and column.generated and not column.generated.stored:
        level = _since(product, (8, 0, 12), (10, 3, 2), IN_PLACE)
        return Need(
            max(level, IN_PLACE) if indexed else level, IN_PLACE, virtual=True, places=True, breaks=not product.mariadb
        )
    if not takes_instant(table, product) or not product.has(mysql=(8, 0, 29), mariadb=(10, 4)):
        return Need(REBUILD, REBUILD, places=True)
    if product.mariadb and has_virtual(table, indexed=True):
        return Need(
            COPY, COPY, places=True, why="MariaDB copies a table with an indexed virtual column to drop another one"
        )
    if indexed:
        return (
            Need(IN_PLACE, REBUILD, places=True, breaks=False)
            if product.mariadb
            else Need(REBUILD, REBUILD, places=True)
        )
    return Need(INSTANT, REBUILD, places=True)


def renamed(name: str, table: Table, catalog: Catalog, product: Product) -> Need:
    """RENAME COLUMN, and CHANGE with the same definition."""
    referenced = any(name in key.referenced for _, key in Lookup(catalog).referencing(table))
    if product.mariadb:
        return Need(_since(product, None, (10, 3, 2), IN_PLACE), IN_PLACE)
    return Need(IN_PLACE if referenced else _since(product, (8, 0, 28), None, IN_PLACE), IN_PLACE)


def _since(product: Product, mysql: tuple[int, ...] | None, mariadb: tuple[int, ...] | None, otherwise: int) -> int:
    return INSTANT if product.has(mysql=mysql, mariadb=mariadb) else otherwise


def takes_instant(table: Table, product: Product) -> bool:
    """Whether the rows of a table have a form to which columns can be added without touching them."""
    if table.options.get("row_format", "").lower() == "compressed" or "key_block_size" in table.options:
        return False
    return not any(index.method == "fulltext" for index in table.indexes)


def has_virtual(table: Table, *, indexed: bool = False) -> bool:
    """Whether a table has a virtual generated column, or one that an index holds."""
    return any(
        column.generated and not column.generated.stored and (not indexed or _is_indexed(column.name, table))
        for column in table.columns
    )


def _before_virtual(table: Table, action: Action) -> bool:
    """Whether a new column comes to stand before a virtual one."""
    if "first" in action.words:
        return has_virtual(table)
    if "after" not in action.words or not action.columns:
        return False
    names = [column.name for column in table.columns]
    place = names.index(action.columns[0]) if action.columns[0] in names else -1
    return any(column.generated and not column.generated.stored for column in table.columns[place + 1 :])


def implicit_keys(table: Table) -> dict[str, tuple[str, ...]]:
    """The unique indexes over columns that are NOT NULL: one of them orders the rows of a table without a primary key."""
    if table.primary_key:
        return {}
    unique = {each.name or "": each.columns for each in table.uniques}
    for index in table.indexes:
        if index.unique and all(part.column and not part.prefix_length for part in index.parts):
            unique[index.name] = tuple(column or "" for column in index.columns)
    filled = {column.name for column in table.columns if not column.nullable}
    return {name: columns for name, columns in unique.items() if filled.issuperset(columns)}


def _orders_rows(name: str, table: Table) -> bool:
    return any(name in columns for columns in implicit_keys(table).values())


def _is_indexed(name: str, table: Table) -> bool:
    keys = [table.primary_key.columns] if table.primary_key else []
    keys += [unique.columns for unique in table.uniques]
    keys += [tuple(column for column in index.columns if column) for index in table.indexes]
    return any(name in key for key in keys)


# ---------------------------------------------------------------- changed


def changed(action: Action, table: Table, catalog: Catalog, product: Product) -> Need:
    """MODIFY and CHANGE: the dearest of all that differs."""
    old, new = table.column(action.name or ""), action.column
    if old is None or new is None:
        return Need(COPY, COPY)
    needs = [Need(_since(product, (8, 0, 12), (10, 3, 2), IN_PLACE), IN_PLACE)]
    if old.name != new.name:
        needs.append(renamed(old.name, table, catalog, product))
    if (why := _generation(old, new, product)) is not None:
        needs.append(why)
    needs.append(_retyped(old, new, table, product))
    if old.nullable != new.nullable and not old.generated:
        needs.append(_nullability(new, table, product))
    if bool(old.identity) != bool(new.identity) and not (product.mariadb and old.identity):
        needs.append(Need(COPY, COPY, why="AUTO_INCREMENT is given or taken by copying the table"))
    if _moves(action, table):
        needs.append(_moved(old, table, action, product))
    if old.options.get("srid") != new.options.get("srid") and not product.mariadb:
        needs.append(Need(COPY, COPY, why="another SRID is checked on all rows"))
    dearest = max(needs, key=lambda each: each.level)
    return dearest._replace(
        otherwise=max(each.otherwise for each in needs),
        builds=any(each.builds for each in needs),
        places=any(each.places for each in needs),
    )


def _generation(old: Column, new: Column, product: Product) -> Need | None:
    if old.generated is None and new.generated is None:
        return None
    if old.generated and new.generated and old.generated.stored == new.generated.stored:
        same = _plain(old.generated.expression) == _plain(new.generated.expression)
        if same:
            return None
        if product.mariadb and not old.generated.stored:
            return Need(INSTANT, IN_PLACE)
    return Need(COPY, COPY, why="the value of a generated column is computed for every row")


def _plain(expression: str) -> str:
    return re.sub(r"[\s`()]", "", expression).lower()


def _nullability(new: Column, table: Table, product: Product) -> Need:
    if new.nullable:
        if _orders_rows(new.name, table):
            return Need(COPY, COPY, why="InnoDB uses the unique index over the column as the primary key")
        redundant = table.options.get("row_format", "").lower() == "redundant"
        if product.has(mariadb=(10, 4)) and redundant:
            return Need(INSTANT, REBUILD)
        return Need(REBUILD, REBUILD, why="whether a column can be NULL is part of how a row is stored")
    computed = any(column.generated and column.generated.stored for column in table.columns)
    if product.mariadb and (computed or has_virtual(table, indexed=True)):
        return Need(
            COPY, COPY, why="MariaDB copies a table with a stored generated column to make another one NOT NULL"
        )
    return Need(REBUILD, REBUILD, why="whether a column can be NULL is part of how a row is stored")


def _moves(action: Action, table: Table) -> bool:
    names = [column.name for column in table.columns]
    place = names.index(action.name or "")
    if "first" in action.words:
        return place != 0
    if "after" in action.words:
        return not action.columns or place == 0 or names[place - 1] != action.columns[0]
    return False


def _moved(old: Column, table: Table, action: Action, product: Product) -> Need:
    if product.mariadb:
        if old.generated or _crosses_virtual(old, table, action):
            return Need(
                COPY, COPY, places=True, why="MariaDB copies a table with a generated column to order its columns"
            )
        instant = product.has(mariadb=(10, 4)) and takes_instant(table, product)
        return Need(INSTANT if instant else REBUILD, REBUILD, places=True)
    if old.generated and product.version < (9,):
        return Need(COPY, COPY, places=True, why="MySQL copies the table to move a generated column")
    if old.generated and not old.generated.stored:
        return Need(INSTANT, REBUILD, places=True)
    return Need(REBUILD, REBUILD, places=True, why="MySQL writes the rows again to move a column")


def _crosses_virtual(old: Column, table: Table, action: Action) -> bool:
    """Whether a column moves from one side of a virtual column to the other."""
    names = [column.name for column in table.columns]
    start = names.index(old.name)
    end = -1 if "first" in action.words else names.index(action.columns[0]) if action.columns[0] in names else start
    between = table.columns[min(start, end + 1) : max(start, end) + 1]
    return any(column.generated and not column.generated.stored for column in between)


def is_metadata(action: Action, table: Table, product: Product) -> bool:
    """Whether a MODIFY or CHANGE leaves the rows as they are on every engine: the default, the comment, the name."""
    old, new = table.column(action.name or ""), action.column
    if old is None or new is None or _moves(action, table) or old.generated or new.generated:
        return False
    same = _own_type(old, product).spelling == _own_type(new, product).spelling and old.nullable == new.nullable
    return same and collation_of(old, table) == collation_of(new, table) and bool(old.identity) == bool(new.identity)


# ---------------------------------------------------------------- another type


def _retyped(old: Column, new: Column, table: Table, product: Product) -> Need:
    before, after = _own_type(old, product), _own_type(new, product)
    why = f"the values of {old.name} are converted from {before.spelling} to {after.spelling}"
    copy = Need(COPY, COPY, why=why)
    if before.is_text or before.kind in ("enum", "set"):
        return _text(old, new, before, after, table, product) or copy
    if _alike(before, after):
        return Need(INSTANT, INSTANT)
    if (
        before.kind == after.kind == "binary"
        and before.spelling.startswith("varb")
        and after.spelling.startswith("varb")
    ):
        return _longer(before.length or 0, after.length or 0, table, product) or copy
    return copy


def _own_type(column: Column, product: Product) -> Type:
    return read_type(canonical_spelling(column.type.spelling, mariadb=product.mariadb))


def _alike(old: Type, new: Type) -> bool:
    """Whether two types differ in their display width alone."""
    return _meaning(old) == _meaning(new)


def _meaning(type_: Type) -> tuple[object, ...]:
    width = type_.length if type_.kind not in ("integer", "boolean") else None
    name = re.match(r"\w*", type_.spelling)
    filled = "zerofill" in type_.spelling
    return (
        name and name[0], type_.bits, type_.unsigned, width, type_.precision, type_.scale, filled and type_.spelling
    )  # fmt: skip


def _text(old: Column, new: Column, before: Type, after: Type, table: Table, product: Product) -> Need | None:
    """Texts, and the lists of values that are stored as numbers; None where the table must be copied."""
    charsets = charset_of(old, table), charset_of(new, table)
    collations = collation_of(old, table), collation_of(new, table)
    indexed = _is_indexed(old.name, table)
    needs = [Need(INSTANT, INSTANT)]
    if charsets[0] != charsets[1]:
        widened = charsets in (("utf8mb3", "utf8mb4"), ("utf8", "utf8mb4"), ("utf8", "utf8mb3"), ("utf8mb3", "utf8"))
        known = product.has(mysql=(9,), mariadb=(10, 4, 3))
        listed = before.kind in ("enum", "set") and product.mariadb
        if not widened or not known or before.kind == "char" or listed or (indexed and not product.mariadb):
            return None
        needs.append(Need(INSTANT if product.mariadb else IN_PLACE))
    elif collations[0] != collations[1]:
        if not product.has(mysql=(9,), mariadb=(10, 4, 3)) or (indexed and not product.mariadb):
            return None
        rebuilt = indexed and product.mariadb
        needs.append(Need(IN_PLACE, builds=True) if rebuilt else Need(INSTANT if product.mariadb else IN_PLACE))
    widths = [_WIDTHS.get(charset, 1) for charset in charsets]
    if before.kind == after.kind and before.kind in ("enum", "set"):
        if after.values[: len(before.values)] != before.values or _bytes(before) != _bytes(after):
            return None
        if len(after.values) > len(before.values):
            needs.append(Need(_since(product, (8, 0, 12), (10, 3, 2), IN_PLACE), IN_PLACE))
    elif before.kind == after.kind == "varchar":
        lengths = [(type_.length or 0) * width for type_, width in zip((before, after), widths, strict=True)]
        if (after.length or 0) < (before.length or 0):
            return None
        if lengths[0] != lengths[1]:
            longer = _longer(lengths[0], lengths[1], table, product)
            if longer is None:
                return None
            needs.append(longer)
    elif before.spelling != after.spelling:
        return None
    dearest = max(needs, key=lambda each: each.level)
    return dearest._replace(builds=any(each.builds for each in needs))


def _longer(old: int, new: int, table: Table, product: Product) -> Need | None:
    """More bytes for a text: the length of a value is stored in one byte up to 255, in two from there on."""
    if new < old:
        return None
    if product.mariadb:
        free = product.version >= (10, 4, 3) and (
            old <= 127 or table.options.get("row_format", "").lower() == "redundant"
        )
        return Need(INSTANT) if free or new <= 255 or old > 255 else None
    return Need(IN_PLACE) if new <= 255 or old > 255 else None


def _bytes(type_: Type) -> int:
    count = len(type_.values)
    if type_.kind == "enum":
        return 1 if count < 256 else 2
    return 8 if count > 32 else -(-count // 8)


def charset_of(column: Column, table: Table) -> str:
    """The character set that a column has in its table."""
    if column.charset:
        return column.charset
    if column.collation:
        return column.collation.partition("_")[0]
    return table.options.get("charset", "utf8mb4")


def collation_of(column: Column, table: Table) -> str:
    """The collation that a column has in its table; the character set's name stands for its default one."""
    if column.collation:
        return column.collation
    if column.charset and column.charset != table.options.get("charset"):
        return column.charset
    return table.options.get("collate", table.options.get("charset", ""))


def converted(action: Action, table: Table, product: Product) -> Need:
    """CONVERT TO CHARACTER SET: the dearest of the columns that it changes."""
    to = action.to or ""
    needs = [Need(_since(product, None, (10, 3, 2), IN_PLACE))]
    for column in table.columns:
        if column.type.is_text or column.type.kind in ("enum", "set"):
            new = Column(
                name=column.name,
                type=column.type,
                nullable=column.nullable,
                charset=to,
                collation=action.options.get("COLLATE"),
            )
            needs.append(_retyped(column, new, table, product))
    return max(needs, key=lambda each: each.level)
