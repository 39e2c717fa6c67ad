"""Jobs that a test's child runs."""

import os
import signal
import socket
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from shared.kernel.errors import UnknownSheetError
from shared.plumbing.sandbox import lock


@dataclass(frozen=True, slots=True)
class Parcel:
    name: str
    body: bytes


READY: list[str] = []


def prepare() -> None:
    READY.append("ready")


def is_prepared() -> bool:
    return READY == ["ready"]


def double(parcel: Parcel) -> Parcel:
    return Parcel(parcel.name, parcel.body * 2)


def pid() -> int:
    return os.getpid()


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(secret: str) -> None:
    raise KeyError(secret)


def refuse(sheet: str) -> None:
    raise UnknownSheetError(sheet)


def parent_of(path: Path) -> Path:
    return path.parent


def environment() -> dict[str, str]:
    return dict(os.environ)


def liar() -> int:
    return "not a number"  # type: ignore[return-value]


MEMORY_BYTES = 512 << 20


def lock_strictly() -> None:
    lock(memory_bytes=MEMORY_BYTES)


def lock_for_files() -> None:
    lock(memory_bytes=MEMORY_BYTES, may_read_files=True)


def first_byte(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(1)


def write_file(path: str) -> None:
    with open(path, "wb") as file:
        file.write(b"x")


def connect(path: str) -> None:
    socket.socket(socket.AF_UNIX).connect(path)


def start_program() -> None:
    os.execv(sys.executable, [sys.executable, "-c", "pass"])


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def kill_parent() -> None:
    os.kill(os.getppid(), 0)


def add_in_a_thread(one: int, other: int) -> int:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(one + other))
    thread.start()
    thread.join()
    return found[0]


def hold(size: int) -> int:
    return len(bytearray(b"x") * size)


def fail_to_prepare() -> None:
    raise RuntimeError("no model")
