"""The local twin of a payment provider: a page of its own that approves, declines, hangs or answers twice."""
