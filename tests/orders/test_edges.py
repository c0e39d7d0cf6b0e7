"""What the verbs of an order refuse, and what they keep of what was given to them."""

from datetime import timedelta
from uuid import uuid4

import pytest

from house.catalog import actions as catalog
from house.catalog.actions import RequirementRow
from house.orders import deadlines
from house.orders.actions import requests, work
from house.orders.actions.checkout import open_for_offer
from house.orders.models import Deadline, Order, OrderRequirement, Stage
from house.people.models import User
from house.process import CLOCK, Refusal
from tests import make

pytestmark = pytest.mark.django_db
WORDS = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}
CHOICE = {"package": 1, "quantity": 1, "extras": {}, "fast": False}


# Ordering (O-1)


def test_nobody_orders_from_themselves(amir, now):
    """DEC-41"""
    with pytest.raises(Refusal, match="own_offer"):
        open_for_offer(make.offer(amir, now), client=amir, now=now, **CHOICE)


@pytest.mark.parametrize("state", ["draft", "pending_approval", "paused", "denied", "removed"])
def test_only_what_is_published_is_ordered(noa, amir, now, state):
    offer = make.offer(amir, now)
    offer.state = state
    with pytest.raises(Refusal, match="offer_closed"):
        make.checkout(offer, noa, now)


@pytest.mark.parametrize("change", [{"is_active": False}, {"standing": "blocked"}, {"standing": "suspended"}])
def test_nothing_is_ordered_from_who_may_not_begin_anything(noa, amir, now, change):
    """DEC-37"""
    pk = make.offer(amir, now).pk
    User.objects.filter(pk=amir.pk).update(**change)
    with pytest.raises(Refusal, match="offer_closed"):
        make.checkout(make.Offer.objects.get(pk=pk), noa, now)


def test_a_suspension_that_is_over_forbids_nothing(noa, amir, now):
    pk = make.offer(amir, now).pk
    User.objects.filter(pk=amir.pk).update(standing="suspended", suspended_until=now)
    assert make.checkout(make.Offer.objects.get(pk=pk), noa, now)


def test_who_is_suspended_orders_nothing(noa, amir, now):
    offer = make.offer(amir, now)
    User.objects.filter(pk=noa.pk).update(standing="suspended")
    with pytest.raises(Refusal, match="suspended"):
        make.checkout(offer, User.objects.get(pk=noa.pk), now)


def test_the_agreed_terms_hold_everything_that_was_agreed(noa, amir, now):
    """DEC-4"""
    asks = (RequirementRow("איזה צבע?", "choice", ["לבן", "שחור"], multiple=True, mandatory=True),)
    row = make.checkout(make.offer(amir, now, packages=3, requirements=asks), noa, now, package=2, quantity=2)
    terms = row.terms
    assert (terms["offer"]["title"], terms["package"]["position"], terms["quantity"]) == (
        "אני אשפץ את חדר הרחצה מהיסוד",
        2,
        2,
    )
    assert [(line["kind"], line["amount"]) for line in terms["lines"]] == [("package", 4000_00)]
    assert (terms["total"], terms["days"], terms["revisions"], terms["commission_percent"]) == (4000_00, 10, 1, 20)
    assert terms["requirements"] == [
        {
            "position": 1,
            "text": "איזה צבע?",
            "kind": "choice",
            "choices": ["לבן", "שחור"],
            "multiple": True,
            "mandatory": True,
        }
    ]


# Requirements (RQM)


ASKS = (
    RequirementRow("איזה צבע?", "choice", ["לבן", "שחור"], mandatory=True),
    RequirementRow("תוכנית", "file", mandatory=True),
    RequirementRow("עוד משהו?", "text"),
)


@pytest.fixture
def asked(noa, amir, now) -> Order:
    row = make.checkout(make.offer(amir, now, requirements=ASKS), noa, now)
    make.pay(row, now)
    return Order.objects.get()


