"""Findings, differences and plans as text for people and machines."""
