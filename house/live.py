"""Ringing: a word on PostgreSQL's channel says to whom something happened and on which page it shows.

Rows ring by their triggers (`house/stream/migrations`), at commit and only then. A word carries no content: whoever
hears it fetches the page that shows it, with the rights of whoever looks. So a word that is lost loses nothing.
"""

from dataclasses import dataclass

from django.db import connection

CHANNEL = "live"
ENDED = "-"  # in the place of a person: a session, by the SHA-256 of its key, is over
AGAIN = "again"  # the topic after which a browser must sign in anew to its stream: rights have changed


@dataclass(frozen=True)
class Word:
    """What was rung: `person` is a user's primary key; `topic` is "bell", "talk:7", "order:BH-1234567", …"""

    person: int
    topic: str


@dataclass(frozen=True)
class Ended:
    """A session that is over, by the SHA-256 of its key in hexadecimal."""

    session: str


def ring(person: int, topic: str) -> None:
    """Rings for what no row keeps, such as typing; at commit, like the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, f"{person} {topic}"])


def heard(payload: str) -> Word | Ended:
    """Reads what was rung. Raises ValueError for anything else."""
    who, _, what = payload.partition(" ")
    return Ended(what) if who == ENDED else Word(int(who), what)
