"""Conversations: a question before ordering, answers, what is new, and the threads of orders beside them."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from house.catalog import actions as catalog
from house.files.models import Upload
from house.inbox.actions import open_conversation, say
from house.inbox.models import Archived, Conversation
from house.notices.letters import words as letter_of
from house.orders.actions import chat
from house.people.models import AuditEntry, User

from .. import make
from .page import send, visit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at(moments) -> None:
    """Pages stand at the tests' moment until a test lets it go on."""


@pytest.fixture
def thread(noa, amir, now) -> Conversation:
    """Noa asked Amir something."""
    row = open_conversation(noa, amir, now=now)
    say(row, author=noa, text="אפשר להתחיל השבוע?", now=now)
    return Conversation.objects.get(pk=row.pk)


def path(thread: Conversation) -> str:
    return f"/inbox/{thread.pk}/"


# --- a question before ordering


def test_a_question_opens_the_conversation_of_the_two_and_names_the_offer(noa, amir, noa_web, amir_web, now):
    """INB-01, DEC-40"""
    offer = make.offer(amir, now)
    page = visit(noa_web, f"/offers/{offer.pk}/question/")
    assert "נשמר" in page.text and page.form().values["text"] == ""
    answer = send(noa_web, f"/offers/{offer.pk}/question/", {"text": "מתי אפשר להתחיל?"}).response
    thread = Conversation.objects.get()
    assert answer["Location"] == path(thread)
    text = visit(amir_web, path(thread)).text
    assert "מתי אפשר להתחיל?" in text and offer.title in text
    assert Archived.objects.get().text.startswith("מתי אפשר להתחיל?")  # INB-04, DEC-45


def test_the_same_two_people_keep_one_conversation(noa, amir, noa_web, now):
    """DEC-40"""
    for number in range(2):
        send(noa_web, f"/offers/{make.offer(amir, now).pk}/question/", {"text": f"שאלה {number}"})
    assert Conversation.objects.get().messages.count() == 2


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u2060"])
def test_an_empty_question_is_refused(noa, amir, noa_web, now, text):
    offer = make.offer(amir, now)
    page = send(noa_web, f"/offers/{offer.pk}/question/", {"text": text})
    assert (page.status, bool(page.complaints)) == (422, True)
    assert not any(row.messages.exists() for row in Conversation.objects.all())


def test_nobody_asks_themselves(amir, amir_web, now):
    """DEC-41"""
    page = send(amir_web, f"/offers/{make.offer(amir, now).pk}/question/", {"text": "שלום לי"})
    assert (page.status, Conversation.objects.count()) == (422, 0)
    assert "לעצמך" in page.complaints[0]
    assert page.form().values["text"] == "שלום לי"


def test_the_suspended_ask_nothing_new_and_may_answer(noa, amir, noa_web, now, thread):
    """DEC-37"""
    offer = make.offer(amir, now)
    User.objects.filter(pk=noa.pk).update(standing="suspended")
    page = send(noa_web, f"/offers/{offer.pk}/question/", {"text": "עוד שאלה"})
    assert (page.status, page.form().values["text"]) == (422, "עוד שאלה")
    assert "החשבון מושעה" in page.complaints[0]
    assert send(noa_web, f"{path(thread)}messages/", {"text": "תודה"}).status == 302


def test_nothing_is_asked_about_an_offer_that_is_gone(noa, amir, noa_web, now):
    """F-10"""
    offer = make.offer(amir, now)
    catalog.remove(offer, by=amir, reason="", now=now)
    assert send(noa_web, f"/offers/{offer.pk}/question/", {"text": "שאלה"}).status == 404


# --- the list


def test_what_is_new_comes_first_and_is_marked_until_it_is_read(noa, amir, dana, amir_web, moments, now, thread):
    """INB-01"""
    other = open_conversation(dana, amir, now=moments.go(hours=1))
    say(other, author=dana, text="שלום, יש זמן?", now=moments.now)
    page = visit(amir_web, "/inbox/")
    assert [href for href in page.hrefs("/inbox/") if href[7:8].isdigit()] == [path(other), path(thread)]
    assert page.text.count("לא נקראה") == 2
    assert "הודעות, 2" in page.html
    visit(amir_web, path(other))
    page = visit(amir_web, "/inbox/")
    assert (page.text.count("לא נקראה"), "הודעות, 1" in page.html) == (1, True)


def test_threads_of_orders_are_listed_beside_and_read_in_the_order(noa, amir, noa_web, amir_web, now, thread):
    """DEC-40"""
    order = make.order(noa, amir, now)
    send(noa_web, f"/orders/{order.number}/messages/", {"text": "מתי כדאי להגיע?"})
    page = visit(amir_web, "/inbox/")
    assert f"/orders/{order.number}/" in page.hrefs("/orders/") and order.number in page.text
    assert visit(amir_web, f"/inbox/{order.thread_id}/").response["Location"] == f"/orders/{order.number}/"
    answer = send(amir_web, f"/inbox/{order.thread_id}/messages/", {"text": "לא כאן"})
    assert (answer.status, order.thread.messages.count()) == (302, 1)


