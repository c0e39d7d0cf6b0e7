"""What may become of an order: one function for each fate, which writes the moments down backwards from its end.

A script is only a plan; `Script.play` lives it. One whose moments do not fit (a year's work that would have had to
end yesterday) is thrown away before anything happens, and another offer is tried.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from house import policy
from house.process import Party

from .moments import DAY, HOUR, MINUTE, ago, between
from .orders import Life

OPEN_FOR = timedelta(days=152)  # the market has had orders for five months
STILL = timedelta(hours=3)  # what is open now stays so for a while after loading
Step = tuple[datetime, Callable[[datetime], object]]
Fate = Callable[["Script"], None]


class Unfit(Exception):
    """This fate cannot befall this order."""


@dataclass
class Script:
    """The steps of one life in order of time."""

    life: Life
    steps: list[Step] = field(default_factory=list)
    ends: datetime | None = None  # when the clock will have ended it; None: when its last step does

    @property
    def now(self) -> datetime:
        return self.life.tools.now

    @property
    def days(self) -> timedelta:
        return self.life.days * DAY

    @property
    def window(self) -> timedelta:
        return self.life.window

    @property
    def starts(self) -> datetime:
        return self.steps[0][0]

    def between(self, start: datetime, end: datetime) -> datetime:
        return between(self.life.tools.rng, start, end)

    def ago(self, most: float, least: float) -> datetime:
        """A moment of so many days ago."""
        return ago(self.life.tools.rng, self.now, most, least)

    def chance(self, share: float) -> bool:
        return self.life.tools.rng.random() < share

    def needs(self, fact: bool) -> None:
        """Raises `Unfit` for an order of which this is not true."""
        if not fact:
            raise Unfit

    @property
    def revisable(self) -> bool:
        """Whether changes may be asked for at all."""
        return self.life.revisions != 0

    def fits(self) -> bool:
        """Whether the offer was there, and everything happened in order and before now."""
        moments = [at for at, _ in self.steps]
        began = max(self.life.earliest + HOUR, self.now - OPEN_FOR)
        return began < moments[0] and moments == sorted(moments) and moments[-1] <= (self.ends or self.now) <= self.now

    def play(self) -> None:
        """Lives it, up to now."""
        for at, verb in self.steps:
            verb(at)
        self.life.tick(self.now)

    # Parts that many fates share

    def add(self, at: datetime, verb: Callable[[datetime], object]) -> None:
        self.steps.append((at, verb))

    def begin(self, started: datetime) -> None:
        """Placed, and answered at `started` when answers are asked for."""
        if not self.life.waits:
            self.add(started, self.life.place)
            return
        self.add(self.between(started - 30 * HOUR, started - HOUR / 2), self.life.place)
        self.add(started, self.life.answer)
        self.add(started, self.life.start)

    def talk(self, start: datetime, end: datetime, *, share: float = 0.75, after: bool = False) -> None:
        if self.chance(share):
            self.add(start, lambda at: self.life.talk(at, end, after=after))

    def work(self, delivered: datetime, *, late: bool = False) -> None:
        """From the start to a delivery at this moment."""
        least, most = (1.05, 1.3) if late else (0.4, 0.95)
        started = self.between(delivered - most * self.days, delivered - least * self.days)
        self.begin(started)
        self.talk(started + MINUTE, delivered - MINUTE)
        self.add(delivered, self.life.deliver)

    def work_until(self, moment: datetime) -> None:
        """In the middle of the work at this moment."""
        started = self.between(moment - 0.6 * self.days, moment - 0.2 * self.days)
        self.begin(started)
        self.talk(started + MINUTE, moment - MINUTE)

    def deliver_again(self, delivered: datetime) -> None:
        """Work, a revision, and its delivery."""
        asked = self.between(delivered - 40 * HOUR, delivered - 4 * HOUR)
        self.work(self.between(asked - 40 * HOUR, asked - 2 * HOUR))
        self.add(asked, self.life.revise)
        self.add(delivered, self.life.deliver)


def done(most: float, least: float, *, late: float = 0.07, revised: float = 0.12) -> Fate:
    """Delivered, looked at, accepted so many days ago."""

    def write(script: Script) -> None:
        ended = script.ago(most, least)
        delivered = script.between(ended - min(script.window, 60 * HOUR), ended - 2 * HOUR)
        if script.revisable and script.chance(revised):
            script.deliver_again(delivered)
        else:
            script.work(delivered, late=script.chance(late))
        script.talk(delivered + MINUTE, ended - MINUTE, share=0.15, after=True)
        script.add(ended, script.life.accept)

    return write


def silent(script: Script) -> None:
    """Delivered, and nobody said a word for three days (ORD-10)."""
    delivered = script.ago(130, 4)
    script.work(delivered)
    script.ends = delivered + script.window


def _started(script: Script) -> datetime:
    """When the work of an order began that is still in time."""
    least = max(script.now - 0.85 * script.days, script.now - script.days + STILL)
    return script.between(least, script.now - max(0.05 * script.days, HOUR))


def planned(script: Script) -> None:
    """In work, with a task list that both sides keep (INV-04)."""
    started = _started(script)
    script.begin(started)
    script.add(started + MINUTE, script.life.list_tasks)
    script.talk(started + 2 * MINUTE, script.now)


def active(script: Script) -> None:
    """In work and in time."""
    started = _started(script)
    script.begin(started)
    later = script.between(started + HOUR / 4, script.now)
    script.talk(started + MINUTE, later)
    if script.chance(0.2):
        script.add(later, script.life.begin_delivery)


def late(most: float, least: float) -> Fate:
    """Past due by so many days."""

    def write(script: Script) -> None:
        started = script.between(script.now - script.days - most * DAY, script.now - script.days - least * DAY)
        script.begin(started)
        script.talk(started + MINUTE, started + script.days / 2)

    return write


def awaiting(most: float, least: float) -> Fate:
    """The client has not answered yet."""

    def write(script: Script) -> None:
        script.needs(script.life.waits)
        placed = script.ago(most, least)
        script.add(placed, script.life.place)
        if script.now - placed > 3 * DAY:
            script.add(script.between(placed + 2 * DAY, placed + 3 * DAY), script.life.remind)

    return write


def drafted(script: Script) -> None:
    """The client began to answer."""
    script.needs(script.life.waits)
    placed = script.ago(6, 0.3)
    script.add(placed, script.life.place)
    script.add(script.between(placed + HOUR / 4, script.now), lambda at: script.life.answer(at, only_first=True))


def delivered(most: float, least: float) -> Fate:
    """Waiting for the client's decision, with so many hours left."""

    def write(script: Script) -> None:
        opened = script.now - script.window
        at = script.between(opened + least * HOUR, opened + most * HOUR)
        if script.revisable and script.chance(0.2):
            script.deliver_again(at)
        else:
            script.work(at)
        script.talk(at + MINUTE, script.now, share=0.2, after=True)

    return write


