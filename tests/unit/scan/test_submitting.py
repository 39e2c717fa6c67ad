"""Handing a bulk scan in: every page becomes one object, and a broken-off hand-in goes on."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.scan import batches
from services.scan.batch_report import report
from services.scan.image.child import prepare_for_files
from services.scan.submitting import (
    NoFilesError,
    Origin,
    Submission,
    TooLargeError,
    digest_of,
    files_of,
)
from services.scan.watching import Watch
from shared.contracts.batch_commands import BatchState
from shared.contracts.events import Lane
from shared.kernel.ids import ObjectId, UnitCode
from shared.plumbing.handin import Parcel
from shared.plumbing.objects import StoreUnavailableError
from shared.plumbing.offload import ProcessPool
from tests.unit.scan.house import KEY, PROVINCE, House

ORIGIN = Origin(KEY.campaign, PROVINCE, UnitCode("4403050170001"), "operator:wang")


class Bucket:
    """Takes parcels; away after `until` of them."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.until = 10**6

    def hand_in(self, parcel: Parcel) -> ObjectId:
        if len(self.parcels) >= self.until:
            raise StoreUnavailableError("away")
        self.parcels.append(parcel)
        return parcel.object


@pytest.fixture(scope="module")
def children() -> Iterator[ProcessPool]:
    pool = ProcessPool(1, prepare_for_files)
    yield pool
    pool.close()


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def office(house: House, bucket: Bucket, children: ProcessPool) -> Submission:
    return Submission(house.database, bucket, children)  # type: ignore[arg-type]  # as much as is used


def a_page(shade: int) -> Image.Image:
    return Image.fromarray(np.full((220, 160), shade, np.uint8))


def a_tiff(path: Path, pages: int) -> Path:
    first, *more = (a_page(20 * one) for one in range(pages))
    first.save(path, save_all=True, append_images=more, compression="tiff_lzw")
    return path


def hand_in(office: Submission, *paths: Path) -> str:
    ticks: list[tuple[int, int]] = []
    begun = office.submit(paths, ORIGIN, lambda done, total: ticks.append((done, total)))
    assert not ticks or ticks[-1][0] == ticks[-1][1]
    return begun.batch


def test_every_page_of_a_file_is_handed_in_as_a_picture_of_its_own(
    office: Submission, bucket: Bucket, tmp_path: Path
) -> None:
    batch = hand_in(office, a_tiff(tmp_path / "pile.tif", 6))

    assert [one.object for one in bucket.parcels] == [
        batches.page_object(batch, number) for number in range(1, 7)
    ]
    for shade, parcel in enumerate(bucket.parcels):
        assert parcel.claim.lane is Lane.PAGE
        assert abs(np.asarray(Image.open(io.BytesIO(parcel.data))).mean() - 20 * shade) < 3
    assert report(office.database, batch).counts == {"waiting": 6}


def test_broken_off_and_handed_in_again_it_is_the_same_batch_with_the_same_pages(
    office: Submission, bucket: Bucket, tmp_path: Path
) -> None:
    pile = a_tiff(tmp_path / "pile.tif", 9)
    bucket.until = 5
    with pytest.raises(StoreUnavailableError):
        hand_in(office, pile)
    bucket.until = 10**6

    batch = hand_in(office, pile)
    again = hand_in(office, pile)

    assert again == batch
    wanted = {batches.page_object(batch, number) for number in range(1, 10)}
    assert {one.object for one in bucket.parcels} == wanted
    assert report(office.database, batch).state is BatchState.READING


def test_the_same_scan_under_another_name_is_recognised_and_another_one_is_not(
    office: Submission, bucket: Bucket, tmp_path: Path
) -> None:
    first = a_tiff(tmp_path / "monday.tif", 2)
    second = tmp_path / "tuesday.tif"
    second.write_bytes(first.read_bytes())

    batch = hand_in(office, first)

    assert hand_in(office, second) == batch
    assert len(bucket.parcels) == 2
    assert hand_in(office, a_tiff(tmp_path / "other.tif", 3)) != batch


