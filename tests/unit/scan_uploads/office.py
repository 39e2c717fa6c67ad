"""A door for uploads without a bus, people with tickets, and piles of paper."""

import base64
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from services.scan.submitting import Origin
from services.scan.uploads.app import Door, make_app
from services.scan.uploads.handing_in import Clerk
from services.scan.uploads.headers import BODY_TYPE
from services.scan.uploads.parts import Parts
from services.scan.uploads.sealed import KeyVault
from services.scan.uploads.ticket import Tickets
from services.scan.uploads.usecases import Room
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, UnitCode
from shared.plumbing.database import Database
from shared.plumbing.handin import Parcel
from shared.plumbing.migrations import upgrade
from shared.plumbing.objects import StoreUnavailableError

WANG = Origin(CampaignId("44-2026a"), ProvinceCode("44"), UnitCode("4403050170"), "operator:wang")
KEY = bytes(range(32))
TUS = {"Tus-Resumable": "1.0.0"}


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


@dataclass
class Office:
    """Everything behind the door."""

    folder: Path
    now: datetime = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
    bucket: Bucket = field(default_factory=Bucket)
    most_bytes: int = 16 << 30

    def __post_init__(self) -> None:
        url = f"sqlite:///{self.folder / 'scan.db'}"
        upgrade("scan", url)
        self.database = Database("scan", url, clock=lambda: self.now)
        self.parts = Parts(self.folder / "uploads")
        self.room = Room(self.database, self.parts, KeyVault(KEY), self.most_bytes)
        self.tickets = Tickets(KEY)
        self.door = Door(self.room, self.tickets, ("44",))
        self.web = make_app(self.door).test_client()

    def clerk(self) -> Clerk:
        return Clerk(self.room, self.bucket)  # type: ignore[arg-type]  # as much as is used

    def bearer(self, who: Origin = WANG, hours: float = 24) -> dict[str, str]:
        ticket = self.tickets.sign(who, self.now + timedelta(hours=hours))
        return {"Authorization": f"Bearer {ticket}", **TUS}

    def ask(self, method: str, path: str, who: Origin = WANG, /, **options: Any) -> Any:
        headers = self.bearer(who) | options.pop("headers", {})
        return self.web.open(path, method=method, headers=headers, **options)

    def begin(self, size: int, who: Origin = WANG, /, **metadata: str) -> Any:
        said = ",".join(f"{key} {text_of(value)}" for key, value in metadata.items())
        headers = {"Upload-Length": str(size)} | ({"Upload-Metadata": said} if said else {})
        return self.ask("POST", "/scan/uploads", who, headers=headers)

    def send(self, path: str, offset: int, data: bytes, **headers: str) -> Any:
        given = {
            "Upload-Offset": str(offset),
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        return self.ask("PATCH", path, data=data, headers=given, content_type=BODY_TYPE)

    def offset(self, path: str) -> int:
        return int(self.ask("HEAD", path).headers["Upload-Offset"])

    def upload(self, data: bytes, who: Origin = WANG, /, **metadata: str) -> str:
        path: str = self.begin(len(data), who, **metadata).headers["Location"]
        assert self.send(path, 0, data).status_code == 204
        return path


def text_of(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def a_tiff(pages: int, *, noise: bool = False) -> bytes:
    """Pages told apart by their shade; with noise a megabyte each."""
    body = io.BytesIO()
    first, *more = (a_page(20 * number, noise=noise) for number in range(pages))
    first.save(body, "TIFF", save_all=True, append_images=more, compression="tiff_lzw")
    return body.getvalue()


def a_page(shade: int, *, noise: bool = False) -> Image.Image:
    if not noise:
        return Image.fromarray(np.full((220, 160), shade, np.uint8))
    random = np.random.default_rng(shade)
    return Image.fromarray(random.integers(0, 256, (1000, 700), dtype=np.uint8))


def shades(bucket: Bucket) -> list[int]:
    """The shade of every picture handed in, in twenties."""
    return [round(np.asarray(Image.open(io.BytesIO(p.data))).mean() / 20) for p in bucket.parcels]
