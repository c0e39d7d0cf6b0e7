"""The order's page for each side in each state, and every step from the page to the books and back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from house import policy
from house.catalog import actions as catalog
from house.catalog.actions import RequirementRow
from house.catalog.models import Offer
from house.files.models import Upload
from house.ledger.actions import Kind, balance
from house.orders import money
from house.orders.models import Delivery, Order, Stage
from house.orders.proof import prove
from house.people.models import User
from house.worker.sweep import sweep_orders

from .. import make
from ..orders.steps import STAGE_TABLE
from .page import Page, send, visit
from .world import rich

pytestmark = pytest.mark.django_db

S = Stage.State
TEXT = "העבודה הושלמה, התמונות מצורפות והאחריות בפנים."
WHY = "התוכניות השתנו לגמרי ואין צורך בעבודה"


@pytest.fixture(autouse=True)
def _at(moments) -> None:
    """Pages stand at the tests' moment until a test lets it go on."""


def room(order: Order, step: str = "") -> str:
    return f"/orders/{order.number}/{step}{'/' if step else ''}"


def deliver_path(order: Order) -> str:
    return f"/seller/orders/{order.number}/deliver/"


def state(order: Order) -> str:
    return make.stage(order).state


def steps(page: Page, order: Order) -> set[str]:
    """The steps that a page offers, by buttons and links."""
    places = page.hrefs() + [form.action for form in page.forms]
    found = {re.fullmatch(rf"/(?:seller/)?orders/{order.number}/(\w+)/", place) for place in places}
    return {match[1] for match in found if match} - {"messages", "receipt", "statement", "tasks"}


def attached(name: str = "plan.pdf", body: bytes = b"%PDF-1.4 measures") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body)


def asks(browser: Browser, order: Order, **words: Any) -> Page:
    """To cancel, with a file as proof."""
    usual = {"reason": "other", "explanation": WHY, "attached": attached()}
    return send(browser, room(order, "cancellation"), {**usual, **words})


# --- what each side sees

# state: (the client's sentence, the provider's sentence, the client's steps, the provider's steps)
SEEN = {
    S.AWAITING: (
        "העבודה תתחיל אחרי שליחת הדרישות",
        "הדרישות עוד לא הגיעו, השעון לא התחיל",
        {"requirements", "resolution"},
        {"requirements", "reminder", "resolution"},
    ),
    S.ACTIVE: ("נותרו 5 ימים למסירה", "נותרו 5 ימים למסור", {"resolution"}, {"deliver", "resolution"}),
    S.DELIVERED: (
        "נותרו 3 ימים לבדוק את המסירה",
        "המסירה בבדיקה, אישור אוטומטי בעוד 3 ימים",
        {"acceptance", "revision", "resolution"},
        {"resolution"},
    ),
    S.IN_REVISION: (
        "התיקונים בדרך",
        "התבקשו תיקונים",
        {"resolution"},
        {"deliver", "resolution"},
    ),
    S.APPROVED: ("ההזמנה הושלמה", "ההזמנה הושלמה", {"again", "rate"}, {"rate"}),
}
MOMENT = {
    S.DELIVERED: timedelta(days=2),
    S.IN_REVISION: timedelta(days=2, hours=1),
    S.APPROVED: timedelta(days=2, hours=1),
}


@pytest.mark.parametrize("at", SEEN)
def test_each_side_reads_its_sentence_and_is_offered_only_what_the_table_allows(
    noa, amir, noa_web, amir_web, moments, now, at
):
    """ORD-07, 3.1: the buttons are those of the table, the sentence says what is next."""
    order = make.order(noa, amir, now, state=at)
    moments.go(seconds=MOMENT.get(at, timedelta()).total_seconds())
    client_says, provider_says, client_may, provider_may = SEEN[at]
    client, provider = visit(noa_web, room(order)), visit(amir_web, room(order))
    assert client_says in client.heading and provider_says in provider.heading
    assert steps(client, order) == client_may
    assert steps(provider, order) == provider_may


