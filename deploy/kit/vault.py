"""The kit's folder at rest: every secret file sealed under one passphrase.

`kit.json` holds the salt and costs of scrypt, nothing secret. A sealed file is
nonce 12 | AES-256-GCM ciphertext, its name authenticated, so files cannot be swapped.
"""

import json
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shared.kernel.errors import DomainError

HEADER_NAME = "kit.json"
SEALED_SUFFIX = ".sealed"
FORMAT = 1
# 128 MiB and about a third of a second: a guess costs an attacker the same.
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**17, 8, 1
NONCE_BYTES = 12


class WrongPassphraseError(DomainError):
    """The passphrase does not open this kit, or a sealed file was altered."""

    code = "wrong_passphrase"


class KitExistsError(DomainError):
    """The folder already holds a kit; it is never overwritten."""

    code = "kit_exists"


class NoKitError(DomainError):
    """The folder holds no kit."""

    code = "no_kit"


class Vault:
    """The sealed files of one folder."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._cipher = AESGCM(key)

    @classmethod
    def create(cls, folder: Path, passphrase: str) -> "Vault":
        """Make a new kit folder.

        Raises:
            KitExistsError: there is one already.
        """
        header = folder / HEADER_NAME
        if header.exists():
            raise KitExistsError
        folder.mkdir(parents=True, exist_ok=True)
        salt = secrets.token_bytes(16)
        vault = cls(folder, _derive(passphrase, salt, SCRYPT_N))
        vault.write("check", b"hecha kit")
        costs = {"n": SCRYPT_N, "r": SCRYPT_R, "p": SCRYPT_P}
        _replace(
            header, json.dumps({"format": FORMAT, "salt": salt.hex(), "scrypt": costs}).encode()
        )
        return vault

    @classmethod
    def open(cls, folder: Path, passphrase: str) -> "Vault":
        """Open an existing kit folder.

        Raises:
            NoKitError: no kit there.
            WrongPassphraseError: the passphrase does not fit.
        """
        try:
            header = json.loads((folder / HEADER_NAME).read_bytes())
        except FileNotFoundError:
            raise NoKitError from None
        salt = bytes.fromhex(header["salt"])
        vault = cls(folder, _derive(passphrase, salt, int(header["scrypt"]["n"])))
        vault.read("check")
        return vault

    def write(self, name: str, content: bytes) -> None:
        """Seal `content` under `name`, replacing it as a whole."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, content, name.encode())
        _replace(self._folder / (name + SEALED_SUFFIX), nonce + sealed)

    def read(self, name: str) -> bytes:
        """Open what was sealed under `name`.

        Raises:
            FileNotFoundError: nothing was.
            WrongPassphraseError: it does not open.
        """
        sealed = (self._folder / (name + SEALED_SUFFIX)).read_bytes()
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], name.encode())
        except InvalidTag:
            raise WrongPassphraseError from None

    def has(self, name: str) -> bool:
        """Whether something is sealed under `name`."""
        return (self._folder / (name + SEALED_SUFFIX)).exists()


def _derive(passphrase: str, salt: bytes, n: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase.encode())


def _replace(path: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the old one or the new one, never half of it."""
    beside = path.with_name(path.name + ".new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
