"""Conditions that rows must meet: read from types, checks and domains, solved beforehand, mended afterwards, and tested."""
