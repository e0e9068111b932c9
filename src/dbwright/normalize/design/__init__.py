"""From dependencies to the tables that a senior designer would draw: what is what, names, types, keys, lists taken apart."""
