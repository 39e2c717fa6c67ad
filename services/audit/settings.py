"""What the environment tells audit."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    provinces: tuple[str, ...] = field(
        metadata={"help": "two-digit codes of the provinces whose logs this process keeps"}
    )
    host: str = field(metadata={"help": "host name of the house: the logs are named after it"})
    audit_identity_file: Path = field(metadata={"help": "the key that signs checkpoints"})
    ledger_key: str = field(
        metadata={"help": "64 hex digits: the query codes of sheets are derived from it"},
        repr=False,
    )
    s3_endpoint: str = field(metadata={"help": "HOST:PORT of the object store"})
    audit_s3_access_key: str = field(metadata={"help": "audit's credential"})
    audit_s3_secret_key: str = field(metadata={"help": "audit's credential"}, repr=False)
    s3_secure: bool = field(default=False, metadata={"help": "TLS to the object store"})
    bucket_prefix: str = field(default="hecha", metadata={"help": "first word of bucket names"})
    audit_witness_identity_file: str = field(
        default="",
        metadata={"help": "the key this house countersigns with: its own logs where no witness"},
    )
    audit_witness_url: str = field(
        default="",
        metadata={"help": "where the level above countersigns (C2SP tlog-witness); empty: here"},
    )
    audit_witness_key: str = field(
        default="", metadata={"help": "verifier key of that witness: name+id+key"}
    )
    audit_watch_address: str = field(
        default="", metadata={"help": "HOST:PORT where logs of the level below are countersigned"}
    )
    audit_watched: tuple[str, ...] = field(
        default=(), metadata={"help": "verifier keys of the logs of the level below"}
    )
    audit_keep_days: int = field(
        default=1_200, metadata={"help": "days a checkpoint in the bucket is locked"}
    )
