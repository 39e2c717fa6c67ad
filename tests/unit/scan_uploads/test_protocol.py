"""The door keeps to tus 1.0: what each request answers, and what it leaves behind."""

import base64
import hashlib
import os
from datetime import timedelta

import pytest

from services.scan.uploads.domain import MAX_BYTES, PART_BYTES
from services.scan.uploads.receiving import MISMATCH
from services.scan.uploads.sealed import SealedFile, SealedUpload
from services.scan.uploads.store import upload_of
from tests.unit.scan_uploads.office import Office


def clear_of(office: Office, path: str) -> bytes:
    with office.database.transaction() as tx:
        row = upload_of(tx, path.rpartition("/")[2])
    assert row is not None
    key = office.room.vault.open(row.upload, row.sealed_key)
    with SealedFile(SealedUpload(row.upload, office.parts.path(row.upload), row.size, key)) as file:
        return file.read()


def test_what_is_offered_is_told(office: Office) -> None:
    answer = office.ask("OPTIONS", "/scan/uploads")

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == str(512 << 20)
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        *("creation", "creation-with-upload", "termination", "checksum", "expiration")
    }


def test_an_upload_begins_at_nothing_and_ends_in_a_day(office: Office) -> None:
    answer = office.begin(1000, filename="张三.pdf", filetype="application/pdf")

    assert answer.status_code == 201
    assert answer.headers["Upload-Expires"] == "Thu, 02 Apr 2026 08:00:00 GMT"
    head = office.ask("HEAD", answer.headers["Location"])
    assert (head.status_code, head.headers["Upload-Offset"]) == (200, "0")
    assert head.headers["Upload-Length"] == "1000"
    assert head.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("cut", [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES])
def test_bytes_come_back_as_they_were_sent_wherever_requests_were_cut(
    office: Office, cut: int
) -> None:
    data = os.urandom(3 * PART_BYTES + 17)
    path = office.begin(len(data)).headers["Location"]

    assert office.send(path, 0, data[:cut]).headers["Upload-Offset"] == str(cut)
    assert office.offset(path) == cut
    assert office.send(path, cut, data[cut:]).headers["Upload-Offset"] == str(len(data))
    assert clear_of(office, path) == data


def test_a_hundred_small_requests_make_the_same_file(office: Office) -> None:
    data = os.urandom(100_000)
    path = office.begin(len(data)).headers["Location"]

    for at in range(0, len(data), 1000):
        assert office.send(path, at, data[at : at + 1000]).status_code == 204

    assert clear_of(office, path) == data
    assert [one.suffix for one in office.parts.folder.iterdir()] == [".parts"]


@pytest.mark.parametrize("offset", [0, 9, 11, 10**9])
def test_bytes_for_another_place_are_refused_and_change_nothing(
    office: Office, offset: int
) -> None:
    path = office.begin(100).headers["Location"]
    office.send(path, 0, b"0123456789")

    assert office.send(path, offset, b"abc").status_code == 409
    assert office.offset(path) == 10


def test_more_than_was_announced_is_refused(office: Office) -> None:
    path = office.begin(10).headers["Location"]

    assert office.send(path, 0, b"0123456789a").status_code == 413
    assert office.offset(path) == 0


@pytest.mark.parametrize(
    ("size", "status"), [("0", 400), ("-1", 400), ("many", 400), (str(MAX_BYTES + 1), 413)]
)
def test_a_length_that_cannot_be_is_refused(office: Office, size: str, status: int) -> None:
    answer = office.ask("POST", "/scan/uploads", headers={"Upload-Length": size})

    assert answer.status_code == status


def test_the_largest_length_is_taken(office: Office) -> None:
    assert office.begin(MAX_BYTES).status_code == 201


def test_a_length_to_be_told_later_is_not_offered(office: Office) -> None:
    answer = office.ask("POST", "/scan/uploads", headers={"Upload-Defer-Length": "1"})

    assert answer.status_code == 400


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_another_version_is_refused_and_ours_is_named(office: Office, method: str) -> None:
    path = office.begin(10).headers["Location"]

    answer = office.ask(method, path, headers={"Tus-Resumable": "0.2.2"})

    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_another_type_of_body_is_refused(office: Office) -> None:
    path = office.begin(10).headers["Location"]

    answer = office.ask("PATCH", path, data=b"1", headers={"Upload-Offset": "0"})

    assert answer.status_code == 415


