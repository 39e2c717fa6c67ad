import random
import threading
from collections.abc import Iterator

import pytest

from deploy.servers.postgres import PostgreSQL
from services.progress import reports
from shared.contracts.events import How
from shared.contracts.facts import Fact
from shared.contracts.report_commands import PrepareReport
from shared.kernel.authority import Role
from shared.kernel.ids import UnitCode
from shared.plumbing.database import Database
from shared.plumbing.migrations import downgrade, upgrade
from tests.unit.progress.house import (
    CAMPAIGN,
    House,
    a_conflict,
    a_photo,
    a_return,
    a_scope,
    a_unit,
    an_applied,
    an_approval,
    an_entered_sheet,
    an_entry,
    an_issue,
    an_unreadable,
    the_tree,
)
from tests.unit.progress.office import Office

CLASSES = ("c11", "c12", "c21")
SHEETS = range(1, 31)


@pytest.fixture
def house(postgres: PostgreSQL) -> Iterator[House]:
    url = postgres.url("test_progress")
    upgrade("progress", url)
    database = Database("progress", url)
    yield House.on(database)
    database.dispose()
    downgrade("progress", url)
    postgres.drop("test_progress")


def a_campaign() -> list[Fact]:
    """Everything that happens to thirty sheets of three classes, one of which moves."""
    facts: list[Fact] = [*the_tree(), a_unit("c12", path="44/4403/s2/c12/", sequence=2)]
    for place, unit in enumerate(CLASSES):
        numbers = [number for number in SHEETS if number % len(CLASSES) == place]
        facts += [a_scope(unit, 12), an_issue(unit, *numbers)]
    for number in SHEETS:
        how = How.DECLINED if number % 7 == 0 else How.PHOTO
        facts += [a_photo(number), a_return(number, how), an_unreadable(number, object_=number)]
        facts += [an_entry(number), an_entry(number, entry=1), an_entered_sheet(number)]
        facts += [an_approval(number), an_applied(number) if number % 2 else a_conflict(number)]
    facts += [an_issue("c21", 2, 5, serial=2), an_unreadable(None, object_=99)]
    return facts


def test_many_workers_at_once_neither_block_each_other_nor_miscount(house: House) -> None:
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        facts = a_campaign()
        random.Random(seed).shuffle(facts)
        try:
            house.hear(*facts)
        except BaseException as failure:
            failures.append(failure)

    workers = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert failures == []
    assert house.every_count() == House().hear(*a_campaign()).every_count()
    assert house.differences() == ()


def test_reports_prepared_at_once_have_numbers_of_their_own(house: House) -> None:
    office = Office(house.database)
    numbers: list[int] = []

    def work() -> None:
        token = office.token(Role.REGISTRAR, "s1")
        made = reports.prepare(office.desk, PrepareReport(token, CAMPAIGN, UnitCode("s1")))
        numbers.append(made.figures.number)

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