def test_answers_are_kept_as_they_come_and_only_offered_choices_count(asked, noa, now):
    """RQM-02, RQM-04: a refused start keeps what was written."""
    given = OrderRequirement(chosen=["לבן", "ורוד"], answer=" הערה\u200b ", files=[])
    work.answer(asked, {1: given}, by=noa, now=now)
    row = asked.requirements.get(position=1)
    assert (row.chosen, row.answer, row.answered_at) == (["לבן"], "הערה", now)
    with pytest.raises(Refusal, match="requirements_missing") as refused:
        work.start(make.stage(asked), by=noa, now=now)
    assert refused.value.facts == {"positions": "2"}
    work.answer(asked, {2: OrderRequirement(files=[uuid4()])}, by=noa, now=now)
    work.start(make.stage(asked), by=noa, now=now + timedelta(hours=1))
    assert asked.events.last().step == "start"


def test_an_emptied_answer_is_no_answer(asked, noa, now):
    for text in ("לבן", " "):
        work.answer(asked, {3: OrderRequirement(answer=text)}, by=noa, now=now)
    assert asked.requirements.get(position=3).answered_at is None


def test_answers_come_from_the_client_while_they_are_awaited(asked, noa, amir, now):
    with pytest.raises(Refusal, match="wrong_party"):
        work.answer(asked, {}, by=amir, now=now)
    done = make.order(noa, amir, now, state=Stage.State.APPROVED)
    with pytest.raises(Refusal, match="wrong_state"):
        work.answer(done, {}, by=noa, now=now + timedelta(days=3))


def test_a_question_that_is_not_mandatory_holds_nothing_up(noa, amir, now):
    """AMB-40, RQM-04"""
    row = make.checkout(make.offer(amir, now, requirements=ASKS[2:]), noa, now)
    make.pay(row, now)
    assert make.stage(Order.objects.get()).state == Stage.State.ACTIVE


# Deliveries and revisions (DLV, REV)


def test_a_draft_is_reopened_and_becomes_the_delivery(noa, amir, now):
    """DLV-04"""
    order = make.order(noa, amir, now)
    draft = work.save_draft(make.stage(order), text="", links=[], files=[], by=amir, now=now)
    assert (draft.sent_at, str(draft).endswith("#draft")) == (None, True)
    links = ["https://example.org/file"]
    sent = work.deliver(make.stage(order), text="", links=links, files=[], by=amir, now=now)
    assert (sent.pk, sent.number, sent.links) == (draft.pk, 1, links)
    assert str(sent).endswith("#1")


def test_a_file_or_a_link_is_a_delivery_without_words(noa, amir, now):
    """DEC-43, DLV-06"""
    order = make.order(noa, amir, now)
    work.deliver(make.stage(order), text="", links=[], files=[uuid4()], by=amir, now=now)
    make.revise(order, now)
    make.deliver(order, now)
    assert list(make.stage(order).deliveries.values_list("number", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": "קצר"}, "explanation_missing"),
        ({"answers": {"in_scope": "yes"}}, "not_confirmed"),
        ({"answers": {"in_scope": "yes", "complete": "maybe"}}, "not_confirmed"),
        ({"answers": {"in_scope": "yes", "complete": "no", "more": "yes"}}, "not_confirmed"),
    ],
)
def test_a_request_for_changes_is_whole_or_not_registered(noa, amir, now, changes, code):
    """REV-06, REV-07"""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    values = {"text": "לתקן את הרובה", "answers": {"in_scope": "no", "complete": "yes"}, "files": []}
    with pytest.raises(Refusal, match=code):
        work.revise(make.stage(order), by=noa, now=now + timedelta(days=3), **{**values, **changes})
    assert make.stage(order).revisions_used == 0


def test_unlimited_revisions_are_never_used_up(noa, amir, now):
    """REV-10"""
    offer = make.offer(amir, now)
    offer.packages.update(revisions=None)
    row = make.checkout(make.Offer.objects.get(pk=offer.pk), noa, now)
    make.pay(row, now)
    order = Order.objects.get()
    for _ in range(3):
        make.deliver(order, now)
        make.revise(order, now)
    assert (make.stage(order).revisions_left, make.stage(order).revisions_used) == (None, 0)


