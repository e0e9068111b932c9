"""Taking tables apart: from a source to a proposal, its migration and its proof."""
