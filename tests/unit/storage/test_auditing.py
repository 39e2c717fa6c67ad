from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.storage import auditing, usecases
from services.storage.domain import Refusal
from services.storage.keyring import Keyring
from services.storage.provisioning import with_campaign
from services.storage.tables import objects
from shared.kernel.ids import ObjectId
from shared.plumbing.objects import StoreUnavailableError
from tests.unit.storage.bench import CAMPAIGN, PROVINCE, Bench

ARCHIVE = "t-44-archive"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def kept(bench: Bench, count: int = 3) -> list[ObjectId]:
    ids = sorted(bench.hand_in(bytes([number]) * 5000) for number in range(count))
    for id_ in ids:
        usecases.keep(bench.database, bench.vault, id_, PROVINCE, bench.database.transaction)
    return ids


def found(bench: Bench) -> dict[str, Refusal | None]:
    return {one.object: one.wrong for one in auditing.verify(bench.database, bench.vault, PROVINCE)}


def version(bench: Bench, object_: str):
    key = next(key for key in bench.store.keys("archive") if key.endswith(object_))
    return bench.store.objects[ARCHIVE, key][-1]


def test_an_untouched_archive_is_whole(bench: Bench) -> None:
    ids = kept(bench)

    assert found(bench) == dict.fromkeys(ids)


def test_a_body_cut_altered_swapped_or_lost_is_found_and_named(bench: Bench) -> None:
    cut, altered, swapped, lost, fine = kept(bench, 5)
    version(bench, cut).data = version(bench, cut).data[:-10]
    body = bytearray(version(bench, altered).data)
    body[len(body) // 2] ^= 1
    version(bench, altered).data = bytes(body)
    version(bench, swapped).data = version(bench, fine).data
    bench.store.delete_versions(
        ARCHIVE, next(key for key in bench.store.keys("archive") if key.endswith(lost))
    )

    assert found(bench) == {
        cut: Refusal.BODY_CUT,
        altered: Refusal.BODY_ALTERED,
        swapped: Refusal.BODY_ALTERED,
        lost: Refusal.BODY_MISSING,
        fine: None,
    }


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_body_that_the_store_cannot_give_is_found_and_named(bench: Bench, place: int) -> None:
    ids = kept(bench)
    bench.store.damaged = {key for key in bench.store.keys("archive") if key.endswith(ids[place])}

    assert found(bench) == {**dict.fromkeys(ids), ids[place]: Refusal.BODY_UNREADABLE}


def test_a_store_that_is_away_is_no_damage(bench: Bench) -> None:
    kept(bench)
    checking = auditing.verify(bench.database, bench.vault, PROVINCE)
    next(checking)
    bench.store.damaged = set(bench.store.keys("archive"))  # it lists, and gives nothing
    with pytest.raises(StoreUnavailableError):
        next(checking)
    bench.store.is_away = True

    with pytest.raises(StoreUnavailableError):
        found(bench)


def test_after_a_rotation_everything_opens_with_the_new_key_alone(bench: Bench) -> None:
    ids = kept(bench)
    old = bench.vault.keyring
    assert isinstance(old, Keyring)
    retired = replace(old, keys=tuple(replace(key, is_current=False) for key in old.keys))
    both = with_campaign(retired, PROVINCE, CAMPAIGN)

    done = list(auditing.rotate(bench.database, replace(bench.vault, keyring=both), CAMPAIGN))

    assert [(one.object, one.wrong) for one in done] == [(one, None) for one in ids]
    new_alone = replace(both, keys=tuple(key for key in both.keys if key.is_current))
    bench.vault = replace(bench.vault, keyring=new_alone)
    assert found(bench) == dict.fromkeys(ids)
    assert list(auditing.rotate(bench.database, bench.vault, CAMPAIGN)) == []


def test_a_rotation_names_a_key_that_does_not_unwrap_and_does_the_others(bench: Bench) -> None:
    lost, fine = kept(bench, 2)
    with bench.database.transaction() as tx:
        tx.execute(
            sa.update(objects).where(objects.c.object == lost).values(wrapped_key=bytes(1168))
        )
    old = bench.vault.keyring
    assert isinstance(old, Keyring)
    retired = replace(old, keys=tuple(replace(key, is_current=False) for key in old.keys))
    both = replace(bench.vault, keyring=with_campaign(retired, PROVINCE, CAMPAIGN))

    done = list(auditing.rotate(bench.database, both, CAMPAIGN))

    assert [(one.object, one.wrong) for one in done] == [
        (lost, Refusal.DOES_NOT_OPEN),
        (fine, None),
    ]


def test_a_rotation_stopped_half_way_goes_on_where_it_was(bench: Bench) -> None:
    ids = kept(bench, 4)
    old = bench.vault.keyring
    assert isinstance(old, Keyring)
    retired = replace(old, keys=tuple(replace(key, is_current=False) for key in old.keys))
    both = replace(bench.vault, keyring=with_campaign(retired, PROVINCE, CAMPAIGN))

    stopped = auditing.rotate(bench.database, both, CAMPAIGN)
    first = [next(stopped).object, next(stopped).object]
    stopped.close()
    rest = [one.object for one in auditing.rotate(bench.database, both, CAMPAIGN)]

    assert first + rest == ids


def test_capacity_counts_what_is_kept_and_what_waits(bench: Bench) -> None:
    kept(bench, 2)
    bench.hand_in()

    capacity = auditing.capacity(bench.database, bench.vault, PROVINCE)

    assert (capacity.objects, capacity.waiting) == (2, 1)
    assert capacity.bytes > 10_000
