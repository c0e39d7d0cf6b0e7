"""Starts, watches and stops the market's processes. Knows nothing of Django but its commands."""
