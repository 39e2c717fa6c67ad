from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.storage import sweeping, usecases
from services.storage.domain import Refusal
from services.storage.tables import objects
from services.storage.tables import refused as refused_table
from shared.contracts.events import Sender
from shared.contracts.ledger_commands import PhotoStanding, SheetPhotosRequest
from shared.contracts.storage_commands import ObjectStateRequest
from shared.kernel.ids import ObjectId, ProvinceCode, SheetId
from shared.plumbing.handin import incoming_key
from shared.plumbing.identity import make_identity
from shared.plumbing.outbox import outbox_table
from shared.sealing.context import Rendition
from tests.unit.storage.bench import PHOTO, PROVINCE, SHEET, Bench

LANDING, SLOTS, ARCHIVE = (f"t-44-{kind}" for kind in ("landing", "slots", "archive"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def keep(bench: Bench, object_: ObjectId) -> bool:
    return usecases.keep(bench.database, bench.vault, object_, PROVINCE, bench.database.transaction)


def said(bench: Bench) -> list[str]:
    """The facts of the walk; acts are test_grants'."""
    outbox = outbox_table(sa.MetaData())
    walk = sa.select(outbox.c.routing_key).where(outbox.c.fact != "act_done")
    with bench.database.transaction() as tx:
        return list(tx.execute(walk.order_by(outbox.c.id)).scalars())


def reason(bench: Bench) -> str | None:
    with bench.database.transaction() as tx:
        return tx.execute(sa.select(refused_table.c.reason)).scalar_one_or_none()


def test_a_photo_moves_from_landing_to_the_archive_and_is_said_once(bench: Bench) -> None:
    object_ = bench.hand_in()

    keep(bench, object_)
    keep(bench, object_)

    assert said(bench) == ["photo_kept.v1.44.photo"]
    assert bench.store.keys("landing") == []
    assert bench.store.keys("archive") == [f"original/202604/{object_}"]
    assert bench.store.keys("slots") == [f"kept/{object_}.json"]


def test_what_lies_in_the_archive_is_locked_and_shows_nothing_of_the_photo(bench: Bench) -> None:
    object_ = bench.hand_in()
    keep(bench, object_)

    [(where, until)] = bench.store.locks.items()
    assert where[:2] == (ARCHIVE, f"original/202604/{object_}")
    assert until == bench.clock() + timedelta(days=180)
    assert PHOTO[:64] not in bench.store.get(*where)


@pytest.mark.parametrize("kills", [1, 3])
def test_a_crash_before_the_commit_loses_nothing_and_says_nothing(bench: Bench, kills: int) -> None:
    object_ = bench.hand_in()
    for _ in range(kills):
        with pytest.raises(KeyboardInterrupt):
            usecases.keep(bench.database, bench.vault, object_, PROVINCE, bench.crashing)
        assert said(bench) == []

    keep(bench, object_)

    assert said(bench) == ["photo_kept.v1.44.photo"]


def test_a_photo_nobody_rang_for_is_found_by_the_sweep(bench: Bench) -> None:
    bench.hand_in()
    age = timedelta(seconds=5)

    assert sweeping.sweep(bench.database, bench.vault, PROVINCE, age=age) == 0
    bench.clock.now += timedelta(seconds=6)
    assert sweeping.sweep(bench.database, bench.vault, PROVINCE, age=age) == 1
    assert sweeping.sweep(bench.database, bench.vault, PROVINCE, age=age) == 0
    assert said(bench) == ["photo_kept.v1.44.photo"]


def test_a_crash_before_the_lock_is_mended_by_the_sweep(bench: Bench) -> None:
    object_ = bench.hand_in()
    keep(bench, object_)
    bench.store.locks.clear()
    with bench.database.transaction() as tx:
        tx.execute(sa.update(objects).values(locked_until=None))
    bench.clock.now += timedelta(minutes=1)

    sweeping.sweep(bench.database, bench.vault, PROVINCE, age=timedelta(seconds=5))

    assert len(bench.store.locks) == 1


def test_the_same_photo_handed_in_again_under_its_id_stays_one_object(bench: Bench) -> None:
    object_ = bench.hand_in()
    keep(bench, object_)
    bench.hand_in(object_=object_)
    keep(bench, object_)

    assert said(bench) == ["photo_kept.v1.44.photo"]
    assert len(bench.store.keys("archive")) == 1
    assert bench.store.keys("landing") == []


def test_a_body_overwritten_after_its_slot_was_signed_changes_nothing(bench: Bench) -> None:
    object_ = bench.hand_in()
    [key] = bench.store.keys("landing")
    bench.store.put(LANDING, key, b"something else")

    keep(bench, object_)

    assert reason(bench) is None
    assert said(bench) == ["photo_kept.v1.44.photo"]


def _body(bench: Bench):
    [key] = bench.store.keys("landing")
    return bench.store.objects[LANDING, key][-1]


def _cut(bench: Bench) -> None:
    _body(bench).data = _body(bench).data[:-1]


def _alter(bench: Bench) -> None:
    data = bytearray(_body(bench).data)
    data[100] ^= 1
    _body(bench).data = bytes(data)


def _lose(bench: Bench) -> None:
    bench.store.objects = {
        where: versions for where, versions in bench.store.objects.items() if where[0] != LANDING
    }


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        (_cut, Refusal.BODY_CUT),
        (_alter, Refusal.BODY_ALTERED),
        (_lose, Refusal.BODY_MISSING),
    ],
)
def test_a_harmed_body_is_named_and_never_archived(bench: Bench, harm, named: Refusal) -> None:
    object_ = bench.hand_in()
    harm(bench)

    keep(bench, object_)

    assert reason(bench) == named
    assert said(bench) == ["photo_damaged.v1.44"]
    assert bench.store.keys("archive") == []
    assert bench.store.keys("slots") == [f"refused/{object_}.json"]
    state = usecases.object_state(bench.database, ObjectStateRequest(object_))
    assert (state.is_kept, state.refused) == (False, named)


