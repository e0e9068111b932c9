"""Rows to be looked at, wherever they live: files through DuckDB, live tables through their engine. Reading only."""
