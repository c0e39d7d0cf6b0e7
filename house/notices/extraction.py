"""Hands the words of letters to translators: an extraction method of Babel, named in babel.cfg."""

from collections.abc import Iterator
from typing import Any, BinaryIO

Found = tuple[int, None, str, list[str]]  # line, function, message, comments


def letters(source: BinaryIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Subject, bell and button, then the letter's paragraphs: what `letters.words` looks up."""
    head, _, body = source.read().decode("utf-8").partition("\n\n")
    for number, line in enumerate(head.splitlines(), start=1):
        name, _, words = line.partition(": ")
        yield number, None, words, [name]
    number = head.count("\n") + 3
    for part in body.strip().split("\n\n"):
        yield number, None, part, []
        number += part.count("\n") + 2
