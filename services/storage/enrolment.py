"""The enrolled identities: whose signature storage believes, and for what."""

import json
from collections.abc import Mapping
from pathlib import Path

from services.storage.domain import ENROLMENTS, Enrolled


def write_enrolled(path: Path, public_keys: Mapping[str, bytes]) -> None:
    """Enrol services by their public keys; what each may do is `domain.ENROLMENTS`."""
    rows = {name: key.hex() for name, key in public_keys.items() if name in ENROLMENTS}
    path.write_text(json.dumps({"identities": rows}, indent=1, sort_keys=True))


def read_enrolled(path: Path) -> dict[str, Enrolled]:
    """The enrolled services by name.

    Raises:
        OSError, ValueError, KeyError: no such file, or not one of ours.
    """
    rows = json.loads(path.read_text("utf-8"))["identities"]
    return {
        name: Enrolled(bytes.fromhex(key), *ENROLMENTS[name])
        for name, key in rows.items()
        if name in ENROLMENTS
    }