def test_a_file_that_cannot_be_a_scan_is_refused_before_it_is_sent(office: Office) -> None:
    assert office.begin(10, filetype="video/mp4").status_code == 415
    assert office.begin(10, filetype="image/tiff").status_code == 201


def test_after_a_day_an_upload_is_gone_and_its_parts_with_it(office: Office) -> None:
    path = office.begin(10).headers["Location"]
    office.send(path, 0, b"12345")
    office.now += timedelta(hours=24)

    assert office.ask("HEAD", path).status_code == 410
    assert office.send(path, 5, b"67890").status_code == 410
    office.clerk().clear()
    assert list(office.parts.folder.iterdir()) == []
    assert office.ask("HEAD", path).status_code == 410
    office.now += timedelta(days=8)
    office.clerk().clear()
    assert office.ask("HEAD", path).status_code == 404


def test_clearing_leaves_what_is_under_way(office: Office) -> None:
    path = office.begin(10).headers["Location"]
    office.send(path, 0, b"12345")
    (office.parts.folder / f"{'0' * 32}.parts").touch()

    office.clerk().clear()

    assert office.send(path, 5, b"67890").status_code == 204
    assert len(list(office.parts.folder.iterdir())) == 1


def test_an_upload_that_is_ended_leaves_nothing(office: Office) -> None:
    path = office.begin(10).headers["Location"]
    office.send(path, 0, b"12345")

    assert office.ask("DELETE", path).status_code == 204
    assert list(office.parts.folder.iterdir()) == []
    assert office.ask("HEAD", path).status_code == 410
    assert office.ask("DELETE", path).status_code == 410
    with office.database.transaction() as tx:
        row = upload_of(tx, path.rpartition("/")[2])
    assert row is not None
    assert row.sealed_key is None


def test_a_browser_that_cannot_patch_says_so_in_a_header(office: Office) -> None:
    path = office.begin(10).headers["Location"]

    answer = office.ask("POST", path, headers={"X-HTTP-Method-Override": "DELETE"})

    assert answer.status_code == 204


def test_the_first_bytes_may_come_with_the_beginning(office: Office) -> None:
    answer = office.ask(
        "POST",
        "/scan/uploads",
        data=b"12345",
        headers={"Upload-Length": "10"},
        content_type="application/offset+octet-stream",
    )

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "5")


@pytest.mark.parametrize("algorithm", ["sha256", "sha1", "md5"])
def test_bytes_that_add_up_are_taken_and_others_are_not(office: Office, algorithm: str) -> None:
    data = os.urandom(PART_BYTES + 4) + b"?"  # never what replaces it below
    path = office.begin(2 * len(data)).headers["Location"]
    right = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()

    wrong = office.send(path, 0, data[:-1] + b"!", Upload_Checksum=f"{algorithm} {right}")
    assert wrong.status_code == MISMATCH
    assert office.offset(path) == 0
    assert office.send(path, 0, data, Upload_Checksum=f"{algorithm} {right}").status_code == 204
    assert office.send(path, len(data), data).status_code == 204
    assert clear_of(office, path) == 2 * data


def test_a_wrong_checksum_leaves_the_tail_that_was_there(office: Office) -> None:
    data = os.urandom(2 * PART_BYTES)
    path = office.begin(len(data)).headers["Location"]
    office.send(path, 0, data[:1000])

    answer = office.send(path, 1000, os.urandom(PART_BYTES), Upload_Checksum="sha1 AAAA")
    assert answer.status_code == MISMATCH
    assert office.send(path, 1000, data[1000:]).status_code == 204
    assert clear_of(office, path) == data


def test_a_checksum_of_an_unknown_kind_is_refused(office: Office) -> None:
    path = office.begin(10).headers["Location"]

    assert office.send(path, 0, b"1", Upload_Checksum="crc32 AAAA").status_code == 400


@pytest.mark.parametrize("said", ["filename !!", "a YQ==,a YQ==", " ,", "filename /w=="])
def test_metadata_that_is_none_is_refused(office: Office, said: str) -> None:
    headers = {"Upload-Length": "10", "Upload-Metadata": said}

    assert office.ask("POST", "/scan/uploads", headers=headers).status_code == 400
