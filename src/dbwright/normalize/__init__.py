"""The theory of normal forms, and its use: from dependencies to keys, normal forms, and tables that keep every row. Pure."""
