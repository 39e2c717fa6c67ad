"""How long each step of the job takes."""

import json
import time
from pathlib import Path


class Stopwatch:
    """Laps, by the name of the step that ends."""

    def __init__(self, kept: Path) -> None:
        """Start.

        Args:
            kept: JSON, written anew at every lap: whoever watches from outside sees how far it is.
        """
        self._since = time.monotonic()
        self._kept = kept
        self.laps: dict[str, float] = {}
        kept.unlink(missing_ok=True)

    def lap(self, step: str) -> None:
        """A step ends, and the next one begins."""
        now = time.monotonic()
        self.laps[step] = round(now - self._since, 1)
        self._since = now
        beside = self._kept.with_suffix(".new")
        beside.write_text(json.dumps(self.laps))
        beside.replace(self._kept)
