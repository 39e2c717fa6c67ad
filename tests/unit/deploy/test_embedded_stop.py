from pathlib import Path

import pytest

from deploy.embedded import EmbeddedHouse
from shared.plumbing.runner import StopTimedOutError


class Stuck:
    """A runner whose workers never end."""

    def __init__(self, ended_by: type[BaseException] = StopTimedOutError) -> None:
        self.ended_by = ended_by

    def stop(self, *, within_s: float) -> None:
        raise self.ended_by


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


def test_whoever_does_not_wait_for_the_end_leaves_no_store_behind(tmp_path: Path) -> None:
    house, store = EmbeddedHouse(tmp_path), Store()
    house._runner, house._weed = Stuck(KeyboardInterrupt), store

    with pytest.raises(KeyboardInterrupt):
        house.stop()

    assert not store.is_running
