"""A provider's month: what came to their account, what cleared and what left it; opening and closing agree."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from house.clock import ISRAEL
from house.ledger.models import Account, Entry
from house.people.models import User

Kind = Account.Kind
OWN = (Kind.PENDING, Kind.CLEARED, Kind.DEBT)


@dataclass(frozen=True)
class Balances:
    """Minor units: waiting to clear, free to be withdrawn, and what is owed to the market (negative)."""

    pending: int = 0
    cleared: int = 0
    debt: int = 0

    def __add__(self, other: "Balances") -> "Balances":
        return Balances(self.pending + other.pending, self.cleared + other.cleared, self.debt + other.debt)

    @property
    def total(self) -> int:
        return self.pending + self.cleared + self.debt


@dataclass(frozen=True)
class Line:
    """One transfer, as far as it touched the provider's accounts; `about` names its subject ("order:BH-…")."""

    at: datetime
    kind: str
    about: str
    moved: Balances

    @property
    def subject(self) -> str:
        """The number of what it is about."""
        return self.about.partition(":")[2]

    @property
    def is_order(self) -> bool:
        return self.about.startswith("order:")


@dataclass(frozen=True)
class Month:
    """`opening + all that moved == closing`."""

    first: datetime
    opening: Balances
    lines: tuple[Line, ...]

    @property
    def closing(self) -> Balances:
        return sum((line.moved for line in self.lines), self.opening)

    @property
    def has_debt(self) -> bool:
        """Most providers never owe the market anything."""
        return any(row.debt for row in (self.opening, *(line.moved for line in self.lines)))


def bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """The first instant of a month in Israel, and of the next. `ValueError` for what is no month."""
    return datetime(year, month, 1, tzinfo=ISRAEL), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=ISRAEL)


def month_of(provider: User, year: int, month: int) -> Month:
    """Read from the books alone. `ValueError` for what is no month."""
    start, end = bounds(year, month)
    mine = Entry.objects.filter(account__owner=provider, account__kind__in=OWN)
    before = mine.filter(transfer__at__lt=start).values("account__kind").annotate(sum=Sum("amount"))
    opening = Balances(**{row["account__kind"]: row["sum"] for row in before})
    rows = mine.filter(transfer__at__gte=start, transfer__at__lt=end).select_related("transfer", "account")
    return Month(start, opening, tuple(_lines(list(rows.order_by("transfer__at", "transfer_id")))))


def _lines(entries: list[Entry]) -> list[Line]:
    """One line a transfer, in order of time."""
    found: dict[int, Line] = {}
    for entry in entries:
        row = entry.transfer
        before = found.get(row.pk, Line(row.at, row.kind, row.about, Balances()))
        moved = before.moved + Balances(**{entry.account.kind: entry.amount})
        found[row.pk] = Line(row.at, row.kind, row.about, moved)
    return list(found.values())


def months_of(provider: User, now: datetime) -> list[tuple[int, int]]:
    """(year, month) of every month since the first movement, the newest first."""
    first = Entry.objects.filter(account__owner=provider, account__kind__in=OWN).order_by("transfer__at").first()
    if first is None:
        return []
    begin, end = first.transfer.at.astimezone(ISRAEL), now.astimezone(ISRAEL)
    numbers = range(end.year * 12 + end.month - 1, begin.year * 12 + begin.month - 2, -1)
    return [(number // 12, number % 12 + 1) for number in numbers]
