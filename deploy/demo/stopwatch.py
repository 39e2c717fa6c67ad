"""How long each step of the job takes."""

import time


class Stopwatch:
    """Laps, by the name of the step that ends."""

    def __init__(self) -> None:
        """Start."""
        self._since = time.monotonic()
        self.laps: dict[str, float] = {}

    def lap(self, step: str) -> None:
        """A step ends, and the next one begins."""
        now = time.monotonic()
        self.laps[step] = round(now - self._since, 1)
        self._since = now
