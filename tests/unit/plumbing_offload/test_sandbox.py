"""A locked child computes, and can do nothing else."""

import os
import socket
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from shared.plumbing.offload import ProcessPool, WorkerCrashed, WorkerFailed
from shared.plumbing.sandbox import can_filter
from tests.conftest import lacking
from tests.unit.plumbing_offload import jobs


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPool]:
    if not can_filter():
        lacking("libseccomp is missing: apt-get install libseccomp2")
    pool = ProcessPool(1, jobs.lock_strictly)
    yield pool
    pool.close()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "door"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        yield path


def still_works(pool: ProcessPool) -> bool:
    return pool.run(jobs.double, jobs.Parcel("a", b"xy"), deadline_s=5).body == b"xyxy"


def test_a_locked_child_computes(pool: ProcessPool) -> None:
    assert still_works(pool)


@pytest.mark.parametrize("file", [sys.executable, "/etc/passwd", "/proc/self/environ"])
def test_a_locked_child_cannot_read_a_file(pool: ProcessPool, file: str) -> None:
    with pytest.raises(WorkerFailed, match="PermissionError"):
        pool.run(jobs.first_byte, file, deadline_s=5)
    assert still_works(pool)


def test_a_locked_child_cannot_write_a_file(pool: ProcessPool, tmp_path: Path) -> None:
    with pytest.raises(WorkerFailed, match="PermissionError"):
        pool.run(jobs.write_file, str(tmp_path / "new"), deadline_s=5)
    assert not (tmp_path / "new").exists()


def test_a_locked_child_cannot_connect(pool: ProcessPool, door: Path) -> None:
    with pytest.raises(WorkerCrashed):
        pool.run(jobs.connect, str(door), deadline_s=5)
    assert still_works(pool)


@pytest.mark.parametrize("job", [jobs.start_program, jobs.fork, jobs.kill_parent])
def test_a_locked_child_that_reaches_for_a_process_dies(pool: ProcessPool, job: object) -> None:
    with pytest.raises(WorkerCrashed):
        pool.run(job, deadline_s=5)  # type: ignore[arg-type]
    assert still_works(pool)


def test_a_locked_child_may_start_a_thread(pool: ProcessPool) -> None:
    assert pool.run(jobs.add_in_a_thread, 2, 3, deadline_s=5) == 5


def test_a_locked_child_gets_no_more_memory_than_it_may_have(pool: ProcessPool) -> None:
    assert pool.run(jobs.hold, 16 << 20, deadline_s=10) == 16 << 20
    with pytest.raises(WorkerFailed, match="MemoryError"):
        pool.run(jobs.hold, 2 * jobs.MEMORY_BYTES, deadline_s=10)


def test_a_child_for_files_reads_them_and_can_do_nothing_more(tmp_path: Path) -> None:
    if not can_filter():
        lacking("libseccomp is missing: apt-get install libseccomp2")
    (tmp_path / "photo").write_bytes(b"p")
    pool = ProcessPool(1, jobs.lock_for_files)
    try:
        run = partial(pool.run, deadline_s=5)
        assert run(jobs.first_byte, str(tmp_path / "photo")) == b"p"
        with pytest.raises(WorkerFailed):
            run(jobs.write_file, str(tmp_path / "new"))
        with pytest.raises(WorkerCrashed):
            run(jobs.start_program)
    finally:
        pool.close()
    assert not (tmp_path / "new").exists() or os.path.getsize(tmp_path / "new") == 0
