"""The parts of others that the pages serve, with the licence that came beside each."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Part:
    """A vendored package: `name@version` is its folder."""

    name: str
    version: str
    files: tuple[str, ...]
    licence: str


@cache
def parts() -> tuple[Part, ...]:
    """Read once: the files change only with a release."""
    return tuple(_part(folder) for folder in sorted((settings.STATICFILES_DIRS[0] / "vendor").iterdir()))


def _part(folder: Path) -> Part:
    name, _sign, version = folder.name.rpartition("@")
    files = tuple(sorted(path.name for path in folder.iterdir() if path.name != "LICENSE"))
    return Part(name, version, files, (folder / "LICENSE").read_text(encoding="utf-8"))
