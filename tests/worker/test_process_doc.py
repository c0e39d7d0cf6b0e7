"""docs/process.md says what the tables say."""

from house.worker.management.commands.process import PAGE
from house.worker.process_doc import document


def test_the_page_is_not_stale():
    assert PAGE.read_text(encoding="utf-8") == document()
