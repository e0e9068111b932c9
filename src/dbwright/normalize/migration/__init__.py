"""From a proposal to its migration: new tables beside the old one, kept alike, filled, switched to, and the old one dropped."""