NAMES = {
    "start": "requirements",
    "deliver": "deliver",
    "accept": "acceptance",
    "revise": "revision",
    "remind": "reminder",
}


@pytest.mark.parametrize("at", SEEN)
def test_the_steps_of_a_page_follow_the_tables_of_the_rules(noa, amir, noa_web, amir_web, moments, now, at):
    """3.1, as tests/orders/steps.py has it by hand."""
    order = make.order(noa, amir, now, state=at)
    moments.go(seconds=MOMENT.get(at, timedelta()).total_seconds())
    for party, browser in (("client", noa_web), ("provider", amir_web)):
        offered = steps(visit(browser, room(order)), order)
        allowed = {
            NAMES[step]
            for step, (by, start, _end) in STAGE_TABLE.items()
            if step in NAMES and party in by and at in start
        }
        readable = {"requirements"} if party == "provider" and at == S.AWAITING else set()
        assert offered & set(NAMES.values()) == allowed | readable


def test_a_page_of_a_step_that_is_not_possible_now_says_so(noa, amir, noa_web, amir_web, now):
    """3.1: an old link to a step leads to a sentence, not to a form that would be refused."""
    order = make.order(noa, amir, now)
    for browser, path in ((noa_web, room(order, "acceptance")), (noa_web, room(order, "revision"))):
        page = visit(browser, path)
        assert (page.status, "המצב השתנה" in page.text) == (409, True)
    make.deliver(order, now)
    assert visit(amir_web, deliver_path(order)).status == 409


def test_a_late_order_says_by_how_much_and_a_very_late_one_is_marked(noa, amir, noa_web, amir_web, moments, now):
    """ORD-12, O-3, O-4"""
    order = make.order(noa, amir, now)
    moments.go(days=5, hours=3)
    for browser in (noa_web, amir_web):
        page = visit(browser, room(order))
        assert page.heading == "המסירה מאחרת ב־3 שעות"
        assert "באיחור" in page.text and "באיחור ניכר" not in page.text
    moments.go(days=1)
    assert "באיחור ניכר" in visit(noa_web, room(order)).text
    assert "באיחור ניכר" in visit(noa_web, "/orders/").text


def test_the_progress_bar_stands_where_the_order_stands(noa, amir, noa_web, moments, now):
    """ORD-07"""
    order = make.order(noa, amir, now)
    bar = [
        given.get("class")
        for tag, given in visit(noa_web, room(order)).elements
        if given.get("class") in ("done", "now")
    ]
    assert bar == ["done", "done", "now"]
    moments.go(days=2)
    make.deliver(order, moments.now)
    bar = [
        given.get("class")
        for tag, given in visit(noa_web, room(order)).elements
        if given.get("class") in ("done", "now")
    ]
    assert bar == ["done"] * 4 + ["now"]


def test_the_page_tells_what_happened_in_order_of_time(noa, amir, noa_web, moments, now):
    """ORD-06"""
    order = make.order(noa, amir, now, state=S.IN_REVISION)
    moments.go(days=3)
    send(noa_web, room(order, "messages"), {"text": "מתי כדאי לבוא?"})
    text = visit(noa_web, room(order)).text
    places = [
        text.index(said) for said in ("ההזמנה נוצרה", "מסירה מס׳ 1", "בקשת תיקונים", "לתקן בבקשה", "מתי כדאי לבוא?")
    ]
    assert places == sorted(places)
    assert "האם השינויים כלולים במה שהוזמן? כן" in text


def test_opening_the_page_marks_the_thread_as_read(noa, amir, noa_web, amir_web, now):
    order = make.order(noa, amir, now)
    send(amir_web, room(order, "messages"), {"text": "שלום"})
    assert "הודעות, 1" in visit(noa_web, "/me/").html
    visit(noa_web, room(order))
    assert "הודעות, 1" not in visit(noa_web, "/me/").html


# --- requirements

