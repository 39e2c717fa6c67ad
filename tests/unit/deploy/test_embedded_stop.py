from pathlib import Path

from deploy.embedded import EmbeddedHouse
from shared.plumbing.runner import StopTimedOutError


class Stuck:
    """A runner whose workers never end."""

    def stop(self, *, within_s: float) -> None:
        raise StopTimedOutError


class Store:
    """An object store that notes its end."""

    is_running = True

    def kill(self) -> None:
        self.is_running = False


def test_work_that_does_not_end_keeps_no_house_from_ending(tmp_path: Path) -> None:
    house, store = EmbeddedHouse(tmp_path), Store()
    house._runner, house._weed = Stuck(), store

    house.stop()

    assert not store.is_running
