"""The database products: all that knows one of them, and the registry that finds it."""
