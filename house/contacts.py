"""Finds contact details in what people write (OFR-19, OFR-20, DEC-19): a ground module without models.

What is looked for stands out of its disguise: digits of other scripts, digits as words, signs between them.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

NUMBERS = {
    "אפס": 0,
    "אחת": 1,
    "אחד": 1,
    "שתיים": 2,
    "שתים": 2,
    "שניים": 2,
    "שלוש": 3,
    "שלושה": 3,
    "ארבע": 4,
    "ארבעה": 4,
    "חמש": 5,
    "חמישה": 5,
    "חמישים": 5,  # "חמישים וארבע" are the digits 5 and 4
    "שש": 6,
    "שישה": 6,
    "שבע": 7,
    "שבעה": 7,
    "שבעים": 7,
    "שמונה": 8,
    "תשע": 9,
    "תשעה": 9,
}
WORD = rf"(?<![א-ת])ו?(?:{'|'.join(sorted(NUMBERS, key=len, reverse=True))})(?![א-ת])"
DIGIT = re.compile(rf"{WORD}|\d|[OoОо](?=[\s-]?[57]\d)")
UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\u20e3"
BETWEEN = re.compile(rf"[\s().\-–—־_/*|•·{UNSEEN}]{{0,4}}")
BETWEEN_WORDS = re.compile(rf"[\s().,\-–—־_/*|•·{UNSEEN}]{{0,4}}")
DATE = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:(?:19|20)\d\d|\d\d)(?![./-]?\d)")
NOT_BEFORE = re.compile(r"(?:\d[.,]|₪|[A-Za-z0-9]-)$")
# As dialled: a line of nine digits, a mobile of ten, or either from abroad.
PHONE = re.compile(r"0[23489]\d{7}|0[57]\d{8}|972[2-9]\d{7,8}")
BUSINESS = re.compile(r"(?<!\d)1[-–־\s]?(?:700|800|599)[-–־\s]\d{3}[-–־\s]?\d{3}(?!\d)")
LONGEST = 12

EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]+\s{0,2}(?:@|[(\[]\s?at\s?[)\]]|\sat\s|שטרודל|כרוכית)\s{0,2}[\w-]+\s{0,2}"
    r"(?:\.|נקודה|[(\[]\s?dot\s?[)\]]|\sdot\s)\s{0,2}(?:[a-z]{2,}(?:\.[a-z]{2,})?|קום|קו\b)",
    re.IGNORECASE,
)
HOSTS = (
    r"wa\.me|whatsapp\.com|t\.me|telegram\.me|m\.me|signal\.me|discord\.gg|facebook\.com|fb\.com|fb\.me|instagram\.com"
    r"|tiktok\.com|linkedin\.com|lnkd\.in|twitter\.com|x\.com|linktr\.ee|bit\.ly|tinyurl\.com|goo\.gl|cutt\.ly|t\.co"
    r"|forms\.gle|docs\.google\.com/forms"
)
NAMES = "וואטסאפ|ווטסאפ|ווצאפ|וואצאפ|טלגרם|אינסטגרם|אינסטה|פייסבוק|טיקטוק|whatsapp|telegram|instagram|facebook|tiktok"
MESSENGER = re.compile(
    rf"(?<![\w.-])(?:https?://)?(?:[\w-]+\.)*(?:{HOSTS})/\S+"
    rf"|(?:{NAMES})\s*(?:[@+]\S+|:\s*@?(?-i:[a-z][\w.]{{3,}}))"
    r"|(?<![\w/.])@[A-Za-z][\w.]{3,}",
    re.IGNORECASE,
)
WEB = re.compile(
    r"https?://\S+|\bwww\.\S+"
    r"|(?<![\w@.-])[a-z0-9][\w-]*(?:\.[\w-]+)*\.(?:co\.il|org\.il|com|net|org|io|info|site|shop|online)\b(?:/\S*)?"
)


@dataclass(frozen=True)
class Finding:
    """What kind of detail, and the words that hold it."""

    kind: str
    text: str


def _value(token: str) -> str:
    """The digit that a word or a sign of any script stands for."""
    word = token.removeprefix("ו")
    if word in NUMBERS:
        return str(NUMBERS[word])
    return str(unicodedata.digit(token, 0))


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Digits that follow one another with nothing but separators between them."""
    run: list[re.Match[str]] = []
    for token in DIGIT.finditer(text):
        words = run and max(len(token[0]), len(run[-1][0])) > 1
        between = BETWEEN_WORDS if words else BETWEEN
        if run and not between.fullmatch(text, run[-1].end(), token.start()):
            yield run
            run = []
        run.append(token)
    yield run


def _phones(text: str) -> Iterator[str]:
    """Numbers as dialled, that neither begin nor end in the middle of a longer one."""
    text = DATE.sub(lambda date: "x" * len(date[0]), text)
    for run in _runs(text):
        digits = "".join(_value(token[0]) for token in run)
        first = 0
        while first < len(run):
            last = _end(run, digits, first, text)
            if last:
                yield text[run[first].start() : run[last - 1].end()]
            first = last or first + 1


def _end(run: list[re.Match[str]], digits: str, first: int, text: str) -> int:
    """Where the phone number that begins with this digit ends; 0 when none does."""
    start = run[first].start()
    if (first and run[first - 1].end() == start) or NOT_BEFORE.search(text[max(0, start - 2) : start]):
        return 0
    for last in range(first + 9, min(first + LONGEST, len(run)) + 1):
        whole = last == len(run) or run[last].start() > run[last - 1].end()
        if whole and PHONE.fullmatch(digits[first:last]):
            return last
    return 0


def find(text: str, *, links_allowed: bool = False) -> list[Finding]:
    """Every contact detail in a text; plain web addresses only where they are not allowed."""
    findings = [Finding("phone", number.strip()) for number in _phones(text)]
    patterns = [("phone", BUSINESS), ("email", EMAIL), ("messenger", MESSENGER)]
    if not links_allowed:
        patterns.append(("link", WEB))
    findings += [Finding(kind, match[0].strip()) for kind, pattern in patterns for match in pattern.finditer(text)]
    return list({finding.text: finding for finding in reversed(findings)}.values())[::-1]


MASK = "•••"


def mask(text: str, *, links_allowed: bool = True) -> str:
    """The text with a sign in the place of every contact detail."""
    for finding in sorted(find(text, links_allowed=links_allowed), key=lambda each: -len(each.text)):
        text = text.replace(finding.text, MASK)
    return text