def in_revision(script: Script) -> None:
    """The client asked for changes."""
    script.needs(script.revisable)
    asked = script.between(script.now - 36 * HOUR, script.now - HOUR)
    script.work(script.between(asked - 40 * HOUR, asked - HOUR))
    script.add(asked, script.life.revise)


def cancelled_by_consent(script: Script) -> None:
    """One side asked, the other agreed."""
    asked = script.ago(130, 3)
    side = Party.CLIENT if script.chance(0.6) else Party.PROVIDER
    script.work_until(asked)
    script.add(asked, lambda at: script.life.ask_cancellation(side, at))
    script.add(script.between(asked + HOUR, asked + 40 * HOUR), script.life.consent)


def cancelled_by_silence(script: Script) -> None:
    """One side asked, the other did not answer for two days (CAN-03)."""
    asked = script.ago(110, 2.2)
    side = Party.CLIENT if script.chance(0.5) else Party.PROVIDER
    script.work_until(asked)
    script.add(asked, lambda at: script.life.ask_cancellation(side, at))
    script.ends = asked + policy.CANCELLATION_WINDOW


def cancelled_by_support(script: Script) -> None:
    """Support ended it (O-24)."""
    at = script.ago(100, 2)
    reason, why = script.life.tools.rng.choice(SUPPORT)
    script.work_until(at)
    script.add(at, lambda at: script.life.cancel_by_support(reason, why, at))


SUPPORT = (
    ("by_mistake", "ההזמנה נעשתה פעמיים, שני הצדדים ביקשו לבטל אחת מהן."),
    ("provider_fault", "נותן השירות לא הגיע לשתי פגישות שנקבעו ולא הודיע."),
    ("client_fault", "אין גישה לדירה ואין מענה, אחרי שלוש פניות מתועדות."),
    ("missing_information", "התברר שהעבודה דורשת היתר שעוד לא הוגש."),
)


def given_up(script: Script) -> None:
    """The answers never came, and the provider gave up (DEC-15)."""
    script.needs(script.life.waits)
    at = script.ago(80, 2)
    placed = at - policy.REQUIREMENTS_PROVIDER_MAY_CANCEL - script.life.tools.rng.uniform(0.2, 5) * DAY
    script.add(placed, script.life.place)
    script.add(script.between(placed + 2 * DAY, placed + 4 * DAY), script.life.remind)
    script.add(at, script.life.give_up)


def lapsed(script: Script) -> None:
    """The answers never came, and the clock gave up after thirty days (DEC-15)."""
    script.needs(script.life.waits)
    placed = script.ago(140, 31)
    script.add(placed, script.life.place)
    script.add(script.between(placed + 4 * DAY, placed + 7 * DAY), script.life.remind)
    script.ends = placed + policy.REQUIREMENTS_LAPSE


def asked_by(side: Party) -> Fate:
    """A cancellation was asked for and not answered yet."""

    def write(script: Script) -> None:
        asked = script.between(script.now - policy.CANCELLATION_WINDOW + STILL, script.now - HOUR)
        script.work_until(asked)
        script.add(asked, lambda at: script.life.ask_cancellation(side, at))

    return write


def declined(script: Script) -> None:
    """A cancellation was declined, and the work goes on."""
    script.needs(script.days >= 8 * DAY)
    asked = script.between(script.now - 3 * DAY, script.now - 1.5 * DAY)
    script.work_until(asked)
    script.add(asked, lambda at: script.life.ask_cancellation(Party.CLIENT, at))
    script.add(script.between(asked + HOUR, asked + DAY), script.life.decline)


def withdrawn(script: Script) -> None:
    """A cancellation was asked for and taken back; the work was done."""
    ended = script.ago(120, 10)
    finished = script.between(ended - 50 * HOUR, ended - 2 * HOUR)
    asked = script.between(finished - 0.6 * script.days, finished - 0.3 * script.days)
    script.work_until(asked)
    script.add(asked, lambda at: script.life.ask_cancellation(Party.PROVIDER, at))
    script.add(script.between(asked + HOUR, asked + 20 * HOUR), script.life.withdraw)
    script.add(finished, script.life.deliver)
    script.add(ended, script.life.accept)
