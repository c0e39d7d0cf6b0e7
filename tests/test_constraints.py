"""Forms are kind, constraints are final: each one refuses by itself, whatever code writes (docs/style.md)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from house.board import actions as board
from house.catalog.models import SearchMiss, ServiceType, Subcategory
from house.clock import ISRAEL
from house.desk.actions import open_machine_case
from house.desk.people import submit_application
from house.inbox import filing, quick
from house.inbox.actions import open_conversation
from house.inbox.models import ContactNote
from house.ledger import chain
from house.ledger.models import Seal, SealedHead
from house.market.models import Market
from house.notices import quiet, topics
from house.orders.actions import coupons, questionnaire, requests, work
from house.orders.models import Order, Stage
from house.payments import actions as payments
from house.people import away
from house.people.actions import open_provider
from house.people.models import Block, Role, User
from house.quotes import actions as quotes
from house.reputation.actions import review
from house.treasury import batches, membership, payouts
from house.worker.errands import WHEN_PAID

from . import make, persons
from .shared import by_a_module
from .treasury import banking

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ISRAEL)
LATE = timedelta(days=2, hours=1)
LATER = NOW + timedelta(days=3)
EXPLANATION = "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"


def _people() -> tuple[User, User]:
    noa, amir = persons.client("noa", "נועה", "ברק", NOW), persons.provider("amir", "אמיר", "לוי", NOW)
    gil = open_provider(persons.client("gil", "גיל", "אור", NOW), username="gil", now=NOW)
    submit_application(gil, text="חשמלאי מוסמך, עשרים שנה בתחום הבית והעסק.", registry_number="", now=NOW)
    return noa, amir


def _catalog() -> None:
    row = Subcategory.objects.get()
    ServiceType.objects.create(subcategory=row, slug="whole", name="שיפוץ מלא")
    SearchMiss.objects.create(query="ברז", last_at=NOW)
    open_machine_case(key="clock", about="", subject="שעון", text="נכשל", now=NOW)
    Market.get()


def _orders(noa: User, amir: User) -> None:
    """One that was paid out and reviewed, one that was cancelled, one in work, one delivered, one in revision."""
    for state in (Stage.State.APPROVED, Stage.State.ACTIVE, Stage.State.DELIVERED, Stage.State.IN_REVISION):
        make.order(noa, amir, NOW, state=state)
    done, working, delivered, _ = Order.objects.order_by("pk")
    stars = {"quality": 5, "communication": 5, "value": 4}
    review(done, by=noa, text="עבודה טובה ובזמן, תודה", now=LATER, **stars)
    review(done, by=amir, text="לקוחה ברורה ונעימה", stars=5, now=LATER)
    questionnaire.send(working, by=amir, now=NOW)
    work.save_draft(make.stage(working), text="טיוטה", links=[], files=[], by=amir, now=LATER)
    requests.ask_cancellation(make.stage(delivered), reason="other", explanation=EXPLANATION, by=amir, now=NOW + LATE)
    gone = make.order(noa, amir, NOW, state=Stage.State.AWAITING)
    requests.consent(
        requests.ask_cancellation(make.stage(gone), reason="other", explanation=EXPLANATION, by=amir, now=NOW),
        by=noa,
        now=NOW,
    )


def _member(noa: User, amir: User) -> None:
    """Membership that was bought, a coupon in the middle of a payment, and a custom offer."""
    bought = membership.open_for_membership(amir, months=1, now=NOW)
    payments.begin(bought, invoice_name="אמיר", invoice_number="", terms_version="1", now=NOW)
    payments.send_to_gateway(bought, return_url="/", title="מינוי")
    make.hear(bought, NOW, event="member", when_paid=WHEN_PAID)
    amir = User.objects.get(pk=amir.pk)
    coupon = coupons.give(amir, clients=[noa], percent=20, note="", now=LATER)[0]
    offer = amir.offers.first()
    make.checkout(offer, noa, LATER, coupon=coupon)
    talk = open_conversation(noa, amir, now=NOW)
    stages = [quotes.StageRow(name="", price=900_00, days=4)]
    quotes.send(talk, by=amir, offer=offer, text="צביעה של שני חדרים", stages=stages, now=NOW)
    for key in ("preset-1", ""):
        quick.save(amir, title="בהמשך", text="אפשר לחזור אליי בשבוע הבא.", key=key)


def _requests(noa: User, amir: User) -> None:
    """A request that is open, with a proposal, hidden by whoever wants no letters."""
    row = make.request(noa, NOW)
    make.proposal(row, amir.offers.first(), NOW)
    board.hide(row, by=amir)
    board.set_digest(amir.profile, wanted=False)


def _paid_out(noa: User, amir: User) -> None:
    """A withdrawal that was sent to the bank, and a seal on the books of it."""
    banking.earned(noa, amir, NOW)
    banking.with_bank(amir, NOW)
    row = payouts.withdraw(amir, amount=300_00, now=NOW)
    finance = persons.staff("ora", "אורה", "", NOW, Role.FINANCE)
    batch = batches.collect(by=finance, now=NOW)
    batches.approve(batch, by=finance, now=NOW)
    batches.send(batch, by=finance, now=NOW)
    with connection.cursor() as cursor:  # what a commit would do: the transfers join their chains
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    head = chain.head(row.about)
    seal = Seal.objects.create(at=NOW, until=0, root=head.hash)
    SealedHead.objects.create(seal=seal, about=head.about, number=head.number, hash=head.hash)


def _disputed(noa: User, amir: User) -> None:
    order = make.order(noa, amir, NOW, state=Stage.State.APPROVED)
    make.hear(order.checkout, LATER, event="taken", kind="charged_back", amount=100_00)


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Rows in every table, made by the verbs; nothing of it stays."""
    with by_a_module(django_db_blocker, tmp_path_factory.mktemp("media")):
        noa, amir = _people()
        _orders(noa, amir)
        _paid_out(noa, amir)
        _disputed(noa, amir)
        _catalog()
        _member(noa, amir)
        _requests(noa, amir)
        away.plan(
            amir.profile, starts_on=NOW.date(), returns_on=(NOW + timedelta(days=9)).date(), reason="holiday", now=NOW
        )
        Block.objects.create(blocker=noa, blocked=amir, at=LATER)
        topics.stop(noa, "messages")
        quiet.choose(noa, 22, 7)
        ContactNote.objects.create(owner=amir, person=noa, text="בבוקר")
        filing.star(open_conversation(noa, amir, now=NOW), by=amir, on=True, now=NOW)
        yield


