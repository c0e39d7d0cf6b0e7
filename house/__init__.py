"""build-in house: a market for building, renovation, design and real-estate services."""
