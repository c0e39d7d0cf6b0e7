"""Who is rung in a process, without a network."""

import asyncio

import pytest

from house.live import Ended, Word, heard
from house.stream.hub import Hub


def run(story) -> None:
    asyncio.run(story())


def test_a_slow_browser_hears_each_topic_once():
    async def story() -> None:
        hub = Hub()
        with hub.listening(7, "key") as listener:
            for topic in ("bell", "talk:1", "bell", "bell"):
                hub.pass_on(Word(7, topic))
            assert await listener.topics(1) == ["bell", "talk:1"]
            assert await listener.topics(0.01) == []

    run(story)


def test_others_hear_nothing_and_a_session_that_is_over_ends_alone():
    async def story() -> None:
        hub = Hub()
        with hub.listening(7, "one") as one, hub.listening(7, "two") as two, hub.listening(8, "three") as three:
            hub.pass_on(Word(7, "bell"))
            assert await three.topics(0.01) == []
            hub.pass_on(Ended("one"))
            assert (one.over, two.over, three.over) == (True, False, False)
            hub.close()
            assert two.over and three.over

    run(story)


@pytest.mark.parametrize(
    ("payload", "word"), [("7 talk:3", Word(7, "talk:3")), ("- abc", Ended("abc")), ("12 bell", Word(12, "bell"))]
)
def test_what_is_rung_can_be_heard(payload, word):
    assert heard(payload) == word


@pytest.mark.parametrize("payload", ["", "bell", "x bell"])
def test_anything_else_cannot(payload):
    with pytest.raises(ValueError):
        heard(payload)
