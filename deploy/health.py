"""Asks a process whether it is ready: exit code 0 when it is."""

import http.client
import sys
from urllib.parse import urlsplit

TIMEOUT_S = 4


def is_ready(address: str, *, path: str = "/readyz", timeout_s: float = TIMEOUT_S) -> bool:
    """Whether the process whose health address is HOST:PORT does its work.

    Nobody there, no answer in time and an answer that says no are the same here.
    """
    parts = urlsplit(f"//{address}")
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
    try:
        connection.request("GET", path)
        status: int = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return status == http.client.OK


def health_variable(service: str) -> str:
    """The setting that names where a service tells its health."""
    return f"HECHA_{service.upper()}_HEALTH_ADDRESS"


if __name__ == "__main__":
    sys.exit(0 if is_ready(sys.argv[1]) else 1)