ASKED = (
    RequirementRow(text="מה מידות החדר?", kind="text", mandatory=True),
    RequirementRow(text="באיזו קומה?", kind="choice", choices=["קרקע", "גבוהה"], mandatory=True),
    RequirementRow(text="מה כבר קיים?", kind="choice", choices=["חשמל", "מים"], multiple=True),
    RequirementRow(text="תוכנית", kind="file"),
)


@pytest.fixture
def waiting(noa, amir, now) -> Order:
    """An order whose requirements are still to come, of every kind."""
    row = make.checkout(make.offer(amir, now, requirements=ASKED), noa, now)
    make.pay(row, now)
    return Order.objects.get(checkout=row)


def test_answers_are_kept_as_a_draft_and_the_clock_waits(waiting, noa_web):
    """RQM, O-2"""
    words = {"r1": "שני מטר", "r3": ["חשמל", "מים"], "draft": "1"}
    assert send(noa_web, room(waiting, "requirements"), words).status == 302
    assert state(waiting) == S.AWAITING
    values = visit(noa_web, room(waiting, "requirements")).form().values
    assert (values["r1"], values["r3"]) == ("שני מטר", ["חשמל", "מים"])
    assert "r2" not in values


def test_what_is_mandatory_is_asked_for_and_everything_given_stays(waiting, noa_web):
    """RQM-04: numbers name what is missing; a file that was sent need not be sent again."""
    page = send(noa_web, room(waiting, "requirements"), {"r1": "שני מטר", "r4": attached()})
    assert (page.status, state(waiting)) == (422, S.AWAITING)
    assert "דרישות החובה: 2." in page.complaints[0]
    assert page.form().values["r1"] == "שני מטר"
    assert [text for _href, text in page.links if "plan" in text]
    page = send(noa_web, room(waiting, "requirements"), {"r1": "שני מטר", "r2": "קרקע"})
    assert (page.status, state(waiting)) == (302, S.ACTIVE)
    assert [len(row.files) for row in waiting.requirements.all()] == [0, 0, 0, 1]


def test_both_sides_read_the_answers_afterwards(waiting, noa_web, amir_web):
    """RQM-06"""
    assert "עוד אין תשובה" in visit(amir_web, room(waiting, "requirements")).text
    send(noa_web, room(waiting, "requirements"), {"r1": "שני מטר", "r2": "קרקע", "r4": attached()})
    for browser in (noa_web, amir_web):
        page = visit(browser, room(waiting, "requirements"))
        assert all(said in page.text for said in ("שני מטר", "קרקע", "plan"))
        assert not [form for form in page.forms if form.named("r1")]


def test_a_choice_that_was_not_offered_is_not_taken(waiting, noa_web):
    """RQM-02"""
    page = send(noa_web, room(waiting, "requirements"), {"r1": "שני מטר", "r2": "מרתף"})
    assert (page.status, state(waiting)) == (422, S.AWAITING)


def test_the_provider_reminds_once_a_day(waiting, noa, amir_web, moments):
    """DEC-15"""
    assert send(amir_web, room(waiting, "reminder")).status == 302
    assert noa.notices.filter(kind="remind_client").count() == 1
    page = send(amir_web, room(waiting, "reminder"))
    assert (page.status, "כבר נשלחה ביממה האחרונה" in page.text) == (409, True)
    moments.go(days=1)
    assert send(amir_web, room(waiting, "reminder")).status == 302


def test_after_seven_days_the_provider_may_give_up_with_a_refund(waiting, noa, amir_web, moments):
    """DEC-15"""
    assert "abandonment" not in steps(visit(amir_web, room(waiting)), waiting)
    assert send(amir_web, room(waiting, "abandonment")).status == 409
    moments.go(days=7)
    page = visit(amir_web, room(waiting))
    assert "abandonment" in steps(page, waiting)
    assert "מלוא הכסף יחזור" in visit(amir_web, room(waiting, "abandonment")).text
    send(amir_web, room(waiting, "abandonment"))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.counts_in_rate, money.held(waiting)) == (Order.State.CANCELLED, False, 0)


# --- messages and files


