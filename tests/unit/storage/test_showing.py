"""How an archive stands: sums and fingerprints for those who look after it."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.storage import usecases
from services.storage.showing import show_archive
from services.storage.tables import objects
from shared.contracts.actors import Actor
from shared.contracts.archive_commands import ArchiveShown, CampaignKept, ShowArchive
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError, UnknownUnitError
from shared.kernel.ids import AccountId, ActorToken, ObjectId, PersonId, ProvinceCode, UnitCode
from shared.plumbing.objects import StoreUnavailableError
from tests.unit.storage.bench import CAMPAIGN, PROVINCE, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def keep(bench: Bench, count: int) -> list[ObjectId]:
    ids = [bench.hand_in(bytes([number]) * 7000) for number in range(count)]
    for id_ in ids:
        usecases.keep(bench.database, bench.vault, id_, PROVINCE, bench.database.transaction)
    return ids


def shown(
    bench: Bench,
    role: Role = Role.KEY_OFFICER,
    unit: str = "44",
    province: ProvinceCode = PROVINCE,
    quota: int = 0,
) -> ArchiveShown:
    path = {"44": "44/", "4403": "44/4403/"}[unit]
    now = bench.clock()
    who = (PersonId("ab" * 8), AccountId(f"{unit}.01"), role, UnitCode(unit), path)
    actor = Actor(*who, now + timedelta(minutes=5), now)
    request = ShowArchive(province, ActorToken(""))
    return show_archive(bench.database, bench.vault, actor, request, quota)


def test_an_empty_archive_has_keys_and_nothing_else(bench: Bench) -> None:
    found = shown(bench)

    assert found.campaigns == ()
    assert (found.waiting, found.refused, found.unlocked, found.bytes_a_day) == (0, 0, 0, 0)
    assert found.last_kept_at is None
    assert [(one.campaign, one.is_current, one.objects) for one in found.keys] == [
        (CAMPAIGN, True, 0)
    ]


def test_what_is_kept_is_told_by_campaign_and_by_key(bench: Bench) -> None:
    erased, *_rest = keep(bench, 3)
    with bench.database.transaction() as tx:
        one = objects.c.object == erased
        tx.execute(sa.update(objects).where(one).values(wrapped_key=None))
        size = tx.execute(sa.select(sa.func.sum(objects.c.length))).scalar_one()

    found = shown(bench, quota=10**9)

    assert found.campaigns == (CampaignKept(CAMPAIGN, 3, 0, size, 1),)
    assert [one.objects for one in found.keys] == [2]
    assert found.quota_bytes == 10**9
    assert found.last_kept_at == bench.clock()


def test_the_pace_is_that_of_the_last_seven_days(bench: Bench) -> None:
    keep(bench, 7)
    with bench.database.transaction() as tx:
        size = tx.execute(sa.select(sa.func.sum(objects.c.length))).scalar_one()

    assert shown(bench).bytes_a_day == size // 7
    bench.clock.now += timedelta(days=8)
    assert shown(bench).bytes_a_day == 0


def test_what_was_handed_in_and_is_not_kept_yet_waits(bench: Bench) -> None:
    bench.hand_in(bytes(5000))

    assert shown(bench).waiting == 1


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.UNIT_ADMINISTRATOR, "4403"),
        (Role.REVIEWER, "44"),
        (Role.AUDITOR, "44"),
        (Role.REGISTRAR, "4403"),
    ],
)
def test_whoever_does_not_look_after_the_archive_is_refused(
    bench: Bench, role: Role, unit: str
) -> None:
    with pytest.raises(NotAllowedError):
        shown(bench, role, unit)


def test_an_archive_that_is_kept_elsewhere_is_not_told_of(bench: Bench) -> None:
    with pytest.raises(UnknownUnitError):
        shown(bench, province=ProvinceCode("51"))


def test_a_store_that_is_away_is_told_as_that(bench: Bench) -> None:
    bench.store.is_away = True

    with pytest.raises(StoreUnavailableError):
        shown(bench)
