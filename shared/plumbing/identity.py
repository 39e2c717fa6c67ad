"""The identity of a service: an Ed25519 key whose public half storage has enrolled."""

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.plumbing.settings import SettingsError


class Identity:
    """Signs as one service."""

    def __init__(self, name: str, key: Ed25519PrivateKey) -> None:
        self._name = name
        self._key = key

    @property
    def name(self) -> str:
        """Whom the public half is enrolled for."""
        return self._name

    @property
    def public_key(self) -> bytes:
        """The public half, 32 bytes."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """An Ed25519 signature."""
        return self._key.sign(data)


def make_identity(name: str, path: Path) -> Identity:
    """The identity kept in a file; made and written, readable by its owner only, if it is new."""
    if not path.exists():
        key = Ed25519PrivateKey.generate()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps({"name": name, "seed": key.private_bytes_raw().hex()}))
    return load_identity(path)


def load_identity(path: Path) -> Identity:
    """The identity kept in a file.

    Raises:
        SettingsError: there is none; the message says which file.
    """
    try:
        kept = json.loads(path.read_text("utf-8"))
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(kept["seed"]))
        return Identity(str(kept["name"]), key)
    except (OSError, ValueError, KeyError, TypeError):
        raise SettingsError(f"{path.name} holds no identity: hecha storage init") from None