def test_what_others_talk_about_is_not_listed(dana_web, thread):
    """DEC-40"""
    page = visit(dana_web, "/inbox/")
    assert path(thread) not in page.hrefs() and "אפשר להתחיל השבוע?" not in page.text


def test_an_empty_inbox_shows_a_way_on(dana_web):
    page = visit(dana_web, "/inbox/")
    assert "עוד אין שיחות" in page.text and "/search/" in page.hrefs()


# --- a conversation


def test_the_conversation_is_read_in_order_and_answered(noa, noa_web, amir_web, moments, thread):
    """INB-01"""
    moments.go(hours=2)
    answer = send(amir_web, f"{path(thread)}messages/", {"text": "כן, ביום רביעי."}).response
    assert answer["Location"] == f"{path(thread)}#end"
    text = visit(noa_web, path(thread)).text
    assert text.index("אפשר להתחיל השבוע?") < text.index("כן, ביום רביעי.")


def test_the_other_side_is_told_by_bell_and_letter(noa, amir, amir_web, thread):
    """NOT"""
    send(amir_web, f"{path(thread)}messages/", {"text": "כן, ביום רביעי."})
    notice = noa.notices.get(kind="message")
    assert notice.path == path(thread)
    assert "אמיר לוי" in letter_of(notice.kind, notice.data).bell


def test_a_file_is_sent_and_opened_by_the_other_side(noa_web, amir_web, thread):
    source = SimpleUploadedFile("תוכנית קומה.pdf", b"%PDF-1.4 plan")
    send(amir_web, f"{path(thread)}messages/", {"attached": source})
    page = visit(noa_web, path(thread))
    (link,) = page.hrefs("/files/")
    answer = noa_web.get(link)
    assert b"".join(answer.streaming_content) == b"%PDF-1.4 plan"
    assert "attachment" in answer["Content-Disposition"]


def test_a_picture_is_shown_and_what_only_looks_like_one_is_downloaded(noa_web, amir_web, thread):
    """Bytes are looked at, names are never believed."""
    real = SimpleUploadedFile("room.bin", make.picture())
    fake = SimpleUploadedFile("page.jpg", b"<html><script>alert(1)</script>")
    send(amir_web, f"{path(thread)}messages/", {"attached": [real, fake]})
    kinds = {}
    for link in visit(noa_web, path(thread)).hrefs("/files/"):
        answer = noa_web.get(link)
        answer.getvalue()
        kinds[answer["Content-Type"]] = answer["Content-Disposition"].split(";")[0]
    assert kinds == {"image/jpeg": "inline", "application/octet-stream": "attachment"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"text": " \u200b "}, "ההודעה ריקה"),
        ({"text": "א" * 5001}, "5000"),
        ({"text": "שלום", "attached": SimpleUploadedFile("empty.pdf", b"")}, "ריק"),
    ],
)
def test_a_refused_message_stays_in_its_field_with_the_reason(noa_web, thread, words: dict[str, Any], said):
    page = send(noa_web, f"{path(thread)}messages/", words)
    assert (page.status, thread.messages.count(), Upload.objects.count()) == (422, 1, 0)
    assert any(said in each for each in page.complaints), page.complaints
    assert page.form_of("text").values["text"] == words["text"]


def test_a_long_conversation_shows_its_latest_hundred(noa, amir, noa_web, now, thread):
    for number in range(105):
        say(thread, author=amir, text=f"הודעה מספר {number}.", now=now + timedelta(seconds=4 * number))
    text = visit(noa_web, path(thread)).text
    assert "הודעה מספר 104." in text and "הודעה מספר 5." in text
    assert "הודעה מספר 4." not in text


def test_opening_the_sending_address_leads_back(noa_web, thread):
    assert visit(noa_web, f"{path(thread)}messages/").response["Location"] == path(thread)


# --- folders, search, contacts


def test_a_conversation_is_starred_archived_called_spam_and_brought_back(thread, amir_web, dana, web):
    """Each tab shows what it says, and of one's own alone."""
    stranger = web(dana)
    for tab in ("", "?folder=unread"):
        assert "אפשר להתחיל" in visit(amir_web, f"/inbox/{tab}").text
        assert "אפשר להתחיל" not in visit(stranger, f"/inbox/{tab}").text
    for tab in ("?folder=starred", "?folder=archived", "?folder=spam"):
        assert "אפשר להתחיל" not in visit(amir_web, f"/inbox/{tab}").text
    assert amir_web.post(f"{path(thread)}star/", {"on": "1"}).status_code == 302
    assert "אפשר להתחיל" in visit(amir_web, "/inbox/?folder=starred").text
    for folder, there in (("archived", "archived"), ("spam", "spam"), ("inbox", "")):
        assert amir_web.post(f"{path(thread)}folder/", {"folder": folder}).status_code == 302
        assert "אפשר להתחיל" in visit(amir_web, f"/inbox/?folder={there}").text
    assert "אפשר להתחיל" in visit(amir_web, "/inbox/?folder=nonsense").text
    assert amir_web.post(f"{path(thread)}folder/", {"folder": "bin"}).status_code == 404


