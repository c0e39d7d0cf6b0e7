"""Room: conversations and messages."""
