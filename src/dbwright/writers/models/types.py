"""Catalog types as SQLAlchemy types and Python annotations."""

from dbwright.catalog.objects import Catalog, Column
from dbwright.catalog.types import Type
from dbwright.writers.identifiers import class_name, python_name

_PYTHON = {
    "boolean": "bool", "integer": "int", "decimal": "decimal.Decimal", "float": "float", "money": "str",
    "char": "str", "varchar": "str", "text": "str", "binary": "bytes", "bit": "str", "date": "datetime.date",
    "time": "datetime.time", "timestamp": "datetime.datetime", "interval": "datetime.timedelta", "year": "int",
    "uuid": "uuid.UUID", "json": "Any", "xml": "str", "enum": "str", "set": "set[str]", "network": "str",
    "fulltext": "str", "domain": "Any", "range": "Any", "vector": "Any", "geometry": "Any", "composite": "Any",
    "untyped": "Any", "other": "Any",
}  # fmt: skip
_PLAIN = {"boolean": "Boolean", "text": "Text", "date": "Date", "uuid": "Uuid", "interval": "Interval"}
_POSTGRES = {"money": "MONEY", "inet": "INET", "cidr": "CIDR", "macaddr": "MACADDR", "macaddr8": "MACADDR8",
             "tsvector": "TSVECTOR", "tsquery": "TSQUERY", "oid": "OID"}  # fmt: skip
_SQLITE = {
    "INTEGER": "Integer", "BIGINT": "BigInteger", "SMALLINT": "SmallInteger", "BOOLEAN": "Boolean", "TEXT": "Text",
    "VARCHAR": "String", "NVARCHAR": "NVARCHAR", "CHAR": "CHAR", "NUMERIC": "Numeric", "DECIMAL": "DECIMAL", "FLOAT": "Float",
    "REAL": "REAL", "BLOB": "LargeBinary", "DATE": "Date", "TIME": "Time", "DATETIME": "DateTime", "TIMESTAMP": "TIMESTAMP",
    "JSON": "JSON",
}  # fmt: skip
_SQLITE_TEXTS = ("String", "Text", "NVARCHAR", "CHAR")
_WITH_NUMBERS = ("String", "CHAR", "NVARCHAR", "Numeric", "DECIMAL")
_INTEGERS = {16: "SmallInteger", 32: "Integer", 64: "BigInteger"}
_MYSQL_TEXTS = ("CHAR", "VARCHAR", "TEXT", "TINYTEXT", "MEDIUMTEXT", "LONGTEXT")
_MYSQL_BYTES = ("BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB")


