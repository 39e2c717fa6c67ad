"""The key manifest: which public key seals what is handed in for a campaign.

Signed by the province's root, whose public half every edge has pinned. An edge refuses a
manifest older than the one it has seen, and accepts nothing under one that has expired.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from shared.kernel.ids import CampaignId, ProvinceCode
from shared.sealing.context import Suite
from shared.sealing.signing import Signer, canonical, check, signed
from shared.sealing.slot import Recipient
from shared.sealing.wrapping import Fingerprint, fingerprint

KIND = b"key manifest 1"


class BadManifestError(Exception):
    """Not a manifest, not signed by this province, or its keys do not fit their ids."""


class StaleManifestError(Exception):
    """Expired, or older than one that was seen before: nothing is sealed under it."""


@dataclass(frozen=True, slots=True)
class ManifestKey:
    """The key of one campaign."""

    campaign: CampaignId
    fingerprint: Fingerprint
    public_key: bytes
    suite: Suite


@dataclass(frozen=True, slots=True)
class KeyManifest:
    """The keys of one province."""

    province: ProvinceCode
    sequence: int
    not_before: datetime
    not_after: datetime
    keys: tuple[ManifestKey, ...]

    def key_for(self, campaign: CampaignId, at: datetime) -> tuple[Recipient, Suite]:
        """Whom to seal to.

        Raises:
            StaleManifestError: the manifest is not valid now.
            LookupError: the campaign has no key here.
        """
        if not self.not_before <= at < self.not_after:
            raise StaleManifestError
        for key in self.keys:
            if key.campaign == campaign:
                return Recipient(key.public_key, key.fingerprint), key.suite
        raise LookupError(campaign)


class _PlainKey(msgspec.Struct):
    campaign: str
    fingerprint: str
    public_key: str
    suite: Suite


class _Plain(msgspec.Struct):
    province: str
    sequence: int
    not_before: datetime
    not_after: datetime
    keys: list[_PlainKey]
    signature: str


def build_manifest(manifest: KeyManifest, root: Signer) -> bytes:
    """The bytes of a manifest, signed by the province's root."""
    document = {
        "province": manifest.province,
        "sequence": manifest.sequence,
        "not_before": manifest.not_before.isoformat(),
        "not_after": manifest.not_after.isoformat(),
        "keys": [
            {
                "campaign": key.campaign,
                "fingerprint": key.fingerprint,
                "public_key": key.public_key.hex(),
                "suite": key.suite.value,
            }
            for key in manifest.keys
        ],
    }
    return canonical(signed(document, KIND, root))


def read_manifest(data: bytes, root_public_key: bytes, *, seen: int = 0) -> KeyManifest:
    """A manifest that was signed by `root_public_key`.

    Raises:
        BadManifestError: it was not, or a key does not fit its fingerprint.
        StaleManifestError: its sequence is below `seen`.
        BadSignatureError: signed by somebody else, or altered.
    """
    try:
        document = msgspec.json.decode(data, type=dict[str, object])
        plain = msgspec.convert(document, _Plain)
        keys = tuple(_key(key) for key in plain.keys)
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError):
        raise BadManifestError from None
    check(document, KIND, root_public_key)
    if plain.sequence < seen:
        raise StaleManifestError
    province = ProvinceCode(plain.province)
    return KeyManifest(province, plain.sequence, plain.not_before, plain.not_after, keys)


def _key(plain: _PlainKey) -> ManifestKey:
    public_key = bytes.fromhex(plain.public_key)
    if fingerprint(public_key) != plain.fingerprint:
        raise BadManifestError
    return ManifestKey(
        CampaignId(plain.campaign), Fingerprint(plain.fingerprint), public_key, plain.suite
    )


def newest(manifests: Sequence[KeyManifest]) -> KeyManifest:
    """The one with the highest sequence."""
    return max(manifests, key=lambda manifest: manifest.sequence)
