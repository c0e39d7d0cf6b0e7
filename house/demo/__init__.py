"""Room: the demo market, loaded through the real verbs."""
