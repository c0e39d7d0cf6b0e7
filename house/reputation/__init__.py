"""Room: reviews, metrics and levels; computed here, written down to people."""
