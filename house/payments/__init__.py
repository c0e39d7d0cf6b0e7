"""Room: checkouts, the gateway's events, refunds."""
