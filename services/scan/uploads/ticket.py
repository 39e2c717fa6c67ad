"""Tickets of a person who may hand scans in, until there are accounts of staff.

`hecha1.<what it says>.<HMAC-SHA256>`, both parts base64url. Who holds one acts as the person it
names until it expires; it cannot be taken back, so it is short.
"""

import base64
import binascii
import hmac
from datetime import datetime, timedelta

import msgspec

from services.scan.submitting import Origin
from shared.kernel.ids import CampaignId, ProvinceCode, UnitCode

KEY_BYTES = 32
MAX_LIFE = timedelta(days=7)
MAX_CHARACTERS = 2048
_PREFIX = "hecha1"


class _Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    campaign: str
    province: str
    school: str
    actor: str
    until: int  # seconds since 1970


class Tickets:
    """Signs and checks tickets under one key.

    Raises:
        ValueError: the key is not 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a ticket key has {KEY_BYTES} bytes")
        self._key = hmac.digest(key, b"hecha scan ticket 1", "sha256")

    def sign(self, who: Origin, until: datetime) -> str:
        """A ticket for a person."""
        said = _Said(who.campaign, who.province, who.school, who.actor, int(until.timestamp()))
        body = _text(msgspec.json.encode(said))
        return f"{_PREFIX}.{body}.{_text(self._mac(body))}"

    def read(self, ticket: str, at: datetime) -> Origin | None:
        """Whom a ticket names; None when it is forged, altered or expired."""
        prefix, _, rest = ticket[:MAX_CHARACTERS].partition(".")
        body, _, mac = rest.rpartition(".")
        # First the signature, in constant time: nothing of a forged ticket is looked at.
        is_ours = hmac.compare_digest(self._mac(body), _bytes(mac))
        if not is_ours or prefix != _PREFIX:
            return None
        said = msgspec.json.decode(_bytes(body), type=_Said)
        if at.timestamp() >= said.until:
            return None
        campaign, province = CampaignId(said.campaign), ProvinceCode(said.province)
        return Origin(campaign, province, UnitCode(said.school), said.actor)

    def _mac(self, body: str) -> bytes:
        return hmac.digest(self._key, f"{_PREFIX}.{body}".encode("utf-8", "replace"), "sha256")


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
