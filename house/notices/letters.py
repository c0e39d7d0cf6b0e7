"""From a notice to a letter: subject, plain text and HTML out of one text file per kind."""

from .models import Notice


def send(notice: Notice) -> None:
    """Sends the letter of a notice through Django's mail backend."""
    raise NotImplementedError(notice.kind)
