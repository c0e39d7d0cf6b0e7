"""Each side keeps its conversations as it likes; floods are stopped; contact details are masked before an order."""

from datetime import timedelta

import pytest

from house import policy
from house.inbox import answers, filing
from house.inbox.actions import open_conversation, say
from house.inbox.filing import Folder
from house.inbox.models import Archived, Conversation, Filing, Message
from house.orders.actions import chat
from house.people.models import AuditEntry, User
from house.process import Refusal
from house.reputation.metrics import response
from tests import make, persons

pytestmark = pytest.mark.django_db
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def talk(noa, amir, now) -> Conversation:
    row = open_conversation(noa, amir, now=now)
    say(row, author=noa, text="אפשר להתחיל השבוע?", now=now)
    return row


def where(talk: Conversation, user: User) -> set[str]:
    mine = Conversation.objects.visible_to(user)
    found = {folder for folder in Folder.values if mine.filed(user, folder).filter(pk=talk.pk).exists()}
    return found | ({"starred"} if mine.starred(user).exists() else set())


def test_one_side_moves_it_and_the_other_sees_nothing_of_it(talk, noa, amir, now):
    assert where(talk, noa) == where(talk, amir) == {"inbox"}
    filing.star(talk, by=amir, on=True, now=now)
    filing.put(talk, "archived", by=amir, now=now)
    assert (where(talk, amir), where(talk, noa)) == ({"archived", "starred"}, {"inbox"})
    filing.star(talk, by=amir, on=False, now=now)
    filing.put(talk, "inbox", by=amir, now=now)
    assert where(talk, amir) == {"inbox"}
    assert Filing.objects.count() == 1


def test_nobody_else_moves_it(talk, dana, now):
    for act in (
        lambda: filing.star(talk, by=dana, on=True, now=now),
        lambda: filing.put(talk, "spam", by=dana, now=now),
    ):
        with pytest.raises(Refusal, match="stranger"):
            act()


@pytest.mark.parametrize("writer", ["noa", "amir"])
def test_the_archive_gives_it_back_with_the_next_message(talk, noa, amir, now, writer):
    filing.put(talk, "archived", by=amir, now=now)
    say(talk, author={"noa": noa, "amir": amir}[writer], text="ועוד שאלה", now=now + MINUTE)
    assert where(talk, amir) == {"inbox"}


def test_spam_stays_where_it_is_and_rings_no_more(talk, noa, amir, now):
    filing.put(talk, "spam", by=amir, now=now)
    told = amir.notices.filter(kind="message").count()
    say(talk, author=noa, text="ועוד שאלה", now=now + MINUTE)
    assert where(talk, amir) == {"spam"}
    assert amir.notices.filter(kind="message").count() == told
    assert not Conversation.objects.unread_by(amir).exists()
    assert Conversation.objects.visible_to(amir).get().messages.count() == 2, "nothing is lost"


@pytest.mark.parametrize(("after", "rate"), [(DAY, None), (DAY + MINUTE, 0)])
def test_what_is_called_spam_within_a_day_does_not_lower_the_rate(talk, amir, now, after, rate):
    """DEC-16"""
    filing.put(talk, "spam", by=amir, now=now + after)
    assert response(amir, now + 3 * DAY)[0] == rate


# Floods (CON-03, REQ-10)


def test_so_many_in_a_minute_and_no_more(talk, noa, now):
    for number in range(policy.MESSAGES_PER_MINUTE - 1):
        say(talk, author=noa, text=f"שאלה {number}", now=now + timedelta(seconds=number))
    with pytest.raises(Refusal, match="message_flood"):
        say(talk, author=noa, text="ועוד", now=now + timedelta(seconds=59))
    say(talk, author=noa, text="ועוד", now=now + MINUTE + timedelta(seconds=20))


def test_a_thousand_in_a_minute_leave_the_first_few_and_one_line_in_the_log(talk, noa, now):
    """CON-03: whoever writes by a script is stopped, and the log is not flooded instead."""
    stopped = 0
    for number in range(1000):
        try:
            say(talk, author=noa, text=f"שאלה {number}", now=now + number * MINUTE / 1000)
        except Refusal:
            stopped += 1
    kept = list(talk.messages.values_list("text", flat=True))
    assert kept == ["אפשר להתחיל השבוע?", *(f"שאלה {number}" for number in range(policy.MESSAGES_PER_MINUTE - 1))]
    assert stopped == 1001 - policy.MESSAGES_PER_MINUTE
    assert AuditEntry.objects.filter(what="messages_stopped", about=f"user:{noa.pk}").count() == 1