def test_swapped_slots_are_named(bench: Bench) -> None:
    first, second = bench.hand_in(), bench.hand_in(b"\xff\xd8 another photo")
    slot = bench.store.get(SLOTS, incoming_key(second))
    bench.store.put(SLOTS, incoming_key(first), slot)

    keep(bench, first)

    assert reason(bench) == Refusal.BAD_SLOT


def test_the_edge_may_hand_in_photos_and_nothing_else(bench: Bench) -> None:
    object_ = bench.hand_in(rendition=Rendition.VIEW)

    keep(bench, object_)

    assert reason(bench) == Refusal.UNKNOWN_EDGE


def test_a_stranger_is_not_believed(bench: Bench, tmp_path: Path) -> None:
    object_ = bench.hand_in(signer=make_identity("gateway", tmp_path / "stranger.id"))

    keep(bench, object_)

    assert reason(bench) == Refusal.BAD_SIGNATURE


def test_noise_in_the_landing_bucket_is_put_aside(bench: Bench) -> None:
    bench.store.put(SLOTS, incoming_key(ObjectId("f" * 32)), b"noise")

    keep(bench, ObjectId("f" * 32))

    assert reason(bench) == Refusal.BAD_SLOT


def test_a_body_without_a_slot_goes_after_a_day_and_not_before(bench: Bench) -> None:
    bench.store.put(LANDING, "original/202604/" + "a" * 32, b"orphan")
    day = timedelta(hours=24)

    bench.clock.now += timedelta(hours=23)
    assert sweeping.remove_orphans(bench.database, bench.vault, PROVINCE, age=day) == 0
    bench.clock.now += timedelta(hours=2)
    assert sweeping.remove_orphans(bench.database, bench.vault, PROVINCE, age=day) == 1
    assert bench.store.keys("landing") == []


def photos_of(bench: Bench, province: str = PROVINCE, sheet: str = SHEET) -> list[PhotoStanding]:
    request = SheetPhotosRequest(ProvinceCode(province), SheetId(sheet))
    return list(usecases.sheet_photos(bench.database, request).photos)


def test_a_sheets_photos_are_told_with_where_they_lie_until_when(bench: Bench) -> None:
    first = bench.hand_in()
    bench.clock.now += timedelta(hours=1)
    second = bench.hand_in()
    for object_ in (first, second):
        keep(bench, object_)
    told = photos_of(bench)

    assert [one.object for one in told] == [first, second]
    assert told[0].sender is Sender.GUARDIAN
    assert told[0].size_bytes > len(PHOTO)
    assert told[0].locked_until == bench.clock() + timedelta(days=180)
    assert not told[0].is_erased


def test_renditions_and_other_sheets_and_provinces_are_none_of_a_sheets_photos(
    bench: Bench,
) -> None:
    for rendition in (Rendition.ORIGINAL, Rendition.VIEW):
        keep(bench, bench.hand_in(rendition=rendition))

    assert len(photos_of(bench)) == 1
    assert photos_of(bench, sheet="ba9876543210") == []
    assert photos_of(bench, province="45") == []


def test_a_photo_whose_key_was_destroyed_is_told_as_erased(bench: Bench) -> None:
    keep(bench, bench.hand_in())
    with bench.database.transaction() as tx:
        tx.execute(sa.update(objects).values(wrapped_key=None))

    assert [one.is_erased for one in photos_of(bench)] == [True]
