"""Filling the tables of a database with made-up rows that fit."""
