"""The queue of decisions with many people at it: no task held twice, none lost under kills."""

import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from deploy.servers.postgres import PostgreSQL
from services.review.tables import entries
from shared.contracts.review_commands import EntryState
from shared.kernel.authority import Role
from shared.kernel.errors import DomainError
from shared.plumbing.migrations import upgrade
from tests.bench.open_decisions import add_open_decisions
from tests.unit.review.house import House, an_actor

REVIEWERS = 50
WORKERS = 8  # of a process of review: more people than that wait at the bus
PEOPLE = [an_actor(Role.REVIEWER, "440305", 1000 + number) for number in range(REVIEWERS)]


@pytest.fixture
def house(postgres: PostgreSQL) -> Iterator[House]:
    url = postgres.url("test_review")
    upgrade("review", url)
    made = House.on(url)
    yield made
    made.database.dispose()
    postgres.drop("test_review")


_AT_WORK = threading.BoundedSemaphore(WORKERS)


def asked(command, *args, **more):
    """A command as a process of review does it: when one of its workers is free."""
    with _AT_WORK:
        return command(*args, **more)


def together(people: list, work) -> None:
    failures: list[BaseException] = []

    def run(person) -> None:
        try:
            work(person)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_every_decision_is_made_once_by_fifty_people_who_keep_asking(house: House) -> None:
    add_open_decisions(house, 150)
    decided: Counter[str] = Counter()

    def work(person) -> None:
        while (task := asked(house.next, person).task) is not None:
            assert task.holder == person.person
            asked(house.decide, task, who=person)
            decided[task.entry] += 1

    together(PEOPLE, work)

    assert len(decided) == 150
    assert set(decided.values()) == {1}
    approved = house.said("change_approved")
    assert len({one.entry for one in approved}) == len(approved) == 150


def test_no_task_is_in_two_hands_and_none_is_lost_with_who_held_it(house: House) -> None:
    add_open_decisions(house, 60)
    held: Counter[str] = Counter()

    def take(person) -> None:
        task = asked(house.next, person).task
        assert task is not None
        held[task.entry] += 1

    together(PEOPLE, take)  # fifty people take a task, and their processes die
    assert set(held.values()) == {1}
    assert len(held) == REVIEWERS

    late = [an_actor(Role.REVIEWER, "440305", 3000 + number) for number in range(10)]
    house.clock.pass_(minutes=6)
    decided: list[str] = []

    def work(person) -> None:
        while (task := asked(house.next, person).task) is not None:
            asked(house.decide, task, who=person)
            decided.append(task.entry)

    together(late, work)
    assert len(set(decided)) == len(decided) == 60


def test_one_person_who_asks_twice_at_once_has_one_task(house: House) -> None:
    add_open_decisions(house, 20)
    for _ in range(5):
        together([PEOPLE[0]] * WORKERS, house.next)
        with house.database.transaction() as tx:
            mine = sa.select(sa.func.count()).where(entries.c.holder == PEOPLE[0].person)
            assert tx.execute(mine).scalar_one() == 1


def test_the_same_verdict_sent_by_two_connections_is_one(house: House) -> None:
    add_open_decisions(house, 1)
    task = house.next(PEOPLE[0]).task
    assert task is not None
    outcomes: list[str] = []

    def say(person) -> None:
        try:
            outcomes.append(house.decide(task, who=person).state)
        except DomainError as refusal:
            outcomes.append(refusal.code)

    together([PEOPLE[0]] * 6, say)

    assert outcomes == [EntryState.APPROVED] * 6
    assert len(house.said("change_approved")) == 1


def test_the_next_task_comes_fast_out_of_ten_thousand(house: House) -> None:
    add_open_decisions(house, 10_000)
    for person in PEOPLE:  # the first fifty are in hands
        house.next(person)
    with house.database.transaction() as tx:
        tx.execute(sa.text("analyze entries"))
    later = an_actor(Role.REVIEWER, "440305", 5000)
    times = []
    for _ in range(20):
        # Time on a core: what a busy machine adds says nothing about the queue.
        start = time.process_time()
        task = house.next(later).task
        times.append(time.process_time() - start)
        assert task is not None
        house.decide(task, who=later)

    assert sorted(times)[len(times) // 2] <= 0.05
