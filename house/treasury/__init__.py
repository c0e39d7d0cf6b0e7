"""Room: membership, later payouts, reconciliation and documents."""
