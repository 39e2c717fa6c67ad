"""The staff pages' settings."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """Read from `HECHA_<NAME>`; see `shared.plumbing.settings`."""

    campaigns: str = field(
        metadata={"help": "campaigns of this house, the one worked on first: 44-2026a,44-2025b"}
    )
    portal_identity_file: Path = field(
        metadata={"help": "the portal's own signing key: storage opens pages for people by it"}
    )
    portal_address: str = field(
        default="127.0.0.1:8001", metadata={"help": "HOST:PORT of the staff pages"}
    )
    portal_secure: bool = field(
        default=True,
        metadata={"help": "cookies over TLS only; switched off on loopback without a proxy"},
    )
    portal_scans_address: str = field(
        default="", metadata={"help": "HOST:PORT of scan's door for uploads; empty: none"}
    )
    portal_rosters_address: str = field(
        default="", metadata={"help": "HOST:PORT of roster's door for files; empty: none"}
    )
    portal_guides: str = field(
        default="",
        metadata={
            "help": "folder with the guides' pictures and printed copies; empty: that of ./run guides"
        },
    )
