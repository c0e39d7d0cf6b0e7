"""What may become of a milestone order: one function for each fate, like those of `scripts`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from house.process import Party

from .moments import DAY, HOUR, MINUTE
from .scripts import STILL, Fate, Script
from .tailored import TailoredLife


@dataclass(frozen=True)
class Leg:
    """The moments of one milestone."""

    begun: datetime
    delivered: datetime
    accepted: datetime


def _life(script: Script) -> TailoredLife:
    assert isinstance(script.life, TailoredLife)
    return script.life


def _legs(script: Script, last: datetime, lengths: Sequence[int]) -> list[Leg]:
    """Back from the moment at which the last of these stages was accepted."""
    legs = []
    for days in reversed(lengths):
        delivered = script.between(last - 40 * HOUR, last - 2 * HOUR)
        begun = script.between(delivered - 0.9 * days * DAY, delivered - 0.5 * days * DAY)
        legs.append(Leg(begun, delivered, last))
        last = script.between(begun - 30 * HOUR, begun - HOUR)
    return legs[::-1]


def _order(script: Script, placed: datetime) -> None:
    """Asked, quoted, and paid for within the week that a custom offer stands."""
    life = _life(script)
    sent = script.between(placed - 3 * DAY, placed - 4 * HOUR)
    script.add(script.between(sent - 20 * HOUR, sent - HOUR / 2), life.inquire)
    script.add(sent, life.send)
    script.add(placed, life.place)
    script.add(placed + 10 * MINUTE, life.list_tasks)


def _begin(script: Script, begun: datetime) -> None:
    """The first milestone begins with the order, each later one with a payment of its own."""
    placed = any(verb == _life(script).place for _, verb in script.steps)
    if placed:
        script.add(begun, _life(script).begin_next)
    else:
        _order(script, begun)


def _walk(script: Script, legs: Sequence[Leg]) -> None:
    """Each begun, talked about, delivered and accepted."""
    for leg in legs:
        _begin(script, leg.begun)
        script.talk(leg.begun + HOUR, leg.delivered - MINUTE, share=0.6)
        script.add(leg.delivered, script.life.deliver)
        script.add(leg.accepted, script.life.accept)


def whole(script: Script) -> None:
    """Every milestone, up to the full project (MIL-10)."""
    _walk(script, _legs(script, script.ago(70, 1), _life(script).lengths))


def in_work(number: int) -> Fate:
    """The milestone of this number is in work, those before it are accepted."""

    def write(script: Script) -> None:
        lengths = _life(script).lengths
        script.needs(len(lengths) >= number)
        begun = script.between(script.now - 0.7 * lengths[number - 1] * DAY, script.now - 8 * HOUR)
        before = script.between(begun - 30 * HOUR, begun - HOUR)
        _walk(script, _legs(script, before, lengths[: number - 1]))
        _begin(script, begun)
        script.talk(begun + MINUTE, script.now, share=0.6)

    return write


def delivered(script: Script) -> None:
    """The first milestone waits for the client, who has eight days (MIL-17)."""
    days = _life(script).lengths[0]
    at = script.between(script.now - 5 * DAY, script.now - 6 * HOUR)
    _begin(script, script.between(at - 0.9 * days * DAY, at - 0.5 * days * DAY))
    script.add(at, script.life.deliver)


def between(script: Script) -> None:
    """One is accepted, and the client has not started the next one yet (MIL-13)."""
    last = script.between(script.now - 3 * DAY, script.now - STILL)
    _walk(script, _legs(script, last, _life(script).lengths[:1]))


def one_cancelled(script: Script) -> None:
    """The second milestone is cancelled by consent, the third goes on (M-11, DEC-36)."""
    life, lengths = _life(script), _life(script).lengths
    script.needs(len(lengths) > 2)
    third = script.between(script.now - 0.6 * lengths[2] * DAY, script.now - 5 * HOUR)
    agreed = script.between(third - 20 * HOUR, third - HOUR)
    asked = script.between(agreed - 30 * HOUR, agreed - HOUR)
    second = script.between(asked - 0.5 * lengths[1] * DAY, asked - 0.2 * lengths[1] * DAY)
    _walk(script, _legs(script, script.between(second - 30 * HOUR, second - HOUR), lengths[:1]))
    _begin(script, second)
    script.add(asked, lambda at: life.ask_cancellation(Party.PROVIDER, at, whole=False))
    script.add(agreed, life.consent)
    script.add(third, life.begin_next)


def stopped(script: Script) -> None:
    """After the first milestone the client has enough (M-8): the order counts as completed (MIL-20)."""
    at = script.ago(60, 5)
    accepted = script.between(at - 2 * DAY, at - HOUR)
    _walk(script, _legs(script, accepted, _life(script).lengths[:1]))
    script.add(at, _life(script).stop)


def stopped_by_silence(script: Script) -> None:
    """Delivered, and nobody said a word for eight days: accepted, and the rest is stopped (M-10, M-13)."""
    at = script.ago(60, 10)
    days = _life(script).lengths[0]
    _begin(script, script.between(at - 0.9 * days * DAY, at - 0.5 * days * DAY))
    script.add(at, script.life.deliver)
    script.ends = at + script.window
