"""A guardian's phone as the public edge sees it: PUT with retries, then polling."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

import urllib3

# What a phone repeats, and after how many seconds: docs/architecture.md, the photo door.
RETRIED = {408, 429, 500, 502, 503, 504}
BACKOFF_S = (0.5, 1, 2, 4, 8, 15, 15, 15)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the edge answered to one photo."""

    status: int
    text: str
    key: str


class Phone:
    """Sends photos to one gateway."""

    def __init__(
        self, base_url: str, *, timeout_s: float = 60, patience_s: float = sum(BACKOFF_S)
    ) -> None:
        """A guardian who presses "again" is one phone with more patience, in seconds of waiting."""
        self._base = base_url.rstrip("/")
        self._patience_s = patience_s
        self._http = urllib3.PoolManager(
            maxsize=8, retries=False, timeout=urllib3.Timeout(total=timeout_s)
        )

    def send(self, code: str, photo: bytes, *, key: str | None = None) -> Receipt:
        """Hand in one photo, repeating while the edge is busy or away.

        Returns the last answer; a status of 0 means that nobody ever answered.
        """
        key = key or secrets.token_hex(16)
        waits = waits_within(self._patience_s)
        while True:
            receipt = self._put(code, key, photo)
            wait_s = next(waits, None)
            if receipt.status not in RETRIED | {0} or wait_s is None:
                return receipt
            time.sleep(wait_s)

    def page(self, code: str) -> tuple[int, str]:
        """The page behind the sheet's QR: status and HTML."""
        answer = self._http.request("GET", f"{self._base}/S/{code}")
        return answer.status, answer.data.decode("utf-8", "replace")

    def _put(self, code: str, key: str, photo: bytes) -> Receipt:
        url = f"{self._base}/s/{code}/photos/{key}"
        headers = {"Content-Type": _content_type(photo)}
        try:
            answer = self._http.request("PUT", url, body=photo, headers=headers)
        except urllib3.exceptions.HTTPError:
            return Receipt(0, "", key)
        return Receipt(answer.status, answer.data.decode("utf-8", "replace"), key)


def waits_within(patience_s: float) -> Iterator[float]:
    """Seconds between tries, the last one again and again while there is patience."""
    total = 0.0
    for wait_s in chain(BACKOFF_S, repeat(BACKOFF_S[-1])):
        total += wait_s
        if total > patience_s:
            return
        yield wait_s


def _content_type(photo: bytes) -> str:
    if photo.startswith(b"\x89PNG"):
        return "image/png"
    if photo[:4] == b"RIFF":
        return "image/webp"
    return "image/heic" if photo[4:8] == b"ftyp" else "image/jpeg"
