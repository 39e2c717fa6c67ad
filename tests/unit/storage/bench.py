"""A storage process without a bus, over a store in memory that behaves as S3 does."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.storage.domain import ENROLMENTS, Enrolled
from services.storage.keyring import Keyring
from services.storage.provisioning import publish_manifest, with_campaign
from services.storage.vault import Vault
from shared.contracts.events import Lane, Sender
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId
from shared.plumbing.database import Database
from shared.plumbing.handin import HandIn, Parcel
from shared.plumbing.identity import Identity, make_identity
from shared.plumbing.manifests import Manifests
from shared.plumbing.migrations import upgrade
from shared.plumbing.objects import ObjectMissingError, StoredObject, StoreUnavailableError
from shared.sealing.claim import Claim
from shared.sealing.context import Rendition

PROVINCE = ProvinceCode("44")
CAMPAIGN = CampaignId("44-2026a")
SHEET = SheetId("0123456789ab")
PHOTO = b"\xff\xd8" + bytes(range(256)) * 100


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Version:
    id: str
    data: bytes
    at: datetime


class MemoryStore:
    """Buckets in memory; every put makes a version, as in a versioned bucket."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.objects: dict[tuple[str, str], list[Version]] = {}
        self.locks: dict[tuple[str, str, str], datetime] = {}
        self.damaged: set[str] = set()  # keys of what it lists and cannot give
        self.is_away = False

    def bucket(self, province: ProvinceCode, kind: str) -> str:
        return f"t-{province}-{kind}"

    def put(self, bucket: str, key: str, data: bytes) -> str:
        versions = self.objects.setdefault((bucket, key), [])
        versions.append(Version(f"v{len(versions) + 1}", data, self.clock()))
        return versions[-1].id

    def get(self, bucket: str, key: str, version: str = "") -> bytes:
        if self.is_away or key in self.damaged:
            raise StoreUnavailableError("InternalError")
        for one in reversed(self.objects.get((bucket, key), [])):
            if version in ("", one.id):
                return one.data
        raise ObjectMissingError

    def entries(self, bucket: str, prefix: str = "", *, versions: bool = False):
        if self.is_away:
            raise StoreUnavailableError("InternalError")
        for (where, key), found in sorted(self.objects.items()):
            if where == bucket and key.startswith(prefix):
                for one in found if versions else found[-1:]:
                    yield StoredObject(key, one.id, len(one.data), one.at)

    def copy(self, source: tuple[str, str, str], bucket: str, key: str) -> str:
        return self.put(bucket, key, self.get(*source))

    def lock(self, bucket: str, key: str, version: str, *, until: datetime) -> None:
        self.locks[bucket, key, version] = until

    def delete(self, bucket: str, key: str, version: str = "") -> None:
        left = [one for one in self.objects.pop((bucket, key), []) if version not in ("", one.id)]
        if left:
            self.objects[bucket, key] = left

    def delete_versions(self, bucket: str, key: str) -> None:
        self.objects.pop((bucket, key), None)

    def presign_get(self, bucket: str, key: str, version: str, *, expires_s: int) -> str:
        return f"memory:{bucket}/{key}?{version}&{expires_s}"

    def keys(self, kind: str) -> list[str]:
        return [key for bucket, key in sorted(self.objects) if bucket.endswith(kind)]


class Bench:
    """Everything a test of storage needs."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.store = MemoryStore(self.clock)
        keyring = with_campaign(Keyring(bytes(32), 1, ()), PROVINCE, CAMPAIGN)
        publish_manifest(folder / "manifests", keyring, PROVINCE, clock=self.clock)
        self.edge = make_identity("gateway", folder / "gateway.id")
        self.reader = make_identity("scan", folder / "scan.id")
        self.operator = make_identity("operator", folder / "operator.id")
        self.portal = make_identity("portal", folder / "portal.id")
        enrolled = {
            one.name: Enrolled(one.public_key, *ENROLMENTS[one.name])
            for one in (self.edge, self.reader, self.operator, self.portal)
        }
        self.vault = Vault(self.store, keyring, enrolled, timedelta(days=180))  # type: ignore[arg-type]
        self.manifests = Manifests(folder / "manifests", clock=self.clock)
        url = f"sqlite:///{folder / 'storage.db'}"
        upgrade("storage", url)
        self.database = Database("storage", url, clock=self.clock)

    def hand_in(
        self,
        data: bytes = PHOTO,
        *,
        signer: Identity | None = None,
        rendition: Rendition = Rendition.ORIGINAL,
        object_: ObjectId | None = None,
    ) -> ObjectId:
        claim = Claim(
            Sender.GUARDIAN, Lane.PHOTO, "a" * 32, "image/jpeg", ticket=SHEET, orientation=6
        )
        given = {"object": object_} if object_ else {}
        parcel = Parcel(PROVINCE, CAMPAIGN, rendition, data, claim, **given)
        way_in = HandIn(self.store, self.manifests, signer or self.edge, clock=self.clock)
        return way_in.hand_in(parcel)

    @contextmanager
    def crashing(self):
        """A transaction that dies before it commits."""
        with self.database.transaction() as tx:
            yield tx
            raise KeyboardInterrupt
