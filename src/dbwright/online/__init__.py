"""Changes that keep the running application working: expand, backfill, switch, contract."""
