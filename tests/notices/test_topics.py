"""Letters that somebody may do without, and the link that stops them without signing in (page 32, RFC 8058)."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from house.clock import ISRAEL
from house.inbox.actions import open_conversation, say
from house.notices import quiet, topics
from house.notices.actions import tell
from house.notices.digest import send_due
from house.notices.errands import send_letter
from house.notices.letters import TEXTS
from house.notices.models import MailChoice, Notice, QuietHours
from house.people.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(noa, amir, now) -> Notice:
    say(open_conversation(noa, amir, now=now), author=noa, text="יש זמן?", now=now)
    return amir.notices.get(kind="message")


def test_a_letter_that_may_be_stopped_says_how_and_one_that_may_not_does_not(told, amir, now):
    send_letter(told.pk)
    (letter,) = mail.outbox
    (link,) = re.findall(r"http://\S+/mail/stop/\S+/", letter.body)
    assert letter.extra_headers == {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert link in letter.alternatives[0][0]
    always = tell(amir, "bank_changed", key="b", path="/seller/payouts/", now=now, end="123")
    assert always is not None
    send_letter(always.pk)
    assert mail.outbox[-1].extra_headers == {} and "/mail/stop/" not in mail.outbox[-1].body


def test_whoever_wants_none_gets_none_and_the_bell_still_tells(told, amir):
    topics.stop(amir, "messages")
    send_letter(told.pk)
    told.refresh_from_db()
    assert mail.outbox == [] and told.mailed_at is not None
    assert amir.notices.filter(kind="message").exists()


def test_the_link_asks_first_and_one_press_stops(told, amir):
    """Whoever looks ahead at links stops nothing; a mail program's own button needs neither a cookie nor a form."""
    path = f"/mail/stop/{topics.token(amir, 'messages')}/"
    stranger = Client(enforce_csrf_checks=True)
    assert "להפסיק את המכתבים" in stranger.get(path).content.decode()
    assert not MailChoice.objects.exists()
    for _ in range(2):
        answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "המכתבים הופסקו" in answer.content.decode()
    assert topics.choices(amir)["messages"] == "none"


@pytest.mark.parametrize("token", ["x", "", "a:b:c"])
def test_a_link_that_is_not_ours_leads_nowhere(client, token):
    assert client.get(f"/mail/stop/{token}/").status_code == 404


def test_a_token_of_a_topic_that_is_gone_or_of_nobody(client, amir):
    for user, topic in ((amir, "weather"), (User(pk=10**9), "messages")):
        assert client.get(f"/mail/stop/{topics.token(user, topic)}/").status_code == 404


def test_the_settings_choose_and_choose_again(amir, client):
    client.force_login(amir)
    chosen = {"messages": "daily", "reviews": "none", "quiet_from": "22", "quiet_to": "7"}
    assert client.post("/settings/notifications/", chosen).status_code == 302
    assert topics.choices(amir) == {
        "messages": "daily",
        "proposals": "at_once",
        "reviews": "none",
        "coupons": "at_once",
    }
    page = client.get("/settings/notifications/").content.decode()
    assert page.count("selected") >= 4 and QuietHours.objects.get().start == 22
    client.post("/settings/notifications/", {})
    assert set(topics.choices(amir).values()) == {"at_once"} and not QuietHours.objects.exists()
    for wrong in ({"messages": "weekly"}, {"quiet_from": "24"}, {"quiet_to": "אבג"}):
        assert client.post("/settings/notifications/", wrong).status_code == 422


def test_what_is_wanted_once_a_day_comes_in_one_letter(told, noa, amir, now):
    topics.choose(amir, "messages", "daily")
    say(open_conversation(noa, amir, now=now), author=noa, text="ועוד", now=now)
    for row in amir.notices.all():
        send_letter(row.pk)
    messages = amir.notices.filter(kind="message")
    before = len(mail.outbox)
    assert messages.filter(mailed_at=None).count() == 2
    assert (send_due(now), send_due(now)) == (1, 0)
    letter = mail.outbox[before]
    assert letter.to == [amir.email] and letter.body.count(f"/inbox/{told.path.split('/')[2]}/") == 2
    assert not messages.filter(mailed_at=None).exists()
    topics.choose(amir, "messages", "at_once")
    assert send_due(now) == 0


@pytest.mark.parametrize(
    ("start", "end", "hour", "waits"),
    [
        (22, 7, 23, True),
        (22, 7, 6, True),
        (22, 7, 7, False),
        (22, 7, 21, False),
        (13, 15, 14, True),
        (13, 15, 15, False),
    ],
)
def test_quiet_hours_are_those_of_israel_and_end(amir, now, start, end, hour, waits):
    quiet.choose(amir, start, end)
    at = now.replace(hour=hour, minute=30)
    found = quiet.until(amir, "message", at)
    assert (found is not None) == waits
    assert found is None or (found > at and found.hour == end and found - at < timedelta(days=1))
    assert quiet.until(amir, "warn_decide_client", at) is None, "a deadline does not wait"


def test_a_letter_in_quiet_hours_is_sent_when_they_end(told, amir):
    hour = timezone.now().astimezone(ISRAEL).hour
    quiet.choose(amir, hour, (hour + 2) % 24)
    send_letter(told.pk)
    told.refresh_from_db()
    assert mail.outbox == [] and told.mailed_at is None
    job = ProcrastinateJob.objects.filter(task_name="notices.letter", scheduled_at__isnull=False).get()
    assert job.args == {"notice_id": told.pk}
    quiet.choose(amir, None, None)
    send_letter(told.pk)
    assert len(mail.outbox) == 1


def test_what_has_a_deadline_or_money_is_always_mailed():
    """DEC-48: a reminder that nobody gets costs somebody an order."""
    kinds = {path.stem for path in TEXTS.glob("*.txt")}
    chosen = {kind for kind in kinds if topics.topic_of(kind)}
    assert chosen == {
        *("message", "order_message_client", "order_message_provider", "coupon", "showcased"),
        *("proposal_closed", "proposal_found", "proposal_sent"),
        *("review_open_client", "review_published", "review_reply", "review_written"),
    }
