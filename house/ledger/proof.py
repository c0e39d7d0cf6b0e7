"""Proof that the books are whole; run on the timetable and by `bin/manage prove`."""

from dataclasses import dataclass, field

from . import chain
from .models import Account, Entry, Link, Seal, Transfer

UNBALANCED = """
SELECT t.key FROM ledger_transfer t LEFT JOIN ledger_entry e ON e.transfer_id = t.id
LEFT JOIN ledger_account a ON a.id = e.account_id
GROUP BY t.id HAVING count(e.id) < 2 OR coalesce(sum(e.amount), 0) <> 0 OR count(DISTINCT a.currency) > 1
"""
OVERDRAWN = """
SELECT a.kind, a.owner_id, sum(e.amount) FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
WHERE a.kind IN ('pending', 'cleared', 'payout', 'escrow') GROUP BY a.id HAVING sum(e.amount) < 0
"""
OWES_AND_HAS = """
SELECT owner_id, debt, cleared FROM (
    SELECT a.owner_id, coalesce(sum(e.amount) FILTER (WHERE a.kind = 'debt'), 0) AS debt,
           coalesce(sum(e.amount) FILTER (WHERE a.kind = 'cleared'), 0) AS cleared
    FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
    WHERE a.kind IN ('debt', 'cleared') GROUP BY a.owner_id) each
WHERE debt > 0 OR (debt < 0 AND cleared > 0)
"""
SUBJECT_ESCROW = """
SELECT t.about, sum(e.amount) FROM ledger_entry e
JOIN ledger_account a ON a.id = e.account_id AND a.kind = 'escrow'
JOIN ledger_transfer t ON t.id = e.transfer_id
GROUP BY t.about HAVING sum(e.amount) < 0
"""


@dataclass
class Proof:
    """What was checked, and every fault found."""

    checked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def say(self, what: str, faults: list[str]) -> None:
        """Notes one check and its faults."""
        self.checked.append(what)
        self.faults += faults


def prove(*, chains: bool = True) -> Proof:
    """Sums of every transfer, of all books together, and that nobody's money is below zero; with `chains`, every
    hash from the first entry on, which takes as long as the books are.
    """
    proof = Proof()
    proof.say(
        f"{Transfer.objects.count()} transfers have two entries or more, of one currency, and sum to zero",
        [f"transfer {row[0]} does not balance" for row in chain.rows_of(UNBALANCED)],
    )
    total = chain.rows_of("SELECT coalesce(sum(amount), 0) FROM ledger_entry")[0][0]
    proof.say(f"all {Entry.objects.count()} entries sum to zero", [f"the books are off by {total}"] if total else [])
    proof.say(
        f"{Account.objects.count()} accounts: no earnings and no escrow below zero (DEC-38)",
        [f"{kind} of {owner} stands at {amount}" for kind, owner, amount in chain.rows_of(OVERDRAWN)],
    )
    proof.say(
        "nobody who owes the market has cleared money (DEC-38)",
        [f"{owner} owes {-debt} and has {cleared}" for owner, debt, cleared in chain.rows_of(OWES_AND_HAS)],
    )
    proof.say(
        "no subject has released or refunded more than it held",
        [f"{about} holds {amount} in escrow" for about, amount in chain.rows_of(SUBJECT_ESCROW)],
    )
    if chains:
        _prove_chains(proof)
    return proof


def _prove_chains(proof: Proof) -> None:
    proof.say(
        f"the chains of {Link.objects.values('about').distinct().count()} subjects, recomputed from their first entry, "
        f"and {Seal.objects.count()} seals over their heads",
        list(chain.faults()),
    )