def test_a_message_with_a_file_reaches_the_other_side(noa, amir, noa_web, amir_web, now):
    """ORD-06"""
    order = make.order(noa, amir, now)
    answer = noa_web.post(room(order, "messages"), {"text": "מצורפת התוכנית", "attached": attached()})
    assert answer["Location"] == f"{room(order)}#end"
    page = visit(amir_web, room(order))
    (link,) = page.hrefs("/files/")
    assert "מצורפת התוכנית" in page.text
    assert b"".join(amir_web.get(link).streaming_content) == b"%PDF-1.4 measures"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"text": "  \u200b "}, "ההודעה ריקה"),
        ({"text": "א" * 5001}, "5000"),
        ({"text": "שלום", "attached": [attached(f"{number}.pdf") for number in range(11)]}, "עד 10 קבצים"),
        ({"text": "שלום", "attached": [attached(body=b"")]}, "ריק"),
    ],
)
def test_a_refused_message_stands_in_its_form_with_the_reason(noa, amir, noa_web, now, words, said):
    order = make.order(noa, amir, now)
    page = send(noa_web, room(order, "messages"), words)
    assert (page.status, order.thread.messages.count(), Upload.objects.count()) == (422, 0, 0)
    assert any(said in each for each in page.complaints), page.complaints
    assert page.form().values["text"] == words["text"]


def test_the_chat_goes_on_after_the_order(noa, amir, noa_web, now):
    """ORD-06"""
    order = make.order(noa, amir, now, state=S.APPROVED)
    send(noa_web, room(order, "messages"), {"text": "תודה רבה!"})
    assert order.thread.messages.get().text == "תודה רבה!"


# --- delivery


@pytest.fixture
def active(noa, amir, now) -> Order:
    return make.order(noa, amir, now)


def test_a_draft_of_a_delivery_is_the_providers_own_and_is_gone_on_with(active, noa_web, amir_web):
    """DLV-04, O-5"""
    words = {"text": "חצי מהעבודה", "links": "https://example.com/half", "attached": attached("half.pdf"), "draft": "1"}
    assert send(amir_web, deliver_path(active), words).status == 302
    assert state(active) == S.ACTIVE
    page = visit(amir_web, deliver_path(active))
    values = page.form().values
    assert (values["text"], values["links"]) == ("חצי מהעבודה", "https://example.com/half")
    assert [text for _href, text in page.links if "half" in text]
    assert "חצי מהעבודה" not in visit(noa_web, room(active)).text


def test_a_delivery_brings_words_links_and_files_of_its_draft(active, noa_web, amir_web, moments):
    """O-6, DLV-06, ORD-10: the decision clock starts."""
    send(amir_web, deliver_path(active), {"attached": [attached("one.pdf"), attached("two.pdf")], "draft": "1"})
    first, _second = Delivery.objects.get().files
    words = {"text": TEXT, "links": "https://example.com/a\n\nhttp://example.com/b", "remove": str(first)}
    send(amir_web, deliver_path(active), {**words, "attached": attached("three.pdf")})
    assert state(active) == S.DELIVERED
    assert make.stage(active).decide_at == moments.now + policy.DECISION_WINDOW
    page = visit(noa_web, room(active))
    assert [text.split()[0] for href, text in page.links if href.startswith("/files/")] == ["two", "three"]
    assert page.hrefs("https://example.com/a") and page.hrefs("http://example.com/b")
    assert TEXT in page.text


def test_an_empty_delivery_is_refused_and_its_words_stay(active, amir_web):
    """DLV-07, DEC-43"""
    page = send(amir_web, deliver_path(active), {"text": "מוכן"})
    assert (page.status, state(active)) == (422, S.ACTIVE)
    assert "לפחות 20 תווים" in page.complaints[0]
    assert page.form().values["text"] == "מוכן"


