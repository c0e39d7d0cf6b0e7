"""Hebrew formats where Django's own fall short."""
