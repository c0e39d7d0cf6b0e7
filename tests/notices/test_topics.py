"""Letters that somebody may do without, and the link that stops them without signing in (page 32, RFC 8058)."""

import re

import pytest
from django.core import mail
from django.test import Client

from house.inbox.actions import open_conversation, say
from house.notices import topics
from house.notices.actions import tell
from house.notices.errands import send_letter
from house.notices.letters import TEXTS
from house.notices.models import Muted, Notice
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
    assert not Muted.objects.exists()
    for _ in range(2):
        answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200 and "המכתבים הופסקו" in answer.content.decode()
    assert topics.muted(amir) == {"messages"}


@pytest.mark.parametrize("token", ["x", "", "a:b:c"])
def test_a_link_that_is_not_ours_leads_nowhere(client, token):
    assert client.get(f"/mail/stop/{token}/").status_code == 404


def test_a_token_of_a_topic_that_is_gone_or_of_nobody(client, amir):
    for user, topic in ((amir, "weather"), (User(pk=10**9), "messages")):
        assert client.get(f"/mail/stop/{topics.token(user, topic)}/").status_code == 404


def test_the_settings_choose_and_choose_again(amir, client):
    client.force_login(amir)
    client.post("/settings/notifications/", {"topic": ["messages", "nonsense"]})
    assert topics.muted(amir) == topics.TOPICS.keys() - {"messages"}
    assert client.get("/settings/notifications/").content.decode().count('name="topic"') == len(topics.TOPICS)
    client.post("/settings/notifications/", {"topic": list(topics.TOPICS)})
    assert topics.muted(amir) == set()


def test_what_has_a_deadline_or_money_is_always_mailed():
    """DEC-48: a reminder that nobody gets costs somebody an order."""
    kinds = {path.stem for path in TEXTS.glob("*.txt")}
    chosen = {kind for kind in kinds if topics.topic_of(kind)}
    assert chosen == {
        *("message", "order_message_client", "order_message_provider", "coupon", "showcased"),
        *("proposal_closed", "proposal_found", "proposal_sent"),
        *("review_open_client", "review_published", "review_reply", "review_written"),
    }
