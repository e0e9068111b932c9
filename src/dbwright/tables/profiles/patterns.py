"""The shapes of texts: capitals as A, small letters as a, digits as 9, so that "Oslo 0150" and "Bergen 5003" have one shape."""

SENTENCE = "aaa aaa aaa …"
"""The shape of four words and more."""
_LONGEST = 40
_STEPS = (
    (r"\p{Lu}\p{Ll}+", "\x01"),
    (r"\p{Lu}{2,}", "\x02"),
    (r"\p{Ll}{2,}", "\x03"),
    (r"\p{Lu}", "A"),
    (r"\p{Ll}", "a"),
    (r"\p{Lo}+", "字"),
    (r"\p{Nd}", "9"),
    ("\x01", "Aaa"),
    ("\x02", "AAA"),
    ("\x03", "aaa"),
    (r"^((Aaa|AAA|aaa|A|a)[,;:.]? ){3,}.*$", SENTENCE),
    (f"^(.{{{_LONGEST}}}).+$", r"\1…"),
)


def pattern_of(text: str) -> str:
    """The expression for the shape of a text: runs of letters are shortened ("Aaa", "AAA", "aaa"), digits are kept each."""
    shape = f"left({text}, {2 * _LONGEST})"
    for found, replaced in _STEPS:
        shape = f"regexp_replace({shape}, '{found}', '{replaced}', 'gs')"
    return shape
