"""The rules of uploads: who began one, how much, how long, and what became of it.

Source: tus resumable upload protocol 1.0.0; limits of a bulk scan from `services.scan.submitting`.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.scan.submitting import MAX_BYTES, Origin

__all__ = ("MAX_BYTES",)

# What is sealed at a time; a multiple of what is read at a time. Two of them lie in memory.
PART_BYTES = 1 << 20
LIFE = timedelta(hours=24)
# Whoever sent the last byte may count on us over a long weekend of a store that is away.
WHOLE_LIFE = timedelta(days=7)
REMEMBERED = timedelta(days=7)  # that there was one: 410 instead of 404
# Of one person of one school: a locked child has room for 64 open files.
MAX_OPEN = 40
MAX_OPEN_BYTES = 4 * MAX_BYTES
MAX_LABEL = 64
_LABEL = re.compile(rf"[A-Za-z0-9_-]{{1,{MAX_LABEL}}}")
_TYPES = re.compile(
    r"image/[a-z0-9.+-]+|application/(pdf|zip|x-zip-compressed|octet-stream)", re.IGNORECASE
)


class State(StrEnum):
    """How far an upload is."""

    OPEN = "open"
    WHOLE = "whole"  # every byte is here
    ENDED = "ended"  # its key is gone, and with it what is left of its parts


class PileState(StrEnum):
    """How far the uploads that make one batch are."""

    WAITING = "waiting"
    HANDED_IN = "handed_in"
    REFUSED = "refused"


class RefusedError(Exception):
    """A request that is not done; `code` is stable, `retry_after_s` 0 where trying is no use."""

    def __init__(self, status: int, code: str, retry_after_s: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Announced:
    """What somebody is going to send."""

    size_bytes: int
    label: str = ""  # of the batch it is one file of; "" is a batch of its own


@dataclass(frozen=True, slots=True)
class Usage:
    """What uploads that are not ended take."""

    count: int
    size_bytes: int


def announced(size: int | None, metadata: dict[str, str]) -> Announced:
    """Check an announcement.

    A name of a file is neither kept nor logged: people name files after pupils.

    Raises:
        RefusedError: 400 without a length or with a label that is none, 413, 415.
    """
    if size is None or size < 1:
        raise RefusedError(400, "length_required")
    if size > MAX_BYTES:
        raise RefusedError(413, "too_big")
    kind = metadata.get("filetype", "")
    if kind and not _TYPES.fullmatch(kind):
        raise RefusedError(415, "not_a_scan")
    return Announced(size, checked_label(metadata["batch"]) if "batch" in metadata else "")


def checked_label(label: str) -> str:
    """A label of a batch, made by the page that sends its files.

    Raises:
        RefusedError: 400, it is none.
    """
    if not _LABEL.fullmatch(label):
        raise RefusedError(400, "bad_batch_label")
    return label


def check_room(announced: Announced, own: Usage, all_: Usage, most_bytes: int) -> None:
    """See that one more upload fits.

    Raises:
        RefusedError: 429 for a person who has too much open, 503 for a full house.
    """
    if own.count >= MAX_OPEN or own.size_bytes + announced.size_bytes > MAX_OPEN_BYTES:
        raise RefusedError(429, "too_many_uploads", 600)
    if all_.size_bytes + announced.size_bytes > most_bytes:
        raise RefusedError(503, "uploads_full", 600)


def may_see(of: Origin, who: Origin) -> bool:
    """Only the person who began it, for the same school and campaign."""
    return of == who
