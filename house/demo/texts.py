"""The words of the demo market, read from `market/*.toml`: one file per category, and what people say."""

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Generic, TypeVar

FOLDER = Path(__file__).parent / "market"
TALK = "talk"
Text = dict[str, Any]
T = TypeVar("T")


@cache
def providers() -> list[Text]:
    """Every provider with their offers; `category` is the name of the file."""
    return [
        {**provider, "category": path.stem}
        for path in sorted(FOLDER.glob("*.toml"))
        if path.stem != TALK
        for provider in tomllib.loads(path.read_text(encoding="utf-8"))["provider"]
    ]


@cache
def talk() -> Text:
    """Clients, and the lines that anybody may say."""
    return tomllib.loads((FOLDER / f"{TALK}.toml").read_text(encoding="utf-8"))


class Deck(Generic[T]):
    """Cards that are dealt in random order; none comes again before all have been seen."""

    def __init__(self, rng: Random, cards: list[T]) -> None:
        self._rng, self._cards, self._left = rng, cards, list[T]()

    def draw(self) -> T:
        """The next card."""
        if not self._left:
            self._left = self._rng.sample(self._cards, len(self._cards))
        return self._left.pop()
