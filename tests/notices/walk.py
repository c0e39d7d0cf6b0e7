"""Everybody does everything once, so that every kind of notice has been told by its own verb."""

from datetime import datetime, timedelta

from house.board import actions as board
from house.board.announcing import announce
from house.catalog import actions as catalog
from house.desk import actions as cases
from house.desk import disputes
from house.desk import people as staff
from house.inbox.actions import open_conversation, say
from house.orders.actions import chat, coupons, questionnaire, requests, support, work
from house.orders.actions.checkout import open_for_quote
from house.orders.actions.late_refund import refund_late
from house.orders.models import Order
from house.orders.parties import party_of
from house.orders.reasons import REASONS
from house.people.actions import open_provider
from house.people.models import Profile, User
from house.quotes import actions as quotes
from house.quotes import proposals
from house.reputation.actions import reply, review
from house.treasury import batches, membership, payouts
from house.worker.sweep import sweep

from .. import make, persons
from ..orders.test_milestones import begin, between, deliver, ordered, pay, quote, stages
from ..treasury import banking

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
OPINION = "עבודה טובה, נקייה ובזמן"
EXPLANATION = "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"
FILE = "5f0f3f5e-0000-4000-8000-000000000001"


def everything(noa: User, amir: User, shira: User, now: datetime) -> None:
    """Each part leaves its order ended, and ends no other."""
    Profile.objects.filter(user=amir).update(level=Profile.Level.TOP_RATED)  # room for an offer of each order
    amir = User.objects.get(pk=amir.pk)
    finished(noa, amir, now)
    by_silence(noa, amir, now)
    given_up(noa, amir, now)
    for asker, other in ((noa, amir), (amir, noa)):
        asked_to_cancel(noa, amir, asker, other, now)
    asked = make.order(noa, amir, now, state="delivered")
    questionnaire.send(asked, by=amir, now=now)
    questionnaire.answer(asked, {"name": "סטודיו"}, by=noa, now=now)
    work.accept(make.stage(asked), by=noa, now=now + 3 * DAY)
    support.cancel(make.order(noa, amir, now), reason="fraud", why="הכרטיס דווח כגנוב", by=shira, now=now)
    offered(noa, amir, now)
    asked_for(noa, amir, shira, now)
    resolved(noa, amir, shira, now)
    thanked(noa, amir, now)
    paid_out(noa, amir, shira, now)
    disputed(noa, amir, shira, now)
    provider_s_life(amir, shira, now)
    applications(noa, shira, now)
    helped(noa, amir, shira, now)


def finished(noa: User, amir: User, now: datetime) -> None:
    """From reminders to reviews and the answer to one."""
    order = make.order(noa, amir, now, state="awaiting_requirements")
    work.remind(make.stage(order), by=amir, now=now + DAY)
    sweep(now + 29 * DAY)
    requirement = order.requirements.get()
    requirement.answer = "2 על 3 מטר"
    work.answer(order, {1: requirement}, by=noa, now=now + 29 * DAY)
    work.start(make.stage(order), by=noa, now=now + 29 * DAY)
    at = now + 36 * DAY
    sweep(at)  # late, very late
    chat.say(order, text="מתי?", files=[], by=noa, now=at)
    chat.say(order, text="היום", files=[], by=amir, now=at)
    make.deliver(order, at)
    sweep(at + 2 * DAY + HOUR)
    make.revise(order, at + 2 * DAY + HOUR)
    make.deliver(order, at + 3 * DAY)
    work.accept(make.stage(order), by=noa, now=at + 3 * DAY)
    row = review(order, by=noa, text=OPINION, quality=5, communication=5, value=5, now=at + 3 * DAY)
    review(order, by=amir, text=OPINION, stars=5, now=at + 3 * DAY)
    reply(row, by=amir, text="תודה רבה!", now=at + 4 * DAY)


def by_silence(noa: User, amir: User, now: datetime) -> None:
    make.order(noa, amir, now, state="delivered")
    sweep(now + 5 * DAY)


def given_up(noa: User, amir: User, now: datetime) -> None:
    work.give_up(make.stage(make.order(noa, amir, now, state="awaiting_requirements")), by=amir, now=now + 7 * DAY)
    make.order(noa, amir, now, state="awaiting_requirements")
    sweep(now + 30 * DAY)


