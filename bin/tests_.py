"""What bin/test does inside the environment: the checks, then pytest against two throw-away databases."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import needs_
from venv_ import ROOT

sys.path.insert(0, str(ROOT))

from launch import postgres
from launch.postgres import Cluster
from launch.problem import Problem
from launch.processes import Child
from launch.server import Server

# Nothing here outlives the run, so nothing need reach the disk.
FAST = {"max_connections": "200", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
FAST |= {"wal_level": "minimal", "max_wal_senders": "0"}
# As many as the machine has cores, from two to eight: with twice as many the same tests took a quarter longer, for
# each runner has a server's process at work too. By file, in the order of tests/conftest.py.
RUNNERS = min(max(2, os.cpu_count() or 2), 8)
SHARED = ("-n", str(RUNNERS), "--no-loadscope-reorder")


@contextmanager
def throw_away(binaries: Path | None = None) -> Iterator[str]:
    """The address of a database whose server and files are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bih-") as folder:
        cluster = Cluster(Path(folder), binaries, **FAST)
        log = Path(folder) / "log"
        child = Child("server", cluster.command(), postgres._env(), pids=Path(folder), log=log)
        server = Server(cluster, child)
        try:
            server.start()
            yield cluster.url()
        finally:
            server.stop()
            for left in (cluster.data, cluster.socket):
                shutil.rmtree(left, ignore_errors=True)


def environment(url: str) -> dict[str, str]:
    """The caller's, less the market's own variables: the tests see the defaults and a demo market."""
    ours = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    env = {key: value for key, value in os.environ.items() if key not in ours}
    tools = {"CHROMIUM": str(needs_.chromium()), "NODE": str(needs_.validators())}
    return {**env, **tools, "DATABASE_URL": url, "DEMO": "1"}


def migrated(url: str) -> dict[str, str]:
    """The environment of tests whose databases are copies of this one."""
    env = environment(url)
    django = {"DJANGO_SETTINGS_MODULE": "house.settings", "SECRET_KEY": "migrates", "PYTHONPATH": str(ROOT)}
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env={**env, **django}, check=True, stdout=subprocess.DEVNULL)
    return env


def pytest(*runs: tuple[str, ...], binaries: Path | None = None) -> int:
    """Runs, one after the other until one fails, on one server; when stopped, tests end what they started."""
    with throw_away(binaries) as url:
        env = migrated(url)
        return next((code for arguments in runs if (code := _pytest(arguments, env))), 0)


def _pytest(arguments: tuple[str, ...], env: dict[str, str]) -> int:
    run = subprocess.Popen([sys.executable, "-m", "pytest", *arguments], env=env)
    try:
        return run.wait()
    except SystemExit:
        run.send_signal(signal.SIGINT)
        raise
    finally:
        run.wait()


def marked(mark: str) -> list[str]:
    """The files that hold tests of a mark: to collect all others would take longer than some of these tests."""
    files = (file for pattern in ("test_*.py", "*/test_*.py") for file in (ROOT / "tests").glob(pattern))
    return sorted(str(file.relative_to(ROOT)) for file in files if f"mark.{mark}" in file.read_text())


def checks_and_older_server() -> int:
    """The checks, and meanwhile the same on an older PostgreSQL; what needs a server to itself comes first."""
    checks = subprocess.Popen(
        [sys.executable, ROOT / "bin" / "check"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        older = needs_.postgres()
        alone, both = ("-m", "alone", *marked("alone")), ("-m", "pg15 and not alone", *SHARED, *marked("pg15"))
        failed = pytest(alone, both, binaries=older)
    finally:
        print(checks.communicate()[0], flush=True)
    return checks.returncode or failed


def main() -> int:
    """The main run comes last, so that its closing line does."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))
    try:
        if sys.argv[1:]:
            return pytest(tuple(sys.argv[1:]))
        return checks_and_older_server() or pytest(("-m", "not alone", *SHARED))
    except Problem as problem:
        print(f"build-in house: {problem}", file=sys.stderr)
    except KeyboardInterrupt:
        pass
    return 1


if __name__ == "__main__":
    sys.exit(main())