@pytest.mark.parametrize(
    ("links", "said"),
    [
        ("javascript:alert(1)", "קישור צריך להתחיל"),
        ("https://example.com/ok\nftp://example.com/file", "קישור צריך להתחיל"),
        ("\n".join(f"https://example.com/{number}" for number in range(11)), "עד 10 קישורים"),
        ("https://example.com/" + "a" * 500, "ארוך מדי"),
    ],
)
def test_a_wrong_link_is_told_and_words_and_files_are_kept(active, amir_web, links, said):
    """DLV-06: a browser cannot send the files again by itself, so they wait in the draft."""
    page = send(amir_web, deliver_path(active), {"text": TEXT, "links": links, "attached": attached("warranty.pdf")})
    assert (page.status, state(active)) == (422, S.ACTIVE)
    assert any(said in each for each in page.complaints)
    assert (page.form().values["text"], page.form().values["links"]) == (TEXT, links)
    assert [text for href, text in page.links if href.startswith("/files/") and "warranty" in text]
    send(amir_web, deliver_path(active), {"text": TEXT, "links": ""})
    assert len(Delivery.objects.get().files) == 1 and state(active) == S.DELIVERED


def test_while_a_cancellation_is_open_nothing_is_delivered(active, noa_web, amir_web):
    """DEC-33"""
    asks(noa_web, active)
    page = send(amir_web, deliver_path(active), {"text": TEXT})
    assert (page.status, state(active)) == (422, S.ACTIVE)
    assert "קודם צריך לענות" in page.complaints[0]
    assert page.form().values["text"] == TEXT


def test_while_a_cancellation_is_open_the_page_of_a_delivery_says_so(active, noa_web, amir_web):
    """DEC-33"""
    asks(noa_web, active)
    page = visit(amir_web, deliver_path(active))
    assert (page.status, "קודם צריך לענות" in page.text) == (409, True)


def test_after_changes_were_asked_for_it_is_delivered_again(noa, amir, noa_web, amir_web, moments, now):
    """DLV-05, DLV-09"""
    order = make.order(noa, amir, now, state=S.IN_REVISION)
    moments.go(days=3)
    send(amir_web, deliver_path(order), {"text": TEXT})
    assert [row.number for row in Delivery.objects.all()] == [1, 2]
    assert "מסירה מס׳ 2" in visit(noa_web, room(order)).text


# --- acceptance, silence, revision


@pytest.fixture
def delivered(noa, amir, moments, now) -> Order:
    order = make.order(noa, amir, now, state=S.DELIVERED)
    moments.go(days=2)
    return order


def test_acceptance_says_what_is_released_and_releases_it(delivered, amir, noa_web):
    """ORD-09, O-7, DEC-12"""
    page = visit(noa_web, room(delivered, "acceptance"))
    assert "1,000 ₪" in page.text and "אמיר לוי" in page.text
    assert balance(Kind.PENDING, amir) == 0
    answer = send(noa_web, room(delivered, "acceptance")).response
    assert answer["Location"] == room(delivered, "rate")
    assert (state(delivered), balance(Kind.PENDING, amir), money.held(delivered)) == (S.APPROVED, 800_00, 0)
    assert prove().faults == []
    assert send(noa_web, room(delivered, "acceptance")).status == 409
    assert balance(Kind.PENDING, amir) == 800_00


def test_silence_accepts_and_the_page_says_so(delivered, noa_web, amir_web, moments):
    """ORD-10, O-10"""
    assert "בלי תגובה עד" in visit(noa_web, room(delivered)).text
    moments.go(days=3)
    sweep_orders(moments.now)
    for browser in (noa_web, amir_web):
        assert "נחשבת מאושרת כי לא הייתה תגובה" in visit(browser, room(delivered)).text


def test_the_clock_goes_before_a_late_press(delivered, noa_web, moments):
    """DEC-30: after three days the order is completed, whoever asks first."""
    moments.go(days=3)
    words = {"text": "לתקן את הרובה ליד החלון", "in_scope": "yes", "complete": "yes"}
    page = send(noa_web, room(delivered, "revision"), words)
    assert (page.status, state(delivered)) == (422, S.APPROVED)
    assert page.form().values["text"] == words["text"]


