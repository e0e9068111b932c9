"""The words in names of tables and columns: snake_case, camelCase and digits taken apart, English singulars and plurals."""

import re
from functools import cache


def word_set(text: str) -> frozenset[str]:
    """The words of a text that lists them, separated by blanks."""
    return frozenset(text.split())


_RUN = re.compile(r"\d+|[^\W\d_]+")

_IRREGULAR = {
    "analysis": "analyses",
    "axis": "axes",
    "basis": "bases",
    "child": "children",
    "crisis": "crises",
    "criterion": "criteria",
    "datum": "data",
    "foot": "feet",
    "goose": "geese",
    "hypothesis": "hypotheses",
    "index": "indices",
    "knife": "knives",
    "leaf": "leaves",
    "life": "lives",
    "man": "men",
    "matrix": "matrices",
    "medium": "media",
    "mouse": "mice",
    "person": "people",
    "quiz": "quizzes",
    "shelf": "shelves",
    "thesis": "theses",
    "tooth": "teeth",
    "vertex": "vertices",
    "wife": "wives",
    "woman": "women",
}
_SINGULAR_OF = {many: one for one, many in _IRREGULAR.items()} | {
    "alumni": "alumnus",
    "indexes": "index",
    "movies": "movie",
    "cookies": "cookie",
    "persons": "person",
    "appendices": "appendix",
    "caches": "cache",
    "headaches": "headache",
    "ties": "tie",
    "pies": "pie",
    "lies": "lie",
    "shoes": "shoe",
    "toes": "toe",
    "archives": "archive",
}
_SAME = word_set(
    "aircraft cash chassis equipment feedback fish hardware information logistics mathematics metadata money news "
    "physics rice series sheep software species staff"
)
_ENDS_IN_S = word_set(
    "access address alias atlas basis bias bonus bus business campus canvas census class compass consensus corpus "
    "cross dns dress express focus gas genius glass gps grass guess lens loss mass minus nexus nucleus pass plus "
    "press process progress radius sms status stress success surplus syllabus tss virus witness"
)
"""Words in the singular that end in s, so that they are not cut."""


@cache
def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: "orderID" and "order_id" give ("order", "id"), "line2" gives ("line", "2")."""
    found: list[str] = []
    for run in _RUN.findall(name):
        start = 0
        for place in range(1, len(run)):
            before, here, after = run[place - 1], run[place], run[place + 1 : place + 2]
            ends_acronym = before.isupper() and here.isupper() and after.islower() and run[place + 1 :] != "s"
            if (before.islower() and here.isupper()) or ends_acronym:
                found.append(run[start:place].lower())
                start = place
        found.append(run[start:].lower())
    return tuple(found)


@cache
def singular(word: str) -> str:
    """A noun in the singular, in lower case; a word that is singular already comes back as it is."""
    word = word.lower()
    if word in _SAME or word in _ENDS_IN_S or word in _IRREGULAR:
        return word
    if word in _SINGULAR_OF:
        return _SINGULAR_OF[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word[:-1] if re.fullmatch(r"[a-z]ds|[a-z]gs", word) else word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    if word.endswith("ses") and word[:-2] in _ENDS_IN_S:
        return word[:-2]
    if word.endswith("oes"):
        return word[:-2]
    return word[:-1]


@cache
def plural(word: str) -> str:
    """A noun in the plural, in lower case; a word that is plural already comes back as it is."""
    word = word.lower()
    if word in _SAME or word in _SINGULAR_OF:
        return word
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if not word or singular(word) != word:
        return word
    if word.endswith("y") and len(word) > 1 and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    if word.endswith(("s", "sh", "ch", "x", "z")):
        return f"{word}es"
    if word.endswith("o") and word in ("hero", "potato", "tomato", "echo", "veto", "cargo"):
        return f"{word}es"
    return f"{word}s"


@cache
def stem(name: str) -> tuple[str, ...]:
    """The words of a name, each in the singular: "OrderItems" and "order_item" give the same."""
    return tuple(singular(word) for word in words(name))


def same_noun(a: str, b: str) -> bool:
    """Whether two names mean the same thing but for number, case and separators ("order_items" and "OrderItem")."""
    return stem(a) == stem(b) or "".join(stem(a)) == "".join(stem(b))


def common_prefix(names: tuple[str, ...]) -> tuple[str, ...]:
    """The leading words that all names share, such as a project's table prefix; () for fewer than three names.

    At least one word is left over in every name.
    """
    if len(names) < 3:
        return ()
    taken = [words(name) for name in names]
    shared: list[str] = []
    for place in range(min(len(each) for each in taken) - 1):
        if len({each[place] for each in taken}) != 1:
            break
        shared.append(taken[0][place])
    return tuple(shared)
