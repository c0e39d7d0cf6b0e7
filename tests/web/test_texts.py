"""Hebrew stands inside gettext calls (DEC-18), so that another language can be added."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from django.conf import settings

TEMPLATES = settings.BASE / "house/web/templates"
CODE = re.compile(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}|{{.*?}}|{%.*?%}|{#.*?#}", re.DOTALL)
HEBREW = re.compile(r"[א-ת][^<\n]*")
METHODS = [("**.py", "python"), ("**.html", "jinja2.ext.babel_extract")]
LEAST = 600  # sentences; far fewer would mean that the extraction has gone blind


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_holds_hebrew_outside_gettext(path: Path):
    """DEC-18"""
    bare = CODE.sub("", path.read_text(encoding="utf-8"))
    assert not HEBREW.findall(bare)


def test_babel_finds_the_texts_of_pages_and_code():
    """DEC-18"""
    found = extract_from_dir(settings.BASE / "house", METHODS, options_map={"**.html": {"trimmed": "true"}})
    assert len({message for _file, _line, message, *_rest in found}) > LEAST
