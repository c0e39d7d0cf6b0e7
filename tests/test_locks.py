"""Two at once: who comes second meets what the first has made of it, and what need not wait does not."""

from datetime import timedelta
from functools import partial

import pytest
from django.core import mail
from django.db import transaction

from house import policy
from house.board import actions as board
from house.board.announcing import announce
from house.board.models import Request
from house.catalog import actions as catalog
from house.catalog.models import Offer
from house.desk import actions as desk
from house.desk import masking
from house.desk.disputes import decide, open_dispute
from house.desk.models import Case
from house.desk.people import decide_application, lift, lift_due, revoke_role, submit_application, suspend
from house.gateways.payments import HookEvent
from house.inbox import quick
from house.inbox.actions import open_conversation, read, send
from house.ledger.actions import Kind, balance, lock
from house.market import owner
from house.market.models import Market
from house.notices import topics
from house.notices.actions import tell
from house.notices.digest import send_due
from house.orders import money
from house.orders.actions import blocking, coupons, requests, tasks, work
from house.orders.actions.checkout import open_for_quote
from house.orders.actions.earnings import clear_due
from house.orders.actions.place import place
from house.orders.models import Earning, Order, Stage
from house.payments import actions as payments
from house.payments.actions.failed import settle_otherwise, try_again
from house.payments.models import Checkout, GatewayEvent, Refund
from house.people.actions import open_provider
from house.people.models import AuditEntry, Block, Profile, Role, StaffRole, User
from house.quotes import actions as quotes
from house.quotes import proposals
from house.quotes.models import Quote
from house.reputation.actions import publish_due, reply, review
from house.reputation.metrics import recount_provider
from house.treasury import batches, membership, payouts
from house.treasury.models import Batch, Payout
from house.treasury.proof import prove
from house.worker.errands import WHEN_DISPUTED, WHEN_PAID
from house.worker.sweep import sweep_orders

from . import make, persons
from .orders.racing import TWENTY, at_once, behind, beside
from .orders.test_milestones import ROWS, pay, quote
from .treasury import banking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("races"), pytest.mark.pg15]
QUOTE = "כמו שדיברנו, העבודה מחולקת לשלבים ברורים."
WHY = "לאחר בדיקה של כל הפרטים"
STARS = {"quality": 5, "communication": 5, "value": 5}


@pytest.fixture
def day(now):
    return now + timedelta(days=3)


# --- what is offered and what staff decide


def test_an_offer_that_was_just_removed_is_not_submitted(amir, now):
    """F-2, F-10"""
    row = make.draft(amir, now)
    remove = partial(catalog.remove, row, by=amir, reason="", now=now)
    assert behind(row, remove, partial(catalog.submit, row, by=amir, now=now, rights=True)) == "wrong_state"
    assert Offer.objects.get().state == "removed"


def test_an_offer_that_was_just_sent_to_staff_is_not_edited(amir, now):
    """F-1, F-9: staff decide on what they see."""
    row = make.draft(amir, now)
    submit = partial(catalog.submit, row, by=amir, now=now, rights=True)
    edit = partial(catalog.save_description, row, by=amir, now=now, description=make.DESCRIPTION, faq=[])
    assert behind(row, submit, edit) == "wrong_state"


def test_the_log_says_what_a_second_change_of_a_category_replaced(now):
    """CAT-03, DEC-20"""
    editor, row = persons.staff("ed", "עדי", "", now, Role.EDITOR), make.category()
    first, second = (
        partial(catalog.change_category, row, values={"name": name}, subcategories={}, by=editor, now=now)
        for name in ("שיפוץ הבית", "בנייה")
    )
    assert behind(row, first, second) == "done"
    befores = [
        entry.data["before"]["name"] for entry in AuditEntry.objects.filter(what="category_changed").order_by("pk")
    ]
    assert befores == [row.name, "שיפוץ הבית"]


def support_case(noa, now):
    return desk.open_support_case(by=noa, about="", subject="קבלה", text="איפה היא?", now=now)


def test_a_case_that_was_just_closed_takes_no_note(noa, shira, now):
    case = support_case(noa, now)
    note = partial(desk.add_note, case, by=noa, text="ועוד משהו", internal=False, now=now)
    assert behind(case, partial(desk.close, case, by=shira, now=now), note) == "case_closed"


