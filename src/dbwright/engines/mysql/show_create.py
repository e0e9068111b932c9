"""What only SHOW CREATE TABLE tells: partitions, periods, system versioning, full-text parsers."""

import re

import msgspec

from dbwright.catalog.objects import Index, KeyPart, Partitioning, PrimaryKey, Table, Unique
from dbwright.engines.mysql.text import tokens, unquote

_NAME = r"`((?:[^`]|``)+)`"
_END = re.compile(r"\n\)[^\n]*")
_PARTITIONS = re.compile(r"\n\s*(?:/\*M?!\d+\s+)?(PARTITION BY\s.*?)(?:\s*\*/)?\s*$", re.DOTALL)
_STRATEGY = re.compile(r"PARTITION BY\s+((?:LINEAR\s+)?\w+(?:\s+COLUMNS)?)", re.IGNORECASE)
_PERIOD = re.compile(rf"\n\s+PERIOD FOR (SYSTEM_TIME|{_NAME}) \({_NAME}, {_NAME}\)")
_OVERLAPS = re.compile(rf"\n\s+(?:UNIQUE KEY {_NAME}|PRIMARY KEY) \([^\n]*,{_NAME} WITHOUT OVERLAPS\)")
_PARSER = re.compile(rf"\n\s+FULLTEXT KEY {_NAME} [^\n]*WITH PARSER {_NAME}")


def complete(table: Table, created: str) -> Table:
    """The table with what its CREATE statement tells beyond information_schema."""
    table = _with_periods(table, created)
    table = _with_parsers(table, created)
    end = _END.search(created)
    split = _PARTITIONS.search(created, end.end() if end else 0)
    if split:
        table = msgspec.structs.replace(table, kind="partitioned", partitioning=_partitioning(split[1]))
    return table


def _partitioning(definition: str) -> Partitioning:
    strategy = _STRATEGY.match(definition)
    rest = definition[strategy.end() :] if strategy else ""
    return Partitioning(
        strategy=" ".join(strategy[1].lower().split()) if strategy else "",
        parts=_parts(rest) if rest.lstrip().startswith("(") else (),
        definition=definition,
    )


def _parts(rest: str) -> tuple[KeyPart, ...]:
    depth = 0
    inside: list[str] = []
    for token in tokens(rest):
        depth -= token == ")"
        if depth == 0 and inside:
            break
        if depth:
            inside.append(token)
        depth += token == "("
    names = [token for token in inside if token.strip() and token != ","]
    if all(re.fullmatch(r"`.*`|\w+", name, re.DOTALL) and not name.isdigit() for name in names):
        return tuple(KeyPart(column=unquote(name) if name[0] == "`" else name) for name in names)
    return (KeyPart(expression="".join(inside)),)


def _with_periods(table: Table, created: str) -> Table:
    options = dict(table.options)
    checks = table.checks
    for period in _PERIOD.finditer(created):
        bounds = f"(`{period[3]}`, `{period[4]}`)"
        if period[1] == "SYSTEM_TIME":
            options["period_for_system_time"] = bounds
        else:
            options["period"] = f"`{period[2]}` {bounds}"
            name = period[2].replace("``", "`")
            checks = tuple(check for check in checks if check.name != name)
    table = msgspec.structs.replace(table, options=options, checks=checks)
    if "system_versioning" in options:
        table = _without_row_end(table)
    for overlaps in _OVERLAPS.finditer(created):
        table = _without_overlaps(table, overlaps[1], overlaps[2].replace("``", "`"))
    return table


def _without_row_end(table: Table) -> Table:
    """Keys without the end of the row's life, which a system-versioned table adds to each of them by itself."""
    ends = {column.name for column in table.columns if column.options.get("generated") == "row end"}
    names = {column.name for column in table.columns}

    def own(columns: tuple[str, ...]) -> tuple[str, ...]:
        return columns[:-1] if len(columns) > 1 and (columns[-1] in ends or columns[-1] not in names) else columns

    key = table.primary_key
    return msgspec.structs.replace(
        table,
        primary_key=msgspec.structs.replace(key, columns=own(key.columns)) if key else None,
        uniques=tuple(msgspec.structs.replace(unique, columns=own(unique.columns)) for unique in table.uniques),
    )


def _without_overlaps(table: Table, name: str | None, period: str) -> Table:
    def marked(key: PrimaryKey | Unique) -> dict[str, object]:
        return {"without_overlaps": True, "options": {**key.options, "period": period}}

    if name is None:
        key = table.primary_key
        return msgspec.structs.replace(table, primary_key=msgspec.structs.replace(key, **marked(key))) if key else table
    wanted = name.replace("``", "`")
    uniques = tuple(
        msgspec.structs.replace(unique, **marked(unique)) if unique.name == wanted else unique
        for unique in table.uniques
    )
    return msgspec.structs.replace(table, uniques=uniques)


def _with_parsers(table: Table, created: str) -> Table:
    parsers = {name.replace("``", "`"): parser for name, parser in _PARSER.findall(created)}
    if not parsers:
        return table

    def parsed(index: Index) -> Index:
        parser = parsers.get(index.name)
        return msgspec.structs.replace(index, options={**index.options, "parser": parser}) if parser else index

    return msgspec.structs.replace(table, indexes=tuple(parsed(index) for index in table.indexes))
