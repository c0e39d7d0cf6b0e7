"""Brings the database and the static files up to date, in one process before the market opens."""

import hashlib
import os
from pathlib import Path

import django
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command

from .environment import ROOT


def compile_messages() -> None:
    """Each .po becomes a .mo beside it when it is newer."""
    for po in (ROOT / "house" / "locale").glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalogue = read_po(source)
        with mo.open("wb") as target:
            write_mo(target, catalogue)


def _fingerprint(folders: list[Path]) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}\n".encode())
    return digest.hexdigest()


def collect_static() -> None:
    """Hashes and compresses static files when any of ours changed since the last time."""
    stamp = settings.VAR / "static.stamp"
    now = _fingerprint([Path(folder) for folder in settings.STATICFILES_DIRS]) + django.__version__
    if stamp.exists() and stamp.read_text() == now and settings.STATIC_ROOT.exists():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(now)


def main() -> None:
    """Migrations, places and categories, demo data on the first start, static files, people to print."""
    compile_messages()
    os.environ.pop("DATABASE_ROLE", None)  # tables are made and changed by their owner
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("reference")
    collect_static()
    call_command("demo" if os.environ["DEMO"] == "1" else "owner_link")


if __name__ == "__main__":
    main()
