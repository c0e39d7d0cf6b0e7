"""The verbs of orders. Each is one transaction that begins by locking the order row."""