class TypeWriter:
    """Writes types; gathers the imports and the helper classes and types that they need."""

    def __init__(self, catalog: Catalog, taken: set[str]) -> None:
        self._engine = "mysql" if catalog.engine == "mariadb" else catalog.engine
        self._enums = {(each.namespace, each.name): each for each in catalog.enums}
        self._domains = {(each.namespace, each.name): each for each in catalog.domains}
        self.taken = taken
        self._own: dict[str, str] = {}
        self._named: dict[tuple[str, str], tuple[str, str]] = {}
        self.imports: set[str] = set()
        self.modules: set[str] = set()

    def python(self, type_: Type) -> str:
        """The annotation of a value."""
        if type_.kind == "array" and type_.element:
            return f"list[{self.python(type_.element)}]"
        domain = self._domains.get(type_.user_type or ("", ""))
        if type_.kind == "domain" and domain:
            return self.python(domain.type)
        found = _PYTHON.get(type_.kind, "Any")
        if "." in found:
            self.modules.add(found.partition(".")[0])
        if "Any" in found:
            self.imports.add("typing.Any")
        return found

    def of_column(self, column: Column) -> str:
        """The expression that makes a column's type, with its collation and charset."""
        return self._write(column.type, column.collation, column.charset)

    def write_all_named(self) -> None:
        """Write the enums and domains that no column uses too."""
        for path in self._enums:
            self._enum(path)
        for path in self._domains:
            self._domain(path)

    def numbered(self, type_: Type) -> str:
        """A type that numbers itself outside the primary key, where SQLAlchemy would not say so."""
        if self._engine == "mysql":
            return self._of_the_file(f"{type_.spelling} AUTO_INCREMENT")
        return self._of_the_file({16: "smallserial", 64: "bigserial"}.get(type_.bits or 32, "serial"))

    def _write(self, type_: Type, collation: str | None = None, charset: str | None = None) -> str:
        """One that SQLAlchemy lacks, or would spell otherwise, becomes a small class of the file."""
        match self._engine:
            case "mysql":
                return self._mysql(type_, collation, charset) or self._of_the_file(type_.spelling)
            case "sqlite":
                return self._sqlite(type_, collation)
            case _:
                return self._postgres(type_, collation) or self._of_the_file(type_.spelling)

    # ------------------------------------------------------------ SQLite

    def _sqlite(self, type_: Type, collation: str | None) -> str:
        """SQLite keeps whatever spelling was declared, so only the very same spelling will do."""
        base, bracket, numbers = type_.spelling.upper().partition("(")
        name = _SQLITE.get(base.strip())
        listed = numbers.removesuffix(")").replace(",", "").replace(" ", "")
        unknown = bracket and (name not in _WITH_NUMBERS or not listed.isdigit())
        if name is None or unknown or (collation and name not in _SQLITE_TEXTS):
            spelling = type_.spelling + (f' COLLATE "{collation}"' if collation else "")
            return self._of_the_file(spelling)
        arguments = [numbers.removesuffix(")")] if bracket else []
        arguments += [f"collation={collation!r}"] if collation else []
        return self._call(self._use(name), arguments)

    # ------------------------------------------------------------ PostgreSQL

    def _postgres(self, type_: Type, collation: str | None) -> str | None:
        collated = [f"collation={_unquoted(collation)!r}"] if collation else []
        match type_.kind:
            case "integer" if type_.bits in _INTEGERS and "int" in type_.spelling:
                return self._use(_INTEGERS[type_.bits])
            case "decimal":
                return self._call(
                    self._use("Numeric"), [str(n) for n in (type_.precision, type_.scale) if n is not None]
                )
            case "float":
                return f"{self._use('Float')}(24)" if type_.bits == 32 else self._use("Double")
            case "varchar" | "char" if type_.spelling.startswith("character"):
                name = self._use("String" if type_.kind == "varchar" else "CHAR")
                return self._call(name, [*([str(type_.length)] if type_.length else []), *collated])
            case "text" if type_.spelling == "text":
                return self._call(self._use("Text"), collated)
            case "binary" if type_.spelling == "bytea":
                return self._use("LargeBinary")
            case "time" | "timestamp":
                return self._moment(type_)
            case "json":
                return self._dialect("postgresql", "JSONB") if type_.binary_json else self._use("JSON")
            case "enum" if type_.user_type in self._enums:
                return self._enum(type_.user_type)
            case "domain" if type_.user_type in self._domains:
                return self._domain(type_.user_type)
            case "array" if type_.element:
                return f"{self._dialect('postgresql', 'ARRAY')}({self._write(type_.element)})"
            case "bit":
                varying = ["varying=True"] if "var" in type_.spelling else []
                length = [f"length={type_.length}"] if type_.length else []
                return self._call(self._dialect("postgresql", "BIT"), [*length, *varying])
            case kind if type_.spelling in _POSTGRES:
                return self._dialect("postgresql", _POSTGRES[type_.spelling])
            case kind if kind in _PLAIN and type_.spelling in ("boolean", "date", "uuid", "interval"):
                return self._use(_PLAIN[kind])
        return None

    def _moment(self, type_: Type) -> str:
        if type_.precision is not None:
            name = self._dialect("postgresql", "TIMESTAMP" if type_.kind == "timestamp" else "TIME")
            return f"{name}(timezone={type_.with_zone}, precision={type_.precision})"
        name = self._use("DateTime" if type_.kind == "timestamp" else "Time")
        return f"{name}(timezone=True)" if type_.with_zone else name

    def _enum(self, path: tuple[str, str]) -> str:
        labels = [repr(label) for label in self._enums[path].labels]
        return self._type_of_its_own(path, self._use("Enum"), [*labels, f"name={path[1]!r}"])

    def _domain(self, path: tuple[str, str]) -> str:
        domain = self._domains[path]
        arguments = [repr(path[1]), self._write(domain.type)]
        if domain.collation:
            arguments.append(f"collation={_unquoted(domain.collation)!r}")
        if domain.default is not None:
            arguments.append(f"default={self._text(domain.default)}")
        if not domain.nullable:
            arguments.append("not_null=True")
        if domain.checks:
            check = " AND ".join(f"({each.expression})" for each in domain.checks)
            name = f", constraint_name={domain.checks[0].name!r}" if len(domain.checks) == 1 else ""
            arguments.append(f"check={self._text(check)}{name}")
        return self._type_of_its_own(path, self._dialect("postgresql", "DOMAIN"), arguments)

    def _text(self, sql: str) -> str:
        self.imports.add("sqlalchemy.text")
        return f"text({bind_free(sql)!r})"

    def _type_of_its_own(self, path: tuple[str, str], maker: str, arguments: list[str]) -> str:
        """A named type is made once for the module, so that all its columns share it."""
        if path not in self._named:
            schema = [f"schema={path[0]!r}"] if path[0] not in ("", "public") else []
            made = self._call(maker, [*arguments, *schema, "metadata=Base.metadata"])
            self._named[path] = (python_name(f"{path[1]}_type", self.taken), made)
        return self._named[path][0]

    # ------------------------------------------------------------ MySQL

    def _mysql(self, type_: Type, collation: str | None, charset: str | None) -> str | None:
        base, _, rest = type_.spelling.upper().partition("(")
        base = base.partition(" ")[0]
        in_words = [
            *([f"charset={charset!r}"] if charset else []),
            *([f"collation={collation!r}"] if collation else []),
        ]
        signs = [f"{word}=True" for word in ("unsigned", "zerofill") if word in type_.spelling.lower()]
        match base:
            case "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "INTEGER" | "BIGINT":
                name = "INTEGER" if base == "INT" else base
                display = [rest.partition(")")[0]] if type_.kind == "boolean" or "zerofill=True" in signs else []
                return self._call(self._dialect("mysql", name), [each for each in (*display, *signs) if each])
            case "ENUM" | "SET" if type_.values:
                return self._call(self._dialect("mysql", base), [*(repr(value) for value in type_.values), *in_words])
            case "FLOAT" | "DOUBLE" | "DECIMAL":
                numbers = [rest.partition(")")[0]] if rest else []
                return self._call(self._dialect("mysql", base), [*numbers, *signs])
            case "DATETIME" | "TIMESTAMP" | "TIME":
                return self._call(self._dialect("mysql", base), [f"fsp={type_.precision}"] if type_.precision else [])
            case "BINARY" | "VARBINARY" | "BIT" if type_.length:
                return f"{self._dialect('mysql', base)}({type_.length})"
            case "YEAR" | "DATE":
                return self._dialect("mysql", base) if base == "YEAR" else self._use("Date")
            case "JSON":
                return self._dialect("mysql", "JSON")
        if base in _MYSQL_BYTES:
            return self._dialect("mysql", base)
        if base in _MYSQL_TEXTS and type_.kind != "json":
            return self._call(self._dialect("mysql", base), [*([str(type_.length)] if rest else []), *in_words])
        return self._dialect("mysql", "JSON") if type_.kind == "json" else None

    # ------------------------------------------------------------ pieces

    @staticmethod
    def _call(name: str, arguments: list[str]) -> str:
        return f"{name}({', '.join(arguments)})" if arguments else name

    def _of_the_file(self, spelling: str) -> str:
        if spelling not in self._own:
            self._own[spelling] = class_name(f"{spelling or 'untyped'} type", self.taken)
            self.imports |= {"typing.Any", "sqlalchemy.types.UserDefinedType"}
        return self._own[spelling]

    def _use(self, name: str) -> str:
        self.imports.add(f"sqlalchemy.{name}")
        return name

    def _dialect(self, dialect: str, name: str) -> str:
        self.imports.add(f"sqlalchemy.dialects.{dialect}")
        return f"{dialect}.{name}"

    def own_classes(self) -> list[str]:
        """The classes for types that SQLAlchemy lacks, and the named types of the database."""
        lines: list[str] = []
        for spelling, name in sorted(self._own.items(), key=lambda each: each[1]):
            lines += [
                "",
                "",
                f"class {name}(UserDefinedType[Any]):",
                "    cache_ok = True",
                "",
                "    def get_col_spec(self, **options: Any) -> str:",
                f"        return {spelling!r}",
            ]
        named = [f"{name} = {made}" for name, made in self._named.values()]
        return [*lines, *(["", "", *named] if named else [])]


def bind_free(sql: str) -> str:
    """SQL for text(): a colon before a word would be taken for a bound parameter."""
    return sql.replace(":", "\\:")


def _unquoted(collation: str) -> str:
    return collation[1:-1].replace('""', '"') if collation.startswith('"') and collation.endswith('"') else collation
