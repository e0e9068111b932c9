"""Finding dependencies in rows: columns as arrays of codes, no input or output, within a budget of time and memory."""
