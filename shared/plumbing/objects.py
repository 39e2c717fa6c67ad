"""Objects in S3, through the minio client.

Every call blocks the caller only: sockets are green where the process is patched, and the
hashing of a body leaves the hub. Bucket names: `bucket`.
"""

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NoReturn

import certifi
from minio import Minio
from minio.commonconfig import ENABLED, GOVERNANCE, CopySource
from minio.deleteobjects import DeleteObject
from minio.error import InvalidResponseError, S3Error, ServerError
from minio.retention import Retention
from minio.versioningconfig import VersioningConfig
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from shared.kernel.ids import ProvinceCode
from shared.plumbing.outages import AwayError
from shared.plumbing.slow_work import slow_work

# Asked for, the client would look the region up, which a put-only credential may not.
REGION = "cn"
CONNECT_S, READ_S = 5.0, 30.0
CONNECTIONS = 64
_MISSING = {"NoSuchKey", "NoSuchVersion", "NoSuchBucket", "NoSuchObject", "MethodNotAllowed"}


class BucketKind(StrEnum):
    """The buckets of a province."""

    LANDING = "landing"  # bodies as handed in
    SLOTS = "slots"  # wrapped keys: `incoming/` and `kept/`
    ARCHIVE = "archive"  # bodies for good, locked
    PRINTS = "prints"  # sealed PDFs, for a short time
    AUDIT = "audit"  # checkpoints of the log, locked


class ObjectMissingError(Exception):
    """No such object, or no such version of it."""


class StoreUnavailableError(AwayError):
    """The store does not answer, or not now; the call may be repeated."""


