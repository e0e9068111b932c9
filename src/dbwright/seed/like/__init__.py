"""Distributions learned from the statistics of a database that is in use, without its values."""

from dbwright.seed.like.learn import learn

__all__ = ["learn"]
