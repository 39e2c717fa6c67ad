from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.plumbing.database import Database
from shared.plumbing.outbox import outbox_table
from shared.plumbing.publish import OutgoingFact, PublishError
from shared.plumbing.relay import Relay
from shared.plumbing.retention import SAID_ROWS_STAY, purge, say_again
from tests.unit.plumbing.toys import PROVINCE, ToySaid, open_house

NOON = datetime(2026, 10, 12, 12, tzinfo=UTC)
OUTBOX = outbox_table(sa.MetaData())


class Bus:
    """Takes facts, or not."""

    def __init__(self) -> None:
        self.said: list[OutgoingFact] = []
        self.is_away = False
        self.refuses: set[int] = set()  # which of a batch

    def publish(self, facts: Sequence[OutgoingFact]) -> list[int]:
        if self.is_away:
            raise PublishError("ConnectionRefusedError")
        self.said += facts
        return [fact.row for place, fact in enumerate(facts) if place not in self.refuses]

    def close(self) -> None:
        pass


class House:
    def __init__(self, folder: Path) -> None:
        self.now = NOON
        url = open_house(folder)["HECHA_SPEAKER_DATABASE_URL"]
        self.database = Database("speaker", url, clock=lambda: self.now)
        self.bus = Bus()
        self.relay = Relay(self.database, self.bus)

    def say(self, number: int, *, not_before: datetime | None = None) -> None:
        with self.database.transaction() as tx:
            tx.say(ToySaid(number), province=PROVINCE, not_before=not_before)

    def rows(self) -> int:
        with self.database.transaction() as tx:
            return int(tx.execute(sa.select(sa.func.count()).select_from(OUTBOX)).scalar_one())


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_facts_leave_in_the_order_of_their_saying(house: House) -> None:
    for number in range(5):
        house.say(number)

    assert house.relay.say_waiting() == 5
    assert [fact.row for fact in house.bus.said] == [1, 2, 3, 4, 5]
    assert house.relay.say_waiting() == 0


def test_a_fact_that_the_bus_did_not_take_is_said_in_the_next_round(house: House) -> None:
    house.say(1)
    house.bus.is_away = True
    with pytest.raises(PublishError):
        house.relay.say_waiting()
    house.bus.is_away = False

    assert house.relay.say_waiting() == 1


def test_of_a_batch_only_what_was_refused_stays(house: House) -> None:
    for number in range(3):
        house.say(number)
    house.bus.refuses = {1}
    with pytest.raises(PublishError):
        house.relay.say_waiting()
    house.bus.refuses = set()
    house.relay.say_waiting()

    assert [fact.row for fact in house.bus.said] == [1, 2, 3, 2]


def test_a_fact_that_may_have_left_cannot_be_undone_any_more(house: House) -> None:
    house.say(1)
    house.bus.is_away = True
    with pytest.raises(PublishError):
        house.relay.say_waiting()
    undo = sa.delete(OUTBOX).where(OUTBOX.c.said_at.is_(None), OUTBOX.c.claimed_until.is_(None))
    with house.database.transaction() as tx:
        undone = tx.execute(undo).rowcount

    assert undone == 0


def test_a_fact_that_is_held_back_waits_for_its_time(house: House) -> None:
    house.say(1, not_before=NOON + timedelta(seconds=10))

    assert house.relay.say_waiting() == 0
    house.now += timedelta(seconds=10)
    assert house.relay.say_waiting() == 1


def test_what_a_dead_relay_had_claimed_is_said_by_another_one_later(house: House) -> None:
    house.say(1)
    house.relay._claim()  # and then its process is killed
    other = Relay(house.database, house.bus)

    assert other.say_waiting() == 0
    house.now += timedelta(seconds=31)
    assert other.say_waiting() == 1


def test_stopping_says_what_still_waits(house: House) -> None:
    house.say(1)
    house.relay.stop()

    assert len(house.bus.said) == 1


def test_the_backlog_tells_how_much_waits_and_for_how_long(house: House) -> None:
    house.say(1)
    house.now += timedelta(seconds=7)
    house.say(2)

    backlog = house.relay.backlog()
    assert (backlog.waiting, backlog.oldest_s) == (2, 7)


def test_said_facts_stay_two_weeks_and_unsaid_ones_for_ever(house: House) -> None:
    house.say(1)
    house.relay.say_waiting()
    house.say(2)
    house.now += SAID_ROWS_STAY

    assert purge(house.database) == 0
    house.now += timedelta(seconds=1)
    assert purge(house.database) == 1
    assert house.rows() == 1


def test_facts_that_hearers_keep_a_copy_of_are_never_purged(house: House) -> None:
    house.say(1)
    with house.database.transaction() as tx:
        tx.execute(sa.update(OUTBOX).values(kept=True))
    house.relay.say_waiting()
    house.now += 10 * SAID_ROWS_STAY

    assert purge(house.database) == 0


def test_saying_again_chooses_by_time_and_fact(house: House) -> None:
    house.say(1)
    house.relay.say_waiting()
    house.now += timedelta(hours=1)
    house.say(2)
    house.relay.say_waiting()

    assert say_again(house.database, since=house.now, fact="another") == 0
    assert say_again(house.database, since=house.now, fact="toy_said") == 1
    house.relay.say_waiting()
    assert [fact.row for fact in house.bus.said] == [1, 2, 2]
