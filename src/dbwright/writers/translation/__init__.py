"""A catalog in another engine's dialect, with every lossy spot reported."""

from dbwright.writers.translation.translate import translate

__all__ = ["translate"]
