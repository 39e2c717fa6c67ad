"""What the environment tells storage."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces whose objects this process keeps"}
    )
    s3_endpoint: str = field(metadata={"help": "HOST:PORT of the object store"})
    storage_s3_access_key: str = field(metadata={"help": "storage's credential"})
    storage_s3_secret_key: str = field(metadata={"help": "storage's credential"}, repr=False)
    keyring_file: Path = field(metadata={"help": "the provinces' private keys, sealed"})
    passphrase: str = field(metadata={"help": "opens the keyring"}, repr=False)
    enrolled_file: Path = field(
        metadata={"help": "public identities of the services that hand in and open objects"}
    )
    key_manifest_folder: str = field(
        default="",
        metadata={"help": "where the manifests for the edges are signed anew; empty: not here"},
    )
    s3_secure: bool = field(default=False, metadata={"help": "TLS to the object store"})
    bucket_prefix: str = field(default="hecha", metadata={"help": "first word of bucket names"})
    storage_sweep_age_s: float = field(
        default=5.0, metadata={"help": "age of a waiting slot before the sweep takes it"}
    )
    storage_orphan_hours: int = field(
        default=24, metadata={"help": "age of a body without a slot before it is removed"}
    )
    storage_keep_days: int = field(
        default=180, metadata={"help": "days an object in the archive is locked"}
    )
    storage_quota_gb: int = field(
        default=0,
        metadata={"help": "gigabytes that an archive may fill, for its forecast; 0: not set"},
    )
