"""What a query calls its tables."""


def aliases(sql: str, dialect: str) -> dict[str, str]:
    """The real name of each alias and of each table of a query; empty where the query cannot be parsed."""
    from sqlglot import exp, parse_one
    from sqlglot.errors import SqlglotError

    try:
        parsed = parse_one(sql, dialect=dialect)
    except SqlglotError:
        return {}
    return {table.alias_or_name: table.name for table in parsed.find_all(exp.Table)}
