"""What a command of accounts works with."""

from dataclasses import dataclass

from services.accounts.credentials import Passwords
from services.accounts.vault import Vault
from shared.plumbing.database import Database
from shared.plumbing.identity import Identity


@dataclass(frozen=True, slots=True)
class Office:
    """The database, what seals names and seeds, what checks passwords, what signs tokens."""

    database: Database
    vault: Vault
    passwords: Passwords
    identity: Identity
