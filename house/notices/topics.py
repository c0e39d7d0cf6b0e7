"""Letters that somebody may do without (page 32): by topic, in the settings or by the link at the end of a letter.

What has a deadline, money, support's words and the account's safety are always mailed: without them something would
be lost. The bell tells everything in any case.
"""

from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from house.people.models import User

from .models import MailChoice

How = MailChoice.How
SALT = "notices.mail.stop"
TOPICS: dict[str, Any] = {  # Django's lazy words
    "messages": _("הודעות חדשות"),
    "proposals": _("הצעות לבקשות שלי, ומה שעלה בגורל ההצעות ששלחתי"),
    "reviews": _("חוות דעת ותגובות עליהן"),
    "coupons": _("קופונים ותודות"),
}
KINDS = {
    "message": "messages",
    "order_message": "messages",
    "proposal": "proposals",
    "review": "reviews",
    "showcased": "reviews",
    "coupon": "coupons",
}


def topic_of(kind: str) -> str:
    """The topic of a kind of notice; empty for what is always mailed."""
    return next((topic for name, topic in KINDS.items() if kind == name or kind.startswith(f"{name}_")), "")


def choices(user: User) -> dict[str, str]:
    """How somebody wants the letters of each topic."""
    chosen = dict(MailChoice.objects.filter(user=user).values_list("topic", "how"))
    return {topic: chosen.get(topic, How.AT_ONCE) for topic in TOPICS}


def choose(user: User, topic: str, how: str) -> None:
    """At once, once a day, or not at all; pressed twice it is one."""
    MailChoice.objects.update_or_create(user=user, topic=topic, defaults={"how": How(how)})


def stop(user: User, topic: str) -> None:
    """No more letters of this topic."""
    choose(user, topic, How.NONE)


def token(user: User, topic: str) -> str:
    """For a link that works without signing in, as long as the market keeps its secret."""
    return signing.dumps([user.pk, topic], salt=SALT)


def read(text: str) -> tuple[User, str] | None:
    """Whose letters of which topic; None for what is no token of ours."""
    try:
        pk, topic = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk).first()
    return (user, topic) if user and topic in TOPICS else None
