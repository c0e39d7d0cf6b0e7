"""Room: accounts, transfers, entries; the database guards that every transfer sums to zero."""