def test_changes_are_registered_only_with_both_questions_answered(delivered, noa_web):
    """REV-06, REV-07"""
    words = {"text": "לתקן את הרובה ליד החלון", "in_scope": "yes"}
    page = send(noa_web, room(delivered, "revision"), {**words, "attached": attached()})
    assert (page.status, state(delivered), Upload.objects.count()) == (422, S.DELIVERED, 0)
    assert "לא נרשמה" in page.complaints[0]
    values = page.form().values
    assert (values["text"], values["in_scope"]) == (words["text"], "yes") and "complete" not in values
    send(noa_web, room(delivered, "revision"), {**words, "complete": "no", "attached": attached()})
    assert (state(delivered), Upload.objects.count()) == (S.IN_REVISION, 1)
    assert make.stage(delivered).revisions_left == 0


def test_the_number_of_revisions_left_is_told_and_holds(delivered, noa_web, amir_web):
    """REV-09"""
    words = {"text": "לתקן את הרובה ליד החלון", "in_scope": "yes", "complete": "yes"}
    assert "סבב תיקונים אחד" in visit(noa_web, room(delivered, "revision")).text
    send(noa_web, room(delivered, "revision"), words)
    send(amir_web, deliver_path(delivered), {"text": TEXT})
    assert "revision" not in steps(visit(noa_web, room(delivered)), delivered)
    page = send(noa_web, room(delivered, "revision"), words)
    assert (page.status, state(delivered)) == (422, S.DELIVERED)
    assert "לא נותרו סבבי תיקונים" in page.complaints[0]


# --- cancellation


def test_a_client_needs_words_and_a_proof(active, noa_web):
    """CAN-11, DEC-46"""
    page = send(noa_web, room(active, "cancellation"), {"reason": "other", "explanation": WHY})
    assert (page.status, active.requests.count()) == (422, 0)
    assert "אסמכתה" in page.complaints[0]
    assert (page.form().values["reason"], page.form().values["explanation"]) == ("other", WHY)
    short = send(
        noa_web, room(active, "cancellation"), {"reason": "other", "explanation": "די", "attached": attached()}
    )
    assert (short.status, active.requests.count(), Upload.objects.count()) == (422, 0, 0)
    assert "לפחות 10 תווים" in short.complaints[0]


def test_a_provider_needs_words_alone(active, amir_web):
    """DEC-46"""
    words = {"reason": "cannot_deliver", "explanation": WHY}
    assert send(amir_web, room(active, "cancellation"), words).status == 302
    assert active.requests.get().party == "provider"


@pytest.mark.parametrize("kind", ["message", "delivery", "late", "file"])
def test_each_kind_of_proof_is_offered_and_shown_to_the_other_side(noa, amir, noa_web, amir_web, moments, now, kind):
    """DEC-46"""
    order = make.order(noa, amir, now)
    send(amir_web, room(order, "messages"), {"text": "לא אוכל להגיע החודש"})
    if kind == "delivery":
        make.deliver(order, now)
    moments.go(days=6 * (kind == "late"))
    form = visit(noa_web, room(order, "cancellation")).form()
    chosen = next((each.value for each in form.named("proof") if each.value.split(":")[0] == kind), "")
    words = {"reason": "other", "explanation": WHY, "proof": chosen} | (
        {"attached": attached()} if kind == "file" else {}
    )
    assert send(noa_web, room(order, "cancellation"), words).status == 302
    shown = {"message": "אסמכתה: הודעה", "delivery": "אסמכתה: מסירה", "late": "אסמכתה: האיחור", "file": "plan"}
    page = visit(amir_web, room(order))
    assert shown[kind] in page.text and WHY in page.text


def test_lateness_is_offered_as_the_reason_when_there_is_any(active, noa_web, moments):
    """CAN-09, ORD-12"""
    assert "reason" not in visit(noa_web, room(active, "cancellation")).form().values
    moments.go(days=6, hours=1)
    form = visit(noa_web, room(active, "cancellation")).form()
    assert form.values["reason"] == "very_late"
    assert "late" in [each.value for each in form.named("proof")]