# What each check refuses: a change to a row that the verbs made.
CHANGES = {
    "a_client_gives_three_ratings": "reputation_review SET quality = NULL WHERE party = 'client'",
    "away_ends_after_it_begins": "people_away SET returns_on = starts_on",
    "nobody_blocks_themselves": "people_block SET blocked_id = blocker_id",
    "budget_is_more_than_nothing": "board_request SET budget = 0",
    "charge_returns_within_what_was_paid": "orders_charge SET returned = amount + 1",
    "chargeback_loss_within_it": "payments_chargeback SET loss = amount + 1",
    "chargeback_takes_something": "payments_chargeback SET amount = 0",
    "checkout_costs_something": "payments_checkout SET amount = 0",
    "coupon_within_its_limit": "orders_coupon SET percent = 21",
    "delivery_has_a_decision_clock": "orders_stage SET decide_at = NULL, decide_left = NULL WHERE state = 'delivered'",
    "earning_adds_up": "orders_earning SET gross = gross + 1",
    "earning_taken_within_share": "orders_earning SET taken = provider_share + 1",
    "earning_went_back_within_gross": "orders_earning SET went_back = gross + 1",
    "ended_order_has_its_moment": "orders_order SET ended_at = NULL WHERE state = 'completed'",
    "fast_has_days_and_price": "catalog_package SET fast_price = NULL",
    "fast_is_faster": "catalog_package SET fast_days = days",
    "held_coupon_has_a_checkout": "orders_coupon SET checkout_id = NULL WHERE state = 'held'",
    "live_offer_is_whole": "catalog_offer SET price_from = NULL WHERE state = 'published'",
    "market_clock_only_grows": "market_market SET travelled = '-1 day'",
    "market_is_one_row": "market_market SET id = 2",
    "membership_is_bought_or_granted": "treasury_membership SET checkout_id = NULL, granted_by_id = NULL",
    "membership_lasts": "treasury_membership SET ends_at = starts_at",
    "only_a_preset_is_kept_when_removed": "inbox_quickresponse SET removed = true WHERE preset IS NULL",
    "nobody_orders_from_themselves": "orders_order SET client_id = provider_id",
    "nobody_quotes_themselves": "quotes_quote SET client_id = provider_id",
    "nobody_talks_to_themselves": "inbox_conversation SET a_id = b_id WHERE about <> ''",
    "nobody_thanks_themselves": "orders_coupon SET client_id = provider_id",
    "open_request_has_an_end": "board_request SET closes_at = NULL",
    "quiet_hours_are_hours": "notices_quiethours SET start = 24",
    "payout_pays_something": "treasury_payout SET amount = 0",
    "quote_has_up_to_six_stages": "quotes_quotestage SET position = 7",
    "quote_stage_costs_and_takes_time": "quotes_quotestage SET days = 0",
    "refund_returns_something": "payments_refund SET amount = 0",
    "request_that_staff_see_is_whole": "board_request SET place_id = NULL",
    "revisions_within_what_was_agreed": "orders_stage SET revisions_used = revisions + 1",
    "stars_between_1_and_5": "reputation_review SET stars = 5.5 WHERE party = 'provider'",
    "what_is_paid_is_in_a_batch": "treasury_payout SET batch_id = NULL",
    "work_has_a_due_date": "orders_stage SET due_at = NULL WHERE state = 'active'",
}
# What each key refuses: the same row once more. The values give other keys of that table a way out.
TWICE = {
    "board_nodigest_provider_id_key": ("board_nodigest", {}),
    "catalog_category_slug_key": ("catalog_category", {}),
    "catalog_searchmiss_query_key": ("catalog_searchmiss", {}),
    "delivery_number": ("orders_delivery WHERE sent_at IS NOT NULL", {}),
    "desk_case_key_key": ("desk_case", {"number": "'SV-0'"}),
    "desk_case_number_key": ("desk_case", {"key": "'another'"}),
    "chosen_once": ("notices_mailchoice", {}),
    "notices_quiethours_user_id_key": ("notices_quiethours", {}),
    "filed_once_a_side": ("inbox_filing", {}),
    "one_note_of_a_person": ("inbox_contactnote", {}),
    "gateway_event_stored_once": ("payments_gatewayevent", {}),
    "people_away_profile_id_key": ("people_away", {}),
    "blocked_once": ("people_block", {}),
    "hidden_once": ("board_hidden", {}),
    "inbox_archived_message_id_key": ("inbox_archived", {}),
    "ledger_link_transfer_id_key": ("ledger_link", {"number": "0"}),
    "ledger_seal_root_key": ("ledger_seal", {}),
    "notices_notice_key_key": ("notices_notice", {}),
    "one_account_per_email": ("people_user", {"email": "upper(email)"}),
    "one_account_per_kind_and_owner": ("ledger_account WHERE owner_id IS NULL", {}),
    "one_approval_a_person": ("treasury_approval", {}),
    "one_chain_per_subject": ("ledger_link", {"transfer_id": "0"}),
    "one_conversation_per_pair_and_subject": ("inbox_conversation", {}),
    "one_coupon_per_checkout": ("orders_coupon WHERE state = 'held'", {}),
    "one_deadline_of_a_kind": ("orders_deadline", {}),
    "one_draft_per_stage": ("orders_delivery WHERE sent_at IS NULL", {}),
    "one_head_per_seal": ("ledger_sealedhead", {}),
    "one_live_proposal_of_a_provider": ("quotes_quote WHERE request_id IS NOT NULL", {}),
    "one_open_application": ("people_application WHERE state = 'submitted'", {}),
    "one_open_request_per_order": ("orders_resolutionrequest WHERE state = 'open'", {}),
    "one_quick_response_for_a_preset": ("inbox_quickresponse WHERE preset IS NOT NULL", {}),
    "one_review_per_side": ("reputation_review", {}),
    "orders_charge_checkout_id_key": ("orders_charge", {}),
    "orders_earning_stage_id_key": ("orders_earning", {}),
    "orders_questionnaire_order_id_key": ("orders_questionnaire", {}),
    "orders_order_checkout_id_key": ("orders_order", {"number": "'BH-0'", "thread_id": "0"}),
    "orders_order_number_key": ("orders_order", {"checkout_id": "0", "thread_id": "0"}),
    "orders_order_thread_id_key": ("orders_order", {"number": "'BH-0'", "checkout_id": "0"}),
    "orders_revisionrequest_delivery_id_key": ("orders_revisionrequest", {}),
    "package_position": ("catalog_package", {}),
    "payments_chargeback_payment_ref_key": ("payments_chargeback", {}),
    "payments_checkout_token_key": ("payments_checkout", {}),
    "payments_refund_key_key": ("payments_refund", {}),
    "people_place_slug_key": ("people_place", {}),
    "people_profile_user_id_key": ("people_profile", {"username": "'another'"}),
    "people_profile_username_key": ("people_profile", {"user_id": "0"}),
    "quote_stage_position": ("quotes_quotestage", {}),
    "requirement_number": ("orders_orderrequirement", {}),
    "role_held_once": ("people_staffrole", {}),
    "service_type_slug": ("catalog_servicetype", {}),
    "stage_position": ("orders_stage", {}),
    "subcategory_slug": ("catalog_subcategory", {}),
    "treasury_bankaccount_user_id_key": ("treasury_bankaccount", {}),
    "treasury_membership_checkout_id_key": ("treasury_membership WHERE checkout_id IS NOT NULL", {}),
}


def refused(sql: str, name: str) -> None:
    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount, "there is no such row"


@pytest.mark.parametrize("name", CHANGES)
def test_a_check_refuses_what_no_verb_would_write(lived, name):
    """COU-03, DEC-10, DEC-12, DEC-21, DEC-41, EXT-08, MIL-03, ORD-10"""
    refused(f"UPDATE {CHANGES[name]}", name)


@pytest.mark.parametrize("name", TWICE)
def test_a_key_refuses_the_same_row_twice(lived, name):
    """DEC-10, DEC-31, DEC-34, DEC-40, DLV-04, NOT-01"""
    rows, others = TWICE[name]
    table = rows.split()[0]
    with connection.cursor() as cursor:
        columns = [each.name for each in connection.introspection.get_table_description(cursor, table)]
    columns.remove("id")
    values = [others.get(column, f'"{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    refused(f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM {rows} LIMIT 1", name)
