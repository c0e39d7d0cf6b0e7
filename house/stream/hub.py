"""Who listens in this process, and what waits to be passed on to each."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from house import policy
from house.live import AGAIN, Ended, Word

HELLO = "hello"  # something may have been missed: look at everything


@dataclass(eq=False)
class Listener:
    """One stream. Topics that wait are a set: a slow browser hears each of them once, however often it rang."""

    person: int
    session: str
    waiting: dict[str, None] = field(default_factory=dict)  # a set that keeps its order
    rung: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    def ring(self, topic: str) -> None:
        self.waiting[topic] = None
        self.rung.set()

    def end(self) -> None:
        """The stream closes; its browser may ask for a new one."""
        self.over = True
        self.rung.set()

    async def topics(self, seconds: float) -> list[str]:
        """What has rung, as soon as there is something; empty after so many seconds of silence."""
        try:
            await asyncio.wait_for(self.rung.wait(), seconds)
        except TimeoutError:
            return []
        self.rung.clear()
        found, self.waiting = list(self.waiting), {}
        return found


class Hub:
    """All streams of this process."""

    def __init__(self) -> None:
        self._by_person: dict[int, list[Listener]] = defaultdict(list)

    @contextmanager
    def listening(self, person: int, session: str) -> Iterator[Listener]:
        """A stream for as long as the block lasts; beyond `policy.STREAMS_PER_PERSON` the oldest ends."""
        listener, own = Listener(person, session), self._by_person[person]
        own.append(listener)
        for oldest in own[: -policy.STREAMS_PER_PERSON]:
            oldest.end()
        try:
            yield listener
        finally:
            own.remove(listener)
            if not own:
                self._by_person.pop(person, None)

    def pass_on(self, word: Word | Ended) -> None:
        """To everyone whom a word concerns."""
        if isinstance(word, Ended):
            self._end([each for each in self._all() if each.session == word.session])
        elif word.topic == AGAIN:
            self._end(self._by_person.get(word.person, []))
        else:
            for each in self._by_person.get(word.person, []):
                each.ring(word.topic)

    def greet(self) -> None:
        """The ear was deaf for a moment: everybody looks again."""
        for each in self._all():
            each.ring(HELLO)

    def close(self) -> None:
        """The process stops."""
        self._end(list(self._all()))

    def _all(self) -> Iterator[Listener]:
        for own in self._by_person.values():
            yield from own

    @staticmethod
    def _end(listeners: list[Listener]) -> None:
        for each in listeners:
            each.end()
