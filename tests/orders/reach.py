"""A stage in each of its eight states, reached through the real verbs."""

from datetime import datetime, timedelta

from house.orders.actions import milestones, requests, work
from house.orders.models import Stage
from house.people.models import User

from .. import make
from .test_milestones import deliver, ordered, stages

WORDS = {"reason": "other", "explanation": "התוכניות שלנו השתנו לגמרי ואין צורך בעבודה"}
DAY = timedelta(days=1)


def reached(state: str, client: User, provider: User, now: datetime) -> tuple[Stage, datetime]:
    """The stage, and a moment at which nothing of it is due but the provider may give up."""
    if state in ("planned", "stopped"):
        return between_milestones(state, client, provider, now)
    if state == "cancelled":
        order = make.order(client, provider, now)
        request = requests.ask_cancellation(make.stage(order), **WORDS, by=provider, now=now)
        requests.consent(request, by=client, now=now)
        return make.stage(order), now + 3 * DAY
    order = make.order(client, provider, now, state=state)
    if state == "awaiting_requirements":
        requirement = order.requirements.get()
        requirement.answer = "2 על 3 מטר"
        work.answer(order, {1: requirement}, by=client, now=now)
    return make.stage(order), now + (8 if state == "awaiting_requirements" else 3) * DAY


def between_milestones(state: str, client: User, provider: User, now: datetime) -> tuple[Stage, datetime]:
    """The second of three, after the first was approved: not yet begun, or stopped."""
    order = ordered(client, provider, now)
    deliver(stages(order)[0], now + DAY)
    work.accept(stages(order)[0], by=client, now=now + 2 * DAY)
    if state == "stopped":
        milestones.stop(stages(order)[1], by=client, now=now + 2 * DAY)
    return stages(order)[1], now + 3 * DAY


def again(stage: Stage) -> Stage:
    """As it stands in the database now."""
    return Stage.objects.select_related("order").get(pk=stage.pk)
