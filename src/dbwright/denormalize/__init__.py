"""Redundancy on purpose: counters, copies, rollups and materialised views, kept true by triggers. Pure."""
