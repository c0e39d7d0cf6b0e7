"""Brings the database and the static files up to date, in one process before the market opens."""

import hashlib
import os
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


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


def warn_about_mail() -> None:
    """A market whose letters reach nobody says so at every start."""
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        print(f"Warning: EMAIL_URL is not set, so letters become files in {settings.EMAIL_FILE_PATH}.")


def main() -> None:
    """Migrations, places and categories, demo data on the first start, static files, people to print."""
    os.environ.pop("DATABASE_ROLE", None)  # tables are made and changed by their owner
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("reference")
    collect_static()
    warn_about_mail()
    call_command("demo" if os.environ["DEMO"] == "1" else "owner_link")


if __name__ == "__main__":
    main()
