"""The clocks: how fast deadlines are kept, beside a queue with one scheduled job for each, and with right sums."""
