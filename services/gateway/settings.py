"""The edge's settings."""

from dataclasses import dataclass, field
from pathlib import Path

from services.gateway.domain import LARGEST_PHOTO


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    sheet_code_keys_file: Path = field(
        metadata={"help": "JSON file with the check keys of every campaign's sheet codes"}
    )
    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces this edge takes photos for"}
    )
    key_manifest_folder: Path = field(
        metadata={"help": "folder with each province's signed key manifest and pinned root"}
    )
    gateway_identity_file: Path = field(metadata={"help": "the edge's own signing key"})
    s3_endpoint: str = field(metadata={"help": "HOST:PORT of the object store"})
    gateway_s3_access_key: str = field(metadata={"help": "a credential that may only put"})
    gateway_s3_secret_key: str = field(
        metadata={"help": "a credential that may only put"}, repr=False
    )
    s3_secure: bool = field(default=False, metadata={"help": "TLS to the object store"})
    bucket_prefix: str = field(default="hecha", metadata={"help": "first word of bucket names"})
    gateway_address: str = field(
        default="127.0.0.1:8000", metadata={"help": "HOST:PORT of the guardian pages"}
    )
    gateway_proxies: int = field(
        default=0,
        metadata={"help": "trusted proxies in front; the visitor is this far from the right"},
    )
    gateway_memory_bytes: int = field(
        default=64 * 1000 * 1000,
        metadata={"help": "bytes of uploads in memory at once; further ones wait"},
    )
    gateway_sealing_at_once: int = field(
        default=2, metadata={"help": "photos cleaned and sealed at the same time"}
    )
    gateway_patience_s: float = field(
        default=30.0, metadata={"help": "seconds an upload waits for room before it is sent away"}
    )
    gateway_most_waiting: int = field(
        default=500, metadata={"help": "uploads that may wait for room"}
    )
    gateway_photos_per_sheet: int = field(
        default=5, metadata={"help": "photos accepted for one sheet"}
    )
    gateway_uploads_burst: int = field(
        default=600, metadata={"help": "uploads from one address at once; a school shares one"}
    )
    gateway_uploads_per_s: float = field(
        default=10.0, metadata={"help": "uploads a second from one address, lasting"}
    )
    gateway_questions_burst: int = field(
        default=120, metadata={"help": "looks for help from one address at once"}
    )
    gateway_questions_per_s: float = field(
        default=1.0, metadata={"help": "looks for help a second from one address, lasting"}
    )
    gateway_largest_photo: int = field(
        default=LARGEST_PHOTO, metadata={"help": "largest photo in bytes"}
    )
