"""Believable words: the texts of the demo market, recombined within their category."""

import re
import tomllib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from house import policy
from house.demo import texts

TEXTS = Path(__file__).resolve().parent.parent / "house" / "demo" / "market"
SENTENCE = re.compile(r"(?<=[.!?])\s+")
PARTS = ("package", "extra", "faq", "requirement")


class Words:
    """What all categories share: names, businesses, lines of a profile, and talk."""

    def __init__(self) -> None:
        read = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(TEXTS.glob("*.toml"))}
        self.talk: dict[str, Any] = texts.talk()
        self.providers: list[dict[str, Any]] = [row for each in read.values() for row in each["provider"]]
        self.categories = {slug: Category(each["provider"]) for slug, each in read.items()}
        self.reviews: list[dict[str, Any]] = [
            row for each in self.categories.values() for offer in each.offers for row in offer.get("review", [])
        ]

    @cached_property
    def first_names(self) -> list[str]:
        return [row["first_name"] for row in self.providers]

    @cached_property
    def last_names(self) -> list[str]:
        return [row["last_name"] for row in self.providers]

    def line(self, rng: Random, kind: str) -> str:
        """A line that people write to each other: "delivery", "question", "answer"."""
        return str(rng.choice(self.talk[kind]))


class Category:
    """The words of one category, and offers made of them."""

    def __init__(self, providers: Sequence[dict[str, Any]]) -> None:
        self.offers: list[dict[str, Any]] = [offer for row in providers for offer in row["offer"]]
        self.sentences = [text for offer in self.offers for text in SENTENCE.split(offer["description"].strip())]
        self.tags = sorted({tag for offer in self.offers for tag in offer["tags"]})

    def offer(self, rng: Random, place: str) -> dict[str, Any]:
        """One offer's texts on the bones of another; every twentieth names a model, so that rare words exist."""
        bones = rng.choice(self.offers)
        tags = rng.sample(self.tags, rng.randint(2, policy.TAGS_MAX - 1))
        if rng.random() < 0.05:
            tags.append(f"דגם {rng.randint(1000, 99999)}")
        return {
            **bones,
            "title": f"{rng.choice(self.offers)['title']}, {place}"[: policy.TITLE_MAX],
            "description": self._description(rng),
            "tags": tags,
        }

    def _description(self, rng: Random) -> str:
        text = ""
        for sentence in rng.sample(self.sentences, min(12, len(self.sentences))):
            if len(text) + len(sentence) < policy.DESCRIPTION_MAX:
                text += sentence + " "
        return text.strip()
