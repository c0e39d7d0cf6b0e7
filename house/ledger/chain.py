"""The hash chains of the books: what is hashed, sealing, and recomputing all of it.

A link's hash is SHA-256 over these lines: the hash before, the subject, its number, the transfer's key, kind and
moment (UTC, microseconds), then each entry as "kind owner currency amount", sorted. The database writes it; this
module says the same in Python, so that the one proves the other. A seal's root is SHA-256 over the root before and
each moved head as "subject number hash", sorted.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby

from django.db import connection, transaction

from .models import Link, Seal, SealedHead

MOVED = """
SELECT DISTINCT ON (about) about, number, hash FROM ledger_link
WHERE transaction_id < %(until)s AND (transaction_id >= %(since)s OR %(since)s > %(until)s)
ORDER BY about, number DESC
"""
LINKS = """
SELECT l.about, l.number, l.previous, l.hash, t.about, t.key, t.kind, t.at,
       array_agg(concat_ws(' ', a.kind, coalesce(a.owner_id::text, '-'), a.currency, e.amount))
FROM ledger_link l JOIN ledger_transfer t ON t.id = l.transfer_id
LEFT JOIN ledger_entry e ON e.transfer_id = t.id LEFT JOIN ledger_account a ON a.id = e.account_id
GROUP BY l.id, t.id ORDER BY l.about, l.number
"""
# The running transaction's own transfers get their links when it commits.
UNLINKED = """
SELECT t.key FROM ledger_transfer t LEFT JOIN ledger_link l ON l.transfer_id = t.id
WHERE l.transfer_id IS NULL
AND t.transaction_id IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
"""
FORGOTTEN_HEADS = """
SELECT h.about, h.number FROM ledger_sealedhead h
LEFT JOIN ledger_link l ON l.about = h.about AND l.number = h.number AND l.hash = h.hash WHERE l.hash IS NULL
"""


def _hash(*lines: object) -> str:
    return sha256("\n".join(map(str, lines)).encode()).hexdigest()


def head(about: str) -> Link | None:
    """The subject's last link: what a statement carries."""
    return Link.objects.filter(about=about).order_by("-number").first()


@transaction.atomic
def seal(now: datetime) -> Seal | None:
    """Seals the heads that moved since the last root, together with that root; None when nothing has moved."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('ledger seal', 0))")
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        until = cursor.fetchone()[0]
        last = Seal.objects.order_by("-pk").first()
        cursor.execute(MOVED, {"until": until, "since": last.until if last else 0})
        heads = cursor.fetchall()
    if not heads:
        return None
    previous = last.root if last else ""
    row = Seal.objects.create(at=now, until=until, previous=previous, root=root_of(previous, heads))
    SealedHead.objects.bulk_create(
        SealedHead(seal=row, about=about, number=number, hash=hash_) for about, number, hash_ in heads
    )
    return row


def root_of(previous: str, heads: list[tuple[str, int, str]]) -> str:
    """The root of a seal over these heads."""
    return _hash(previous, *sorted(f"{about} {number} {hash_}" for about, number, hash_ in heads))


def _links() -> Iterator[tuple]:
    """Every link with what it speaks of, subject by subject, a few thousand at a time."""
    with connection.cursor() as cursor:
        cursor.execute(LINKS)
        while rows := cursor.fetchmany(5_000):
            yield from rows


def faults_of_links() -> Iterator[str]:
    """Each chain from its first entry: numbers without a gap, every hash as it must be."""
    for about, rows in groupby(_links(), key=lambda row: row[0]):
        before, expected = "", 1
        for _about, number, previous, hash_, subject, key, kind, at, legs in rows:
            moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            right = _hash(before, subject, number, key, kind, moment, *sorted(legs))
            if (about, number, previous, hash_) != (subject, expected, before, right):
                yield f"chain {about} breaks at its link {number} ({key})"
                break
            before, expected = hash_, number + 1


def faults_of_seals() -> Iterator[str]:
    """Each seal stands on the one before, speaks of the heads it lists, and those are still in their chains."""
    before = ""
    for row in Seal.objects.order_by("pk").prefetch_related("heads").iterator(chunk_size=100):
        heads = [(each.about, each.number, each.hash) for each in row.heads.all()]
        if (row.previous, row.root) != (before, root_of(before, heads)):
            yield f"seal {row.pk} does not fit its heads or the seal before"
        before = row.root


def rows_of(sql: str) -> list[tuple]:
    """What a checking query finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def faults() -> Iterator[str]:
    """Everything that a change of the past would show."""
    yield from (f"transfer {key} has no place in a chain" for (key,) in rows_of(UNLINKED))
    yield from faults_of_links()
    yield from faults_of_seals()
    yield from (f"sealed link {number} of {about} is gone" for about, number in rows_of(FORGOTTEN_HEADS))
