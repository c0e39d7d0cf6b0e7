"""Room: uploads, what they are, and what they belong to."""
