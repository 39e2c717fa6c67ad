"""The child that takes pages out sees the uploads it was given, and nothing else."""

import os
from pathlib import Path

import pytest

from services.scan.uploads.child import pages_in_upload, prepare
from services.scan.uploads.sealed import PartSealer, SealedUpload
from shared.plumbing.offload import ProcessPool, WorkerFailed
from shared.plumbing.sandbox import can_filter
from tests.unit.scan_uploads.office import a_tiff


def a_sealed(folder: Path, upload: str, data: bytes) -> SealedUpload:
    key, path = os.urandom(32), folder / f"{upload}.parts"
    path.write_bytes(PartSealer(key, upload).seal(0, data))
    return SealedUpload(upload, path, len(data), key)


def can_open(path: str) -> bool:
    """Runs in the child."""
    try:
        os.close(os.open(path, os.O_RDONLY))
    except PermissionError:
        return False
    return True


@pytest.mark.skipif(not can_filter(), reason="libseccomp is not installed")
def test_once_it_has_its_uploads_a_child_opens_no_other_file(tmp_path: Path) -> None:
    own = tuple(a_sealed(tmp_path, name, a_tiff(pages)) for name, pages in (("a", 2), ("b", 3)))
    other = a_sealed(tmp_path, "c", a_tiff(4))
    pool = ProcessPool(1, prepare)
    try:
        assert pool.run(can_open, str(other.path), deadline_s=10)
        assert pool.run(pages_in_upload, own, 0, deadline_s=10) == 2
        assert not pool.run(can_open, str(other.path), deadline_s=10)
        assert pool.run(pages_in_upload, own, 1, deadline_s=10) == 3
        with pytest.raises(WorkerFailed):
            pool.run(pages_in_upload, (other,), 0, deadline_s=10)
    finally:
        pool.close()


def test_keys_are_not_shown_where_an_upload_is_printed(tmp_path: Path) -> None:
    one = a_sealed(tmp_path, "a", b"page")

    assert repr(one.key)[2:10] not in repr(one)
