"""What a provider owes the market (DEC-38): taken from cleared money as far as it goes, the rest from what clears
later. So nobody who owes anything has cleared money, and nobody's money is ever below zero.
"""

from house.people.models import User

from .actions import Kind, Leg, balance, lock


def owed(provider: User) -> int:
    """Minor units."""
    return -balance(Kind.DEBT, provider)


def take(provider: User, amount: int) -> list[Leg]:
    """The legs that take `amount` from cleared money, and what is missing as a debt. The provider's account is locked
    until commit, here and below; the caller posts the legs in this transaction.
    """
    if not amount:
        return []
    lock(Kind.CLEARED, provider)
    free = min(amount, balance(Kind.CLEARED, provider))
    return [Leg(Kind.CLEARED, -free, provider), Leg(Kind.DEBT, free - amount, provider)]


def give(provider: User, amount: int) -> list[Leg]:
    """The legs by which `amount` becomes money that may be withdrawn; what is owed is paid first."""
    lock(Kind.CLEARED, provider)
    paid = min(amount, owed(provider))
    return [Leg(Kind.DEBT, paid, provider), Leg(Kind.CLEARED, amount - paid, provider)]