def test_the_thread_of_an_order_counts_as_well(noa, amir, now):
    order = make.order(noa, amir, now)
    for number in range(policy.MESSAGES_PER_MINUTE):
        chat.say(order, text=f"שאלה {number}", files=[], by=noa, now=now)
    with pytest.raises(Refusal, match="message_flood"):
        chat.say(order, text="ועוד", files=[], by=noa, now=now)
    chat.say(order, text="תשובה", files=[], by=amir, now=now)


def test_the_same_words_go_to_a_few_people_and_not_to_all(amir, now):
    words = "יש לי מבצע מיוחד על שיפוץ מטבחים החודש"
    people = [persons.client(f"client{n}", f"לקוחה{n}", "כהן", now) for n in range(policy.MASS_PEOPLE + 1)]
    *few, last = [open_conversation(amir, each, now=now) for each in people]
    for number, talk in enumerate(few):
        say(talk, author=amir, text=words, now=now + number * MINUTE)
    with pytest.raises(Refusal, match="message_mass"):
        say(last, author=amir, text=f"  {words}\n", now=now + 9 * MINUTE)
    say(few[0], author=amir, text=words, now=now + 10 * MINUTE)  # the same person again
    say(last, author=amir, text="שלום, מה נשמע?", now=now + 11 * MINUTE)  # as everybody greets
    say(last, author=amir, text=words, now=now + DAY + 9 * MINUTE)


def test_a_phone_number_in_the_words_does_not_hide_that_they_are_the_same(amir, now):
    """CON-03, DEC-19: they are kept masked, and still they are the same words."""
    words = "מבצע על שיפוץ מטבחים, לפרטים 052-1234567"
    people = [persons.client(f"client{n}", f"לקוחה{n}", "כהן", now) for n in range(policy.MASS_PEOPLE + 1)]
    *few, last = [open_conversation(amir, each, now=now) for each in people]
    for number, talk in enumerate(few):
        assert say(talk, author=amir, text=words, now=now + number * MINUTE).masked
    with pytest.raises(Refusal, match="message_mass"):
        say(last, author=amir, text=words, now=now + 9 * MINUTE)


# Contact details before an order (DEC-19)


def test_a_phone_number_is_masked_and_the_copy_keeps_it(talk, noa, amir, now):
    row = say(talk, author=amir, text="התקשרו אליי: 052-1234567, או כתבו ל amir@example.org", now=now)
    assert row.masked and row.text == "התקשרו אליי: •••, או כתבו ל •••"
    assert "052-1234567" in Archived.objects.get(message=row).text


def test_prices_dates_and_order_numbers_pass(talk, noa, now):
    row = say(talk, author=noa, text="התקציב 12,500 ₪ עד 03/12/2026, ראיתי את הזמנה BH-2045183", now=now)
    assert not row.masked


def test_after_an_order_people_speak_freely(noa, amir, now):
    order = make.order(noa, amir, now)
    talk = open_conversation(noa, amir, now=now)
    for row in (
        say(talk, author=noa, text="הטלפון שלי 052-1234567", now=now),
        chat.say(order, text="הטלפון שלי 052-1234567", files=[], by=noa, now=now),
    ):
        assert (row.masked, row.text) == (False, "הטלפון שלי 052-1234567")
    assert Message.objects.filter(masked=True).count() == 0


# An answer that was none (AMB-20, MET-14)


def test_the_clock_runs_again_from_the_question(talk, noa, amir, now):
    say(talk, author=amir, text="כן", now=now + MINUTE)
    assert response(amir, now + 3 * DAY) == (100, 1)
    answers.not_answered(talk, by=noa, now=now + DAY)
    assert response(amir, now + 3 * DAY) == (0, None)
    say(talk, author=amir, text="אפשר להתחיל ביום ראשון בשמונה", now=now + 2 * DAY)
    assert response(amir, now + 3 * DAY) == (0, 2 * 24 * 60)
    talk.refresh_from_db()
    answers.not_answered(talk, by=noa, now=now + 2 * DAY + MINUTE)


def test_only_whoever_asked_says_it_and_only_of_an_answer(talk, noa, amir, dana, now):
    for by in (noa, amir, dana):
        with pytest.raises(Refusal, match="nothing_answered"):
            answers.not_answered(talk, by=by, now=now)
    say(talk, author=amir, text="כן", now=now + MINUTE)
    for by in (amir, dana):
        with pytest.raises(Refusal, match="nothing_answered"):
            answers.not_answered(talk, by=by, now=now + DAY)
    answers.not_answered(talk, by=noa, now=now + DAY)
    talk.refresh_from_db()
    with pytest.raises(Refusal, match="nothing_answered"):
        answers.not_answered(talk, by=noa, now=now + DAY)
