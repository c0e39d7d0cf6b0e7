"""The verbs of quotes. Each locks the quote row first; the order begins when it is paid (DEC-31)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction

from house import clock, policy
from house.board.models import Request
from house.catalog.extras import OwnLine, billed
from house.catalog.models import Offer
from house.contacts import find
from house.inbox import actions as inbox
from house.inbox.models import Conversation
from house.notices.actions import tell
from house.payments import waiting
from house.people.models import Profile, User
from house.people.standing import may_start
from house.process import CLOCK, Clock, Party, Refusal
from house.text import clean_line, clean_text, visible_length

from .models import Quote, QuoteStage
from .process import QUOTE, Step

Actor = User | Clock
NONE: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True)
class StageRow:
    """One stage as typed; money in minor units, `revisions` None is unlimited."""

    name: str
    price: int
    days: int
    outcome: str = ""
    revisions: int | None = 0


def send(
    conversation: Conversation,
    *,
    by: User,
    offer: Offer,
    text: str,
    stages: Sequence[StageRow],
    lines: Sequence[OwnLine] = (),
    listed: Mapping[int, int] = NONE,
    asks_requirements: bool = False,
    expires_in: int = policy.QUOTE_DAYS,
    request: Request | None = None,
    starts_on: date | None = None,
    now: datetime,
) -> Quote:
    """A custom offer from a conversation (COF-03), with milestones or without (COF-05, MIL-11). One milestone is
    one price for all of it: the same thing, sent as such (M-1). `listed` are extras of the offer's list.
    `request` and `starts_on` are a proposal's: `proposals.propose` is its verb.

    Refusals: `suspended`, `stranger`, `client_gone`, `not_your_offer`, `offer_closed`, `explanation_missing`,
    `contact_details`, `bad_quote_expiry`, `quote_sent_before`, `too_many_quotes`, and those of stages and extras.
    """
    may_start(by, now)
    client = inbox.other_of(conversation, by)
    if by.pk not in (conversation.a_id, conversation.b_id) or conversation.about:
        raise Refusal("stranger")
    if offer.provider_id != by.pk:
        raise Refusal("not_your_offer")
    if offer.state != Offer.State.PUBLISHED:
        raise Refusal("offer_closed")
    may_be_offered(client, now)
    _check_words(text, stages, lines)
    bill = billed(offer, listed=listed, own=lines)
    _check_stages(stages, sum(line.amount for line in bill))
    if not 1 <= expires_in <= policy.QUOTE_DAYS_MAX:
        raise Refusal("bad_quote_expiry", most=policy.QUOTE_DAYS_MAX)
    expires_at = clock.due(now, timedelta(days=expires_in))
    with transaction.atomic():
        _check_flood(conversation, by, clean_text(text), stages, now)
        quote = Quote.objects.create(
            provider=by,
            client=client,
            conversation=conversation,
            offer=offer,
            title=offer.title,
            text=clean_text(text),
            milestones=len(stages) > 1,
            lines=[{"title": row.title, "price": row.unit_price, "quantity": row.quantity} for row in bill],
            asks_requirements=asks_requirements,
            request=request,
            starts_on=starts_on,
            sent_at=now,
            expires_at=expires_at,
            remind_at=_next_reminder(expires_at, now),
        )
        QuoteStage.objects.bulk_create(_stage(quote, number, row) for number, row in enumerate(stages, start=1))
        inbox.send(conversation, author=by, text=clean_text(text), now=now, card=quote.about)
        tell_of(quote, "quote_sent" if request is None else "proposal_sent", client, now)
    return quote


def _stage(quote: Quote, number: int, row: StageRow) -> QuoteStage:
    return QuoteStage(
        quote=quote,
        position=number,
        name=clean_line(row.name)[:80] or quote.title[:80],
        outcome=clean_text(row.outcome),
        days=row.days,
        price=row.price,
        revisions=row.revisions,
    )


def may_be_offered(client: User, now: datetime) -> None:
    """Who may buy nothing is offered nothing (DEC-37): else `client_gone`."""
    if not client.is_active or client.standing == User.Standing.BLOCKED or client.is_suspended(now):
        raise Refusal("client_gone")


def _check_flood(conversation: Conversation, by: User, text: str, stages: Sequence[StageRow], now: datetime) -> None:
    """Ten a day (DEC-13), and a page that is sent twice offers once. The provider's row is locked."""
    Profile.objects.select_for_update().get(user=by)
    mine = Quote.objects.filter(provider=by)
    if mine.filter(sent_at__gt=now - timedelta(days=1), sent_at__lte=now).count() >= policy.QUOTES_PER_DAY:
        raise Refusal("too_many_quotes", most=policy.QUOTES_PER_DAY)
    prices = [row.price for row in stages]
    for same in mine.filter(conversation=conversation, state=Quote.State.SENT, text=text, expires_at__gt=now):
        if [stage.price for stage in same.stages.all()] == prices:
            raise Refusal("quote_sent_before")


