"""Keeps processes running: starts them, starts them again when they die, and ends them."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploy.servers.child import Child

# Nameko's workers get 30 s to finish, then the process ends itself with code 1.
GRACE_S = 40
FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = 30.0
# A process that ran this long was well: the next death waits briefly again. A start takes two
# seconds, so one that dies every time after ten costs little, and the others wait less for it.
WELL_AFTER_S = 10
WATCH_S = 0.1


class Kept(Protocol):
    """Something the supervisor keeps running: a service's process, or a server."""

    @property
    def name(self) -> str:
        """What it is called in messages and in the status."""
        ...

    def start(self) -> None:
        """Start it."""
        ...

    def stop(self) -> None:
        """End it, gently first."""
        ...

    def is_alive(self) -> bool:
        """Whether it runs."""
        ...


@dataclass(frozen=True, slots=True)
class Status:
    """How one kept process fares."""

    name: str
    alive: bool
    restarts: int
    waits_s: float  # before the next start, while it keeps dying


class Process:
    """One process with its own environment, a record and a log."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        record: Path,
        log: Path,
    ) -> None:
        self.name = name
        self.child = Child(record, log)
        self._command = tuple(command)
        self._environment = dict(environment)

    def start(self) -> None:
        """Start it, ending a forgotten earlier one first."""
        if self.child.is_alive():
            self.stop()
        self.child.spawn(self._command, environment=self._environment)

    def stop(self) -> None:
        """Ask it to finish its work; kill it after `GRACE_S`."""
        self.child.end(grace_s=GRACE_S)

    def kill(self) -> None:
        """End it at once: the supervisor will start it again."""
        self.child.kill()

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.child.is_alive()


def next_wait(wait_s: float, ran_s: float) -> float:
    """How long to wait before the next start, after a life of `ran_s` seconds."""
    if ran_s >= WELL_AFTER_S or wait_s == 0:
        return FIRST_WAIT_S
    return min(LONGEST_WAIT_S, wait_s * 2)


class _Watch:
    """Watches one kept process from a thread of its own."""

    def __init__(self, kept: Kept, say: Callable[[str], None]) -> None:
        self.kept = kept
        self._say = say
        self._over = threading.Event()
        self._starting = threading.Lock()
        self._restarts = 0
        self._wait_s = 0.0
        self._thread = threading.Thread(target=self._run, name=kept.name, daemon=True)

    def start(self) -> None:
        self.kept.start()
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        with self._starting:  # not while it is being started again
            self.kept.stop()

    def status(self) -> Status:
        return Status(self.kept.name, self.kept.is_alive(), self._restarts, self._wait_s)

    def _run(self) -> None:
        started = time.monotonic()
        while not self._over.wait(WATCH_S):
            if self.kept.is_alive():
                continue
            self._wait_s = next_wait(self._wait_s, time.monotonic() - started)
            self._say(f"{self.kept.name} died; starting it again in {self._wait_s:g} s")
            if self._over.wait(self._wait_s):
                return
            self._start_again()
            started = time.monotonic()

    def _start_again(self) -> None:
        with self._starting:
            if self._over.is_set():
                return
            self._restarts += 1
            try:
                self.kept.start()
            except (OSError, RuntimeError) as failure:
                # A server that does not come up is tried again, later and later.
                self._say(f"{self.kept.name} did not start: {failure}")


class Supervisor:
    """Keeps a house of processes running, in the order given; ends it in the reverse order."""

    def __init__(self, kept: Sequence[Kept], *, say: Callable[[str], None] = print) -> None:
        self._say = say
        self._watches = [_Watch(one, say) for one in kept]

    def start(self) -> None:
        """Start all, one after the other.

        Whatever goes wrong, those that were started are ended again before it rises.
        """
        started = []
        try:
            for watch in self._watches:
                started.append(watch)
                watch.start()
        except BaseException:
            for watch in reversed(started):
                watch.stop()
            raise

    def add(self, kept: Kept) -> None:
        """Start one more, and keep it running."""
        watch = _Watch(kept, self._say)
        watch.start()
        self._watches.append(watch)

    def remove(self, name: str) -> None:
        """End one, and keep it no longer.

        Raises:
            KeyError: nothing of this name is kept.
        """
        watch = next((one for one in self._watches if one.kept.name == name), None)
        if watch is None:
            raise KeyError(name)
        self._watches.remove(watch)
        watch.stop()

    def stop(self) -> None:
        """End all at once, and wait until they have ended."""
        enders = [threading.Thread(target=watch.stop) for watch in reversed(self._watches)]
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join()

    def status(self) -> list[Status]:
        """How every kept process fares."""
        return [watch.status() for watch in self._watches]
