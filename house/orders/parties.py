"""In which capacity somebody stands to an order."""

from house.people.models import Role, User
from house.process import CLOCK, Clock, Party, Refusal

from .models import Order

Actor = User | Clock


def party_of(order: Order, by: Actor) -> Party:
    """The side of `by`; a stranger is refused with `stranger` (the web never lets one come so far)."""
    if by is CLOCK or isinstance(by, Clock):
        return Party.CLOCK
    if by.pk == order.client_id:
        return Party.CLIENT
    if by.pk == order.provider_id:
        return Party.PROVIDER
    if by.has_role(Role.SUPPORT):
        return Party.SUPPORT
    raise Refusal("stranger")


def other(party: Party) -> Party:
    """The other side."""
    return {Party.CLIENT: Party.PROVIDER, Party.PROVIDER: Party.CLIENT}[party]


def person(order: Order, party: Party) -> User:
    """The user on a side."""
    return order.client if party is Party.CLIENT else order.provider


def actor(by: Actor) -> User | None:
    """The user of a diary row; the clock has none."""
    return by if isinstance(by, User) else None