def _check_words(text: str, stages: Sequence[StageRow], lines: Sequence[OwnLine]) -> None:
    if visible_length(text) < policy.EXPLANATION_MIN:
        raise Refusal("explanation_missing", least=policy.EXPLANATION_MIN)
    said = [text, *(row.name for row in stages), *(row.outcome for row in stages), *(row.title for row in lines)]
    found = [finding.text for each in said for finding in find(each)]
    if found:
        raise Refusal("contact_details", found=", ".join(found))


def _check_stages(stages: Sequence[StageRow], extras: int) -> None:
    """MIL-03…05 and MIL-09; a quote without milestones may take longer than one milestone."""
    if not 1 <= len(stages) <= policy.MILESTONES_MAX:
        raise Refusal("bad_number_of_milestones", most=policy.MILESTONES_MAX)
    milestones = len(stages) > 1
    longest = policy.MILESTONE_DAYS_MAX if milestones else policy.DAYS_MAX
    if any(not 1 <= row.days <= longest for row in stages):
        raise Refusal("days_out_of_range", most=longest)
    if any(not policy.PRICE_MIN <= row.price <= policy.PRICE_MAX for row in stages):
        raise Refusal("price_out_of_range", least=policy.PRICE_MIN // 100, most=policy.PRICE_MAX // 100)
    if milestones and any(not visible_length(row.name) for row in stages):
        raise Refusal("milestone_needs_name")
    if milestones and extras:
        raise Refusal("milestones_have_no_extras")
    total = sum(row.price for row in stages) + extras
    if total > policy.ORDER_TOTAL_MAX:
        raise Refusal("total_too_large")
    least = policy.MILESTONES_ABOVE[policy.CURRENCY]
    if milestones and total <= least:
        raise Refusal("milestones_above", least=least // 100)


@contextmanager
def move(quote: Quote, step: Step, *, by: Actor, now: datetime) -> Iterator[Quote]:
    """Locks the quote, lets the clock have its due, checks table and party, and tells the other side."""
    if not isinstance(by, Clock):
        expire_due(now, only=quote.pk)
    with transaction.atomic():
        row = Quote.objects.select_for_update(of=("self",)).select_related("client", "provider").get(pk=quote.pk)
        rule = QUOTE.check(step, state=row.state, party=party_of(row, by))
        _in_time(row, by, now)
        yield row
        row.state, row.ended_at = rule.end or row.state, now
        row.save()
        for party in sorted(rule.tell):
            tell_of(row, f"quote_{step}", row.client if party is Party.CLIENT else row.provider, now)


def _in_time(row: Quote, by: Actor, now: datetime) -> None:
    """The exact instant belongs to the clock (DEC-30), even while it is busy elsewhere."""
    if not isinstance(by, Clock) and row.expires_at <= now:
        raise Refusal("wrong_state")


def party_of(quote: Quote, by: Actor) -> Party:
    """The side of `by`; whoever is none is refused with `stranger`."""
    if isinstance(by, Clock):
        return Party.CLOCK
    sides = {quote.client_id: Party.CLIENT, quote.provider_id: Party.PROVIDER}
    if by.pk not in sides:
        raise Refusal("stranger")
    return sides[by.pk]


def decline(quote: Quote, *, by: User, now: datetime) -> Quote:
    """The client says no."""
    with move(quote, Step.DECLINE, by=by, now=now) as row:
        pass
    return row


def withdraw(quote: Quote, *, by: User, now: datetime) -> Quote:
    """The provider takes it back before it is accepted (DEC-13)."""
    with move(quote, Step.WITHDRAW, by=by, now=now) as row:
        pass
    return row


def expire_due(now: datetime, limit: int = 200, only: int | None = None) -> int:
    """Ends quotes whose time has come, as of that moment; one with a live payment waits for it (DEC-31)."""
    due = Quote.objects.filter(state=Quote.State.SENT, expires_at__lte=now)
    due = due.filter(pk=only) if only else due
    pks = list(due.order_by("expires_at").values_list("pk", flat=True)[:limit])
    return sum(_expire(pk, now) for pk in pks)


def _expire(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        quote = Quote.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if quote is None or quote.state != Quote.State.SENT or quote.expires_at > now:
            return False
        later = waiting.until(quote, quote.expires_at)
        if later is not None:
            quote.expires_at = later
            quote.save(update_fields=["expires_at", "waits_for"])
            return False
        with move(quote, Step.EXPIRE, by=CLOCK, now=quote.expires_at):
            pass
    return True


def hold(quote: Quote, checkout: Any, *, now: datetime) -> None:
    """A payment was begun in time: the quote's end waits for its outcome."""
    with transaction.atomic():
        row = Quote.objects.select_for_update(of=("self",)).get(pk=quote.pk)
        QUOTE.check(Step.ACCEPT, state=row.state, party=Party.CLIENT)
        _in_time(row, row.client, now)
        row.expires_at = waiting.begin(row, checkout, due=row.expires_at, now=now)
        row.save(update_fields=["expires_at", "waits_for"])


def remind_due(now: datetime, limit: int = 200) -> int:
    """Tells clients that an offer ends in 24 and in 6 hours (DEC-48); of those that were missed, the last one."""
    due = Quote.objects.filter(state=Quote.State.SENT, remind_at__lte=now, expires_at__gt=now)
    pks = list(due.order_by("remind_at").values_list("pk", flat=True)[:limit])
    return sum(_remind(pk, now) for pk in pks)


def _remind(pk: int, now: datetime) -> bool:
    with transaction.atomic():
        rows = Quote.objects.select_for_update(of=("self",), skip_locked=True).select_related("client", "provider")
        quote = rows.filter(pk=pk, state=Quote.State.SENT, remind_at__lte=now, expires_at__gt=now).first()
        if quote is None:
            return False
        at, quote.remind_at = quote.remind_at, _next_reminder(quote.expires_at, now)
        quote.save(update_fields=["remind_at"])
        tell_of(quote, "quote_warn", quote.client, now, which=f":{at:%y%m%d%H%M}", due=quote.expires_at.isoformat())
    return True


def _next_reminder(expires_at: datetime, now: datetime) -> datetime | None:
    return min((expires_at - ahead for ahead in policy.REMINDERS_BEFORE if expires_at - ahead > now), default=None)


def tell_of(quote: Quote, kind: str, recipient: User, now: datetime, which: str = "", **more: Any) -> None:
    """A word about a quote to one of its sides, once of each kind."""
    other = quote.provider if recipient.pk == quote.client_id else quote.client
    tell(
        recipient,
        kind,
        key=f"{quote.about}:{kind}{which}",
        about=quote.about,
        path=f"/quotes/{quote.pk}/",
        now=now,
        title=quote.title,
        other=other.display_name,
        total=quote.total,
        **more,
    )
