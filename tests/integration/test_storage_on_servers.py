"""Storage with its own credential on the real store, on both databases, through crashes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from deploy.servers.postgres import PostgreSQL
from services.storage import auditing, granting, sweeping, usecases
from services.storage.domain import ENROLMENTS, Enrolled, Refusal
from services.storage.keyring import Keyring
from services.storage.provisioning import make_buckets, publish_manifest, with_campaign
from services.storage.vault import Vault
from shared.contracts.events import Lane, Sender
from shared.contracts.storage_commands import Purpose
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode
from shared.plumbing.database import Database, Tx
from shared.plumbing.grants import GrantClient
from shared.plumbing.handin import INCOMING, HandIn, Parcel
from shared.plumbing.identity import make_identity
from shared.plumbing.manifests import Manifests
from shared.plumbing.migrations import downgrade, upgrade
from shared.plumbing.objects import BucketKind, ObjectStore, StoreAccess
from shared.plumbing.outbox import outbox_table
from shared.sealing.body import NotSealedError
from shared.sealing.claim import Claim
from shared.sealing.context import Rendition

PROVINCE, CAMPAIGN = ProvinceCode("44"), CampaignId("44-2026a")
AT_ONCE = timedelta(0)


class Province:
    """Edge, reader and storage of a province, each with the credential it has in life."""

    def __init__(self, server: Any, folder: Path, database: Database) -> None:
        def store(who: str) -> ObjectStore:
            return ObjectStore(
                StoreAccess(server.endpoint, *server.credentials(who), prefix="hecha-kept")
            )

        self.database, self.s3 = database, server
        make_buckets(store("admin"), PROVINCE)
        keyring = with_campaign(Keyring(bytes(32), 1, ()), PROVINCE, CAMPAIGN)
        publish_manifest(folder / "manifests", keyring, PROVINCE)
        edge, self.reader = (
            make_identity(name, folder / f"{name}.identity") for name in ("gateway", "scan")
        )
        enrolled = {
            one.name: Enrolled(one.public_key, *ENROLMENTS[one.name]) for one in (edge, self.reader)
        }
        self.admin = store("admin")
        self.vault = Vault(store("storage"), keyring, enrolled, timedelta(minutes=1))
        self._clear()
        self.way_in = HandIn(store("gateway"), Manifests(folder / "manifests"), edge)

    def hand_in(self, photo: bytes) -> ObjectId:
        claim = Claim(Sender.GUARDIAN, Lane.PHOTO, "a" * 32, "image/jpeg")
        parcel = Parcel(PROVINCE, CAMPAIGN, Rendition.ORIGINAL, photo, claim)
        return self.way_in.hand_in(parcel)

    def keep(self, object_: ObjectId, transaction: Callable[..., Any] | None = None) -> bool:
        return usecases.keep(
            self.database, self.vault, object_, PROVINCE, transaction or self.database.transaction
        )

    def sweep(self) -> int:
        return sweeping.sweep(self.database, self.vault, PROVINCE, age=AT_ONCE)

    def open(self, object_: ObjectId) -> bytes:
        ask = lambda request: granting.grant(self.database, self.vault, request)  # noqa: E731
        return GrantClient(ask, self.reader).open(object_, Purpose.READ).data

    def scratch_disk(self, body: bytes) -> int:
        """Overwrite some bytes of a body wherever the store's files hold it; how often."""
        middle, found = body[len(body) // 2 :][:32], 0
        for file in (self.s3.folder / "data").rglob("*.dat"):
            with file.open("r+b") as disk:
                if (place := disk.read().find(middle)) >= 0:
                    found += 1
                    disk.seek(place)
                    disk.write(bytes(32))
        return found

    def wrong(self) -> dict[str, Refusal | None]:
        found = auditing.verify(self.database, self.vault, PROVINCE)
        return {one.object: one.wrong for one in found}

    def said(self) -> list[str]:
        outbox = outbox_table(sa.MetaData())
        with self.database.transaction() as tx:
            return list(tx.execute(sa.select(outbox.c.routing_key).order_by(outbox.c.id)).scalars())

    def entries(self, kind: BucketKind, prefix: str = "") -> list[str]:
        bucket = self.admin.bucket(PROVINCE, kind)
        return [one.key for one in self.admin.entries(bucket, prefix, versions=True)]

    def _clear(self) -> None:
        """Of what another test left; what it locked stays, and no row of ours names it."""
        for kind in (BucketKind.LANDING, BucketKind.SLOTS):
            bucket = self.admin.bucket(PROVINCE, kind)
            for one in list(self.admin.entries(bucket, versions=True)):
                self.admin.delete(bucket, one.key, one.version)

    @contextmanager
    def crashing(self) -> Iterator[Tx]:
        with self.database.transaction() as tx:
            yield tx
            raise KeyboardInterrupt


@pytest.fixture(params=["sqlite", "postgres"])
def province(request: pytest.FixtureRequest, s3: Any, tmp_path: Path) -> Iterator[Province]:
    url = f"sqlite:///{tmp_path / 'storage.db'}"
    server: PostgreSQL | None = None
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        url = server.url("test_storage")
    upgrade("storage", url)
    database = Database("storage", url)
    yield Province(s3, tmp_path, database)
    database.dispose()
    if server is not None:
        downgrade("storage", url)
        server.drop("test_storage")


def photos(count: int) -> list[bytes]:
    return [b"\xff\xd8" + bytes([number]) * (40_000 + number) for number in range(count)]


def test_every_photo_is_kept_once_locked_and_opens_with_a_grant(province: Province) -> None:
    taken = {province.hand_in(photo): photo for photo in photos(5)}
    for object_ in list(taken)[:3]:
        assert province.keep(object_)
    province.sweep()
    province.sweep()

    assert {object_: province.open(object_) for object_ in taken} == taken
    assert province.said().count("photo_kept.v1.44.photo") == 5
    assert province.entries(BucketKind.LANDING) == []
    assert province.entries(BucketKind.SLOTS, INCOMING) == []
    assert province.wrong() == dict.fromkeys(taken)


def test_crashes_between_the_copy_and_the_commit_cost_nothing(province: Province) -> None:
    taken = {province.hand_in(photo): photo for photo in photos(3)}
    for object_ in [*taken, *taken]:
        with pytest.raises(KeyboardInterrupt):
            province.keep(object_, province.crashing)
    assert province.said() == []

    province.sweep()

    assert {object_: province.open(object_) for object_ in taken} == taken
    copies = [one.rpartition("/")[2] for one in province.entries(BucketKind.ARCHIVE)]
    assert sum(one in taken for one in copies) == 9
    age = timedelta(seconds=-5)  # the store counts whole seconds
    assert sweeping.remove_spares(province.database, province.vault, PROVINCE, age=age) == 6
    assert province.wrong() == dict.fromkeys(taken)


def test_what_is_altered_behind_storages_back_is_found_and_named(province: Province) -> None:
    objects = sorted(province.hand_in(photo) for photo in photos(3))
    province.sweep()
    altered, erased, whole = objects
    archive = province.admin.bucket(PROVINCE, BucketKind.ARCHIVE)
    stored = {
        one.key.rpartition("/")[2]: one for one in province.admin.entries(archive, versions=True)
    }
    # Nobody can alter a locked version; somebody can write a newer one above it, and one who
    # holds the administrator's key and the database can make the row name it.
    body = bytearray(province.admin.get(archive, stored[altered].key))
    body[-1] ^= 1
    version = province.admin.put(archive, stored[altered].key, bytes(body))
    assert province.wrong() == dict.fromkeys(objects)
    table = sa.table("objects", sa.column("object"), sa.column("version"))
    with province.database.transaction() as tx:
        tx.execute(sa.update(table).where(table.c.object == altered).values(version=version))
        tx.execute(sa.update(table).where(table.c.object == erased).values(version="0" * 32))

    assert province.wrong() == {
        altered: Refusal.BODY_ALTERED,
        erased: Refusal.BODY_MISSING,
        whole: None,
    }
    with pytest.raises(NotSealedError):
        province.open(altered)


def test_a_damaged_disk_is_found_and_the_body_on_it_named(province: Province) -> None:
    objects = sorted(province.hand_in(photo) for photo in photos(3))
    province.sweep()
    archive = province.admin.bucket(PROVINCE, BucketKind.ARCHIVE)
    damaged = objects[1]
    [stored] = [one for one in province.admin.entries(archive) if one.key.endswith(damaged)]
    body = province.admin.get(archive, stored.key)

    assert province.scratch_disk(body) >= 1
    assert province.wrong() == {**dict.fromkeys(objects), damaged: Refusal.BODY_UNREADABLE}


def test_after_a_rotation_photos_open_as_before(province: Province) -> None:
    taken = {province.hand_in(photo): photo for photo in photos(3)}
    province.sweep()
    before = province.vault.keyring
    retired = tuple(
        type(key)(key.province, key.campaign, key.suite, key.mlkem_seed, key.x25519, False)
        for key in before.keys
    )
    after = with_campaign(Keyring(bytes(32), 2, retired), PROVINCE, CAMPAIGN)
    province.vault = Vault(
        province.vault.store, after, province.vault.enrolled, province.vault.keep_for
    )

    rotated = list(auditing.rotate(province.database, province.vault, CAMPAIGN))

    assert [one.wrong for one in rotated] == [None] * 3
    assert {object_: province.open(object_) for object_ in taken} == taken
