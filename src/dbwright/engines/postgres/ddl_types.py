"""Types and sequences → their SQL."""

from collections.abc import Iterator

from dbwright.catalog.objects import Composite, Domain, Enum, Range, Sequence
from dbwright.engines.postgres.ddl_columns import check_sql
from dbwright.engines.postgres.words import identifier, literal, qualified


def enum_sql(enum: Enum) -> str:
    """CREATE TYPE … AS ENUM."""
    labels = ", ".join(literal(label) for label in enum.labels)
    return f"CREATE TYPE {qualified(enum.namespace, enum.name)} AS ENUM ({labels})"


def domain_sql(domain: Domain, *, bare: bool = False) -> Iterator[str]:
    """CREATE DOMAIN; bare: without its default and checks, which come later."""
    name = qualified(domain.namespace, domain.name)
    words = [f"CREATE DOMAIN {name} AS {domain.type.spelling}"]
    if domain.collation:
        words.append(f"COLLATE {domain.collation}")
    if domain.default is not None and not bare:
        words.append(f"DEFAULT {domain.default}")
    if not domain.nullable:
        words.append("NOT NULL")
    later = []
    for check in () if bare else domain.checks:
        if check.validated:
            words.append(check_sql(check))
        else:
            later.append(f"ALTER DOMAIN {name} ADD {check_sql(check)}")
    yield " ".join(words)
    yield from later


def composite_sql(composite: Composite) -> str:
    """CREATE TYPE … AS (…)."""
    attributes = ", ".join(
        f"{identifier(each.name)} {each.type.spelling}" + (f" COLLATE {each.collation}" if each.collation else "")
        for each in composite.attributes
    )
    return f"CREATE TYPE {qualified(composite.namespace, composite.name)} AS ({attributes})"


def range_sql(range_: Range) -> str:
    """CREATE TYPE … AS RANGE."""
    settings = {"subtype": range_.subtype.spelling, **range_.options}
    if range_.multirange_name:
        settings["multirange_type_name"] = qualified(range_.namespace, range_.multirange_name)
    text = ", ".join(f"{name} = {value}" for name, value in settings.items())
    return f"CREATE TYPE {qualified(range_.namespace, range_.name)} AS RANGE ({text})"


def sequence_sql(sequence: Sequence) -> str:
    """CREATE SEQUENCE."""
    words = ["CREATE UNLOGGED SEQUENCE" if sequence.unlogged else "CREATE SEQUENCE"]
    words.append(qualified(sequence.namespace, sequence.name))
    if sequence.type != "bigint":
        words.append(f"AS {sequence.type}")
    if sequence.increment != 1:
        words.append(f"INCREMENT BY {sequence.increment}")
    if sequence.minimum is not None:
        words.append(f"MINVALUE {sequence.minimum}")
    if sequence.maximum is not None:
        words.append(f"MAXVALUE {sequence.maximum}")
    words.append(f"START WITH {sequence.start}")
    if sequence.cache != 1:
        words.append(f"CACHE {sequence.cache}")
    if sequence.cycle:
        words.append("CYCLE")
    return " ".join(words)
