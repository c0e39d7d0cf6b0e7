"""Room: orders, their stages, requests, deadlines, deliveries and money."""
