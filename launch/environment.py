"""The environment variables of a start, checked before anything is touched (`.env.example` lists them)."""

import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from .problem import Problem

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CONSENT = "i-know-the-passwords-are-public"
FREE_BYTES = 400 * 1024 * 1024  # below this a database is not started


@dataclass(frozen=True)
class Environment:
    """A checked start."""

    host: str
    port: int
    var: Path
    site_url: str
    database_url: str  # empty: the embedded server
    demo: bool
    live_port: int
    live_url: str

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def read(arguments: list[str], environ: Mapping[str, str] = os.environ) -> Environment:
    """Reads arguments and variables; raises `Problem` with what to mend."""
    if unknown := [each for each in arguments if each != "--empty"]:
        raise Problem(f"bin/run knows only --empty, not {unknown[0]}.")
    host = environ.get("HOST", "127.0.0.1")
    port = _port(environ.get("PORT", "8000"))
    demo = "--empty" not in arguments and environ.get("DEMO", "1") != "0"
    if demo and host not in LOOPBACK and environ.get("DEMO_PUBLIC") != CONSENT:
        raise Problem(
            f"HOST={host} opens the demo market, whose passwords are public, to others. "
            f"Set DEMO_PUBLIC={CONSENT} if that is meant, or start with --empty."
        )
    shown = f"[{host}]" if ":" in host else "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
    site_url = environ.get("SITE_URL") or f"http://{shown}:{port}"
    _check_url("SITE_URL", site_url, ("http", "https"))
    database_url = environ.get("DATABASE_URL", "")
    if database_url:
        _check_url("DATABASE_URL", database_url, ("postgres", "postgresql"))
    live_port = _port(environ.get("LIVE_PORT") or str(min(port + 1, 65535)), "LIVE_PORT")
    live_url = environ.get("LIVE_URL") or environ.get("SITE_URL") or f"http://{shown}:{live_port}"
    _check_url("LIVE_URL", live_url, ("http", "https"))
    return Environment(host, port, _var(environ), site_url, database_url, demo, live_port, live_url)


def _port(text: str, name: str = "PORT") -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise Problem(f"{name} must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def _check_url(name: str, text: str, schemes: tuple[str, ...]) -> None:
    try:
        parts = urlsplit(text)
        whole = parts.scheme in schemes and (parts.hostname or parts.query or name == "DATABASE_URL")
    except ValueError:
        whole = False
    if not whole:
        raise Problem(f"{name} must begin with {schemes[0]}:// and name a host, not {text!r}.")


def _var(environ: Mapping[str, str]) -> Path:
    var = Path(environ.get("VAR_DIR") or ROOT / "var").resolve()
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        (var / "pids").mkdir(exist_ok=True)
    except OSError as error:
        raise Problem(f"the data folder {var} cannot be used: {error.strerror}.") from None
    free = shutil.disk_usage(var).free
    if free < FREE_BYTES:
        raise Problem(f"the disk of {var} has {free // 2**20} MB left; at least {FREE_BYTES // 2**20} are needed.")
    return var


def secret_key(var: Path, environ: Mapping[str, str] = os.environ) -> str:
    """SECRET_KEY, or one made once and kept in the data folder, readable by its owner alone."""
    if key := environ.get("SECRET_KEY"):
        return key
    path = var / "secret-key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def of_django(start: Environment, database_url: str) -> dict[str, str]:
    """What the market's processes see."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "house.settings",
        "DATABASE_URL": database_url,
        "SECRET_KEY": secret_key(start.var),
        "SITE_URL": start.site_url,
        "HOST": start.host,
        "PORT": str(start.port),
        "LIVE_URL": start.live_url,
        "VAR_DIR": str(start.var),
        "DEMO": "1" if start.demo else "0",
        "PYTHONUNBUFFERED": "1",
    }
