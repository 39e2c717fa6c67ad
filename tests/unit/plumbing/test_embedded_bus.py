"""What only the embedded bus has to do; what every bus promises: tests/integration/test_bus.py."""

from collections.abc import Callable, Iterator
from pathlib import Path

import eventlet
import pytest
import sqlalchemy as sa

from shared.kernel.ids import FactId
from shared.plumbing import embedded
from shared.plumbing.database import Database
from shared.plumbing.declare import declare
from shared.plumbing.delivery import EmbeddedDelivery
from shared.plumbing.providers import database_of
from shared.plumbing.recovery import say_unsettled_again
from shared.plumbing.runner import Runner, config_for, run_services
from shared.plumbing.topology import plans_of
from tests.unit.plumbing.toys import (
    PROVINCE,
    HearerService,
    SpeakerService,
    ToyPondered,
    ToySaid,
    effects,
    open_house,
)


class House:
    def __init__(self, folder: Path) -> None:
        self.environment = open_house(folder)
        self.runner: Runner | None = None

    def start(self) -> None:
        declare(embedded.URL, plans_of([SpeakerService, HearerService], [PROVINCE]))
        config = config_for(embedded.URL, self.environment)
        self.runner = run_services([SpeakerService, HearerService], config)
        self.speaker = database_of(self.runner.container("speaker"))
        self.hearer = database_of(self.runner.container("hearer"))

    def stop(self) -> None:
        if self.runner is not None:
            self.runner.stop(within_s=10)
            self.runner = None
        embedded.forget_everything()

    def say(self, number: int) -> None:
        with self.speaker.transaction() as tx:
            tx.say(ToySaid(number), province=PROVINCE)

    def say_to_ponder(self, numbers: range) -> None:
        with self.speaker.transaction() as tx:
            for number in numbers:
                tx.say(ToyPondered(number), province=PROVINCE)

    def heard(self) -> list[int]:
        with self.hearer.transaction() as tx:
            return sorted(tx.execute(sa.select(effects.c.number)).scalars())


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    HearerService.failures.clear()
    HearerService.pondered = eventlet.Event()
    house = House(tmp_path)
    house.start()
    yield house
    if not HearerService.pondered.ready():
        HearerService.pondered.send()
    house.stop()


def until(condition: Callable[[], object], seconds: float = 5) -> bool:
    with eventlet.Timeout(seconds, False):
        while not condition():
            eventlet.sleep(0.01)
        return True
    return False


def test_what_was_said_before_a_crash_is_said_again_after_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.plumbing.delivery.delay_s", lambda _attempt: 60)
    HearerService.failures[1] = 1
    house.say(1)
    house.say(2)
    assert until(lambda: house.heard() == [2])

    house.stop()  # the memory bus, with the waiting retry of 1, is gone
    databases = {
        name: Database(name, house.environment[f"HECHA_{name.upper()}_DATABASE_URL"])
        for name in ("speaker", "hearer")
    }
    again = say_unsettled_again(databases, plans_of([SpeakerService, HearerService], [PROVINCE]))
    house.start()

    assert again == 1
    assert until(lambda: house.heard() == [1, 2])


def test_a_fact_that_takes_its_process_down_is_dead_at_the_fourth_start(tmp_path: Path) -> None:
    database = Database("hearer", open_house(tmp_path)["HECHA_HEARER_DATABASE_URL"])
    plan = plans_of([HearerService], [PROVINCE])[0]
    starts = [
        EmbeddedDelivery(embedded.URL).crashed_too_often(database, plan, FactId("a-killer"))
        for _ in range(4)  # each process dies before it can say that the handler came back
    ]

    assert starts == [False, False, False, True]


def test_a_pile_of_slow_work_that_gives_way_keeps_nothing_else_waiting(house: House) -> None:
    house.say_to_ponder(range(100, 140))
    eventlet.sleep(0.2)
    house.say(1)

    assert until(lambda: house.heard() == [1])


def test_all_of_a_pile_that_gives_way_is_done_in_the_end(house: House) -> None:
    house.say_to_ponder(range(100, 140))
    HearerService.pondered.send()

    assert until(lambda: house.heard() == list(range(100, 140)))


def test_what_waits_for_its_turn_when_the_house_stops_is_done_after_the_next_start(
    house: House,
) -> None:
    house.say_to_ponder(range(100, 110))
    eventlet.sleep(0.2)
    eventlet.spawn_after(0.3, HearerService.pondered.send)
    house.stop()
    done_before = house.heard()
    say_unsettled_again(
        {"speaker": house.speaker, "hearer": house.hearer},
        plans_of([SpeakerService, HearerService], [PROVINCE]),
    )
    house.start()

    assert len(done_before) < 10
    assert until(lambda: house.heard() == list(range(100, 110)))
