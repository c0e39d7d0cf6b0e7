"""Letters, sent after commit."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import letters, topics
from .models import Notice


@app.task(name="notices.letter", queue="mail", retry=RetryStrategy(max_attempts=20, linear_wait=30))
def send_letter(notice_id: int) -> None:
    """Sends one notice as a letter; a second run of the same job sends nothing, and so does one of a topic of which
    its reader wants no letters.
    """
    notice = Notice.objects.select_related("recipient").filter(pk=notice_id, mailed_at=None).first()
    if notice is None:
        return
    if topics.topic_of(notice.kind) not in topics.muted(notice.recipient):
        letters.send(notice)
    Notice.objects.filter(pk=notice_id).update(mailed_at=timezone.now())


@app.task(name="notices.post", queue="mail", retry=RetryStrategy(max_attempts=20, linear_wait=30))
def post_later(subject: str, text: str, html: str, to: str) -> None:
    """Sends a letter that no notice stands behind, once the mail server answers again."""
    letters.plain(subject, text, html, to).send()
