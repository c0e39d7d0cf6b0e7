"""What people typed, made safe to keep and to show: a ground module without models."""

import re
import unicodedata

# Directional overrides and isolates could turn the rest of a page around; zero-width signs hide in names.
_BIDI = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_ZERO_WIDTH = "\u200b\u200c\u2060\ufeff\u00ad\u180e"
_UNSEEN = re.compile(f"[{_BIDI}{_ZERO_WIDTH}\u200d\u115f\u1160\u3164\uffa0\u2800]|[\ufe00-\ufe0f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DROPPED = re.compile(f"[{_BIDI}{_ZERO_WIDTH}]")


def clean_text(text: str) -> str:
    """A text of several lines: composed, without control, override and zero-width signs."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROL.sub("", _DROPPED.sub("", text))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def clean_line(text: str) -> str:
    """A name or a title: one line, single spaces."""
    return " ".join(clean_text(text).split())


def visible_length(text: str) -> int:
    """How many signs a reader sees; spaces and invisible signs do not count."""
    return len(re.sub(r"\s", "", _UNSEEN.sub("", clean_text(text))))