# Asking to cancel (CAN, DEC-46)


def ask(order: Order, by, now, **changes):
    return requests.ask_cancellation(make.stage(order), by=by, now=now, **{**WORDS, **changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": ""}, "unknown_reason"),
        ({"reason": "very_late"}, "unknown_reason"),  # a reason of the other side
        ({"explanation": "קצר"}, "explanation_missing"),
        ({"explanation": " \u200b" * 40}, "explanation_missing"),
    ],
)
def test_a_request_gives_a_reason_and_an_explanation(noa, amir, now, changes, code):
    """RES-13, CAN-11"""
    with pytest.raises(Refusal, match=code):
        ask(make.order(noa, amir, now), amir, now, **changes)


def test_support_cancels_by_its_own_verb(noa, amir, shira, now):
    with pytest.raises(Refusal, match="wrong_party"):
        ask(make.order(noa, amir, now), shira, now)


def test_proof_is_of_this_order(noa, amir, now):
    """DEC-46: a message, a sent delivery, a lateness or a file of this very order."""
    order, other = make.order(noa, amir, now), make.order(noa, amir, now)
    make.deliver(other, now)
    foreign = {
        "message": make_message(other, noa, now),
        "delivery": make.stage(other).deliveries.get().pk,
        "late": True,
    }
    work.save_draft(make.stage(order), text="", links=[], files=[], by=amir, now=now)
    draft = {"delivery": make.stage(order).deliveries.get().pk}
    for proof in (foreign, draft, {}, {"something": 1}):
        with pytest.raises(Refusal, match="proof_missing"):
            ask(order, noa, now, proof=proof)
    mine = {"message": make_message(order, noa, now)}
    request = ask(order, noa, now, proof={**mine, "late": True})
    assert (request.proof, str(request).split()[1:]) == (mine, ["cancellation", "open"])


def test_a_delivery_is_proof(noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    proof = {"delivery": make.stage(order).deliveries.get().pk}
    assert ask(order, noa, now + timedelta(days=3), proof=proof).proof == proof


def make_message(order: Order, noa, now) -> int:
    from house.inbox.actions import send

    return send(order.thread, author=noa, text="שאלה", now=now).pk


# The stored promises


def test_a_promise_that_moves_moves_its_row_and_is_made_anew(noa, amir, now):
    """An extension will move the due date: what was announced for the former one is announced again."""
    order = make.order(noa, amir, now)
    Deadline.objects.filter(order=order, kind="late").update(done_at=now, failures=2, error="x")
    Stage.objects.update(due_at=now + timedelta(days=9))
    deadlines.reset(order)
    row = Deadline.objects.get(order=order, kind="late")
    assert (row.due_at, row.try_at, row.done_at, row.failures) == (
        now + timedelta(days=9),
        now + timedelta(days=9),
        None,
        0,
    )


def test_the_clock_goes_by_one_name(noa, amir, now):
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    work.accept(make.stage(order), by=CLOCK, now=now + timedelta(days=5))
    assert (repr(CLOCK), order.events.last().party, order.events.last().by) == ("CLOCK", "clock", None)


def test_an_order_is_seen_by_its_two_sides(noa, amir, dana, now):
    order = make.order(noa, amir, now)
    done = make.order(noa, amir, now, state=Stage.State.APPROVED)
    for person, number in ((noa, 2), (amir, 2), (dana, 0)):
        assert Order.objects.visible_to(person).count() == number
    assert list(Order.objects.open()) == [order]
    assert str(done) == done.number
    assert str(make.stage(done)).endswith("approved")
    assert str(done.events.first()) == f"{done.pk} place"
    assert str(make.stage(done).earning).endswith("80000")


def test_a_paused_offer_s_orders_go_on(noa, amir, now):
    order = make.order(noa, amir, now)
    catalog.pause(order.offer, by=amir, now=now, returns_on=None)
    make.deliver(order, now)
    assert make.stage(order).state == Stage.State.DELIVERED
