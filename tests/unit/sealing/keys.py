from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from shared.contracts.events import Lane, Sender
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId
from shared.kernel.sheet_code import SheetCode
from shared.sealing.claim import Claim
from shared.sealing.context import ObjectContext, Rendition, Suite
from shared.sealing.slot import Recipient
from shared.sealing.wrapping import fingerprint

NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
OBJECT = ObjectId("0123456789abcdef" * 2)


class Edge:
    def __init__(self, name: str = "gateway") -> None:
        self.name = name
        self._key = Ed25519PrivateKey.generate()
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


class Holder:
    """A province's key pair, as storage keeps it."""

    def __init__(self) -> None:
        lattice, curve = MLKEM768PrivateKey.generate(), X25519PrivateKey.generate()
        self.private = MLKEM768X25519PrivateKey(lattice, curve)
        public = lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        self.recipient = Recipient(public, fingerprint(public))


def a_context(suite: Suite = Suite.AES, **changes: str) -> ObjectContext:
    words = {"province": "44", "campaign": "44-2026a", "object": OBJECT, "rendition": "original"}
    words |= changes
    return ObjectContext(
        suite,
        ProvinceCode(words["province"]),
        CampaignId(words["campaign"]),
        ObjectId(words["object"]),
        Rendition(words["rendition"]),
    )


def a_claim() -> Claim:
    return Claim(
        Sender.GUARDIAN,
        Lane.PHOTO,
        "k" * 32,
        "image/jpeg",
        code=SheetCode("0" * 21),
        ticket=SheetId("0123456789ab"),
        orientation=6,
    )
