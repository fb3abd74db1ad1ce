"""Everything that a page can show, as values: what to show, how to compute it, how to write it."""