def test_the_page_says_beforehand_what_silence_will_do(active, noa_web, moments):
    """DEC-48, CAN-03"""
    text = visit(noa_web, room(active, "cancellation")).text
    assert "יום ד׳, 25/11/2026, בשעה 10:00" in text and "1,000 ₪" in text


def test_while_it_is_open_each_side_sees_the_days_left_and_its_own_buttons(active, noa_web, amir_web):
    """CAN-05, ORD-08"""
    asks(noa_web, active)
    client, provider = visit(noa_web, room(active)), visit(amir_web, room(active))
    assert client.heading == "אם לא תהיה תשובה, ההזמנה תבוטל בעוד יומיים"
    assert provider.heading.endswith("לענות על בקשת הביטול")
    assert "נותרו יומיים" in client.text and "נותרו יומיים" in provider.text  # AMB-2, in the progress bar
    assert steps(client, active) == {"withdrawal", "resolution"}
    assert steps(provider, active) == {"consent", "refusal", "resolution"}
    assert visit(noa_web, room(active, "consent")).status == 409


def test_consent_cancels_and_returns_the_money(active, noa_web, amir_web):
    """CAN-02, O-12"""
    asks(noa_web, active)
    assert "מלוא הכסף" in visit(amir_web, room(active, "consent")).text
    send(amir_web, room(active, "consent"))
    active.refresh_from_db()
    assert (active.state, active.ending, money.held(active)) == ("cancelled", "mutual", 0)
    for browser in (noa_web, amir_web):
        page = visit(browser, room(active))
        assert page.heading == "ההזמנה בוטלה" and "בהסכמת שני הצדדים" in page.text


def test_silence_of_two_days_cancels_and_is_shown_as_consent(active, noa_web, amir_web, moments):
    """CAN-03, O-15, ORD-14"""
    asks(amir_web, active, reason="cannot_deliver")
    moments.go(hours=48)
    sweep_orders(moments.now)
    active.refresh_from_db()
    assert (active.state, active.ending) == ("cancelled", "no_response")
    assert "בהסכמת שני הצדדים" in visit(noa_web, room(active)).text


def test_a_refusal_lets_the_order_go_on_with_the_time_that_was_left(active, noa_web, amir_web, moments):
    """CAN-06, O-13, DEC-33"""
    due = make.stage(active).due_at
    assert due is not None
    asks(noa_web, active)
    moments.go(hours=30)
    page = visit(amir_web, room(active))
    send(amir_web, page.form(room(active, "refusal")).action)
    assert (state(active), make.stage(active).due_at) == (S.ACTIVE, due + timedelta(hours=30))
    assert "בקשת הביטול נדחתה" in visit(noa_web, room(active)).text
    again = asks(noa_web, active)
    assert (again.status, "אפשר לבקש שוב מ" in again.complaints[0]) == (422, True)  # DEC-32


def test_whoever_asked_takes_it_back(active, noa_web, amir_web):
    """CAN-06, O-14"""
    asks(noa_web, active)
    assert send(amir_web, room(active, "withdrawal")).status == 409
    send(noa_web, visit(noa_web, room(active)).form(room(active, "withdrawal")).action)
    assert (state(active), active.requests.get().state) == (S.ACTIVE, "withdrawn")
    assert send(amir_web, room(active, "consent")).status == 409


def test_an_ended_order_cannot_be_cancelled(noa, amir, noa_web, moments, now):
    """CAN-07, ORD-11, O-25"""
    order = make.order(noa, amir, now, state=S.APPROVED)
    moments.go(days=3)
    assert "ההזמנה כבר הסתיימה" in visit(noa_web, room(order, "cancellation")).text
    assert asks(noa_web, order).status == 422
    assert not order.requests.exists() and not Upload.objects.filter(about=order.about).exists()


def test_only_one_request_is_open_at_a_time(active, noa_web, amir_web):
    """DEC-34"""
    asks(noa_web, active)
    page = asks(amir_web, active, reason="cannot_deliver")
    assert (page.status, active.requests.count()) == (422, 1)


# --- once more, and reviews


