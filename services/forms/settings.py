"""What the environment tells forms."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FormsSettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces this process serves"}
    )
    host: str = field(metadata={"help": "host name in the sheets' QR codes, at most 35 letters"})
    sheet_code_keys_file: Path = field(
        metadata={"help": "JSON file with the check keys of every campaign's sheet codes"}
    )
    ledger_key: str = field(
        metadata={"help": "64 hex digits: the query codes are derived from it"}, repr=False
    )
    forms_column_key: str = field(
        metadata={"help": "64 hex digits: seals the keys of printed files at rest"}, repr=False
    )
    s3_endpoint: str = field(metadata={"help": "HOST:PORT of the object store"})
    forms_s3_access_key: str = field(metadata={"help": "forms' credential"})
    forms_s3_secret_key: str = field(metadata={"help": "forms' credential"}, repr=False)
    s3_secure: bool = field(default=False, metadata={"help": "TLS to the object store"})
    bucket_prefix: str = field(default="hecha", metadata={"help": "first word of bucket names"})
    forms_fonts: tuple[str, ...] = field(
        default=(), metadata={"help": "font files or folders before the built-in ones"}
    )
    forms_keep_hours: int = field(
        default=72, metadata={"help": "hours a printed file waits to be collected"}
    )
    forms_printers: int = field(default=1, metadata={"help": "child processes that draw files"})
