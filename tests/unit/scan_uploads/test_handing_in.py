"""Whole uploads become batches: one of one file, or several that a person says belong together."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from services.scan import batches
from services.scan.batch_report import report
from services.scan.submitting import digest_of
from services.scan.uploads.domain import PART_BYTES
from services.scan.uploads.sealed import SLOT_BYTES
from shared.contracts.batch_commands import BatchState
from tests.unit.scan_uploads.office import Office, a_page, a_tiff, shades


def a_pdf(pages: int) -> bytes:
    first, *more = (a_page(20 * number) for number in range(pages))
    body = io.BytesIO()
    first.save(body, "PDF", save_all=True, append_images=more)
    return body.getvalue()


def a_zip(*files: bytes, how: int = zipfile.ZIP_STORED) -> bytes:
    with zipfile.ZipFile(body := io.BytesIO(), "w", how) as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number}", file)
    return body.getvalue()


def become_of(office: Office, path: str) -> dict[str, str]:
    told: dict[str, str] = office.ask("GET", path).json["batch"]
    return told


def close(office: Office, label: str, *paths: str) -> tuple[int, dict[str, str]]:
    said = {"batch": label, "uploads": [one.rpartition("/")[2] for one in paths]}
    answer = office.ask("POST", "/scan/batches", json=said)
    return answer.status_code, answer.json


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(a_tiff(4), id="tiff"),
        pytest.param(a_zip(a_tiff(3), a_pdf(1)), id="zip, stored"),
        pytest.param(a_zip(a_tiff(3), a_pdf(1), how=zipfile.ZIP_DEFLATED), id="zip, packed"),
    ],
)
def test_every_page_of_a_whole_upload_is_handed_in_and_its_parts_go(
    office: Office, data: bytes
) -> None:
    path = office.upload(data)
    assert become_of(office, path)["state"] == "waiting"

    assert office.clerk().work() == 1

    told = become_of(office, path)
    assert told["state"] == "handed_in"
    assert report(office.database, told["batch"]).counts == {"waiting": 4}
    assert [one.object for one in office.bucket.parcels] == [
        batches.page_object(told["batch"], number) for number in range(1, 5)
    ]
    assert sorted(shades(office.bucket)) == ([0, 0, 1, 2] if data[:2] == b"PK" else [0, 1, 2, 3])
    assert list(office.parts.folder.iterdir()) == []
    assert office.offset(path) == len(data)


def test_a_file_of_many_parts_is_read_where_it_lies(office: Office) -> None:
    data = a_tiff(5, noise=True)
    assert len(data) > 3 * PART_BYTES
    path = office.upload(data)

    office.clerk().work()

    assert report(office.database, become_of(office, path)["batch"]).pages == 5
    assert len({one.data for one in office.bucket.parcels}) == 5


@pytest.mark.slow
def test_broken_off_it_goes_on_where_it_was_with_the_same_pages(office: Office) -> None:
    path = office.upload(a_tiff(6))
    office.bucket.until = 3
    assert office.clerk().work() == 0
    office.bucket.until = 10**6
    assert office.clerk().work() == 0  # it waits a while before it tries again

    office.now += timedelta(minutes=1)
    assert office.clerk().work() == 1

    told = become_of(office, path)
    wanted = {batches.page_object(told["batch"], number) for number in range(1, 7)}
    assert {one.object for one in office.bucket.parcels} == wanted
    assert report(office.database, told["batch"]).state is BatchState.READING


def test_the_same_file_again_is_the_same_batch_also_by_another_door(
    office: Office, tmp_path: Path
) -> None:
    data = a_tiff(2)
    first, second = office.upload(data), office.upload(data)

    assert office.clerk().work() == 2

    batch = become_of(office, first)["batch"]
    assert become_of(office, second)["batch"] == batch
    assert len(office.bucket.parcels) == 2
    (tmp_path / "same.tif").write_bytes(data)
    with office.database.transaction() as tx:
        digest = tx.connection.exec_driver_sql("select digest from batches").scalar()
    assert digest == digest_of([tmp_path / "same.tif"])


def test_several_files_are_one_batch_in_the_order_that_is_said(office: Office) -> None:
    first = office.upload(a_tiff(2), batch="monday")
    second = office.upload(a_pdf(1), batch="monday")
    third = office.upload(picture(100), batch="monday")
    assert office.clerk().work() == 0

    status, told = close(office, "monday", third, first, second)
    office.clerk().work()

    assert status == 202
    assert close(office, "monday", third, first, second)[1]["pile"] == told["pile"]
    assert become_of(office, first)["pile"] == told["pile"]
    assert report(office.database, become_of(office, second)["batch"]).pages == 4
    assert shades(office.bucket) == [5, 0, 1, 0]


def picture(shade: int) -> bytes:
    body = io.BytesIO()
    Image.new("L", (160, 220), shade).save(body, "PNG")
    return body.getvalue()


def test_a_batch_is_not_closed_before_every_file_of_it_is_whole(office: Office) -> None:
    first = office.upload(a_tiff(1), batch="monday")
    open_ = office.begin(10, batch="monday").headers["Location"]

    assert close(office, "monday", first, open_) == (409, {"code": "not_whole"})
    assert close(office, "monday", first) == (409, {"code": "not_all_of_the_batch"})
    office.ask("DELETE", open_)
    assert close(office, "monday", first)[0] == 202


def test_a_file_of_one_batch_is_no_file_of_another(office: Office) -> None:
    first, second = (office.upload(a_tiff(n), batch="monday") for n in (1, 2))
    close(office, "monday", first, second)

    assert close(office, "monday", first)[0] == 409
    assert close(office, "monday", second, first)[0] == 409
    assert close(office, "monday", first, first)[0] == 400
    assert office.ask("DELETE", first).status_code == 409


@pytest.mark.parametrize("label", ["", "a b", "张", "x" * 65])
def test_a_label_that_is_none_is_refused(office: Office, label: str) -> None:
    assert office.begin(10, batch=label).status_code == 400


@pytest.mark.parametrize("body", [b"[]", b'{"batch": "a"}', b'{"batch": 1, "uploads": []}'])
def test_a_final_call_that_is_none_is_refused(office: Office, body: bytes) -> None:
    assert office.ask("POST", "/scan/batches", data=body).status_code == 400


@pytest.mark.slow
def test_a_part_that_was_swapped_is_found_and_nothing_of_it_is_handed_in(office: Office) -> None:
    data = a_tiff(5, noise=True)
    path = office.upload(data)
    parts = office.parts.path(path.rpartition("/")[2])
    sealed = parts.read_bytes()
    swapped = sealed[SLOT_BYTES : 2 * SLOT_BYTES] + sealed[:SLOT_BYTES] + sealed[2 * SLOT_BYTES :]
    parts.write_bytes(swapped)

    office.clerk().work()

    assert become_of(office, path) | {"pile": ""} == {
        "pile": "",
        "state": "refused",
        "reason": "damaged",
    }
    assert office.bucket.parcels == []


def test_a_file_that_is_no_scan_is_a_page_that_says_so(office: Office) -> None:
    path = office.upload(b"a shopping list")

    office.clerk().work()

    assert report(office.database, become_of(office, path)["batch"]).counts == {"refused": 1}


def test_one_pile_is_handed_in_by_one_process(office: Office) -> None:
    path = office.upload(a_tiff(1))

    with office.parts.held(path.rpartition("/")[2]):
        assert office.clerk().work() == 0
    assert become_of(office, path)["state"] == "waiting"


def test_nothing_that_was_sent_lies_in_clear(office: Office) -> None:
    marker = b"canary-" + bytes(range(97, 123))
    data = marker * 60_000
    path = office.begin(len(data), filename="canary.pdf").headers["Location"]
    office.send(path, 0, data[:1_500_000])
    office.send(path, 1_500_000, data[1_500_000:-1])

    office.database.dispose()
    there = [one for one in office.folder.rglob("*") if one.is_file()]
    assert any(one.stat().st_size > 1_000_000 for one in there)
    assert not [one for one in there if b"canary" in one.read_bytes()]
