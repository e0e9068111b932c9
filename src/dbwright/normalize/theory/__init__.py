"""The theory of normal forms: closures, covers, keys, normal forms, decompositions and the chase. `analysis` is the map."""