def test_one_appeal_a_message_waits_for_staff(noa, amir, now):
    """DEC-19"""
    hidden = send(open_conversation(noa, amir, now=now), author=noa, text="מספר 052-1234567", now=now)
    first, second = (partial(masking.appeal, hidden, by=noa, text=text, now=now) for text in ("זה", "וזה"))
    assert behind(hidden, first, second) == "done"
    assert Case.objects.filter(about=masking.subject(hidden)).count() == 1


def test_a_case_is_closed_once(noa, shira, now):
    case = support_case(noa, now)
    close = partial(desk.close, case, by=shira, now=now)
    assert behind(case, close, close) == "case_closed"
    assert AuditEntry.objects.filter(what="case_closed").count() == 1


def test_a_dispute_is_decided_once(noa, amir, shira, now):
    """DEC-32"""
    order = make.order(noa, amir, now)
    words = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי"}
    requests.decline(requests.ask_cancellation(make.stage(order), **words, by=amir, now=now), by=noa, now=now)
    case = open_dispute(order, by=noa, text="העבודה לא נעשתה כמו שסוכם.", now=now)
    go_on = partial(decide, case, order, decision="continue", by=shira, now=now, why=WHY)
    cancel = partial(decide, case, order, decision="cancel", by=shira, now=now, why=WHY, reason="provider_fault")
    assert behind(case, go_on, cancel) == "case_closed"
    assert Order.objects.get().is_open


def test_an_application_is_made_once(dana, now):
    """PRO-04"""
    profile = open_provider(dana, username="dana", now=now)
    text = "חשמלאית מוסמכת, עשרים שנה בתחום הבית והעסק."
    apply = partial(submit_application, profile, text=text, registry_number="", now=now)
    assert behind(profile, apply, apply) == "application_waiting"


def test_an_application_is_decided_once(dana, shira, now):
    """DEC-39"""
    profile = open_provider(dana, username="dana", now=now)
    row = submit_application(profile, text="חשמלאית מוסמכת, עשרים שנה בתחום הבית והעסק.", registry_number="", now=now)
    deny = partial(decide_application, row, decision="denied", reason=WHY, by=shira, now=now)
    approve = partial(decide_application, row, decision="approved", reason="", by=shira, now=now)
    assert behind(row, deny, approve) == "wrong_state"


def test_a_suspension_that_staff_just_prolonged_does_not_end(amir, shira, now, day):
    """W-7, AMB-14"""
    suspend(amir, until=day, by=shira, why=WHY, now=now)
    longer = partial(suspend, amir, until=day + timedelta(days=9), by=shira, why=WHY, now=day)
    assert behind(amir, longer, partial(lift_due, day)) == "done"
    assert User.objects.get(pk=amir.pk).is_suspended(day)


def test_a_suspension_is_lifted_once(amir, shira, now, day):
    """W-7"""
    suspend(amir, until=day, by=shira, why=WHY, now=now)
    behind(amir, partial(lift, amir, by=shira, why=WHY, now=day), partial(lift_due, day))
    assert AuditEntry.objects.filter(what="standing_good").count() == 1


def test_two_owners_who_dismiss_each_other_leave_one(now):
    """DEC-20"""
    first, second = (persons.staff(name, name, "", now, "owner") for name in ("first", "second"))
    others = partial(revoke_role, second, role="owner", by=first, now=now)
    row = StaffRole.objects.get(user=second)
    assert behind(row, others, partial(revoke_role, first, role="owner", by=second, now=now)) == "last_owner"


def test_of_two_links_for_the_first_owner_one_is_used(now):
    use_up = transaction.atomic(partial(owner.use_up, now))
    assert behind(Market.get(), use_up, use_up) == "wrong_state"


# --- talk


def test_a_message_keeps_the_other_sides_look(noa, amir, now):
    """DEC-40"""
    talk = open_conversation(noa, amir, now=now)
    seen = now + timedelta(minutes=5)
    say = partial(send, talk, author=noa, text="שלום", now=seen + timedelta(minutes=1))
    assert behind(talk, partial(read, open_conversation(noa, amir, now=now), by=amir, now=seen), say) == "done"
    talk.refresh_from_db()
    assert {talk.a_read_at, talk.b_read_at} == {seen, seen + timedelta(minutes=1)}


# --- orders


