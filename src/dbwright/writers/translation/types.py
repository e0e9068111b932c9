"""Column types in another dialect."""

import msgspec

from dbwright.catalog.names import Ref
from dbwright.catalog.objects import Catalog, Domain
from dbwright.catalog.types import Type
from dbwright.engines.base import Engine
from dbwright.writers.translation.losses import Losses

_TEXT = {"postgres": "text", "mysql": "longtext", "sqlite": "TEXT"}
_KEPT_AS_TEXT = {
    "mysql": {"interval", "xml", "network", "range", "composite", "fulltext", "vector", "money"},
    "sqlite": {"interval", "xml", "network", "range", "composite", "fulltext", "vector", "geometry"},
    "postgres": {"set", "geometry"},
}
_KEPT_AS_JSON = {"mysql": {"array"}, "sqlite": {"array"}, "postgres": set[str]()}
_WIDER = {8: 16, 16: 32, 24: 32, 32: 64}
_KEY_CHARACTERS = 255
_LONGEST_KEY = 768  # characters of four bytes in InnoDB's 3072


class TypeTranslator:
    """Translates the types of one catalog; knows its enums and domains.

    enum_names: what the named type of an enum column is called in the target, by the column's path.
    """

    def __init__(
        self, catalog: Catalog, target: Engine, losses: Losses, enum_names: dict[tuple[str, ...], str] | None = None
    ) -> None:
        self._target = target
        self._losses = losses
        self._enum_names = enum_names or {}
        self._enums = {(each.namespace, each.name): each.labels for each in catalog.enums}
        self._domains = {(each.namespace, each.name): each for each in catalog.domains}

    def domain(self, old: Type) -> Domain | None:
        """The domain that a type names."""
        return self._domains.get(old.user_type) if old.kind == "domain" and old.user_type else None

    def labels(self, old: Type) -> tuple[str, ...]:
        """The labels of an enum type, inline, named, or behind a domain; nothing for other types."""
        if domain := self.domain(old):
            return self.labels(domain.type)
        if old.kind != "enum":
            return ()
        return old.values or self._enums.get(old.user_type or ("", ""), ())

    def translate(self, old: Type, ref: Ref, *, keyed: int = 0) -> Type:
        """The type in the target's spelling; what does not fit is noted as lost.

        keyed: how many columns the longest key has that this column is in; 0 where it is in none.
        """
        target = self._target.name
        if domain := self.domain(old):
            self._losses.add(ref, f"the domain {domain.name} becomes its base type, its checks become the column's")
            return self.translate(domain.type, ref, keyed=keyed)
        if old.kind == "enum":
            return self._enum(old, ref)
        if old.kind in _KEPT_AS_TEXT[target] or old.kind == "other":
            self._losses.add(ref, f"{old.spelling} has no counterpart and becomes text")
            return self._spelled(Type("text", _TEXT[target]), keyed, ref)
        if old.kind in _KEPT_AS_JSON[target]:
            self._losses.add(ref, f"{old.spelling} becomes JSON, since {self._target.title} has no arrays")
            return self._spelled(Type("json", ""), 0, ref)
        if old.kind == "year" and target != "mysql":
            return self._spelled(Type("integer", "", bits=16), keyed, ref)
        if old.kind == "untyped":
            self._losses.add(ref, "a column without a type becomes text")
            return self._spelled(Type("text", _TEXT[target]), keyed, ref)
        return self._spelled(self._signed(old, ref, keyed), keyed, ref)

    def _enum(self, old: Type, ref: Ref) -> Type:
        labels = self.labels(old)
        if self._target.name == "mysql":
            quoted = ",".join("'" + label.replace("\\", "\\\\").replace("'", "''") + "'" for label in labels)
            return Type("enum", f"enum({quoted})", values=labels)
        if self._target.name == "postgres":
            name = self._enum_names[ref.path]
            return Type("enum", f"public.{self._target.quote(name)}", user_type=("public", name))
        self._losses.add(ref, "the enum becomes text with a check")
        return Type("text", "TEXT")

    def _signed(self, old: Type, ref: Ref, keyed: int) -> Type:
        """PostgreSQL and SQLite have no unsigned numbers: the next wider type holds all their values."""
        if not old.unsigned or self._target.name == "mysql":
            return old
        self._losses.add(ref, f"{old.spelling} becomes signed")
        if old.kind != "integer":
            return msgspec.structs.replace(old, unsigned=False)
        if old.bits == 64 and keyed:
            return msgspec.structs.replace(old, unsigned=False)
        if old.bits == 64 and self._target.name == "postgres":
            self._losses.add(ref, "an unsigned 64-bit integer becomes numeric(20)")
            return Type("decimal", "", precision=20, scale=0)
        return msgspec.structs.replace(old, unsigned=False, bits=_WIDER.get(old.bits or 32, 64))

    def _spelled(self, meant: Type, keyed: int, ref: Ref) -> Type:
        if self._target.name == "mysql":
            meant = self._for_mysql(meant, keyed, ref)
        return msgspec.structs.replace(meant, spelling=self._target.spell(meant), user_type=None)

    def _for_mysql(self, meant: Type, keyed: int, ref: Ref) -> Type:
        """MySQL keeps no unlimited text or bytes in a key, and no key of more than 768 characters."""
        room = _LONGEST_KEY // keyed if keyed else 0
        if keyed and meant.kind in ("text", "json", "varchar") and (meant.length is None or meant.length > room):
            length = min(_KEY_CHARACTERS if meant.length is None else meant.length, room)
            self._losses.add(
                ref, f"{meant.spelling or 'unlimited text'} is too long for a key and becomes varchar({length})"
            )
            return Type("varchar", "", length=length)
        if keyed and meant.kind == "binary" and meant.length is None:
            self._losses.add(ref, f"unlimited bytes cannot be a key and become varbinary({_KEY_CHARACTERS})")
            return Type("binary", "", length=_KEY_CHARACTERS, variable=True)
        if meant.kind == "varchar" and meant.length is None:
            return Type("text", "")
        if meant.kind == "decimal" and meant.precision is None:
            self._losses.add(ref, "an unlimited decimal becomes decimal(65,30)")
        if meant.kind in ("time", "timestamp") and meant.precision is None:
            # Elsewhere a time has microseconds unless told otherwise; in MySQL it has none.
            return msgspec.structs.replace(meant, precision=6)
        return meant
