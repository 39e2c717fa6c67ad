"""CPU work away from the hub: native threads for our own data, child processes for others'.

What people send in is decoded in a child that may crash, hang or be taken over: it is
killed at its deadline, replaced after `JOBS_PER_CHILD` jobs, and gets no environment
beyond what Python needs. Arguments and results cross as msgpack, checked against the
function's type hints on arrival, so nothing a child says is ever executed. With eventlet
the sockets are green and the hub keeps running; without it a call simply blocks.
"""

import os
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import ParamSpec, TypeVar, TypeVarTuple

from shared.kernel.errors import DomainError
from shared.plumbing.offload_deadline import Deadline, usage_of
from shared.plumbing.offload_wire import (
    Answer,
    Call,
    Outcome,
    name_of,
    pack_arguments,
    pack_message,
    read_answer,
    receive,
    unpack_result,
)
from shared.plumbing.slow_work import slow_work

P = ParamSpec("P")
R = TypeVar("R")
Ts = TypeVarTuple("Ts")

JOBS_PER_CHILD = 200
# Imports and a model to load, on a machine that may be crowded: nothing hostile is read yet.
START_TIMEOUT_S = 180.0
# A child inherits these and nothing else: passphrases and addresses live in the environment.
_INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "SYSTEMROOT")

# eventlet reads it once, when tpool is imported; its default of 20 only adds switching.
os.environ.setdefault("EVENTLET_THREADPOOL_SIZE", str(max(2, os.cpu_count() or 2)))


class WorkerTimeout(Exception):  # noqa: N818  # an outcome of the job, not a fault of the caller
    """The job ran past its deadline; its child was killed."""


class WorkerCrashed(Exception):  # noqa: N818
    """The child died under the job; the next job gets a fresh one."""


class WorkerFailed(Exception):  # noqa: N818
    """The function raised something that is no `DomainError`; args: type name, place in code."""


def thread(f: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run trusted native code that releases the GIL: in a native thread under eventlet.

    A hung thread can never be killed; what people send in belongs into a `ProcessPool`.
    """
    slow_work("thread")
    patcher = sys.modules.get("eventlet.patcher")
    if patcher is None or not patcher.is_monkey_patched("thread"):
        return f(*args, **kwargs)
    from eventlet import tpool  # noqa: PLC0415  # programs without eventlet never import it

    result: R = tpool.execute(f, *args, **kwargs)
    return result


class ProcessPool:
    """Child processes that run one job at a time each.

    `initializer` runs once in every fresh child: it imports what the jobs need and then
    locks the child (`shared.plumbing.sandbox`). Functions are top-level and fully typed.
    `niceness` is the kernel's: children with more of it take what others leave of the cores.
    """

    def __init__(
        self,
        workers: int,
        initializer: Callable[[], None] | None = None,
        *,
        jobs_per_child: int = JOBS_PER_CHILD,
        niceness: int = 0,
    ) -> None:
        self._workers = workers
        self._initializer = name_of(initializer) if initializer else ""
        self._jobs_per_child = jobs_per_child
        self._niceness = niceness
        self._idle: deque[_Child] = deque()
        self._free = threading.Semaphore(workers)
        self._is_closed = False

    def run(self, f: Callable[[*Ts], R], *args: *Ts, deadline_s: float) -> R:
        """The result of `f(*args)`, computed in a child.

        `deadline_s` counts from the moment a child has the job, not while it queues, and not
        while a child that could run waits for a core (`offload_deadline`).

        Raises:
            WorkerTimeout: the deadline passed.
            WorkerCrashed: the child died, or sent something that is no result of `f`.
            WorkerFailed: `f` raised; a `DomainError` is raised here as itself.
        """
        slow_work("child")
        call = pack_message(Call(name_of(f), pack_arguments(args)))
        with self._free:
            child = self._take()
            try:
                answer = child.ask(call, deadline_s)
            except BaseException:  # also a greenlet being killed: the child is mid-job
                child.kill()
                raise
            self._give_back(child)
        return self._result(f, answer)

    def warm(self) -> None:
        """Start every child now, side by side, instead of at its first job."""
        with ThreadPoolExecutor(self._workers) as starting:
            waiting = [starting.submit(self._fresh) for _ in range(self._workers)]
        for child in waiting:
            self._give_back(child.result())

    def warm_one(self) -> None:
        """Start one child beside other work: whoever has a job waits for it, or for another one."""
        with self._free:
            self._give_back(self._fresh())

    def close(self) -> None:
        """Kill the children; a running job ends as crashed."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().kill()

    @property
    def child_pids(self) -> tuple[int, ...]:
        """Process ids of the idle children."""
        return tuple(child.pid for child in self._idle)

    def _take(self) -> "_Child":
        while self._idle:
            child = self._idle.pop()
            if child.is_alive:
                return child
            child.kill()
        return self._fresh()

    def _fresh(self) -> "_Child":
        return _Child(self._initializer, self._niceness)

    def _give_back(self, child: "_Child") -> None:
        if self._is_closed or child.jobs >= self._jobs_per_child:
            child.kill()
        else:
            self._idle.append(child)

    def _result(self, f: Callable[..., R], answer: Answer) -> R:
        if answer.outcome is Outcome.DONE:
            try:
                return unpack_result(f, answer.body)
            except ValueError:
                raise WorkerCrashed(name_of(f)) from None
        if answer.outcome is Outcome.REFUSED:
            raise _refusal(answer)
        raise WorkerFailed(answer.error, answer.place)


def _refusal(answer: Answer) -> Exception:
    """The domain error a child named; built only from classes this house defines."""
    kinds: list[type[DomainError]] = [DomainError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    found = next((kind for kind in kinds if kind.__qualname__ == answer.error), None)
    return found(*answer.arguments) if found else WorkerFailed(answer.error, answer.place)


class _Child:
    """One child process and the socket to it."""

    def __init__(self, initializer: str, niceness: int) -> None:
        ours, theirs = socket.socketpair()
        self._socket = ours
        self.jobs = 0
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own module, no shell
                [sys.executable, "-m", "shared.plumbing.offload_child", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        if niceness:
            own = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, self._process.pid, own + niceness)
        try:
            answer = self._exchange(pack_message(Call(initializer, b"")), START_TIMEOUT_S)
        except BaseException:
            self.kill()
            raise
        if answer.outcome is not Outcome.DONE:
            self.kill()
            raise WorkerFailed(answer.error, answer.place)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, call: bytes, deadline_s: float) -> Answer:
        """Send one job and wait for its answer."""
        self.jobs += 1
        return self._exchange(call, deadline_s)

    def kill(self) -> None:
        """End the process at once and reap it."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _exchange(self, call: bytes, deadline_s: float) -> Answer:
        deadline = Deadline(deadline_s, lambda: usage_of(self.pid))
        try:
            self._send(call, deadline)
            return read_answer(receive(lambda size: self._piece(size, deadline)))
        except TimeoutError:
            raise WorkerTimeout from None
        except (OSError, EOFError, ValueError):
            raise WorkerCrashed from None

    def _send(self, call: bytes, deadline: Deadline) -> None:
        left = memoryview(call)
        while left:
            self._socket.settimeout(deadline.left_s())
            with suppress(TimeoutError):
                left = left[self._socket.send(left) :]

    def _piece(self, size: int, deadline: Deadline) -> bytes:
        while True:
            self._socket.settimeout(deadline.left_s())
            with suppress(TimeoutError):
                return self._socket.recv(min(size, 1 << 20))


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    path = os.pathsep.join(entry or os.getcwd() for entry in sys.path)
    # One thread per child: the pool is the parallelism.
    return {**kept, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
