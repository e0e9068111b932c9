"""Values that must differ and values that must be found elsewhere: unique keys, references, periods that do not overlap."""
