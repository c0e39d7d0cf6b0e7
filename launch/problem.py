"""What stops a start: one clear sentence."""


class Problem(Exception):
    """Shown to the operator as it is, without a traceback; the exit code is 1."""
