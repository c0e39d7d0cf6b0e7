"""An order's money as both of its sides can follow it: every movement, and sums that agree to the agora."""

from dataclasses import dataclass
from datetime import datetime

from house.ledger import chain
from house.ledger.actions import Kind, history
from house.ledger.models import Transfer

from .models import Order
from .money import Sums, sums


@dataclass(frozen=True)
class Movement:
    """A transfer that touched the escrow. Minor units: `amount` is what came in (+) or went out (−), `held` what the
    market held for the order afterwards; of a release, how it was divided (DEC-12).
    """

    at: datetime
    kind: str
    amount: int
    held: int
    share: int = 0
    commission: int = 0
    vat: int = 0


@dataclass(frozen=True)
class Statement:
    """Every movement; `sums` says where all of it is now, `seal` is the hash of the order's last transfer."""

    movements: tuple[Movement, ...]
    sums: Sums
    seal: str

    @property
    def share(self) -> int:
        """The provider's part of all that was released."""
        return sum(row.share for row in self.movements)


def statement(order: Order) -> Statement:
    """Read from the books alone, so that page, CSV and XLSX say the same."""
    rows: list[Movement] = []
    for transfer in history(order.about):
        moved = _moved(transfer)
        if amount := moved.get(Kind.ESCROW, 0):
            held = amount + (rows[-1].held if rows else 0)
            parts = (moved.get(kind, 0) for kind in (Kind.PENDING, Kind.COMMISSION, Kind.VAT))
            rows.append(Movement(transfer.at, transfer.kind, amount, held, *parts))
    last = chain.head(order.about)
    return Statement(tuple(rows), sums(order), last.hash if last else "")


def _moved(transfer: Transfer) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in transfer.entries.all():
        found[entry.account.kind] = found.get(entry.account.kind, 0) + entry.amount
    return found