def asked_to_cancel(noa: User, amir: User, asker: User, other: User, now: datetime) -> None:
    def ask(order: Order, at: datetime):
        files = [FILE]
        return requests.ask_cancellation(
            make.stage(order), reason="other", explanation=EXPLANATION, files=files, by=asker, now=at
        )

    order = make.order(noa, amir, now)
    requests.withdraw(ask(order, now), by=asker, now=now + HOUR)
    requests.decline(ask(order, now + 2 * HOUR), by=other, now=now + 3 * HOUR)
    requests.consent(ask(order, now + 4 * DAY), by=other, now=now + 4 * DAY)
    ask(make.order(noa, amir, now), now)
    sweep(now + 25 * HOUR)  # a warning
    sweep(now + 48 * HOUR)


def asked_for(noa: User, amir: User, shira: User, now: datetime) -> None:
    """Requests with every end, and the proposals to them."""
    offer, rival = make.offer(amir, now), make.offer(persons.provider("rona", "רונה", "כץ", now), now)
    board.send_back(make.request(noa, now, state="pending"), by=shira, reason=EXPLANATION, now=now)
    proposals.refuse(make.request(noa, now, state="pending"), by=shira, reason=EXPLANATION, now=now)
    make.request(noa, now, state="expired")
    closed, found = make.request(noa, now), make.request(noa, now)
    announce(now + HOUR)
    make.proposal(closed, offer, now)
    proposals.close(closed, by=noa, now=now)
    chosen, _ = (make.proposal(found, each, now + HOUR) for each in (offer, rival))
    checkout = open_for_quote(chosen, client=noa, now=now + 2 * HOUR)
    pay(checkout, now + 2 * HOUR, f"found:{checkout.pk}")
    make.deliver(Order.objects.get(checkout=checkout), now + DAY)
    sweep(now + 5 * DAY)


def resolved(noa: User, amir: User, shira: User, now: datetime) -> None:
    """Requests of the other kinds, by both sides, with every end; a case, and a cancellation left out of the rate."""

    def ask(order: Order, by: User, at: datetime, kind: str = "extension", **change: object):
        reason = next(iter(REASONS[kind][party_of(order, by)]))
        words = {"kind": kind, "reason": reason, "explanation": EXPLANATION, "change": change}
        return requests.ask(make.stage(order), by=by, now=at, **words)

    for asker, other in ((noa, amir), (amir, noa)):
        order = make.order(noa, amir, now)
        requests.withdraw(ask(order, asker, now, days=1), by=asker, now=now + HOUR)
        requests.consent(ask(order, asker, now + HOUR, days=1), by=other, now=now + 2 * HOUR)
        requests.decline(ask(order, asker, now + 2 * HOUR, days=1), by=other, now=now + 3 * HOUR)
        case = disputes.open_dispute(order, by=asker, text=EXPLANATION, now=now + 4 * HOUR)
        disputes.decide(case, order, decision="continue", why=EXPLANATION, by=shira, now=now + 5 * HOUR)
        ask(order, asker, now + 6 * HOUR, days=1)
        make.deliver(order, now + 7 * HOUR)  # lapses
        silent = make.order(noa, amir, now)
        ask(silent, asker, now, days=1)
        sweep(now + 4 * DAY)
        support.cancel(silent, reason="provider_fault", why=EXPLANATION, by=shira, now=now + 4 * DAY)
        stopped = make.order(noa, amir, now)
        requests.ask_cancellation(
            make.stage(stopped), reason="other", explanation=EXPLANATION, files=[FILE], by=asker, now=now
        )
        support.cancel(stopped, reason="provider_fault", why=EXPLANATION, by=shira, now=now + HOUR)
    support.count_in_rate(stopped, counts=False, why=EXPLANATION, by=shira, now=now + 2 * HOUR)
    support.count_in_rate(stopped, counts=True, why=EXPLANATION, by=shira, now=now + 3 * HOUR)
    order = make.order(noa, amir, now)
    update = ask(order, noa, now, "progress_update")
    requests.consent(update, by=amir, now=now + HOUR, answer=EXPLANATION)
    ask(order, amir, now + HOUR, "scope_change", days=2)
    sweep(now + 26 * HOUR)
    support.cancel(order, reason="provider_fault", why=EXPLANATION, by=shira, now=now + 27 * HOUR)


