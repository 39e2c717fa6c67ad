"""One operating system process that is started, found again after a restart, and ended.

The process is remembered in a file by its id and its start time, so that a later command
(`./run down`) ends exactly the process that was started and never a stranger that got the
same id.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.servers.account import Account

POLL_S = 0.05


class Child:
    """A process remembered in `record`; its output goes to `log`."""

    def __init__(self, record: Path, log: Path) -> None:
        self.record = record
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def spawn(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        account: Account | None = None,
        folder: Path | None = None,
    ) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only its parent.

        Raises:
            OSError: the program is not there.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                list(command),
                env=dict(environment) if environment is not None else None,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=account.user_id if account else None,
                group=account.group_id if account else None,
                extra_groups=[] if account else None,
            )
        self.record.parent.mkdir(parents=True, exist_ok=True)
        self.record.write_text(f"{self._process.pid} {_started(self._process.pid)}\n")

    def remember_self(self) -> None:
        """Write down the calling process, so that another command can end it."""
        self.record.parent.mkdir(parents=True, exist_ok=True)
        self.record.write_text(f"{os.getpid()} {_started(os.getpid())}\n")

    def forget(self) -> None:
        """Remove the record."""
        self.record.unlink(missing_ok=True)

    @property
    def pid(self) -> int | None:
        """The id of the living process; None when there is none."""
        if self._process is not None:
            return self._process.pid if self._process.poll() is None else None
        recorded = self._recorded()
        if recorded is None:
            return None
        pid, started = recorded
        return pid if started and _started(pid) == started else None

    @property
    def exit_code(self) -> int | None:
        """How a process started by this object ended; None while it runs or when unknown."""
        return self._process.poll() if self._process is not None else None

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.pid is not None

    def end(self, *, grace_s: float, how: signal.Signals = signal.SIGTERM) -> bool:
        """Ask the process to end; after `grace_s` kill it.

        Returns:
            True when it ended by itself, False when it had to be killed.
        """
        self._send(how)
        gentle = self._wait(grace_s)
        if not gentle:
            self.kill()
        self.record.unlink(missing_ok=True)
        return gentle

    def kill(self) -> None:
        """End the process at once, without a goodbye."""
        self._send(signal.SIGKILL)
        self._wait(10)

    def last_lines(self, count: int = 8) -> str:
        """The end of its log, for an error message."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 8192))
            return "\n".join(log.read().decode("utf-8", "replace").splitlines()[-count:])

    def _recorded(self) -> tuple[int, str] | None:
        try:
            pid, _, started = self.record.read_text().strip().partition(" ")
            return int(pid), started
        except (OSError, ValueError):
            return None

    def _send(self, how: signal.Signals) -> None:
        pid = self.pid
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, how)

    def _wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.is_alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_S)
        return True


def is_unburied(pid: int) -> bool:
    """Whether a process has ended and its parent has not collected it (Linux; else False)."""
    return _stat(pid)[:1] == ["Z"]


def _started(pid: int) -> str:
    """When a process started, in words of this machine; empty when it is gone or unburied."""
    if Path("/proc/self/stat").exists():
        fields = _stat(pid)
        return "" if not fields or fields[0] in "ZX" else fields[19]
    found = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip().replace(" ", "_")


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third on; none when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
