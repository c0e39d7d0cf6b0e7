"""Every page of the market is valid HTML: all are saved with real content, then judged in one run of html-validate."""

import json
import os
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from django.core.management import call_command

from house import clock

from ..journeys import pages
from ..journeys.content import Content, fill

NODE = Path(__file__).parents[1] / "node"
VALIDATOR = NODE / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"


@pytest.fixture
def content(db, settings) -> Content:
    """One market for all pages, its letters in the demo's mailbox."""
    settings.EMAIL_BACKEND = "house.notices.mailbox.Mailbox"
    call_command("reference", verbosity=0)
    return fill(clock.now())


def save(content: Content, folder: Path) -> list[str]:
    """Writes what every page answers to a file; returns where the status is not the one expected."""
    browsers, wrong = pages.browsers(content), []
    answers = [(page, browsers[page.who].get(page.path), page.status) for page in pages.every(content)]
    for sent in pages.forms(content):
        answers.append((sent, browsers[sent.who].post(sent.path, {**sent.words, "sent": "1"}), sent.status))
    for number, (page, answer, status) in enumerate(answers):
        (folder / f"{number:03}.html").write_bytes(answer.content)
        (folder / f"{number:03}.txt").write_text(f"{type(page).__name__} {page.who or 'guest'} {page.path}")
        if answer.status_code != status:
            wrong.append(f"{page}: {answer.status_code}")
    return wrong


def validate(folder: Path) -> dict[str, set[str]]:
    """What html-validate complains about, each complaint with the pages that have it."""
    node = os.environ.get("NODE") or shutil.which("node") or "node"
    config = ["--config", str(NODE / ".htmlvalidate.json"), "--formatter", "json=found.json"]
    subprocess.run([node, str(VALIDATOR), *config, "*.html"], cwd=folder, capture_output=True, timeout=120)
    found: dict[str, set[str]] = defaultdict(set)
    for file in json.loads((folder / "found.json").read_text()):
        name = Path(file["filePath"]).with_suffix(".txt").name
        for line in file["messages"]:
            words = f"{line['ruleId']}: {line['message']} [{line.get('selector')}]"
            found[words].add((folder / name).read_text())
    return found


def test_every_page_is_valid_html(content, tmp_path):
    """For guests, clients, providers and staff; refused forms too. A line of `web.urls` that no page opens fails."""
    assert pages.unseen(pages.every(content)) == set()
    assert save(content, tmp_path) == []
    found = validate(tmp_path)
    assert not found, "\n".join(f"{words}\n    {len(where)}, {min(where)}" for words, where in found.items())
