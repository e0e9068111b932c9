"""How one catalog becomes another."""
