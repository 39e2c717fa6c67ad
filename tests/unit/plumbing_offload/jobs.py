"""Jobs that a test's child runs."""

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from shared.kernel.errors import UnknownSheetError


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
