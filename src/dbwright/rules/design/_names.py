"""The words in names, for rules: what `relationships.words` knows."""

from dbwright.relationships.roles import ACTIONS, PEOPLE, ROLES
from dbwright.relationships.words import common_prefix, plural, same_noun, singular, stem, word_set, words

__all__ = [
    "ACTIONS",
    "PEOPLE",
    "ROLES",
    "common_prefix",
    "plural",
    "same_noun",
    "singular",
    "stem",
    "word_set",
    "words",
]
