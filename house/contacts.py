"""Finds contact details in what people write (OFR-19, OFR-20, DEC-19): a ground module without models."""

import re
from dataclasses import dataclass

EMAIL = re.compile(r"[\w.+-]+\s?(?:@|\(at\)|שטרודל)\s?[\w-]+\s?(?:\.|נקודה)\s?[a-z]{2,}", re.IGNORECASE)
MESSENGER = re.compile(
    r"(?:https?://)?(?:www\.)?(?:wa\.me|api\.whatsapp\.com|t\.me|m\.me|facebook\.com|fb\.com|instagram\.com|"
    r"tiktok\.com|linkedin\.com|twitter\.com|x\.com|bit\.ly|tinyurl\.com|forms\.gle|docs\.google\.com/forms)/\S*"
    r"|(?:וואטסאפ|ווטסאפ|ווצאפ|וואצאפ|טלגרם|whatsapp|telegram)\s*:?\s*[\d@+]\S*"
    r"|(?<![\w/])@[A-Za-z][\w.]{3,}",
    re.IGNORECASE,
)
WEB = re.compile(r"https?://\S+|\bwww\.\S+", re.IGNORECASE)
# Nine or ten digits that begin like an Israeli number, with any of the usual separators between them.
PHONE = re.compile(r"(?<![\d,.₪-])(?:\+?972[\s().-]*|0)(?:[2-9]|5\d|7\d)(?:[\s().\-–־_/]*\d){7}(?![\d,])")


@dataclass(frozen=True)
class Finding:
    """What kind of detail, and the words that hold it."""

    kind: str
    text: str


def find(text: str, *, links_allowed: bool = False) -> list[Finding]:
    """Every contact detail in a text; plain web addresses only where they are not allowed."""
    patterns = [("phone", PHONE), ("email", EMAIL), ("messenger", MESSENGER)]
    if not links_allowed:
        patterns.append(("link", WEB))
    findings = [Finding(kind, match[0].strip()) for kind, pattern in patterns for match in pattern.finditer(text)]
    return list({finding.text: finding for finding in findings}.values())
