"""What a block keeps apart (BLK). The verbs that set one need to know of orders: `orders.actions.blocking`."""

from django.db.models import Q

from house.process import Refusal

from .models import Block, User


def blocked_by(blocker: User, other: User) -> bool:
    """Whether `blocker` wants to hear no more from `other`."""
    return Block.objects.filter(blocker=blocker, blocked=other).exists()


def keep_apart(by: User, other: User) -> None:
    """Nothing new begins between two people of whom one has blocked the other, whoever it was.

    Refusals: `you_blocked`, `blocked` (BLK-02, BLK-04).
    """
    pair = Q(blocker=by, blocked=other) | Q(blocker=other, blocked=by)
    row = Block.objects.filter(pair).order_by("pk").first()
    if row is None:
        return
    if row.blocker_id == by.pk:
        raise Refusal("you_blocked")
    raise Refusal("blocked")
