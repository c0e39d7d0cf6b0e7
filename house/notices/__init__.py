"""Room: the bell and the letter; one text file per kind."""