def test_once_more_leads_to_the_offer_with_the_same_choice(noa, amir, noa_web, moments, now):
    """Page 45: at today's prices."""
    offer = published_rich(amir, now)
    waste, round_ = offer.extras.all()
    row = make.checkout(offer, noa, now, package=3, quantity=2, extras={waste.pk: 3, round_.pk: 1}, fast=True)
    make.pay(row, now)
    order = Order.objects.get(checkout=row)
    answer = noa_web.get(room(order, "again"))
    values = visit(noa_web, answer["Location"]).form_of("package").values
    assert (values["package"], values["quantity"], values["fast"]) == ("3", "2", "1")
    assert (values[f"extra_{waste.pk}"], values[f"extra_{round_.pk}"]) == ("3", "1")


def published_rich(provider: User, now: Any) -> Offer:
    offer = catalog.submit(rich(provider, now), by=provider, now=now, rights=True)
    catalog.approve(offer, by=make.reviewer(now), now=now)
    return Offer.objects.get(pk=offer.pk)


def test_an_offer_that_is_gone_is_not_linked_to_and_cannot_be_ordered_again(noa, amir, noa_web, moments, now):
    """F-10"""
    order = make.order(noa, amir, now, state=S.APPROVED)
    moments.go(days=3)
    assert "again" in steps(visit(noa_web, room(order)), order)
    assert order.offer is not None
    catalog.remove(order.offer, by=amir, reason="", now=now)
    page = visit(noa_web, room(order))
    assert "again" not in steps(page, order) and not page.hrefs("/offers/")
    refused = visit(noa_web, room(order, "again"))
    assert (refused.status, "לא זמינה להזמנה" in refused.text) == (409, True)


@pytest.fixture
def done(noa, amir, moments, now) -> Order:
    order = make.order(noa, amir, now, state=S.APPROVED)
    moments.go(days=3)
    return order


STARS = {"quality": "5", "communication": "4", "value": "3", "text": "עבודה נקייה ובזמן, תודה"}


def test_reviews_are_shown_when_both_sides_have_written(done, noa_web, amir_web):
    """DEC-10"""
    send(noa_web, room(done, "rate"), STARS)
    assert STARS["text"] not in visit(amir_web, room(done)).text
    assert "חוות הדעת שלך נשמרה" in visit(noa_web, room(done)).text
    send(amir_web, room(done, "rate"), {"stars": "5", "text": "לקוחה ברורה ונעימה"})
    for browser in (noa_web, amir_web):
        assert STARS["text"] in visit(browser, room(done)).text
    send(amir_web, room(done, "reply"), {"text": "תודה, היה תענוג"})
    assert "תודה, היה תענוג" in visit(noa_web, room(done)).text
    assert "תודה, היה תענוג" in visit(noa_web, "/pro/amir/").text
    assert "reply" not in steps(visit(amir_web, room(done)), done)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"text": "קצר"}, "לפחות 10 תווים"),
        ({"value": ""}, "ציון מ־1 עד 5"),
        ({"quality": "6"}, "יש לבחור אפשרות חוקית"),
    ],
)
def test_a_review_that_is_not_whole_is_told_and_stays(done, noa_web, words, said):
    """DEC-10"""
    page = send(noa_web, room(done, "rate"), {**STARS, **words})
    assert page.status == 422
    assert any(said in each for each in page.complaints), page.complaints
    assert page.form().values["text"] == {**STARS, **words}["text"]


def test_after_ten_days_nobody_reviews(done, noa_web, moments):
    """DEC-10"""
    moments.go(days=10)
    page = visit(noa_web, room(done, "rate"))
    assert "אי אפשר לכתוב חוות דעת" in page.text
    assert send(noa_web, room(done, "rate"), STARS).status == 422


def test_a_second_review_is_refused(done, noa_web):
    """DEC-10"""
    send(noa_web, room(done, "rate"), STARS)
    page = send(noa_web, room(done, "rate"), STARS)
    assert (page.status, "כבר נכתבה" in page.complaints[0]) == (422, True)
