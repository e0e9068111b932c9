"""dbwright: design, review, migrate, tune, watch and protect databases, with proof."""

__version__ = "0.1.0"
