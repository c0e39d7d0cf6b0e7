"""Once a day, in one letter: what somebody did not want to read at once."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from house.people.models import User

from . import letters, topics
from .models import MailChoice, Notice

MOST = 30  # lines of one letter; the rest is in the bell


def send_due(now: datetime) -> int:
    """A letter to everybody for whom something waits; returns how many."""
    waiting = MailChoice.objects.filter(how=MailChoice.How.DAILY).values_list("user", flat=True).distinct()
    return sum(_send(user, now) for user in User.objects.filter(pk__in=waiting).order_by("pk"))


@transaction.atomic
def _send(user: User, now: datetime) -> bool:
    """What comes while it is written waits for the next one."""
    daily = {topic for topic, how in topics.choices(user).items() if how == MailChoice.How.DAILY}
    unsent = Notice.objects.filter(recipient=user, mailed_at=None).order_by("at", "pk")
    rows = [row for row in unsent.select_for_update(skip_locked=True) if topics.topic_of(row.kind) in daily]
    if not rows:
        return False
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(mailed_at=now)
    lines = [(letters.words(row.kind, row.data).bell, settings.SITE_URL + row.path) for row in rows[:MOST]]
    context = {"name": user.first_name, "lines": lines, "more": max(len(rows) - MOST, 0)}
    context["choose"] = f"{settings.SITE_URL}/settings/notifications/"
    text, html = render_to_string("mail/digest.txt", context), render_to_string("mail/digest.html", context)
    letters.plain(_("מה חדש היום"), text, html, user.email).send()
    return True
