"""Makes `.venv` from a lock file with hashes. Standard library only: it runs before anything is installed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def stop(sentence: str) -> None:
    """One clear sentence, and the exit code of a failed start."""
    sys.exit(f"build-in house: {sentence}")


def _version() -> str:
    """Of the environment's Python: any that will do may find that all is installed."""
    asks = [PYTHON, "-c", "import sys; print(sys.version_info[:2])"]
    return subprocess.run(asks, capture_output=True, text=True).stdout.strip()


def _stamp(lock: Path) -> str:
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()} {_version()}"


def _create() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        stop("Python's venv is missing. On Debian: apt install python3-venv. Then run this command again.")
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if done.returncode:
        stop(f"could not make {VENV}: {(done.stderr or done.stdout).strip().splitlines()[-1]}")


def ensure(lock: Path, stamps: tuple[Path, ...] = ()) -> Path:
    """Returns the environment's Python; installs when the lock has changed since the last time.

    `stamps` are other locks that contain this one: an environment made from them serves as well.
    """
    if sys.version_info < (3, 11):
        stop(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}.")
    marker = VENV / "installed-from"
    have = marker.read_text() if marker.exists() else ""
    if PYTHON.exists() and have in {_stamp(each) for each in (lock, *stamps)}:
        return PYTHON
    if not PYTHON.exists():
        _create()
    print(f"Installing the packages of {lock.name} …", flush=True)
    command = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r", lock]
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    if subprocess.run([str(part) for part in command], env=env).returncode:
        stop("the packages could not be installed; the lines above say why.")
    marker.write_text(_stamp(lock))
    return PYTHON
