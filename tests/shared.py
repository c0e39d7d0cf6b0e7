"""What the tests of one module share: made once, and undone when they are over."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import override_settings

HASHER = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@contextmanager
def by_a_module(blocker: Any, media: Path, **settings: Any) -> Iterator[None]:
    """For a fixture of a module's scope, which asks for `django_db_setup` and `django_db_blocker`.

    What each test changes is undone before the next by its own mark `django_db`. People that a test asks for besides
    (`noa`, `amir`) would meet themselves: such tests have a file of their own.
    """
    with (
        blocker.unblock(),
        transaction.atomic(),
        override_settings(MEDIA_ROOT=media, PASSWORD_HASHERS=HASHER, **settings),
    ):
        yield
        transaction.set_rollback(True)
