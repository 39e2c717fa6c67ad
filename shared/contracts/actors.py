"""Who acts: what an actor token says, and the bytes that accounts signs.

Token: base64url without padding of canonical JSON, a dot, base64url of an Ed25519 signature
over `PREFIX` and those bytes. It carries ids, a role and times, nothing of a person; it lives
minutes and travels in every command, so that the service that owns the data decides.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.contracts.wire import WireError, from_plain, to_plain
from shared.kernel.authority import Act, Place, Role, Standing, may
from shared.kernel.errors import ActorRefusedError, NotAllowedError
from shared.kernel.ids import AccountId, ActorToken, PersonId, UnitCode

PREFIX = b"hecha actor 1\0"
LIFE = timedelta(minutes=15)
_MAX_CHARACTERS = 2048

# Who decides, administers or reads the log has shown a second factor (GB/T 22239, level 3).
NEED_SECOND_FACTOR = frozenset(
    {
        Role.REVIEWER,
        Role.UNIT_ADMINISTRATOR,
        Role.OPERATOR,
        Role.KEY_OFFICER,
        Role.AUDITOR,
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """A named person in one role at one unit, as accounts has seen them sign in."""

    person: PersonId
    account: AccountId
    role: Role
    unit: UnitCode
    path: str  # of the unit, from the province down, each level ending in "/"
    expires_at: datetime
    second_factor_at: datetime | None = None

    @property
    def standing(self) -> Standing:
        """What the authority table asks for."""
        return Standing(self.role, self.path)

    def require(self, act: Act, place: Place) -> None:
        """Go on only if the authority table gives this act to this actor at this place.

        Raises:
            NotAllowedError: it does not.
            ActorRefusedError: the role needs a second factor and none was shown.
        """
        if not may(self.standing, act, place):
            raise NotAllowedError(act)
        if self.role in NEED_SECOND_FACTOR and self.second_factor_at is None:
            raise ActorRefusedError("second_factor")


def body_of(actor: Actor) -> bytes:
    """The canonical bytes that are signed, without `PREFIX`."""
    plain = to_plain(actor)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def token_of(body: bytes, signature: bytes) -> ActorToken:
    """The token as it travels."""
    return ActorToken(f"{_text(body)}.{_text(signature)}")


def parts_of(token: str) -> tuple[Actor, bytes, bytes]:
    """What a token says, its signed bytes and its signature; nothing is verified yet.

    Raises:
        ActorRefusedError: it is no token.
    """
    body, _, signature = token.partition(".")
    if len(token) > _MAX_CHARACTERS:
        raise ActorRefusedError("forged")
    try:
        signed = _bytes(body)
        return from_plain(json.loads(signed), Actor), signed, _bytes(signature)
    except (ValueError, binascii.Error, WireError):
        raise ActorRefusedError("forged") from None


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
