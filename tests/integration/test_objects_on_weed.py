"""What the object store of the real server does: rights, versions, locks, restarts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from minio.deleteobjects import DeleteObject
from minio.error import S3Error

from deploy.servers.weed import Weed
from services.storage.provisioning import make_buckets
from shared.kernel.ids import ProvinceCode
from shared.plumbing.objects import (
    BucketKind,
    ObjectMissingError,
    ObjectStore,
    StoreAccess,
    StoreRefusedError,
    StoreUnavailableError,
    fetch,
)

PROVINCE, ELSEWHERE = ProvinceCode("44"), ProvinceCode("51")


def store_of(server: Any, who: str = "admin") -> ObjectStore:
    return ObjectStore(StoreAccess(server.endpoint, *server.credentials(who)))


@pytest.fixture
def admin(s3: Any) -> Iterator[ObjectStore]:
    store = store_of(s3)
    make_buckets(store, PROVINCE)
    yield store
    for kind in (BucketKind.LANDING, BucketKind.SLOTS):
        bucket = store.bucket(PROVINCE, kind)
        for one in list(store.entries(bucket, versions=kind is BucketKind.LANDING)):
            store.delete(bucket, one.key, one.version)


def test_the_edge_can_put_and_can_neither_read_list_nor_delete_what_it_put(
    s3: Any, admin: ObjectStore
) -> None:
    edge = store_of(s3, "gateway")
    landing = edge.bucket(PROVINCE, BucketKind.LANDING)
    slots = edge.bucket(PROVINCE, BucketKind.SLOTS)
    version = edge.put(landing, "original/a", b"sealed")
    edge.put(slots, "incoming/a.json", b"slot")

    refused = [
        lambda: edge.get(landing, "original/a"),
        lambda: edge.get(landing, "original/a", version),
        lambda: edge.get(slots, "incoming/a.json"),
        lambda: list(edge.entries(landing)),
        lambda: list(edge.entries(landing, versions=True)),
        lambda: edge.delete(landing, "original/a"),
        lambda: edge.delete(landing, "original/a", version),
        lambda: edge.copy((landing, "original/a", version), landing, "original/b"),
        lambda: edge.put(slots, "kept/a.json", b"slot"),
        lambda: edge.put(edge.bucket(PROVINCE, BucketKind.ARCHIVE), "original/a", b"x"),
        lambda: edge.put(edge.bucket(PROVINCE, BucketKind.PRINTS), "original/a", b"x"),
        lambda: fetch(edge.presign_get(landing, "original/a", version, expires_s=60)),
    ]
    for attempt in refused:
        with pytest.raises(StoreRefusedError):
            attempt()
    assert admin.get(landing, "original/a", version) == b"sealed"


def test_an_overwritten_body_is_still_there_under_its_version(admin: ObjectStore) -> None:
    landing = admin.bucket(PROVINCE, BucketKind.LANDING)
    first = admin.put(landing, "original/b", b"first")
    second = admin.put(landing, "original/b", b"second")

    assert admin.get(landing, "original/b", first) == b"first"
    assert admin.get(landing, "original/b") == b"second"
    assert {one.version for one in admin.entries(landing, "original/b", versions=True)} == {
        first,
        second,
    }
    admin.delete_versions(landing, "original/b")
    with pytest.raises(ObjectMissingError):
        admin.get(landing, "original/b", first)


def test_a_locked_version_of_the_archive_is_not_deleted(admin: ObjectStore) -> None:
    landing = admin.bucket(PROVINCE, BucketKind.LANDING)
    archive = admin.bucket(PROVINCE, BucketKind.ARCHIVE)
    version = admin.put(landing, "original/c", b"sealed")
    kept = admin.copy((landing, "original/c", version), archive, "original/c")
    admin.lock(archive, "original/c", kept, until=datetime.now(UTC) + timedelta(minutes=5))

    with pytest.raises(StoreRefusedError):
        admin.delete(archive, "original/c", kept)
    assert admin.get(archive, "original/c", kept) == b"sealed"


def test_storage_can_neither_lift_a_lock_nor_drop_a_bucket(s3: Any, admin: ObjectStore) -> None:
    storage = store_of(s3, "storage")
    landing = storage.bucket(PROVINCE, BucketKind.LANDING)
    archive = storage.bucket(PROVINCE, BucketKind.ARCHIVE)
    version = store_of(s3, "gateway").put(landing, "original/f", b"sealed")
    kept = storage.copy((landing, "original/f", version), archive, "original/f")
    storage.lock(archive, "original/f", kept, until=datetime.now(UTC) + timedelta(minutes=5))

    wanted = [DeleteObject("original/f", kept)]
    failures = storage._client.remove_objects(archive, wanted, bypass_governance_mode=True)
    assert [failure.code for failure in failures] == ["AccessDenied"]
    with pytest.raises(StoreRefusedError):
        storage.lock(archive, "original/f", kept, until=datetime.now(UTC) + timedelta(seconds=1))
    with pytest.raises(S3Error, match="AccessDenied"):
        storage._client.remove_bucket(landing)
    assert fetch(storage.presign_get(archive, "original/f", kept, expires_s=60)) == b"sealed"


@pytest.mark.slow
def test_a_killed_server_comes_back_with_what_it_took_at_the_same_address(
    server_folder: Path,
) -> None:
    server = Weed(server_folder / "s3-killed")
    server.start()
    try:
        endpoint, credential = server.endpoint, server.credentials("gateway")
        make_buckets(store_of(server), PROVINCE)
        edge = store_of(server, "gateway")
        landing = edge.bucket(PROVINCE, BucketKind.LANDING)
        bodies = {f"original/{n}": bytes([n]) * 10_000 for n in range(20)}
        versions = {key: edge.put(landing, key, body) for key, body in bodies.items()}

        server.kill()
        with pytest.raises(StoreUnavailableError):
            edge.put(landing, "original/late", b"x")
        server.start()

        assert (server.endpoint, server.credentials("gateway")) == (endpoint, credential)
        again = store_of(server, "storage")
        assert {key: again.get(landing, key, versions[key]) for key in bodies} == bodies
    finally:
        server.kill()


def test_a_presigned_address_gives_one_version_and_nothing_else(admin: ObjectStore) -> None:
    landing = admin.bucket(PROVINCE, BucketKind.LANDING)
    version = admin.put(landing, "original/d", b"sealed")
    admin.put(landing, "original/d", b"newer")
    url = admin.presign_get(landing, "original/d", version, expires_s=60)

    assert fetch(url) == b"sealed"
    with pytest.raises(StoreRefusedError):
        fetch(url.replace("original/d", "original/c"))


def test_a_store_that_is_away_is_told_from_a_missing_object() -> None:
    nobody = ObjectStore(StoreAccess("127.0.0.1:9", "a", "b"))

    with pytest.raises(StoreUnavailableError):
        nobody.get("hecha-44-landing", "original/a")


def test_another_provinces_buckets_do_not_exist_here(s3: Any, admin: ObjectStore) -> None:
    edge = store_of(s3, "gateway")

    with pytest.raises((StoreRefusedError, ObjectMissingError)):
        edge.put(edge.bucket(ELSEWHERE, BucketKind.LANDING), "original/a", b"sealed")
