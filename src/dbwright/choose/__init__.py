"""Which kind of database fits: requirements in, a ranking with its reasons and sources out."""
