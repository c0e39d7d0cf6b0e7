"""Who says what in an order: the lines of `talk.toml`, dealt so that nobody hears one twice too soon."""

from collections import Counter
from collections.abc import Iterable
from random import Random

from house.orders.models import OrderRequirement
from house.people.models import User
from house.process import Party

from .texts import Deck, Text, talk
from .texts import words as words_of

# What a question is about → which answers of `talk.toml` suit it (by their place in the list).
ABOUT = (
    (("מידות", "רוחב", "אורך", "גובה"), (19,)),
    (("מ״ר", "שטח", "מטר", "גודל"), (7, 19)),
    (("קומה", "מעלית", "דירה"), (0, 1)),
    (("חניה", "גישה"), (16, 1)),
    (("מתי", "מועד", "תאריך", "שעה"), (2, 18, 9)),
    (("כלב", "חיות", "גרים", "נפשות"), (5, 20)),
    (("צבע", "גוון", "סגנון"), (12, 8)),
    (("שנה", "שנת", "בן כמה", "גיל"), (10, 17)),
    (("תקציב",), (15,)),
    (("תמונ", "צלמו", "צילום"), (11,)),
    (("תקלה", "בעיה", "סימנים", "נזילה"), (6,)),
    (("תוכנית", "שרטוט"), (21,)),
)
ANYTHING = (3, 4, 8, 22)
AFTER_WORK = "חזרתי הביתה"  # the thread that begins so is said after the delivery

# Whose words each line of `cancellation` could be, and which reason of the form stands beside it.
CANCELLATIONS = (
    (Party.CLIENT, "changed_plans"),
    (Party.CLIENT, "changed_plans"),
    (Party.CLIENT, "by_mistake"),
    (Party.PROVIDER, "out_of_scope"),
    (Party.CLIENT, "other"),
    (Party.PROVIDER, "cannot_deliver"),
    (Party.CLIENT, "changed_plans"),
    (Party.PROVIDER, "other"),
    (Party.PROVIDER, "cannot_deliver"),
    (Party.CLIENT, "changed_plans"),
)
REVIEW_STARS = (5, 5, 5, 5, 4)  # of providers about clients
# Three ratings whose mean is what the text gives.
RATINGS = {
    5: ((5, 5, 5),),
    4: ((4, 4, 4), (4, 5, 3), (5, 4, 3), (5, 3, 4), (4, 3, 5)),
    3: ((3, 3, 3), (3, 4, 2), (4, 3, 2), (2, 4, 3)),
}


class Talk:
    """Every list of `talk.toml` as a deck."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        words = talk()
        self.delivery, self.revision, self.reply = (Deck(rng, words[key]) for key in ("delivery", "revision", "reply"))
        self.provider_review = Deck(rng, words["provider_review"])
        lines = list(zip(CANCELLATIONS, words["cancellation"], strict=True))
        self._cancellations = {
            side: Deck(rng, [(reason, text) for (party, reason), text in lines if party is side])
            for side in (Party.CLIENT, Party.PROVIDER)
        }
        self._threads: list[Text] = words["thread"]
        asking = words_of("asking")
        self._asking = asking
        self._decisions = {name: row["text"] for name, row in asking["decision"].items()}
        self._lists = Deck(rng, [row["tasks"] for row in words_of("tasks")["list"]])
        self._asked: Counter[str] = Counter()
        self._heard: Counter[tuple[int, int]] = Counter()  # (thread, person)

    def cancellation(self, side: Party) -> tuple[str, str]:
        """A reason's code and its explanation."""
        return self._cancellations[side].draw()

    def request(self, kind: str, side: Party, trade: str) -> Text:
        """What this side asks for in this trade, or says to support (`dispute`); what was said least often."""
        rows = [row for row in self._asking[kind][side] if trade in row.get("trades", [trade])]
        least: Text = min(rows, key=lambda row: (self._asked[row["text"]], self._rng.random()))
        self._asked[least["text"]] += 1
        return least

    def decision(self, name: str) -> str:
        """Why support decided so."""
        found: str = self._decisions[name]
        return found

    def task_list(self) -> list[Text]:
        """The lines of one order's list, in the order of their days."""
        return self._lists.draw()

    def thread(self, category: str, people: Iterable[User], *, after: bool) -> list[tuple[Party, str]]:
        """A conversation that fits the trade and that these people have had least often."""
        people = list(people)
        fitting = [
            number
            for number, thread in enumerate(self._threads)
            if thread.get("category", category) == category and _is_after(thread) == after
        ]
        least = min(fitting, key=lambda number: (self._times(number, people), self._rng.random()))
        self._heard.update((least, person.pk) for person in people)
        return [(Party(line["by"]), line["text"]) for line in self._threads[least]["lines"]]

    def _times(self, number: int, people: list[User]) -> int:
        return sum(self._heard[number, person.pk] for person in people)

    def answer(self, requirement: OrderRequirement) -> str:
        """A line that could answer this question."""
        found = next((lines for words, lines in ABOUT if any(word in requirement.text for word in words)), ANYTHING)
        line: str = talk()["answer"][self._rng.choice(found)]
        return line


def _is_after(thread: Text) -> bool:
    first: str = thread["lines"][0]["text"]
    return first.startswith(AFTER_WORK)