class StoreRefusedError(Exception):
    """The credential may not do this; args: the store's code."""


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """Where a store is, and as whom."""

    endpoint: str  # HOST:PORT
    access_key: str
    secret_key: str
    secure: bool = False
    prefix: str = "hecha"


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One version of an object in a listing."""

    key: str
    version: str  # "" in a bucket without versions
    size: int
    modified: datetime
    is_latest: bool = True


class ObjectStore:
    """One credential's view of a store."""

    def __init__(self, access: StoreAccess) -> None:
        """Nothing is asked of the store yet."""
        self.access = access
        pool = PoolManager(
            timeout=Timeout(connect=CONNECT_S, read=READ_S),
            maxsize=CONNECTIONS,
            retries=Retry(0),  # retrying is the caller's business: it knows what may be repeated
            cert_reqs="CERT_REQUIRED",
            ca_certs=certifi.where(),
        )
        self._client = Minio(
            access.endpoint,
            access.access_key,
            access.secret_key,
            secure=access.secure,
            region=REGION,
            http_client=pool,
        )

    def bucket(self, province: ProvinceCode, kind: BucketKind) -> str:
        """The name of a province's bucket."""
        return f"{self.access.prefix}-{province}-{kind}"

    def put(self, bucket: str, key: str, data: bytes) -> str:
        """Write an object; gives its version, "" where the bucket keeps none."""
        with _told():
            written = self._client.put_object(bucket, key, io.BytesIO(data), len(data))
        return written.version_id or ""

    def get(self, bucket: str, key: str, version: str = "") -> bytes:
        """An object's bytes.

        Raises:
            ObjectMissingError: there is none.
        """
        with _told():
            answer = self._client.get_object(bucket, key, version_id=version or None)
            try:
                data: bytes = answer.data
            finally:
                answer.close()
                answer.release_conn()
        return data

    def presign_get(self, bucket: str, key: str, version: str, *, expires_s: int) -> str:
        """An address that gives one version for a short time; made without asking the store."""
        url: str = self._client.get_presigned_url(
            "GET",
            bucket,
            key,
            expires=timedelta(seconds=expires_s),
            version_id=version or None,
        )
        return url

    def entries(
        self, bucket: str, prefix: str = "", *, versions: bool = False
    ) -> Iterator[StoredObject]:
        """Every object, by key; every version of it when asked."""
        with _told():
            found = self._client.list_objects(
                bucket, prefix=prefix, recursive=True, include_version=versions
            )
            for one in found:
                if one.is_delete_marker or one.is_dir:
                    continue
                yield StoredObject(
                    str(one.object_name),
                    one.version_id or "",
                    int(one.size or 0),
                    one.last_modified,
                    str(one.is_latest).lower() != "false",
                )

    def copy(self, source: tuple[str, str, str], bucket: str, key: str) -> str:
        """Copy inside the store: (bucket, key, version) to a key; gives the new version.

        Raises:
            ObjectMissingError: there is no such source.
        """
        from_bucket, from_key, version = source
        with _told():
            copied = self._client.copy_object(
                bucket, key, CopySource(from_bucket, from_key, version_id=version or None)
            )
        return copied.version_id or ""

    def lock(self, bucket: str, key: str, version: str, *, until: datetime) -> None:
        """Keep a version from being deleted, and read back that it holds.

        Raises:
            StoreRefusedError: the store did not keep it.
        """
        with _told():
            self._client.set_object_retention(
                bucket, key, Retention(GOVERNANCE, until), version_id=version or None
            )
            kept = self._client.get_object_retention(bucket, key, version_id=version or None)
        if kept is None or kept.retain_until_date < until.replace(microsecond=0):
            raise StoreRefusedError("not_locked")

    def delete(self, bucket: str, key: str, version: str = "") -> None:
        """Delete one version, or an object of a bucket without; one that is gone is fine."""
        try:
            with _told():
                self._client.remove_object(bucket, key, version_id=version or None)
        except ObjectMissingError:
            pass

    def delete_versions(self, bucket: str, key: str) -> None:
        """Delete an object with every version of it."""
        versions = [one for one in self.entries(bucket, key, versions=True) if one.key == key]
        with _told():
            wanted = [DeleteObject(one.key, one.version or None) for one in versions]
            for failure in self._client.remove_objects(bucket, wanted):
                raise StoreRefusedError(failure.code)

    def make_bucket(self, bucket: str, *, versions: bool = False, lock: bool = False) -> None:
        """Make a bucket; one that is there already keeps what it holds."""
        with _told():
            if not self._client.bucket_exists(bucket):
                self._client.make_bucket(bucket, object_lock=lock)
            if versions:
                self._client.set_bucket_versioning(bucket, VersioningConfig(ENABLED))


def fetch(url: str, *, deadline_s: float = READ_S) -> bytes:
    """What a presigned address gives.

    Raises:
        ObjectMissingError: nothing there.
        StoreUnavailableError: no answer, or not now.
        StoreRefusedError: the address has expired or was altered.
    """
    with _told():
        answer = _http().request("GET", url, timeout=Timeout(connect=CONNECT_S, read=deadline_s))
    if answer.status == 200:
        return bytes(answer.data)
    if answer.status == 404:
        raise ObjectMissingError
    if answer.status == 403:
        raise StoreRefusedError("expired_or_altered")
    raise StoreUnavailableError(answer.status)


_shared = threading.local()


def _http() -> PoolManager:
    if not hasattr(_shared, "pool"):
        _shared.pool = PoolManager(maxsize=CONNECTIONS, retries=Retry(0))
    pool: PoolManager = _shared.pool
    return pool


class _told:  # noqa: N801  # reads as a word of the sentence it stands in
    """Turns the client's many errors into ours."""

    def __enter__(self) -> None:
        slow_work("store")

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, S3Error):
            _tell_s3(error)
        if isinstance(error, (HTTPError, ServerError, InvalidResponseError, OSError)):
            raise StoreUnavailableError(type(error).__name__) from None


def _tell_s3(error: S3Error) -> NoReturn:
    if error.code in _MISSING:
        raise ObjectMissingError from None
    if error.code in {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}:
        raise StoreRefusedError(error.code) from None
    raise StoreUnavailableError(error.code) from None
