"""Relations and dependencies as people write them, both ways.

R(A, B, C, D)                a relation; names in quotes, backticks or brackets may hold anything
A, B -> C                    functional (also →, =>); "A B -> C", and "AB -> C" where all attributes are single letters
A -> B -> C, A <-> B         several at once
∅ -> A                       constant (also "{} -> A", "-> A")
A ->> B | C                  multivalued (also ↠, →→)
⋈(A B, B C)                  join (also "*(AB, BC)", "join{{A,B},{B,C}}")
key(A, B)                    all attributes depend on A, B
"""

import re
from collections.abc import Iterable, Sequence

from dbwright.catalog.dependencies import Functional, Join, Multivalued
from dbwright.errors import UsageError
from dbwright.normalize.theory.relation import Relation

Readable = Functional | Multivalued | Join

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<quoted>"(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\])
    | (?P<double><?(?:->->|-+>>|=>>|→→|↠))
    | (?P<both><-+>|<=+>|↔|⇔)
    | (?P<single>-+>|=+>|→|⇒)
    | (?P<empty>∅|Ø(?=\s|$|-|→))
    | (?P<mark>[(){},;|⋈*=⟨⟩])
    | (?P<word>(?:(?!->|--+>|=+>|<-)[^\s(){},;|⋈*=→↠↔⇒⇔∅"`\[\]⟨⟩])+)
    )""",
    re.VERBOSE,
)
_NAMES = ("word", "quoted")
_OPEN, _CLOSE = "({⟨", ")}⟩"
_HINT = "Write 'A, B -> C', 'A ->> B', '⋈(A B, B C)' or 'key(A, B)'."


def show_set(attributes: Iterable[str]) -> str:
    """Attributes as a person writes them: "A, B"; "∅" where there are none. Names that need it are quoted."""
    return ", ".join(_shown(name) for name in attributes) or "∅"


def show(dependency: Readable, order: Sequence[str] = ()) -> str:
    """A dependency as a person writes it; attributes in `order`, others in alphabetical order behind."""
    place = {name: position for position, name in enumerate(order)}

    def listed(attributes: Iterable[str]) -> list[str]:
        return sorted(attributes, key=lambda name: (place.get(name, len(place)), name))

    if isinstance(dependency, Join):
        parts = sorted(
            (listed(each) for each in dependency.components),
            key=lambda names: [(place.get(name, len(place)), name) for name in names],
        )
        shown = "; ".join(show_set(each) for each in parts)
        return f"⋈({shown})" if len(parts) > 1 else f"⋈({{{shown}}})"
    arrow = "→" if isinstance(dependency, Functional) else "↠"
    return f"{show_set(listed(dependency.left))} {arrow} {show_set(listed(dependency.right))}"


def show_relation(relation: Relation) -> str:
    """A relation's name and attributes: "R(A, B, C)"."""
    return f"{_shown(relation.name)}({', '.join(_shown(name) for name in relation.attributes)})"


def read(relation: str, dependencies: Iterable[str] = ()) -> Relation:
    """A relation and its dependencies from texts. Several dependencies in one text are separated by ";" or line breaks.

    Raises UsageError, with the place, for what cannot be read and for attributes that the relation does not have.
    """
    name, attributes = _relation(relation)
    statements = [each for text in dependencies for each in _statements(text)]
    if len(attributes) == 1 and re.fullmatch(r"[A-Z]{2,}", attributes[0]):
        mentioned = {token for text in statements for kind, token, _ in _tokens(text) if kind == "word"}
        if attributes[0] not in mentioned:  # R(ABCD), as in textbooks
            attributes = tuple(attributes[0])
    repeated = sorted({each for each in attributes if attributes.count(each) > 1})
    if repeated:
        raise UsageError(f"{name} names {', '.join(repeated)} more than once.")
    functional: list[Functional] = []
    multivalued: list[Multivalued] = []
    joins: list[Join] = []
    for text in statements:
        for each in _Reader(text, attributes).read():
            if isinstance(each, Functional):
                functional.append(each)
            elif isinstance(each, Multivalued):
                multivalued.append(each)
            else:
                joins.append(each)
    return Relation(
        name=name,
        attributes=attributes,
        functional=tuple(dict.fromkeys(functional)),
        multivalued=tuple(dict.fromkeys(multivalued)),
        joins=tuple(dict.fromkeys(joins)),
    )


def read_dependencies(text: str, attributes: Sequence[str]) -> tuple[Readable, ...]:
    """The dependencies in a text, over known attributes."""
    return tuple(found for each in _statements(text) for found in _Reader(each, tuple(attributes)).read())


class _Reader:
    """Reads one statement over known attributes."""

    def __init__(self, text: str, attributes: tuple[str, ...]) -> None:
        self.text, self.attributes = text, attributes
        self.known = frozenset(attributes)
        self.letters = all(len(name) == 1 for name in attributes)
        self.tokens = _tokens(text)

    def read(self) -> list[Readable]:
        kinds = [kind for kind, _, _ in self.tokens]
        if any(kind in ("single", "double", "both") for kind in kinds):
            return self._arrows()
        first = self.tokens[0]
        if _mark(first, "⋈*") or (first[0] == "word" and first[1].lower() in ("join", "jd")):
            return [self._join(self.tokens[1:])]
        if first[0] == "word" and first[1].lower() in ("key", "unique") and len(self.tokens) > 1:
            return [Functional(self._names(self.tokens[1:]), self.known)]
        raise UsageError(f"{self.text!r} has no arrow.", hint=_HINT)

    def _arrows(self) -> list[Readable]:
        sides: list[list[tuple[str, str, int]]] = [[]]
        arrows: list[str] = []
        for token in self.tokens:
            if token[0] in ("single", "double", "both"):
                arrows.append(token[0])
                sides.append([])
            else:
                sides[-1].append(token)
        if not sides[-1]:
            raise UsageError(f"{self.text!r} has nothing after its arrow.", hint=_HINT)
        found: list[Readable] = []
        for arrow, before, after in zip(arrows, sides, sides[1:], strict=False):
            left = self._names(before)
            if arrow == "double":
                alternatives = _split(after, "|")
                found += [Multivalued(left, self._names(each)) for each in alternatives]
                if len(alternatives) > 1:
                    covered = left.union(*(self._names(each) for each in alternatives))
                    if covered != self.known:
                        raise UsageError(
                            f"{self.text!r} leaves out {show_set(sorted(self.known - covered))}.",
                            hint="With '|', both sides of it and the left side must name all attributes.",
                        )
                    if len(alternatives) == 2:
                        del found[-1]  # the second follows from the first
                continue
            right = self._names(after)
            found.append(Functional(left, right))
            if arrow == "both":
                found.append(Functional(right, left))
        return found

    def _join(self, tokens: list[tuple[str, str, int]]) -> Join:
        inner = _unwrapped(tokens)
        if any(_mark(token, _OPEN) for token in inner):
            parts = _groups(inner)
        else:
            separator = next((mark for mark in (";", "|", "⋈") if any(_mark(token, mark) for token in inner)), ",")
            parts = _split(inner, separator)
        components = frozenset(self._names(part) for part in parts if part)
        if not components:
            raise UsageError(f"{self.text!r} names no component.", hint="Write '⋈(A B, B C)'.")
        missing = self.known.difference(*components)
        if missing:
            raise UsageError(
                f"{self.text!r} leaves out {show_set(sorted(missing))}.",
                hint="The components of a join dependency must name all attributes.",
            )
        return Join(components)

    def _names(self, tokens: list[tuple[str, str, int]]) -> frozenset[str]:
        found: set[str] = set()
        for kind, text, place in _unwrapped(tokens):
            if kind == "empty" or (kind == "mark" and text == ","):
                continue
            if kind == "mark":
                raise UsageError(f"{self.text!r}: {text!r} cannot stand at character {place + 1}.", hint=_HINT)
            found |= self._name(text, quoted=kind == "quoted")
        return frozenset(found)

    def _name(self, text: str, quoted: bool) -> set[str]:
        if text in self.known:
            return {text}
        if not quoted and self.letters and len(text) > 1 and self.known.issuperset(text):
            return set(text)
        alike = [name for name in self.attributes if name.casefold() == text.casefold()]
        hint = f"Did you mean {alike[0]}?" if alike else f"The attributes are {show_set(self.attributes)}."
        raise UsageError(f"{self.text!r}: there is no attribute {text!r}.", hint=hint)


def _relation(text: str) -> tuple[str, tuple[str, ...]]:
    tokens = [token for token in _tokens(text) if not _mark(token, "=")]
    name = "R"
    if tokens and tokens[0][0] in ("word", "quoted"):
        name, tokens = tokens[0][1], tokens[1:]
    inner = _unwrapped(tokens)
    if inner == tokens or not inner or any(token[0] not in _NAMES and not _mark(token, ",") for token in inner):
        raise UsageError(f"{text!r} is no relation.", hint="Write its name and its attributes: 'R(A, B, C)'.")
    return name, tuple(each for kind, each, _ in inner if kind != "mark")


def _statements(text: str) -> list[str]:
    """A text cut at line breaks and at semicolons outside of brackets and quotes; comments (#) left out."""
    found: list[str] = []
    for line in text.splitlines():
        depth, start, closing = 0, 0, ""
        for place, character in enumerate(line):
            if closing:
                closing = "" if character == closing else closing
            elif character in '"`[':
                closing = "]" if character == "[" else character
            elif character in _OPEN:
                depth += 1
            elif character in _CLOSE:
                depth -= 1
            elif character == ";" and depth <= 0:
                found.append(line[start:place])
                start = place + 1
        found.append(line[start:])
    return [each.strip() for each in found if each.strip() and not each.strip().startswith("#")]


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """(kind, text, place) of each token. Raises UsageError for a character that no token begins with."""
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise UsageError(f"{text!r} cannot be read from character {place + 1} on.", hint=_HINT)
        kind, token = match.lastgroup, match[match.lastgroup]
        if kind == "quoted":
            closing = "]" if token[0] == "[" else token[0]
            token = token[1:-1].replace(closing * 2, closing)
        found.append((kind, token, match.start(match.lastgroup)))
        place = match.end()
    return found


def _unwrapped(tokens: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Tokens without brackets around all of them."""
    if len(tokens) < 2 or not _opens(tokens[0]) or not _closes(tokens[-1]):
        return tokens
    depth = 0
    for token in tokens[:-1]:
        depth += _opens(token) - _closes(token)
        if depth == 0:
            return tokens
    return tokens[1:-1]


def _groups(tokens: list[tuple[str, str, int]]) -> list[list[tuple[str, str, int]]]:
    """The contents of brackets beside each other."""
    found: list[list[tuple[str, str, int]]] = []
    depth = 0
    for token in tokens:
        if _opens(token):
            depth += 1
            found.append([])
        elif _closes(token):
            depth -= 1
        elif depth:
            found[-1].append(token)
    return found


def _mark(token: tuple[str, str, int], marks: str) -> bool:
    """Whether a token is one of some marks; a quoted name never is."""
    return token[0] == "mark" and token[1] in marks


def _opens(token: tuple[str, str, int]) -> bool:
    return _mark(token, _OPEN)


def _closes(token: tuple[str, str, int]) -> bool:
    return _mark(token, _CLOSE)


def _split(tokens: list[tuple[str, str, int]], mark: str) -> list[list[tuple[str, str, int]]]:
    found: list[list[tuple[str, str, int]]] = [[]]
    for token in tokens:
        if _mark(token, mark):
            found.append([])
        else:
            found[-1].append(token)
    return found


def _shown(name: str) -> str:
    tokens = None if name.strip() != name or name.startswith("#") else _TOKEN.fullmatch(name)
    return name if tokens is not None and tokens["word"] == name else '"' + name.replace('"', '""') + '"'
