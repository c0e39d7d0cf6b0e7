"""One subject on both servers, turn by turn, and what each turn cost."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from . import cpu
from .browser import Browser
from .servers import Server
from .subjects import Subject, Turn, sign_in

WARM_UP = 20
COUNTED = 12  # turns that count statements, apart from the timed ones


@dataclass(frozen=True)
class Figure:
    """Of one server: milliseconds, statements and bytes are those of a mean turn."""

    app: float
    database: float | None  # None: PostgreSQL runs on another machine
    statements: float
    transactions: float
    kilobytes: float
    middle: float  # milliseconds from question to answer
    slow: float  # the 95th of a hundred
    turns_per_second: float

    @property
    def cpu(self) -> float:
        return self.app + (self.database or 0)


@dataclass(frozen=True)
class Result:
    """A subject beside its floor."""

    subject: Subject
    product: Figure
    floor: Figure

    @property
    def ratio(self) -> float:
        return self.product.cpu / self.floor.cpu if self.floor.cpu else float("inf")


class Side:
    """A server and the browser that visits it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.browser = Browser(server.port)

    def used(self) -> tuple[float, float | None]:
        backends = self.server.backends()
        return cpu.used(self.server.pids()), cpu.used(backends) if backends else None


def measure(subject: Subject, product: Side, floor: Side, scale: float, numbers: Iterator[int]) -> Result:
    """Product and floor take turns, so that whatever slows the machine slows both."""
    sides = ((product, subject.turn), (floor, subject.floor))
    counted = [_counted(side, turn, subject, numbers) for side, turn in sides]
    for side, _ in sides:
        side.browser.forget()
    before = [side.used() for side, _ in sides]
    turns = max(1, int(subject.least * scale))
    for _ in range(turns):
        number = next(numbers)
        for side, turn in sides:
            turn(side.browser, number)
    figures = [
        _figure(side, turns, start, asked) for (side, _), start, asked in zip(sides, before, counted, strict=True)
    ]
    return Result(subject, *figures)


def _counted(side: Side, turn: Turn, subject: Subject, numbers: Iterator[int]) -> tuple[float, float]:
    """Warms up, then counts; returns statements and writing transactions of a mean turn."""
    browser = side.browser
    browser.cookies = {}
    if subject.signed_in:
        sign_in(browser)
    for _ in range(WARM_UP):
        turn(browser, next(numbers))
    browser.forget()
    browser.counting = True
    for _ in range(COUNTED):
        turn(browser, next(numbers))
    browser.counting = False
    return browser.statements / COUNTED, browser.transactions / COUNTED


def _figure(side: Side, turns: int, before: tuple[float, float | None], asked: tuple[float, float]) -> Figure:
    app, database = side.used()
    times = [each * 1000 for each in side.browser.times]
    calls = len(times) // turns  # placing an order takes three
    by_turn = [sum(times[first : first + calls]) for first in range(0, len(times), calls)]
    return Figure(
        app=(app - before[0]) / turns * 1000,
        database=None if database is None or before[1] is None else (database - before[1]) / turns * 1000,
        statements=asked[0],
        transactions=asked[1],
        kilobytes=side.browser.weight / turns / 1024,
        middle=statistics.median(by_turn),
        slow=statistics.quantiles(by_turn, n=20)[-1] if len(by_turn) > 1 else by_turn[0],
        turns_per_second=1000 / statistics.fmean(by_turn),
    )


def fresh_numbers() -> Iterator[int]:
    """No turn has another's number."""
    return count(1)
