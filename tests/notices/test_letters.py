"""Letters over real SMTP: both parts, from right to left, with a link; once."""

import email
import socket
from email import policy as formats
from email.message import EmailMessage
from functools import partial

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import EmailMultiAlternatives

from house.inbox.actions import open_conversation, say
from house.notices.actions import tell
from house.notices.errands import send_letter
from house.notices.models import Letter, Notice
from tests import make

pytestmark = pytest.mark.django_db
TITLE = 'ארון "גבוה" & <b>חזק</b>'


class Postman:
    """Takes every letter, or answers that it cannot."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.sick = 0

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.sick:
            self.sick -= 1
            return "451 later"
        self.letters.append(email.message_from_bytes(envelope.content, policy=formats.default))
        self.to = envelope.rcpt_tos
        return "250 taken"


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@pytest.fixture
def post(settings):
    postman = Postman()
    controller = Controller(postman, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.SITE_URL = "https://market.example"
    yield postman
    controller.stop()


def notice(noa, now, kind: str = "offer_approved", **data) -> Notice:
    row = tell(noa, kind, key="k", path="/seller/offers/7/share/", now=now, **data)
    assert row is not None
    return row


def test_a_letter_has_both_parts_from_right_to_left_and_leads_to_its_page(post, noa, now):
    send_letter(notice(noa, now, title=TITLE).pk)
    (letter,) = post.letters
    assert post.to == ["noa@example.org"]
    assert letter["Subject"].strip().startswith("ההצעה אושרה ופורסמה")
    assert TITLE in letter["Subject"]
    assert letter.get_content_type() == "multipart/alternative"
    plain, html = letter.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    text, page = plain.get_content(), html.get_content()
    assert text.startswith("שלום נועה,")
    assert TITLE in text
    assert 'dir="rtl"' in page
    assert 'lang="he"' in page
    assert "&lt;b&gt;חזק" in page
    assert "<b>" not in page
    for part in (text, page):
        assert "https://market.example/seller/offers/7/share/" in part
        assert "לשיתוף ההצעה" in part


def test_a_letter_comes_from_the_market(post, noa, now, settings):
    settings.DEFAULT_FROM_EMAIL = "build-in house <no-reply@market.example>"
    send_letter(notice(noa, now, title="x").pk)
    assert post.letters[0]["From"] == "build-in house <no-reply@market.example>"
    assert post.letters[0]["Message-ID"]
    assert post.letters[0]["Date"]


def test_a_second_run_of_the_errand_sends_nothing(post, noa, now):
    row = notice(noa, now, title="x")
    for _ in range(3):
        send_letter(row.pk)
    assert len(post.letters) == 1
    row.refresh_from_db()
    assert row.mailed_at is not None


def test_a_letter_that_was_not_taken_is_tried_again(post, noa, now):
    row = notice(noa, now, title="x")
    post.sick = 1
    with pytest.raises(Exception, match="later"):
        send_letter(row.pk)
    row.refresh_from_db()
    assert row.mailed_at is None
    send_letter(row.pk)
    assert len(post.letters) == 1


def test_a_name_with_a_line_break_adds_no_header(post, noa, now):
    """The title is a clean line already; were it not, nothing would leave the house."""
    row = notice(noa, now, title="x\nBcc: everybody@example.org")
    with pytest.raises(ValueError, match="newlines"):
        send_letter(row.pk)
    assert post.letters == []


def test_a_notice_that_is_gone_is_no_letter(post, noa, now):
    row = notice(noa, now, title="x")
    Notice.objects.all().delete()
    send_letter(row.pk)
    assert post.letters == []


def test_every_letter_of_a_whole_order_can_be_sent(post, noa, amir, now):
    order = make.order(noa, amir, now, state="approved")
    say(open_conversation(noa, amir, now=now), author=noa, text="תודה", now=now)
    for row in Notice.objects.all():
        send_letter(row.pk)
    assert len(post.letters) == Notice.objects.count() >= 6
    assert any(order.number in letter["Subject"] for letter in post.letters)


def test_a_demo_market_keeps_its_letters_for_the_mailbox_page(noa, now, settings):
    settings.EMAIL_BACKEND = "house.notices.mailbox.Mailbox"
    send_letter(notice(noa, now, title=TITLE).pk)
    letter = Letter.objects.get()
    assert (letter.to, TITLE in letter.subject, 'dir="rtl"' in letter.html) == ("noa@example.org", True, True)
    assert str(letter) == letter.subject
    plain = partial(EmailMultiAlternatives, "s", "b", "from@example.org")
    plain(to=["a@example.org"], cc=["b@example.org"]).send()
    assert sorted(Letter.objects.filter(subject="s").values_list("to", "html")) == [
        ("a@example.org", ""),
        ("b@example.org", ""),
    ]


def test_a_code_that_somebody_waits_for_leaves_at_once_or_a_little_later(post, db):
    """Sign-up goes on while the mail server rests."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from house.notices.actions import write_to
    from house.notices.errands import post_later

    write_to("noa@example.org", subject="קוד", text="123456", html="<p>123456</p>")
    post.sick = 1
    write_to("noa@example.org", subject="קוד", text="654321")
    (job,) = ProcrastinateJob.objects.filter(task_name="notices.post").values_list("args", flat=True)
    post_later(**job)
    assert [letter.get_content_type() for letter in post.letters] == ["multipart/alternative", "text/plain"]
    assert post.letters[1].get_content().strip() == "654321"
