"""Room: what is true of the whole installation (its clock, the demo mark, the owner's link)."""
