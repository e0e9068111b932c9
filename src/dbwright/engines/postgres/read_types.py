"""Enums, domains, composite and range types."""

from collections import defaultdict
from typing import Any

from dbwright.catalog.names import Kind, Ref
from dbwright.catalog.objects import Check, Column, Composite, Domain, Enum, Range
from dbwright.engines.postgres import queries
from dbwright.engines.postgres.reading import Reading
from dbwright.engines.postgres.sqltext import stable, without_outer_brackets

_KINDS: dict[str, Kind] = {"e": "enum", "d": "domain", "c": "composite", "r": "range"}


def name_types(reading: Reading) -> list[tuple[Any, ...]]:
    """The rows of all user-made types; their names are told to the reading."""
    rows = reading.rows(queries.user_types(reading.version))
    for oid, namespace, name, kind, alike, *_ in rows:
        ref = Ref(_KINDS[kind], (reading.namespace(namespace), name))
        # Arrays and multiranges have types of their own; what stands on them stands on this one.
        reading.types.update({other: ref for other in alike if other})
        reading.types[oid] = ref
    return rows


def read_types(
    reading: Reading, rows: list[tuple[Any, ...]]
) -> tuple[tuple[Enum, ...], tuple[Domain, ...], tuple[Composite, ...], tuple[Range, ...]]:
    """All user-made types, from the rows of `name_types`."""
    checks = _domain_checks(reading) if any(row[3] == "d" for row in rows) else {}
    enums, domains, composites, ranges = [], [], [], []
    for row in rows:
        oid, namespace, name, kind, _, owner, relation, labels, base, modifier, not_null, default, collation, *rest = (
            row
        )
        same: dict[str, Any] = {
            "namespace": reading.namespace(namespace),
            "name": name,
            "owner": reading.owner_name(owner),
            "comment": reading.comment("pg_type", oid),
        }
        if kind == "e":
            enums.append(Enum(labels=tuple(labels or ()), **same))
        elif kind == "d":
            domains.append(
                Domain(
                    type=reading.type_names[base, modifier],
                    nullable=not not_null,
                    default=default,
                    collation=reading.any_collation(collation),
                    checks=tuple(checks.get(oid, ())),
                    **same,
                )
            )
        elif kind == "c":
            composites.append(Composite(attributes=_attributes(reading, relation), **same))
        else:
            ranges.append(_range(reading, same, rest))
    return tuple(enums), tuple(domains), tuple(composites), tuple(ranges)


def _domain_checks(reading: Reading) -> dict[int, list[Check]]:
    found = defaultdict(list)
    for domain, oid, name, definition, validated in reading.rows(queries.DOMAIN_CHECKS):
        text = definition.removesuffix(" NOT VALID").removeprefix("CHECK ")
        # Brackets twice: those of CHECK (…), and those that the server puts around every operator.
        expression = stable(without_outer_brackets(without_outer_brackets(text)))
        comment = reading.comment("pg_constraint", oid)
        found[domain].append(Check(name=name, expression=expression, validated=validated, comment=comment))
    return {domain: sorted(checks, key=lambda check: check.name or "") for domain, checks in found.items()}


def _attributes(reading: Reading, relation: int) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=row[2],
            type=reading.type_names[row[3], row[4]],
            collation=reading.any_collation(row[7]),
            comment=reading.comment("pg_class", relation, row[1]),
        )
        for row in reading.column_rows.get(relation, ())
    )


def _range(reading: Reading, same: dict[str, Any], rest: list[Any]) -> Range:
    subtype, multirange, operator_class, collation, canonical, difference = rest
    texts = {
        "subtype_opclass": reading.any_operator_class(operator_class),
        "collation": reading.any_collation(collation),
        "canonical": canonical,
        "subtype_diff": difference,
    }
    return Range(
        subtype=reading.type_names[subtype, -1],
        multirange_name=multirange,
        options={name: text for name, text in texts.items() if text},
        **same,
    )
