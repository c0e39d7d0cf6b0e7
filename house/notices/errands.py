"""Letters, sent after commit."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import letters, quiet, topics
from .models import MailChoice, Notice

How = MailChoice.How


@app.task(name="notices.letter", queue="mail", retry=RetryStrategy(max_attempts=20, linear_wait=30))
def send_letter(notice_id: int) -> None:
    """Sends one notice as a letter; a second run of the same job sends nothing. What its reader wants once a day is
    left to that letter, what they want not at all is done with, and quiet hours are waited for.
    """
    notice = Notice.objects.select_related("recipient").filter(pk=notice_id, mailed_at=None).first()
    if notice is None:
        return
    how = topics.choices(notice.recipient).get(topics.topic_of(notice.kind), How.AT_ONCE)
    if how == How.DAILY:
        return
    later = quiet.until(notice.recipient, notice.kind, timezone.now())
    if later is not None and how == How.AT_ONCE:
        send_letter.configure(schedule_at=later).defer(notice_id=notice_id)
        return
    if how == How.AT_ONCE:
        letters.send(notice)
    Notice.objects.filter(pk=notice_id).update(mailed_at=timezone.now())


@app.task(name="notices.post", queue="mail", retry=RetryStrategy(max_attempts=20, linear_wait=30))
def post_later(subject: str, text: str, html: str, to: str) -> None:
    """Sends a letter that no notice stands behind, once the mail server answers again."""
    letters.plain(subject, text, html, to).send()
