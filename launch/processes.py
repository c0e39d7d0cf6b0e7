"""Children that are restarted when they die, and ended with all that they started."""

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

BACK_OFF = (0.2, 0.5, 1, 2, 5, 10, 20)  # seconds before each restart in a row
REAPED = 5  # seconds for a killed child to be gone
STEADY = 60  # a child that lived this long starts again without waiting


def started_at(pid: int) -> str | None:
    """When a process began, in the kernel's ticks; None when it is gone. A pid alone may be somebody else's."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return None


def end_group(pid: int, seconds: float) -> None:
    """SIGTERM to a process group, SIGKILL to what is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGTERM)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            os.killpg(pid, 0)
            time.sleep(0.05)
        os.killpg(pid, signal.SIGKILL)


@dataclass
class Child:
    """A program in a session of its own, so that its whole group can be ended."""

    name: str
    command: list[str]
    env: dict[str, str]
    pids: Path
    patience: float = 15
    process: subprocess.Popen[bytes] | None = None
    began: float = 0
    deaths: int = 0
    again_at: float = 0
    log: Path | None = field(default=None)

    def start(self) -> None:
        with self.log.open("ab") if self.log else contextlib.nullcontext() as output:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self.began = time.monotonic()
        note = self.pids / f".{self.name}"
        note.write_text(f"{self.process.pid} {started_at(self.process.pid)}")
        note.replace(self.pids / self.name)  # whoever reads it meanwhile finds the old one, never half a one

    def watch(self) -> None:
        """Starts it again when it has died, with back-off; what its death left behind is ended first."""
        if self.process is None or self.process.poll() is None:
            return
        now = time.monotonic()
        if not self.again_at:
            end_group(self.process.pid, 0)
            self.deaths = 0 if now - self.began > STEADY else self.deaths + 1
            self.again_at = now + BACK_OFF[min(self.deaths, len(BACK_OFF) - 1)]
            print(f"{self.name} ended with {self.process.returncode}; it is started again.", flush=True)
        if now >= self.again_at:
            self.again_at = 0
            self.start()

    def stop(self) -> None:
        if self.process is not None:
            end_group(self.process.pid, self.patience)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(REAPED)  # a busy machine takes a moment even for SIGKILL
        (self.pids / self.name).unlink(missing_ok=True)


def end_orphans(pids: Path, names: tuple[str, ...]) -> None:
    """Ends what a killed supervisor left behind; only processes that are truly ours."""
    for name in names:
        file = pids / name
        if not file.exists():
            continue
        pid, _, began = file.read_text().partition(" ")
        if pid.isdigit() and started_at(int(pid)) == began:
            end_group(int(pid), 5)
        elif pid.isdigit() and _group_is_ours(int(pid)):
            end_group(int(pid), 0)
        file.unlink(missing_ok=True)


def _group_is_ours(group: int) -> bool:
    """The leader is gone, but its workers may hold the port: they still name this program."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, ProcessLookupError):
            if os.getpgid(int(entry.name)) == group:
                return b"house" in (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
    return False
