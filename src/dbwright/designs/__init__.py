"""Complete reference designs and building blocks for any schema, rendered for each engine."""
