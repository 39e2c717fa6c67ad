"""Passwords at rest, one-time passwords, session tokens and second steps.

What people choose goes through argon2id. What we draw has 79 bits or more, where a slow hash adds
nothing, so ten thousand one-time passwords are made in a moment.
"""

import hashlib
import hmac
import secrets
import threading
from datetime import datetime
from functools import cached_property

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.plumbing.offload import thread

# Each takes 64 MiB and four threads for a tenth of a second.
AT_ONCE = 2
STEP_S = 30
ISSUER = "核查 Hecha"

_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that reads like something else
_GROUPS, _GROUP = 4, 4
_DRAWN = "drawn:"
_SESSION_BYTES = 32


class Passwords:
    """Keeps and checks passwords; waits for its turn, in native threads."""

    def __init__(self, hasher: PasswordHasher | None = None, *, at_once: int = AT_ONCE) -> None:
        """Take argon2's own defaults, unless a test is in a hurry."""
        self._hasher = hasher or PasswordHasher()
        self._turn = threading.Semaphore(at_once)

    @cached_property
    def nobody(self) -> str:
        """Checked where there is no account, so that the answer takes as long as for one."""
        return self._hasher.hash(secrets.token_hex(16))

    def keep(self, password: str) -> str:
        """What is stored of a chosen password."""
        with self._turn:
            return thread(self._hasher.hash, password)

    def fits(self, kept: str | None, password: str) -> bool:
        """Whether this is the password; None stands for an account that does not exist."""
        if kept is not None and kept.startswith(_DRAWN):
            return hmac.compare_digest(kept, keep_drawn(password))
        with self._turn:
            try:
                return thread(self._hasher.verify, kept or self.nobody, password)
            except (VerificationError, InvalidHashError):
                return False


def draw_password() -> str:
    """A one-time password, easy to type from paper: ABCD-EFGH-JKMN-PQRS, 79 bits."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def keep_drawn(password: str) -> str:
    """What is stored of a one-time password; case, hyphens and spaces do not matter."""
    plain = password.upper().replace("-", "").replace(" ", "")
    return _DRAWN + hashlib.sha256(plain.encode()).hexdigest()


def draw_session() -> str:
    """A session's reference token, 256 bits."""
    return secrets.token_urlsafe(_SESSION_BYTES)


def keep_session(token: str) -> str:
    """What is stored of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def draw_seed() -> str:
    """A seed for a second step, base32, 160 bits."""
    return pyotp.random_base32()


def address_of(seed: str, login: str) -> str:
    """What an authenticator's camera reads: RFC 6238, six digits, 30 s."""
    return pyotp.TOTP(seed).provisioning_uri(name=login, issuer_name=ISSUER)


def step_of_code(seed: str, code: str, at: datetime, *, after: int) -> int | None:
    """The time step a code belongs to; None when it is wrong or not newer than step `after`.

    One step on each side is taken for a clock that is off; a step that was shown is never
    taken again.
    """
    totp = pyotp.TOTP(seed)
    now = int(at.timestamp()) // STEP_S
    for step in (now - 1, now, now + 1):
        if step > after and hmac.compare_digest(totp.generate_otp(step), code.strip()):
            return step
    return None
