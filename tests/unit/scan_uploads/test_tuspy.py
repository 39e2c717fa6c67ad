"""An independent client of tus gets every page through, whatever happens on the way."""

import io
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from deploy.servers.ports import free_port
from services.scan import batches
from services.scan.uploads.ticket import Tickets
from shared.plumbing.migrations import upgrade
from tests.unit.scan_uploads.breaking import BreakingLine
from tests.unit.scan_uploads.office import KEY, WANG, a_tiff

PAGES = 6
READY_S = 240  # a start takes one second, and many on a crowded machine


@dataclass
class Served:
    """A house with a door in a process of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        (self.folder / "ready").unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.unit.scan_uploads.server"]
        log = (self.folder / "log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [*command, str(self.folder), str(self.port)], stdout=log, stderr=log
            )
        self.wait((self.folder / "ready").exists)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + READY_S
        while not condition():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.02)

    @property
    def headers(self) -> dict[str, str]:
        ticket = Tickets(KEY).sign(WANG, datetime.now(UTC) + timedelta(hours=1))
        return {"Authorization": f"Bearer {ticket}", "Tus-Resumable": "1.0.0"}

    def client(self, port: int = 0) -> TusClient:
        url = f"http://127.0.0.1:{port or self.port}/scan/uploads"
        return TusClient(url, headers=self.headers)

    def told(self, url: str) -> dict[str, Any]:
        address = f"http://127.0.0.1:{self.port}/scan/uploads/{url.rpartition('/')[2]}"
        told: dict[str, Any] = requests.get(address, headers=self.headers, timeout=10).json()
        return told

    def puts(self) -> list[str]:
        kept = self.folder / "puts"
        return kept.read_text().split() if kept.exists() else []

    def pages(self) -> set[str]:
        return {one.name for one in (self.folder / "bucket").iterdir() if "." not in one.name}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    upgrade("scan", f"sqlite:///{tmp_path / 'scan.db'}")
    one = Served(tmp_path, free_port())
    one.start()
    yield one
    one.kill()


@pytest.fixture(scope="module")
def pile() -> bytes:
    return a_tiff(PAGES, noise=True)


def all_pages_of(batch: str) -> set[str]:
    return {batches.page_object(batch, number) for number in range(1, PAGES + 1)}


def begin_sending(upload: Callable[[], None]) -> threading.Thread:
    """Send the rest beside the killing, for as long as a crowded machine takes to start again."""
    deadline = time.monotonic() + READY_S

    def send() -> None:
        while True:
            # The client's own retries end after a number of them, not after a time.
            with suppress(TusCommunicationError):
                return upload()
            assert time.monotonic() < deadline
            time.sleep(0.05)

    sending = threading.Thread(target=send)
    sending.start()
    return sending


def await_batch(served: Served, url: str) -> str:
    def is_done() -> bool:
        return bool(served.told(url).get("batch", {}).get("state") == "handed_in")

    served.wait(is_done)
    return str(served.told(url)["batch"]["batch"])


@pytest.mark.slow
def test_every_third_request_broken_in_the_middle_every_page_arrives(
    served: Served, pile: bytes
) -> None:
    line = BreakingLine(served.port, lambda number: 150_000 if number % 3 == 2 else None)
    uploader = served.client(line.port).uploader(
        file_stream=io.BytesIO(pile), chunk_size=512 << 10, retries=5, retry_delay=0.05
    )

    uploader.upload()
    batch = await_batch(served, uploader.url)

    line.close()
    assert line.cuts >= 3
    assert served.pages() == all_pages_of(batch)
    assert list((served.folder / "uploads").iterdir()) == []


@pytest.mark.slow
def test_killed_between_parts_and_between_pages_every_page_arrives_once(
    served: Served, pile: bytes
) -> None:
    uploader = served.client().uploader(
        file_stream=io.BytesIO(pile),
        chunk_size=200_000,
        retries=20,
        retry_delay=0.2,
        upload_checksum=True,
    )
    uploader.upload(stop_at=1_000_000)
    served.kill()
    sending = begin_sending(uploader.upload)
    served.start()
    served.wait(lambda: uploader.offset > 2_500_000)
    served.kill()
    served.start()
    sending.join(timeout=READY_S)
    served.wait(lambda: len(served.puts()) >= 2)
    served.kill()
    served.start()

    batch = await_batch(served, uploader.url)

    assert served.pages() == all_pages_of(batch)
    # What was on its way when it was killed may be put again; it is the same object.
    assert set(served.puts()) == all_pages_of(batch)
    assert list((served.folder / "uploads").iterdir()) == []


@pytest.mark.slow
def test_a_client_that_lost_its_place_is_told_and_goes_on(served: Served, pile: bytes) -> None:
    uploader = served.client().uploader(file_stream=io.BytesIO(pile), chunk_size=300_000)
    uploader.upload(stop_at=600_000)
    uploader.offset = 300_000
    with pytest.raises(TusUploadFailed) as failed:
        uploader.upload_chunk()
    assert failed.value.status_code == 409

    later = served.client().uploader(
        file_stream=io.BytesIO(pile), url=uploader.url, chunk_size=300_000
    )
    assert later.offset == 600_000
    later.upload()

    batch = await_batch(served, uploader.url)
    assert served.pages() == all_pages_of(batch)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [10_000, 10_001])
def test_killed_at_random_moments_every_page_arrives(
    served: Served, pile: bytes, seed: int
) -> None:
    moments = random.Random(seed)
    uploader = served.client().uploader(
        file_stream=io.BytesIO(pile), chunk_size=100_000, retries=20, retry_delay=0.05
    )
    uploader.upload(stop_at=100_000)
    sending = begin_sending(uploader.upload)
    for _ in range(6):
        time.sleep(moments.uniform(0.01, 0.3))
        served.kill()
        served.start()
    sending.join(timeout=READY_S)
    for _ in range(4):
        time.sleep(moments.uniform(0.1, 2.5))  # a child starts in one second, a page takes 50 ms
        served.kill()
        served.start()

    batch = await_batch(served, uploader.url)

    assert served.pages() == all_pages_of(batch)
    assert set(served.puts()) == all_pages_of(batch)
