"""A pile is uploaded by an independent client; the house is killed on the way, and no page is lost."""

import io
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from tusclient.client import TusClient

from deploy.environment_file import read_environment
from tests.journey.piles import Pile, make_pile
from tests.journey.signed import PERSON
from tests.journey.test_bulk import (
    ENOUGH_S,
    Office,
    embedded,  # noqa: F401  # a fixture
    ends_well,
    real,  # noqa: F401  # a fixture
    wait_for,
)

PAGES = 60


class Person:
    """Somebody with a ticket."""

    def __init__(self, office: Office, school: str) -> None:
        address = read_environment(office.settings)["HECHA_SCAN_UPLOAD_ADDRESS"]
        self.url = f"http://{address}/scan/uploads"
        whose = ("--campaign", "44-2026a", "--school", school)
        done = office.hecha("scan", "ticket", *whose)
        assert done.returncode == 0, done.stderr
        self.headers = {"Authorization": f"Bearer {done.stdout.strip()}"}

    def told(self, url: str) -> dict[str, Any]:
        try:
            return dict(requests.get(url, headers=self.headers, timeout=10).json())
        except requests.ConnectionError:
            return {}  # the house is not back yet


def upload_with_kills(office: Office, person: Person, pile: Pile) -> str:
    data = pile.file.read_bytes()
    uploader = TusClient(person.url, headers=person.headers).uploader(
        file_stream=io.BytesIO(data), chunk_size=300_000, retries=300, retry_delay=0.3
    )
    uploader.upload(stop_at=len(data) // 2)
    office.kill()
    uploader.upload()
    time.sleep(1)  # its pages are being handed in
    office.kill()

    def is_handed_in() -> bool:
        return bool(person.told(uploader.url).get("batch", {}).get("state") == "handed_in")

    wait_for(is_handed_in, ENOUGH_S)
    return str(person.told(uploader.url)["batch"]["batch"])


def walk(office: Office, folder: Path) -> None:
    school, other = sorted(one.stem for one in office.prints.glob("*.pdf"))[:2]
    pile = make_pile(office.prints, school, other, folder / "pile.pdf", PAGES)
    person = Person(office, school)

    batch = upload_with_kills(office, person, pile)
    wait_for(lambda: office.data("scan", "show", batch)["state"] == "read", ENOUGH_S)

    found = office.data("scan", "show", batch)
    assert found["owner"] == PERSON
    assert [one["number"] for one in found["listed"]] == list(range(1, PAGES + 1))
    pairs = zip(pile.truth, found["listed"], strict=True)
    wrong = [
        (page["number"], kind, page["state"])
        for (kind, sheet), page in pairs
        if not ends_well(kind, sheet.sheet if sheet else "", page)
    ]
    assert wrong == []
    parts = read_environment(office.settings)["HECHA_SCAN_UPLOADS_FOLDER"]
    assert list(Path(parts).iterdir()) == []
    # The same file by the other door is the same batch.
    again = office.hecha("scan", "submit", str(pile.file), "--school", school, "--no-wait")
    assert again.returncode == 0, again.stderr
    assert len(office.data("scan", "batches")) == 1


@pytest.mark.slow
def test_an_uploaded_pile_goes_through_the_embedded_house(
    embedded: Office,  # noqa: F811
    tmp_path: Path,
) -> None:
    walk(embedded, tmp_path)


@pytest.mark.slow
def test_an_uploaded_pile_goes_through_real_servers(
    real: Office,  # noqa: F811
    tmp_path: Path,
) -> None:
    walk(real, tmp_path)
