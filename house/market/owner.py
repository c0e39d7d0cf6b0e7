"""The one-time link with which the first owner of a market comes in.

It is signed and valid for an hour; a start of the server prints a fresh one until one of them was used.
"""

from datetime import datetime

from django.core import signing

from house import policy
from house.process import Refusal

from .models import Market

SALT = "house.market.owner"


def make_token() -> str:
    """A token that says nothing but when it was made."""
    return signing.dumps("owner", salt=SALT)


def is_good(token: str) -> bool:
    """Ours, fresh, and no link was used before."""
    try:
        signing.loads(token, salt=SALT, max_age=policy.OWNER_LINK_LIFE)
    except signing.BadSignature:
        return False
    return is_wanted()


def is_wanted() -> bool:
    """Whether the market still waits for its first owner."""
    return Market.get().owner_link_used_at is None


def use_up(now: datetime) -> None:
    """No link works from here on; of two at once one is refused. Call inside a transaction."""
    row = Market.objects.select_for_update().get(pk=Market.get().pk)
    if row.owner_link_used_at is not None:
        raise Refusal("wrong_state")
    row.owner_link_used_at = now
    row.save(update_fields=["owner_link_used_at"])
