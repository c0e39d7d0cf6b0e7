"""The words of the demo market: `market/*.toml` has the providers of each category, `words/*.toml` what people say."""

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Generic, TypeVar

MARKET, WORDS = Path(__file__).parent / "market", Path(__file__).parent / "words"
Text = dict[str, Any]
T = TypeVar("T")


@cache
def providers() -> list[Text]:
    """Every provider with their offers; `category` is the name of the file."""
    return [
        {**provider, "category": path.stem}
        for path in sorted(MARKET.glob("*.toml"))
        for provider in _read(path)["provider"]
    ]


@cache
def words(name: str) -> Text:
    """One file of what people say."""
    return _read(WORDS / f"{name}.toml")


def talk() -> Text:
    """Clients, and the lines that anybody may say."""
    return words("talk")


def _read(path: Path) -> Text:
    return tomllib.loads(path.read_text(encoding="utf-8"))


class Deck(Generic[T]):
    """Cards that are dealt in random order; none comes again before all have been seen."""

    def __init__(self, rng: Random, cards: list[T]) -> None:
        self._rng, self._cards, self._left = rng, cards, list[T]()

    def draw(self) -> T:
        """The next card."""
        if not self._left:
            self._left = self._rng.sample(self._cards, len(self._cards))
        return self._left.pop()
