"""How long and how much a web app waits for one client."""

from dataclasses import dataclass

# Below 8 KB/s a photo would not arrive within the page's patience anyway.
MIN_BYTES_PER_S = 8 * 1024
MIN_BODY_S = 10.0
MAX_BODY_S = 120.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one listening address; start values of docs/architecture.md, web apps."""

    connections: int = 2000  # a full pool makes new visitors hang, so it must be large
    idle_s: float = 20.0  # between requests, and before the first
    headers_s: float = 10.0  # the whole head of one request
    socket_s: float = 30.0  # one read or write
    drain_bytes: int = 1 << 20  # read and thrown away after an early refusal
    drain_s: float = 2.0
    stop_s: float = 30.0  # for requests in flight when the process stops


def body_seconds(size: int) -> float:
    """How long a body of `size` bytes may take in all."""
    return min(MAX_BODY_S, max(MIN_BODY_S, size / MIN_BYTES_PER_S))
