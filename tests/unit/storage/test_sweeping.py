from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.storage import sweeping, usecases
from services.storage.domain import MAX_VIEW_BYTES, Refusal
from services.storage.tables import objects
from services.storage.tables import refused as refused_table
from shared.kernel.ids import ObjectId
from shared.plumbing.handin import incoming_key
from shared.plumbing.objects import StoreRefusedError, StoreUnavailableError
from shared.sealing.context import Rendition
from tests.unit.storage.bench import PROVINCE, Bench

ARCHIVE, SLOTS = "t-44-archive", "t-44-slots"
AGE, DAY = timedelta(seconds=5), timedelta(days=1)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def sweep(bench: Bench) -> int:
    bench.clock.now += timedelta(seconds=6)
    return sweeping.sweep(bench.database, bench.vault, PROVINCE, age=AGE)


def kept(bench: Bench) -> set[str]:
    with bench.database.transaction() as tx:
        return set(tx.execute(sa.select(objects.c.object)).scalars())


def reason(bench: Bench) -> str | None:
    with bench.database.transaction() as tx:
        return tx.execute(sa.select(refused_table.c.reason)).scalar_one_or_none()


@pytest.mark.parametrize("trouble", [RuntimeError, StoreRefusedError])
def test_an_object_in_trouble_does_not_keep_the_others_waiting(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, trouble: type[Exception]
) -> None:
    first, second = sorted(bench.hand_in() for _ in range(2))
    copy = bench.store.copy

    def failing(source: tuple[str, str, str], bucket: str, key: str) -> str:
        if key.endswith(first):
            raise trouble("of this object alone")
        return copy(source, bucket, key)

    monkeypatch.setattr(bench.store, "copy", failing)
    sweep(bench)
    assert kept(bench) == {second}

    monkeypatch.undo()
    sweep(bench)
    assert kept(bench) == {first, second}


def test_a_store_that_is_away_ends_the_sweep_and_loses_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = {bench.hand_in(), bench.hand_in()}

    def away(*_: object) -> str:
        raise StoreUnavailableError

    monkeypatch.setattr(bench.store, "copy", away)
    with pytest.raises(StoreUnavailableError):
        sweep(bench)
    monkeypatch.undo()
    sweep(bench)

    assert kept(bench) == ids


def test_a_fact_that_is_quicker_than_its_slot_leaves_the_photo_to_the_sweep(bench: Bench) -> None:
    object_ = bench.hand_in()
    slot = bench.store.get(SLOTS, incoming_key(object_))
    bench.store.delete(SLOTS, incoming_key(object_))

    usecases.keep(bench.database, bench.vault, object_, PROVINCE, bench.database.transaction)
    assert kept(bench) == set()

    bench.store.put(SLOTS, incoming_key(object_), slot)
    sweep(bench)
    assert kept(bench) == {object_}


def test_a_waiting_photo_is_no_orphan_however_long_storage_was_down(bench: Bench) -> None:
    object_ = bench.hand_in()
    bench.clock.now += timedelta(days=30)

    assert sweeping.remove_orphans(bench.database, bench.vault, PROVINCE, age=DAY) == 0
    sweep(bench)
    assert kept(bench) == {object_}


def spare_copy(bench: Bench) -> ObjectId:
    """A photo with a copy that a crash between copy and commit left behind."""
    object_ = bench.hand_in()
    with pytest.raises(KeyboardInterrupt):
        usecases.keep(bench.database, bench.vault, object_, PROVINCE, bench.crashing)
    usecases.keep(bench.database, bench.vault, object_, PROVINCE, bench.database.transaction)
    return object_


def test_a_spare_copy_goes_after_a_day_and_what_the_row_names_stays(bench: Bench) -> None:
    object_ = spare_copy(bench)
    copies = bench.store.objects[ARCHIVE, f"original/202604/{object_}"]
    assert len(copies) == 2

    bench.clock.now += timedelta(hours=23)
    assert sweeping.remove_spares(bench.database, bench.vault, PROVINCE, age=DAY) == 0
    bench.clock.now += timedelta(hours=2)
    assert sweeping.remove_spares(bench.database, bench.vault, PROVINCE, age=DAY) == 1

    with bench.database.transaction() as tx:
        named = tx.execute(sa.select(objects.c.version)).scalar_one()
    [left] = bench.store.objects[ARCHIVE, f"original/202604/{object_}"]
    assert left.id == named


def test_a_body_without_a_row_is_never_taken_for_a_spare(bench: Bench) -> None:
    object_ = spare_copy(bench)
    with bench.database.transaction() as tx:
        tx.execute(sa.delete(objects))  # as after the restore of an older backup
    bench.clock.now += timedelta(days=30)

    assert sweeping.remove_spares(bench.database, bench.vault, PROVINCE, age=DAY) == 0
    assert len(bench.store.objects[ARCHIVE, f"original/202604/{object_}"]) == 2


@pytest.mark.parametrize(
    ("size", "named"), [(MAX_VIEW_BYTES, None), (MAX_VIEW_BYTES + 1, Refusal.VIEW_TOO_LARGE)]
)
def test_a_view_is_at_most_120_kilobytes(bench: Bench, size: int, named: Refusal | None) -> None:
    object_ = bench.hand_in(bytes(size), signer=bench.reader, rendition=Rendition.VIEW)

    sweep(bench)

    assert reason(bench) == named
    assert (object_ in kept(bench)) is (named is None)