def offered(noa: User, amir: User, now: datetime) -> None:
    """Custom offers with every end; one in stages, which stops after the second was not begun."""
    declined, withdrawn, expired = (quote(noa, amir, now, text=f"{EXPLANATION} {number}") for number in range(3))
    quotes.decline(declined, by=noa, now=now)
    quotes.withdraw(withdrawn, by=amir, now=now)
    sweep(expired.expires_at - HOUR)
    sweep(expired.expires_at)
    deliver(stages(ordered(noa, amir, now, text=f"{EXPLANATION} 4"))[0], now)
    sweep(now + 8 * DAY)
    order = between(noa, amir, now)
    begin(order, now, "walk")
    deliver(stages(order)[1], now)
    work.accept(stages(order)[1], by=noa, now=now)
    sweep(now + 7 * DAY)
    sweep(now + 8 * DAY)


def thanked(noa: User, amir: User, now: datetime) -> None:
    """Membership and the coupons that it gives."""
    owner = persons.staff("owner", "בעלת", "הבית", now, "owner")
    row = membership.grant(amir, months=1, why="פתיחה", by=owner, now=now)
    membership.remind_due(row.ends_at - DAY)
    make.order(noa, amir, now, state="approved")
    coupons.give(User.objects.get(pk=amir.pk), clients=[noa], percent=10, note="תודה!", now=now + 3 * DAY)


def disputed(noa: User, amir: User, shira: User, now: datetime) -> None:
    """Banks take payments back: of an open order, of a released one; and decide."""
    released, waiting = make.order(noa, amir, now, state="approved"), make.order(noa, amir, now)
    refund_late(make.stage(released), amount=100_00, why="פיצוי", by=shira, now=now + 3 * DAY)
    for order in (released, waiting):
        for kind in ("charged_back", "chargeback_won"):
            make.hear(order.checkout, now + 4 * DAY, event=f"{order.number}:{kind}", kind=kind)


def provider_s_life(amir: User, shira: User, now: datetime) -> None:
    """Offers approved, denied, removed, due back; level, suspension."""
    row = catalog.submit(make.draft(amir, now), by=amir, now=now, rights=True)
    catalog.deny(row, by=shira, reason="התמונה אינה שלך", now=now)
    offer = make.offer(amir, now)
    catalog.pause(offer, by=amir, now=now, returns_on=(now + DAY).date())
    catalog.remind_returns(now + DAY)
    catalog.remove(offer, by=shira, reason="תמונות מועתקות", now=now)
    staff.set_level(amir, level="level_1", by=shira, why="מגיע", now=now)
    staff.suspend(amir, until=None, by=shira, why="הפרה", now=now)
    staff.lift(amir, by=shira, why="בירור", now=now)


def applications(noa: User, shira: User, now: datetime) -> None:
    profile = open_provider(noa, username="noa", now=now)
    for number, decision in enumerate(("more_asked", "denied", "approved")):
        at = now + number * DAY
        row = staff.submit_application(profile, text=EXPLANATION, registry_number="", now=at)
        staff.decide_application(row, decision=decision, reason="חסר רישיון", by=shira, now=at)


def helped(noa: User, amir: User, shira: User, now: datetime) -> None:
    case = cases.open_support_case(by=noa, about="", subject="שאלה", text="איך משנים כתובת?", now=now)
    cases.add_note(case, by=shira, text="בעמוד ההגדרות", internal=False, now=now)
    cases.close(case, by=shira, now=now)
    say(open_conversation(noa, amir, now=now), author=noa, text="שלום", now=now)


def paid_out(noa: User, amir: User, shira: User, now: datetime) -> None:
    """Money that left for the bank, and came back."""
    banking.earned(noa, amir, now)
    banking.with_bank(amir, now)
    row = payouts.withdraw(amir, amount=100_00, now=now)
    batch = batches.collect(by=shira, now=now)
    batches.approve(batch, by=shira, now=now)
    batches.send(batch, by=shira, now=now)
    payouts.come_back(row, why="חשבון סגור", by=shira, now=now)
