"""What the environment tells scan."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces this process serves"}
    )
    sheet_code_keys_file: Path = field(
        metadata={"help": "JSON file with the check keys of every campaign's sheet codes"}
    )
    key_manifest_folder: Path = field(
        metadata={"help": "folder with each province's signed key manifest and pinned root"}
    )
    scan_identity_file: Path = field(metadata={"help": "scan's own signing key"})
    s3_endpoint: str = field(metadata={"help": "HOST:PORT of the object store"})
    scan_s3_access_key: str = field(metadata={"help": "a credential that may only put"})
    scan_s3_secret_key: str = field(metadata={"help": "a credential that may only put"}, repr=False)
    s3_secure: bool = field(default=False, metadata={"help": "TLS to the object store"})
    bucket_prefix: str = field(default="hecha", metadata={"help": "first word of bucket names"})
    scan_readers: int = field(default=1, metadata={"help": "child processes that read pictures"})
    scan_cell_readers: int = field(
        default=1, metadata={"help": "child processes that lay pages flat and read cells"}
    )
    scan_column_key: str = field(
        metadata={"help": "64 hex digits: seals what cells seem to say"}, repr=False, kw_only=True
    )
    scan_without_handwriting: tuple[str, ...] = field(
        default=(), metadata={"help": "two-digit codes of provinces where none is read"}
    )
    scan_upload_address: str = field(
        default="", metadata={"help": "HOST:PORT where bulk scans are uploaded; empty: no door"}
    )
    scan_uploads_folder: Path = field(
        default=Path(), metadata={"help": "where sealed parts of uploads lie until handed in"}
    )
    scan_uploads_bytes: int = field(
        default=16 << 30, metadata={"help": "bytes that all uploads under way may take"}
    )
    scan_ticket_key: str = field(
        default="", metadata={"help": "64 hex digits: signs tickets for uploads"}, repr=False
    )