def test_a_list_of_tasks_that_just_became_full_takes_no_more(noa, amir, now, monkeypatch):
    """INV-04"""
    monkeypatch.setattr(policy, "TASKS_MAX", 1)
    order = make.order(noa, amir, now)
    add = partial(tasks.add, order, text="לבחור אריחים", day=now.date(), by=noa, now=now)
    assert behind(order, add, add) == "too_many_tasks"


def test_a_worker_leaves_an_order_to_whoever_works_on_it(noa, amir, now):
    """DEC-30: the clock stands still for nobody."""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    decide_at = make.stage(order).decide_at
    assert beside(order, partial(sweep_orders, decide_at)) == "done"
    assert make.stage(order).state == Stage.State.DELIVERED
    sweep_orders(decide_at)
    assert make.stage(order).state == Stage.State.APPROVED


def test_clearing_leaves_an_order_to_whoever_works_on_it(noa, amir, now):
    """DEC-12"""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    assert beside(order, partial(clear_due, now + timedelta(days=30))) == "done"
    assert Earning.objects.get().cleared_at is None


# --- payments


def paying(noa, amir, now) -> Checkout:
    row = make.checkout(make.offer(amir, now), noa, now)
    payments.begin(row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(row, return_url="/", title="הזמנה")
    return Checkout.objects.get()


def told(row: Checkout, now, event: str = "ev", kind: str = "paid") -> partial:
    """The errand of a word that was stored."""
    word = HookEvent(event, kind, row.gateway_ref, row.key, row.amount, row.currency, fee=0)
    payments.store_event(word, gateway="local", raw="{}", now=now)
    return partial(payments.apply, GatewayEvent.objects.get(event_id=event).pk, now=now, when_paid={"order": place})


def test_a_payment_and_a_decline_of_one_checkout_have_one_outcome(noa, amir, now):
    """DEC-31"""
    row = paying(noa, amir, now)
    paid, declined = told(row, now), told(row, now, "no", "declined")
    assert behind(row, paid, declined) == "done"
    assert Checkout.objects.get().state == "paid"


def test_a_word_is_carried_out_once(noa, amir, now):
    """DEC-31: the first errand's outcome stays."""
    row = paying(noa, amir, now)
    errand = told(row, now)
    assert behind(row, errand, errand) == "done"
    assert GatewayEvent.objects.get().outcome == "paid"


def test_the_end_of_a_checkout_does_not_overtake_its_payment(noa, amir, now):
    """DEC-31: one that somebody works on is left to them."""
    row = paying(noa, amir, now)
    assert beside(row, partial(payments.expire_due, row.expires_at)) == "done"
    assert Checkout.objects.get().is_live
    payments.expire_due(row.expires_at)
    assert Checkout.objects.get().state == "expired"


def test_a_checkout_that_has_just_ended_is_not_begun(noa, amir, now):
    """DEC-31"""
    row = make.checkout(make.offer(amir, now), noa, now)
    begin = partial(payments.begin, row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    end = partial(Checkout.objects.update, state="declined", ended_at=now)
    assert behind(row, end, begin) == "checkout_over"


def test_a_payment_waits_for_whoever_is_blocking_its_client(noa, amir, now):
    """BLK-04, BLK-07"""
    row = make.checkout(make.offer(amir, now), noa, now)
    begin = partial(payments.begin, row, invoice_name="נועה", invoice_number="", terms_version="1", now=now)
    block = partial(Block.objects.create, blocker=amir, blocked=noa, at=now)
    assert behind(noa, block, begin) == "blocked"


def test_a_block_waits_for_a_payment_that_begins(noa, amir, now):
    """BLK-07, DEC-31"""
    row = make.checkout(make.offer(amir, now), noa, now)
    begun = partial(Checkout.objects.filter(pk=row.pk).update, state="paying", paying_at=now, gateway="local")
    assert behind(noa, begun, partial(blocking.block, noa, by=amir, now=now)) == "block_open_order"


def test_quick_responses_sent_at_once_do_not_overfill_the_list(amir, now):
    """INB-17"""
    for number in range(policy.QUICK_RESPONSES_MAX - 1):
        quick.save(amir, title=f"תגובה {number}", text="אפשר לחזור אליי בשבוע הבא.")
    add = partial(quick.save, amir, title="עוד אחת", text="אפשר לחזור אליי בשבוע הבא.")
    assert at_once([add] * 4) == {"done": 1, "quick_responses_full": 3}


def test_asking_the_gateway_leaves_a_checkout_to_whoever_asks(noa, amir, now):
    """DEC-31: two workers ask about different payments."""
    row = paying(noa, amir, now)
    at = now + policy.ASK_BACK_AFTER
    assert beside(row, partial(payments.ask_back, at)) == "done"
    assert Checkout.objects.get().ask_at == at


def test_two_who_ask_the_gateway_ask_once(noa, amir, now, monkeypatch):
    """DEC-31: who comes second finds the question asked."""
    row = paying(noa, amir, now)
    at = now + policy.ASK_BACK_AFTER
    asked = []
    monkeypatch.setattr("house.gateways.payments.local.books.look_up", lambda ref: asked.append(ref) or [])
    at_once([partial(payments.ask_back, at)] * 8)
    assert asked == [row.gateway_ref]


def test_two_refunds_at_once_return_no_more_than_was_paid(noa, amir, now):
    """DEC-12"""
    row = paying(noa, amir, now)
    told(row, now)()
    ask = partial(payments.ask_refund, row, amount=row.amount, reason="mutual", now=now)
    assert behind(row, partial(ask, key="a"), partial(ask, key="b")) == "refund_too_large"


def test_the_gateways_answer_to_a_refund_is_noted_once(noa, amir, now):
    order = make.order(noa, amir, now)
    with transaction.atomic():
        money.refund(make.stage(order), reason="mutual", now=now)
    row = Refund.objects.get()
    done = partial(payments.refund_done, row.pk, state=Refund.State.DONE, now=now)
    behind(row, done, partial(payments.refund_done, row.pk, state=Refund.State.FAILED, now=now))
    assert Refund.objects.get().state == "done"


# --- what a bank takes back (DEC-38)


def word(row: Checkout, now, event: str, kind: str, ref: str = "", amount: int = 0) -> partial:
    """The errand of a word about a payment, maybe about another one of the same checkout."""
    told_ = HookEvent(event, kind, ref or row.gateway_ref, row.key, amount or row.amount, row.currency, fee=0)
    payments.store_event(told_, gateway="local", raw="{}", now=now)
    pk = GatewayEvent.objects.get(event_id=event).pk
    return partial(payments.apply, pk, now=now, when_paid={"order": place}, when_disputed=WHEN_DISPUTED)


@pytest.mark.parametrize("kind", ["charged_back", "chargeback_won"])
def test_two_words_of_one_dispute_are_carried_out_once(noa, amir, now, kind):
    """Of a payment that bought nothing: no order is locked before its checkout."""
    row = make.order(noa, amir, now).checkout
    word(row, now, "second", "paid", "tw_2")()
    if kind == "chargeback_won":
        word(row, now, "taken", "charged_back", "tw_2")()
    one, two = word(row, now, "one", kind, "tw_2"), word(row, now, "two", kind, "tw_2")
    assert behind(row, one, two) == "done"
    assert list(GatewayEvent.objects.filter(kind=kind).order_by("pk").values_list("outcome", flat=True))[-2:] == [
        kind,
        "duplicate",
    ]


def two_released(noa, amir, now) -> tuple[Order, Earning]:
    """An order whose money is paid out, so that a chargeback takes from the earning of another."""
    first = make.order(noa, amir, now, state=Stage.State.APPROVED)
    clear_due(now + timedelta(days=30))
    banking.with_bank(amir, now)
    payouts.withdraw(amir, amount=800_00, now=now + timedelta(days=30))
    second = make.order(noa, amir, now, state=Stage.State.APPROVED)
    return first, Earning.objects.get(stage__order=second)


def test_what_a_chargeback_took_does_not_clear(noa, amir, now):
    order, earning = two_released(noa, amir, now)
    at = now + timedelta(days=30)
    assert behind(earning, word(order.checkout, at, "taken", "charged_back"), partial(clear_due, at)) == "done"
    assert (balance(Kind.CLEARED, amir), balance(Kind.PENDING, amir)) == (0, 0)
    assert prove().faults == []


def test_what_has_just_cleared_is_taken_where_it_is(noa, amir, now):
    order, earning = two_released(noa, amir, now)
    at = now + timedelta(days=30)
    assert behind(earning, partial(clear_due, at), word(order.checkout, at, "taken", "charged_back")) == "done"
    assert (balance(Kind.CLEARED, amir), balance(Kind.PENDING, amir)) == (0, 0)
    assert prove().faults == []


def test_a_membership_that_was_just_prolonged_loses_only_what_was_disputed(amir, now):
    owner_ = persons.staff("boss", "אורית", "שגיא", now, Role.OWNER)
    bought = membership.open_for_membership(amir, months=1, now=now)
    payments.begin(bought, invoice_name="אמיר", invoice_number="", terms_version="1", now=now)
    payments.send_to_gateway(bought, return_url="/", title="מינוי")
    make.hear(bought, now, event="paid", when_paid=WHEN_PAID)
    granted = partial(membership.grant, amir, months=1, why="פיצוי", by=owner_, now=now)
    assert behind(amir.profile, granted, word(bought, now, "taken", "charged_back")) == "done"
    left = Profile.objects.get(user=amir).member_until - now
    assert timedelta(days=27) < left < timedelta(days=32)


def test_a_refund_that_is_just_tried_again_is_not_settled_otherwise(noa, amir, finance, now):
    order = make.order(noa, amir, now)
    with transaction.atomic():
        money.refund(make.stage(order), reason="mutual", now=now)
    row = payments.send_refund(Refund.objects.get().pk, now=now)
    assert row.state == "failed"
    settle = partial(settle_otherwise, row, how="transfer", why="הועבר", by=finance, now=now)
    assert behind(row, partial(try_again, row, by=finance, now=now), settle) == "wrong_state"


# --- withdrawals


@pytest.fixture
def finance(now) -> User:
    return persons.staff("ora", "אורה", "", now, Role.FINANCE)


@pytest.fixture
def withdraw(noa, amir, now) -> partial:
    """All that has cleared: eight hundred shekels."""
    banking.with_bank(amir, now)
    return partial(payouts.withdraw, amir, amount=banking.earned(noa, amir, now), now=now)


def test_the_same_money_is_not_withdrawn_twice(amir, withdraw):
    """DEC-12"""
    with transaction.atomic():
        account = lock(Kind.CLEARED, amir)
    assert behind(account, withdraw, withdraw) == "more_than_cleared"
    assert balance(Kind.CLEARED, amir) == 0


def test_a_collection_leaves_a_payout_to_whoever_works_on_it(withdraw, finance, now):
    """DEC-12"""
    row, collect = withdraw(), partial(batches.collect, by=finance, now=now)
    assert beside(row, collect) == "nothing_to_pay_out"
    assert collect().payouts.get() == row


def test_collections_at_once_take_a_payout_once(withdraw, finance, now):
    """DEC-12"""
    row, collect = withdraw(), partial(batches.collect, by=finance, now=now)
    assert at_once([collect] * 6) == {"done": 1, "nothing_to_pay_out": 5}
    assert Payout.objects.get().batch.total == row.amount


def test_a_withdrawal_that_was_just_collected_is_not_taken_back(amir, withdraw, finance, now):
    """DEC-12"""
    row = withdraw()
    take_back = partial(payouts.take_back, row, by=amir, now=now)
    assert behind(row, partial(batches.collect, by=finance, now=now), take_back) == "wrong_state"
    assert (Payout.objects.get().state, balance(Kind.CLEARED, amir)) == ("batched", 0)


@pytest.fixture
def approved(withdraw, finance, now) -> Batch:
    withdraw()
    batch = batches.collect(by=finance, now=now)
    return batches.approve(batch, by=finance, now=now)


def test_a_batch_that_was_just_sent_is_not_taken_apart(approved, finance, now):
    """DEC-12: money that left is not paid out again."""
    send_it = partial(batches.send, approved, by=finance, now=now)
    drop = partial(batches.drop, approved, why=WHY, by=finance, now=now)
    assert behind(approved, send_it, drop) == "wrong_state"
    assert Payout.objects.get().state == "sent"


def test_a_batch_that_was_just_taken_apart_is_not_sent(approved, finance, now):
    """DEC-12"""
    send_it = partial(batches.send, approved, by=finance, now=now)
    drop = partial(batches.drop, approved, why=WHY, by=finance, now=now)
    assert behind(approved, drop, send_it) == "wrong_state"
    assert (Payout.objects.get().state, balance(Kind.BANK)) == ("waiting", 0)


# --- custom offers


def test_a_quote_that_was_just_withdrawn_is_not_declined(noa, amir, now):
    """DEC-13"""
    row = quote(noa, amir, now)
    withdraw = partial(quotes.withdraw, row, by=amir, now=now)
    assert behind(row, withdraw, partial(quotes.decline, row, by=noa, now=now)) == "wrong_state"


def test_a_quote_that_was_just_withdrawn_is_not_paid_for(noa, amir, now):
    """DEC-13, DEC-31"""
    row = quote(noa, amir, now)
    withdraw = partial(quotes.withdraw, row, by=amir, now=now)
    assert behind(row, withdraw, partial(open_for_quote, row, client=noa, now=now)) == "wrong_state"


def test_the_clock_leaves_a_quote_to_whoever_works_on_it(noa, amir, now):
    """DEC-13"""
    row = quote(noa, amir, now)
    assert beside(row, partial(quotes.expire_due, row.expires_at)) == "done"
    assert Quote.objects.get().state == "sent"
    assert quotes.expire_due(row.expires_at) == 1


def test_a_custom_offer_that_is_sent_twice_is_one(noa, amir, now):
    """DEC-13"""
    talk, offer = open_conversation(noa, amir, now=now), make.offer(amir, now)
    send_it = partial(quotes.send, talk, by=amir, offer=offer, text=QUOTE, stages=ROWS, now=now)
    assert behind(amir.profile, send_it, send_it) == "quote_sent_before"


def test_a_reminder_leaves_a_quote_to_whoever_works_on_it(noa, amir, now):
    """DEC-48"""
    row = quote(noa, amir, now)
    assert beside(row, partial(quotes.remind_due, row.remind_at)) == "done"
    assert quotes.remind_due(row.remind_at) == 1


# --- requests and proposals


@pytest.fixture
def wish(noa, now) -> Request:
    return make.request(noa, now)


@pytest.fixture
def two(wish, amir, now) -> list[Quote]:
    rival = persons.provider("rival", "רון", "כץ", now)
    return [make.proposal(wish, make.offer(user, now), now) for user in (amir, rival)]


def test_a_draft_that_was_just_thrown_away_is_not_sent(noa, now):
    """DEC-13"""
    row = make.draft_request(noa, now)
    throw = partial(board.discard, row, by=noa, now=now)
    assert behind(row, throw, partial(board.submit, row, by=noa, now=now)) == "wrong_state"


def test_requests_sent_at_once_are_counted_one_after_the_other(noa, now):
    """REQ-01"""
    for _ in range(policy.REQUESTS_LIVE_MAX - 1):
        make.request(noa, now)
    drafts = [make.draft_request(noa, now) for _ in range(4)]
    said = at_once([partial(board.submit, row, by=noa, now=now) for row in drafts])
    assert said == {"done": 1, "too_many_requests": 3}


def test_the_clock_leaves_a_request_to_whoever_works_on_it(wish):
    """DEC-13"""
    assert beside(wish, partial(board.expire_due, wish.closes_at)) == "done"
    assert Request.objects.get().state == "open"
    assert board.expire_due(wish.closes_at) == 1


def test_the_letter_leaves_a_request_to_whoever_works_on_it(wish, amir, now):
    """DEC-47"""
    make.offer(amir, now)
    assert beside(wish, partial(announce, now)) == "done"
    assert announce(now) == 1


def test_nothing_is_proposed_to_a_request_that_was_just_closed(wish, noa, amir, now):
    """DEC-13"""
    offer = make.offer(amir, now)
    close = partial(proposals.close, wish, by=noa, now=now)
    assert behind(wish, close, partial(make.proposal, wish, offer, now)) == "request_over"
    assert not Quote.objects.exists()


def test_a_proposal_that_is_sent_twenty_times_is_one(wish, amir, now):
    """DEC-13"""
    offer = make.offer(amir, now)
    said = at_once([partial(make.proposal, wish, offer, now, text=f"הצעה מספר {n} לעבודה") for n in range(TWENTY)])
    assert said == {"done": 1, "proposed_before": TWENTY - 1}


def test_a_request_and_its_closing_meet_twenty_times(noa, amir, now):
    """DEC-13: a proposal that got in was told that the request is over; none hangs on"""
    offer = make.offer(amir, now)
    for number in range(8):
        row = make.request(noa, now + timedelta(days=number))
        at = now + timedelta(days=number)
        acts = [partial(make.proposal, row, offer, at)] * 5 + [partial(proposals.close, row, by=noa, now=at)] * 5
        said = at_once(acts)
        assert said["wrong_state"] == 4
        assert set(row.proposals.values_list("state", flat=True)) <= {"lapsed"}
        assert said["request_over"] + said["proposed_before"] + said["done"] == 6


def test_twenty_payments_at_once_for_rival_proposals_make_one_order(wish, two, noa, now):
    """REQ-06, DEC-31, DEC-54: the others' money goes back, and nobody waits for somebody who waits for them"""
    checkouts = [open_for_quote(two[number % 2], client=noa, now=now) for number in range(TWENTY)]
    said = at_once([partial(_paid, row, now, number) for number, row in enumerate(checkouts)])
    assert said == {"done": TWENTY}
    assert Order.objects.count() == 1
    assert sorted(Quote.objects.values_list("state", flat=True)) == ["accepted", "lapsed"]
    assert Request.objects.get().state == "found"
    assert Refund.objects.count() == TWENTY - 1
    assert not prove().faults


def _paid(row: Checkout, now, number: int) -> None:
    pay(row, now, f"race {number}")


def test_a_proposal_that_was_just_taken_back_does_not_hinder_the_closing(wish, two, noa, amir, now):
    """DEC-13"""
    withdraw = partial(quotes.withdraw, two[0], by=amir, now=now)
    assert behind(two[0], withdraw, partial(proposals.close, wish, by=noa, now=now)) == "done"
    assert sorted(Quote.objects.values_list("state", flat=True)) == ["lapsed", "withdrawn"]


# --- reviews and membership


def test_publishing_leaves_an_order_to_whoever_works_on_it(noa, amir, now, day):
    """DEC-10"""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    review(order, by=noa, text="עבודה טובה ובזמן, תודה", now=day, **STARS)
    over = order.ended_at + policy.REVIEW_WINDOW
    assert beside(order, partial(publish_due, over)) == "done"
    assert order.order_reviews.get().published_at is None


def test_a_review_is_answered_once(noa, amir, now, day):
    """DEC-10"""
    order = make.order(noa, amir, now, state=Stage.State.APPROVED)
    row = review(order, by=noa, text="עבודה טובה ובזמן, תודה", now=day, **STARS)
    review(order, by=amir, text="לקוחה ברורה ונעימה", stars=5, now=day)
    answer = partial(reply, row, by=amir, text="תודה רבה", now=day)
    assert behind(row, answer, answer) == "replied_before"


def test_a_recount_counts_what_was_just_completed(noa, amir, now, day):
    """AMB-18: both write the public count."""
    order = make.order(noa, amir, now, state=Stage.State.DELIVERED)
    accept = partial(work.accept, make.stage(order), by=noa, now=day)
    assert behind(amir.profile, accept, partial(recount_provider, amir, day)) == "done"
    amir.profile.refresh_from_db()
    assert amir.profile.completed_orders == 1


@pytest.fixture
def member(amir, now) -> User:
    boss = persons.staff("boss", "בעלת", "הבית", now, "owner")
    membership.grant(amir, months=1, why=WHY, by=boss, now=now)
    return User.objects.get(pk=amir.pk)


def test_two_memberships_at_once_follow_each_other(member, now):
    """DEC-21"""
    boss = User.objects.get(email="boss@example.org")
    give = partial(membership.grant, member, months=1, why=WHY, by=boss, now=now)
    assert behind(member.profile, give, give) == "done"
    _, second, third = member.memberships.order_by("starts_at")
    assert third.starts_at == second.ends_at


def test_a_form_of_coupons_that_is_sent_twice_gives_once(noa, member, now, day):
    """COU-06"""
    make.order(noa, member, now, state=Stage.State.APPROVED)
    give = partial(coupons.give, member, clients=[noa], percent=20, note="", now=day)
    assert behind(member.profile, give, give) == "coupon_given_lately"


def test_a_letter_of_the_day_is_sent_once_and_leaves_what_somebody_holds(noa, amir, now):
    """Page 32: two workers write to different people, and to nobody twice."""
    send(open_conversation(noa, amir, now=now), author=noa, text="יש זמן?", now=now)
    topics.choose(amir, "messages", "daily")
    row = tell(amir, "message", key="m", path="/inbox/", now=now, other="נועה")
    assert row is not None
    assert beside(row, partial(send_due, now)) == "done"
    assert mail.outbox == []
    at_once([partial(send_due, now)] * 6)
    assert len(mail.outbox) == 1
