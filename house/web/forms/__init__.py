"""Forms: kind where the database is final. They check shapes; verbs check rules."""

from .base import Form, add_refusal

__all__ = ["Form", "add_refusal"]
