"""An order's money as both of its sides can follow it: every movement, and sums that agree to the agora."""

from dataclasses import dataclass
from datetime import datetime

from house.ledger import chain
from house.ledger.actions import Kind, history
from house.ledger.models import Transfer

from .models import Order
from .money import OUTSIDE, WENT_BACK, Sums, sums


@dataclass(frozen=True)
class Movement:
    """A transfer that touched the escrow, or took back what was released. Minor units: `amount` is what came into
    escrow (+) or left it (−), `held` what the market held for the order afterwards, `taken_back` what was taken of
    what had been released (given again: −); and how the released part was divided (DEC-12).
    """

    at: datetime
    kind: str
    amount: int
    held: int
    taken_back: int = 0
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
        """The provider's part of all that was released, less what was taken back of it."""
        return sum(row.share for row in self.movements)


def statement(order: Order) -> Statement:
    """Read from the books alone, so that page, CSV and XLSX say the same."""
    rows: list[Movement] = []
    for transfer in history(order.about):
        moved = _moved(transfer)
        amount = moved.get(Kind.ESCROW, 0)
        taken = sum(moved.get(kind, 0) for kind in (*OUTSIDE, Kind.ESCROW)) if transfer.kind in WENT_BACK else 0
        if amount or taken:
            held = amount + (rows[-1].held if rows else 0)
            share = sum(moved.get(kind, 0) for kind in SHARE)
            parts = (moved.get(Kind.COMMISSION, 0), moved.get(Kind.VAT, 0))
            rows.append(Movement(transfer.at, transfer.kind, amount, held, taken, share, *parts))
    last = chain.head(order.about)
    return Statement(tuple(rows), sums(order), last.hash if last else "")


SHARE = (Kind.PENDING, Kind.CLEARED, Kind.DEBT)


def _moved(transfer: Transfer) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in transfer.entries.all():
        found[entry.account.kind] = found.get(entry.account.kind, 0) + entry.amount
    return found
