"""References that no foreign key declares: names, types, values and joins weighed into one probability. Pure."""