def test_words_are_found_in_ones_own_messages_alone(thread, noa, amir, amir_web, dana, web, now):
    order = make.order(noa, amir, now)
    chat.say(order, text="הקרמיקה הכחולה הגיעה", files=[], by=noa, now=now)
    page = visit(amir_web, "/inbox/?q=הכחולה קרמיקה")
    assert "הקרמיקה הכחולה הגיעה" in page.text and f"/orders/{order.number}/" in page.hrefs("/orders/")
    page = visit(amir_web, "/inbox/?q=להתחיל")
    (link,) = [href for href in page.hrefs("/inbox/") if "?to=" in href]
    assert "אפשר להתחיל השבוע?" in visit(amir_web, link.partition("#")[0]).text
    assert "לא נמצאו הודעות" in visit(amir_web, "/inbox/?q=משהו אחר").text
    assert "לא נמצאו הודעות" in visit(web(dana), "/inbox/?q=להתחיל").text


def test_older_messages_are_a_link_away(thread, noa, amir, amir_web, now, monkeypatch):
    """Nothing is lost: a page shows so many, and the way to those before."""
    monkeypatch.setattr("house.web.views.inbox.MESSAGES", 3)
    for number in range(6):
        say(thread, author=noa, text=f"הודעה מספר {number}", now=now + timedelta(minutes=number + 1))
    seen, address = [], path(thread)
    while address:
        page = visit(amir_web, address)
        seen = list(page.texts("p", class_="lines")) + seen
        address = next((path(thread) + href.partition("#")[0] for href, _ in page.links if href.startswith("?to=")), "")
    assert seen == ["אפשר להתחיל השבוע?", *(f"הודעה מספר {number}" for number in range(6))]


def test_masked_details_are_explained_to_their_writer(thread, noa_web, amir_web):
    """DEC-19: a coach, with a way to complain."""
    send(amir_web, f"{path(thread)}messages/", {"text": "הטלפון שלי 052-1234567"})
    page = visit(amir_web, path(thread))
    assert "•••" in page.text and "לפני הזמנה מדברים כאן" in page.text and "/support/" in page.hrefs("/support/")
    text = visit(noa_web, path(thread)).text
    assert "052" not in text and "פרטי קשר הוסתרו." in text


def test_a_flood_is_refused_with_what_was_typed_and_counted(thread, noa, noa_web, monkeypatch):
    """CON-03"""
    monkeypatch.setattr("house.policy.MESSAGES_PER_MINUTE", 1)
    page = send(noa_web, f"{path(thread)}messages/", {"text": "ועוד שאלה"})
    assert page.status == 422 and "בעוד דקה" in page.complaints[0] and "ועוד שאלה" in page.html
    entry = AuditEntry.objects.get(what="messages_stopped")
    assert (entry.about, entry.why) == (f"user:{noa.pk}", "message_flood")


def test_contacts_say_what_there_was_and_keep_a_note(thread, noa, amir, noa_web, amir_web, dana, web, now):
    """CON-01, CON-02"""
    make.order(noa, amir, now, state="approved")
    make.order(noa, amir, now)
    for browser, name in ((amir_web, "נועה ברק"), (noa_web, "אמיר לוי")):
        text = visit(browser, "/me/contacts/").text
        assert all(words in text for words in (name, "הושלמו: 1", "1,000", "פתוחות: 1"))
    send(amir_web, f"/me/contacts/{noa.pk}/", {"text": "מעדיפה שיחות בבוקר"})
    assert "מעדיפה שיחות בבוקר" in visit(amir_web, "/me/contacts/").text
    assert "מעדיפה" not in visit(noa_web, "/me/contacts/").text
    send(amir_web, f"/me/contacts/{noa.pk}/", {"text": " "})
    assert "מעדיפה" not in visit(amir_web, "/me/contacts/").text
    assert amir_web.post(f"/me/contacts/{noa.pk}/talk/")["Location"] == path(thread)
    assert "עוד אין אנשי קשר" in visit(web(dana), "/me/contacts/").text
    open_conversation(dana, noa, now=now)  # she knows somebody, but not Amir
    for pk in (dana.pk, amir.pk, 10**9):
        assert amir_web.get(f"/me/contacts/{pk}/").status_code == 404


def test_whoever_asked_says_that_it_was_no_answer(thread, amir, noa_web, amir_web, now):
    """AMB-20"""
    assert "לא קיבלתי מענה" not in visit(noa_web, path(thread)).text
    say(thread, author=amir, text="כן", now=now)
    assert "לא קיבלתי מענה" not in visit(amir_web, path(thread)).text
    assert "לא קיבלתי מענה" in visit(noa_web, path(thread)).text
    assert noa_web.post(f"{path(thread)}unanswered/").status_code == 302
    assert "לא קיבלתי מענה" not in visit(noa_web, path(thread)).text
    assert noa_web.post(f"{path(thread)}unanswered/").status_code == 409
