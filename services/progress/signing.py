"""The signature of progress: made with the key of today, believed with those of before too."""

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.progress.settings import ProgressSettings
from shared.plumbing.identity import Identity, load_identity
from shared.plumbing.settings import SettingsError


class Signer:
    """Signs statements, and tells genuine signatures."""

    def __init__(self, identity: Identity, earlier: Sequence[bytes] = ()) -> None:
        """Take progress's own key, and the public halves of the keys it had before."""
        self._identity = identity
        self._known = [
            Ed25519PublicKey.from_public_bytes(key) for key in (identity.public_key, *earlier)
        ]

    @property
    def public_key(self) -> bytes:
        """What others verify new signatures with, 32 bytes."""
        return self._identity.public_key

    def sign(self, data: bytes) -> str:
        """An Ed25519 signature, hex."""
        return self._identity.sign(data).hex()

    def is_genuine(self, data: bytes, signature: str) -> bool:
        """Whether one of our keys made this signature over these bytes."""
        return any(_is_signed(key, data, signature) for key in self._known)


def signer_of(settings: ProgressSettings) -> Signer:
    """The signer that settings describe.

    Raises:
        SettingsError: no identity, or an earlier key that is none.
    """
    identity = load_identity(settings.progress_identity_file)
    try:
        return Signer(identity, [bytes.fromhex(key) for key in settings.progress_earlier_keys])
    except ValueError:
        raise SettingsError("HECHA_PROGRESS_EARLIER_KEYS must list keys of 64 hex digits") from None


def _is_signed(key: Ed25519PublicKey, data: bytes, signature: str) -> bool:
    try:
        key.verify(bytes.fromhex(signature), data)
    except (InvalidSignature, ValueError):
        return False
    return True
