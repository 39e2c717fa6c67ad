"""Under which account a server runs, and where that account may keep its files.

PostgreSQL refuses to run as root, and RabbitMQ had better not: started by root they run
as the account that their Debian package made. Everybody else runs them as themselves.
"""

import hashlib
import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

STATE_ROOT = Path("/var/lib/hecha")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system."""

    name: str
    user_id: int
    group_id: int


def server_account(name: str) -> Account | None:
    """The account a server is switched to; None when it runs as whoever starts it.

    Raises:
        LookupError: root starts it, and the machine has no such account.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise LookupError(
            f"there is no account {name}: install its package, see ./run doctor"
        ) from None
    return Account(name, entry.pw_uid, entry.pw_gid)


def give(folder: Path, account: Account | None) -> None:
    """Make a folder that belongs to `account` alone."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is not None:
        os.chown(folder, account.user_id, account.group_id)
    folder.chmod(0o700)


def reachable(wanted: Path) -> Path:
    """`wanted`, or a folder of the system when other accounts cannot walk to `wanted`.

    Matters to root only: a clone under /root cannot hold the files of the account
    `postgres`. The folder is the same for the same `wanted`, so it is found again.
    """
    wanted = wanted.resolve()
    if os.geteuid() != 0 or all(_is_open(parent) for parent in wanted.parents):
        return wanted
    return STATE_ROOT / hashlib.sha256(str(wanted).encode()).hexdigest()[:12]


def _is_open(folder: Path) -> bool:
    return not folder.exists() or bool(folder.stat().st_mode & stat.S_IXOTH)