def test_a_folder_is_read_in_the_order_people_number_files(tmp_path: Path) -> None:
    for name in ("10.jpg", "2.jpg", "1.jpg", ".hidden"):
        (tmp_path / name).write_bytes(name.encode())

    assert [one.name for one in files_of([tmp_path])] == ["1.jpg", "2.jpg", "10.jpg"]


def test_a_file_that_is_no_scan_is_a_page_that_says_so_and_its_neighbours_are_handed_in(
    office: Submission, bucket: Bucket, tmp_path: Path
) -> None:
    pile = tmp_path / "pile"
    pile.mkdir()
    (pile / "1.txt").write_text("a shopping list")
    (pile / "2.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    a_page(90).save(pile / "3.png")

    batch = hand_in(office, pile)

    listed = report(office.database, batch).listed
    assert [(one.state.value, one.reason) for one in listed] == [
        ("refused", "not_an_image"),
        ("unreadable", "damaged_file"),
        ("waiting", ""),
    ]
    assert len(bucket.parcels) == 1


def test_what_is_not_there_or_empty_or_too_large_is_refused_before_anything_is_handed_in(
    office: Submission, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for nothing in (tmp_path / "nowhere.pdf", empty):
        with pytest.raises(NoFilesError):
            hand_in(office, nothing)
    monkeypatch.setattr("services.scan.submitting.MAX_BYTES", 10)
    with pytest.raises(TooLargeError, match="too_big"):
        hand_in(office, a_tiff(tmp_path / "pile.tif", 2))
    assert bucket.parcels == []


def test_the_digest_is_of_the_content_and_of_its_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"2")

    assert digest_of([one, two]) != digest_of([two, one])
    assert digest_of([one]) != digest_of([one, one])


# --- the watched folder


def test_a_file_is_handed_in_once_it_is_whole_and_moved_out_of_the_way(tmp_path: Path) -> None:
    taken: list[str] = []
    watch = Watch(tmp_path, lambda path: taken.append(path.name) or "batch")  # type: ignore[func-returns-value]
    file = tmp_path / "scan.pdf"
    file.write_bytes(b"half")
    assert list(watch.look()) == []
    file.write_bytes(b"half and half")
    assert list(watch.look()) == []

    assert list(watch.look()) == [("scan.pdf", "batch")]
    assert taken == ["scan.pdf"]
    assert not file.exists()
    assert (tmp_path / "handed-in" / "scan.pdf").read_bytes() == b"half and half"
    assert list(watch.look()) == []


def test_a_refused_file_is_moved_aside_with_its_code_and_the_next_one_is_taken(
    tmp_path: Path,
) -> None:
    def hand_in_(path: Path) -> str:
        if path.name == "a.pdf":
            raise TooLargeError("too_many_pages")
        return "batch"

    for name in ("a.pdf", "b.pdf", "c.pdf.part"):
        (tmp_path / name).write_bytes(b"x")

    found = list(Watch(tmp_path, hand_in_).look(settled=True))

    assert found == [("a.pdf", "too_many_pages"), ("b.pdf", "batch")]
    assert (tmp_path / "refused" / "a.pdf").exists()
    assert (tmp_path / "c.pdf.part").exists()


def test_a_store_that_is_away_leaves_the_file_for_the_next_look(tmp_path: Path) -> None:
    def away(_: Path) -> str:
        raise StoreUnavailableError("away")

    (tmp_path / "a.pdf").write_bytes(b"x")
    with pytest.raises(StoreUnavailableError):
        list(Watch(tmp_path, away).look(settled=True))

    assert (tmp_path / "a.pdf").exists()


def test_two_scans_of_one_name_are_both_kept(tmp_path: Path) -> None:
    watch = Watch(tmp_path, lambda _: "batch")
    for content in (b"1", b"2"):
        (tmp_path / "scan.pdf").write_bytes(content)
        assert list(watch.look(settled=True)) == [("scan.pdf", "batch")]

    kept = {one.read_bytes() for one in (tmp_path / "handed-in").iterdir()}
    assert kept == {b"1", b"2"}
