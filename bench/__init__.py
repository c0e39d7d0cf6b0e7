"""The benchmark: a market of N offers, and every page beside a bare view that makes the same result."""
