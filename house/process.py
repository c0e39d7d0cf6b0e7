"""The words of a process: who may take which step, from which state, to which, and who is told.

A room writes one table of these per life (an order's stage, a request, an offer). The table feeds the
gate, the buttons, the deadlines, the printed documentation and the test of every state × step × party.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Party(StrEnum):
    """In which capacity somebody takes a step."""

    CLIENT = "client"
    PROVIDER = "provider"
    SUPPORT = "support"
    STAFF = "staff"
    CLOCK = "clock"


class Clock:
    """The actor of deadlines; it takes the same verbs that people take."""

    def __repr__(self) -> str:
        return "CLOCK"


CLOCK = Clock()


class Refusal(Exception):
    """A step that may not happen. `code` names the Hebrew sentence; `facts` fill it."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True)
class Rule:
    """One row of a table. `end=None` leaves the state as it is; `ref` quotes the rule ids."""

    by: frozenset[Party]
    start: frozenset[str]
    end: str | None
    tell: frozenset[Party] = frozenset()
    ref: str = ""


def rule(
    *, by: Iterable[Party], start: Iterable[str], end: str | None, tell: Iterable[Party] = (), ref: str = ""
) -> Rule:
    """A row written with plain sets."""
    return Rule(frozenset(by), frozenset(start), end, frozenset(tell), ref)


@dataclass(frozen=True)
class Timer:
    """A promise the clock keeps while a state lasts: `due(subject)` is its instant, `step` what it does.

    `warn` lists how long before the instant whoever can still act is reminded (DEC-48).
    """

    kind: str
    due: Callable[[Any], Any]
    step: str
    warn: tuple[timedelta, ...] = ()


@dataclass(frozen=True)
class Process:
    """The whole table of one life."""

    rules: dict[str, Rule]
    timers: dict[str, tuple[Timer, ...]] = field(default_factory=dict)

    def check(self, step: str, *, state: str, party: Party) -> Rule:
        """The row for this step, or `Refusal`: `wrong_party` or `wrong_state`."""
        row = self.rules[step]
        if party not in row.by:
            raise Refusal("wrong_party", step=step)
        if state not in row.start:
            raise Refusal("wrong_state", step=step, state=state)
        return row

    def allows(self, step: str, *, state: str, party: Party) -> bool:
        """Whether a button for this step belongs on the page."""
        row = self.rules[step]
        return party in row.by and state in row.start

    def path(self, step: str, *, state: str) -> str:
        """The state after this step."""
        return self.rules[step].end or state
