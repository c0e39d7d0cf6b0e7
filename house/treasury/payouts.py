"""Withdrawing cleared money (DEC-12): asked, taken back, come back from the bank."""

from datetime import datetime

from django.db import transaction

from house import clock, policy
from house.ledger import debts
from house.ledger.actions import Kind, Leg, balance, lock, post
from house.notices.actions import tell
from house.people import audit
from house.people.models import Role, User
from house.process import Party, Refusal
from house.text import clean_line

from .models import BankAccount, Payout
from .process import PAYOUT, Step


@transaction.atomic
def withdraw(provider: User, *, amount: int, now: datetime) -> Payout:
    """Asks for `amount` minor units of cleared money; the provider's account row is locked, so twenty at once
    never take more than there is. A suspended provider may, too (DEC-37).

    Refusals: `not_a_provider`, `earnings_held`, `no_bank_account`, `bank_account_refused`, `bank_account_new`,
    `withdrawal_too_small`, `more_than_cleared`.
    """
    if not provider.is_provider:
        raise Refusal("not_a_provider")
    if provider.standing == User.Standing.BLOCKED:
        raise Refusal("earnings_held")
    lock(Kind.CLEARED, provider)
    bank = _bank_of(provider, now)
    if amount < policy.WITHDRAWAL_MIN:
        raise Refusal("withdrawal_too_small", least=policy.WITHDRAWAL_MIN // 100)
    have = balance(Kind.CLEARED, provider)
    if amount > have:
        raise Refusal("more_than_cleared", have=have)
    row = Payout.objects.create(provider=provider, amount=amount, asked_at=now, **bank.details)
    _move(row, "asked", Leg(Kind.CLEARED, -amount, provider), Leg(Kind.PAYOUT, amount, provider), now=now)
    return row


def _bank_of(provider: User, now: datetime) -> BankAccount:
    """The account to pay to; a new one rests, so that a thief of a password gets no money at once."""
    bank = BankAccount.objects.filter(user=provider).first()
    if bank is None:
        raise Refusal("no_bank_account")
    if bank.refused_at is not None:
        raise Refusal("bank_account_refused")
    until = clock.due(bank.changed_at, policy.BANK_ACCOUNT_RESTS)
    if now < until:
        raise Refusal("bank_account_new", until=until)
    return bank


def _move(row: Payout, what: str, *legs: Leg, now: datetime) -> None:
    post(f"{row.about}:{what}", kind=f"payout_{what}", about=row.about, at=now, legs=list(legs))


def locked(row: Payout, step: Step, *, party: Party) -> Payout:
    """The payout's row, locked, if its table allows the step. The caller is in a transaction."""
    fresh = Payout.objects.select_for_update(of=("self",)).select_related("provider").get(pk=row.pk)
    PAYOUT.check(step, state=fresh.state, party=party)
    return fresh


@transaction.atomic
def take_back(row: Payout, *, by: User, now: datetime) -> Payout:
    """The provider changes their mind while finance has not taken it up."""
    if row.provider_id != by.pk:
        raise Refusal("stranger")
    row = locked(row, Step.TAKE_BACK, party=Party.PROVIDER)
    row.state, row.ended_at = Payout.State.TAKEN_BACK, now
    row.save(update_fields=["state", "ended_at"])
    _back(row, "taken_back", Leg(Kind.PAYOUT, -row.amount, row.provider), now=now)
    return row


def _back(row: Payout, what: str, source: Leg, *, now: datetime) -> None:
    """It may be withdrawn again, less what is owed meanwhile (DEC-38)."""
    _move(row, what, source, *debts.give(row.provider, row.amount), now=now)


def mark_sent(row: Payout, *, now: datetime) -> None:
    """Left for the bank with its batch; the caller holds the batch."""
    row = locked(row, Step.SEND, party=Party.STAFF)
    row.state, row.sent_at = Payout.State.SENT, now
    row.save(update_fields=["state", "sent_at"])
    _move(row, "sent", Leg(Kind.PAYOUT, -row.amount, row.provider), Leg(Kind.BANK, row.amount), now=now)
    _tell(row, "payout_sent", now)


@transaction.atomic
def come_back(row: Payout, *, why: str, by: User, now: datetime) -> Payout:
    """The bank sent it back: the money is cleared again, and the account must be written anew.

    Refusals: `wrong_party`, `reason_missing`, `wrong_state`.
    """
    if not by.has_role(Role.FINANCE, Role.OWNER):
        raise Refusal("wrong_party")
    why = clean_line(why)[:200]
    if not why:
        raise Refusal("reason_missing")
    row = locked(row, Step.COME_BACK, party=Party.STAFF)
    row.state, row.ended_at, row.why = Payout.State.RETURNED, now, why
    row.save(update_fields=["state", "ended_at", "why"])
    _back(row, "returned", Leg(Kind.BANK, -row.amount), now=now)
    BankAccount.objects.filter(user=row.provider, account=row.account).update(refused_at=now)
    audit.record(by=by, what="payout_returned", about=row.about, why=why, now=now, amount=row.amount)
    _tell(row, "payout_returned", now)
    return row


def _tell(row: Payout, kind: str, now: datetime) -> None:
    facts = {"amount": row.amount, "end": row.account[-3:], "why": row.why}
    key = f"{row.about}:{kind}"
    tell(row.provider, kind, key=key, about=row.about, path="/seller/payouts/", now=now, **facts)
