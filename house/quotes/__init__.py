"""Room: quotes, that is custom offers, milestone offers and later proposals (DEC-54)."""
