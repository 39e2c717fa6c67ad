"""The keyring: a province's private keys, sealed in one file under a passphrase.

The only place of the house that can unwrap what the edges sealed. The file is replaced as a
whole and counts its generations, so that a crash leaves the old keys or the new ones.
"""

import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shared.kernel.ids import CampaignId, ProvinceCode
from shared.sealing.body import NotSealedError
from shared.sealing.context import Suite
from shared.sealing.wrapping import STORED, Fingerprint, fingerprint

FORMAT = 1
# A third of a second and 128 MiB: a guess costs an attacker the same.
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**17, 8, 1
_AAD = b"hecha keyring 1"


class KeyringError(Exception):
    """The keyring cannot be used; the message says why and what to do, never a key."""


@dataclass(frozen=True, slots=True)
class CampaignKey:
    """The key pair of one campaign; `is_current` says that edges seal to it."""

    province: ProvinceCode
    campaign: CampaignId
    suite: Suite
    mlkem_seed: bytes = field(repr=False)
    x25519: bytes = field(repr=False)
    is_current: bool = True

    @property
    def private(self) -> MLKEM768X25519PrivateKey:
        """The private key."""
        return MLKEM768X25519PrivateKey(self._lattice, self._curve)

    @property
    def public_key(self) -> bytes:
        """The public half, as edges get it."""
        lattice = self._lattice.public_key().public_bytes_raw()
        return lattice + self._curve.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> Fingerprint:
        """The id of the pair."""
        return fingerprint(self.public_key)

    @property
    def _lattice(self) -> MLKEM768PrivateKey:
        return MLKEM768PrivateKey.from_seed_bytes(self.mlkem_seed)

    @property
    def _curve(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.x25519)


def new_campaign_key(province: ProvinceCode, campaign: CampaignId, suite: Suite) -> CampaignKey:
    """A fresh key pair."""
    return CampaignKey(province, campaign, suite, os.urandom(64), os.urandom(32))


@dataclass(frozen=True, slots=True)
class Keyring:
    """Opened keys: the root that signs manifests, and one pair or more per campaign."""

    root: bytes = field(repr=False)  # Ed25519 seed
    generation: int
    keys: tuple[CampaignKey, ...]

    def unwrap(self, holder: Fingerprint, wrapped: bytes, info: bytes) -> bytes:
        """What was wrapped to the pair with this fingerprint.

        Raises:
            LookupError: no such pair here.
            NotSealedError: it does not open.
        """
        private = self._private(holder)
        try:
            return STORED.decrypt(wrapped, private, info=info)
        except (InvalidTag, ValueError):
            raise NotSealedError from None

    def current(self, campaign: CampaignId) -> CampaignKey | None:
        """The pair that edges seal to."""
        found = [key for key in self.keys if key.campaign == campaign and key.is_current]
        return found[-1] if found else None

    def _private(self, holder: Fingerprint) -> MLKEM768X25519PrivateKey:
        for key in self.keys:
            if key.fingerprint == holder:
                return key.private
        raise LookupError(holder)


class KeyringFile:
    """A keyring that is opened anew when its file changes: a rotation needs no restart."""

    def __init__(self, path: Path, passphrase: str) -> None:
        """Open it once.

        Raises:
            KeyringError: it cannot be used.
        """
        self._path = path
        self._passphrase = passphrase
        self._stamp = path.stat().st_mtime_ns if path.exists() else 0
        self._opened = open_keyring(path, passphrase)

    @property
    def root(self) -> bytes:
        """The seed of the province's root."""
        return self._fresh().root

    @property
    def keys(self) -> tuple[CampaignKey, ...]:
        """The key pairs."""
        return self._fresh().keys

    def unwrap(self, holder: Fingerprint, wrapped: bytes, info: bytes) -> bytes:
        """As `Keyring.unwrap`."""
        return self._fresh().unwrap(holder, wrapped, info)

    def _fresh(self) -> Keyring:
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._opened = open_keyring(self._path, self._passphrase)
                self._stamp = stamp
        except (KeyringError, OSError):
            pass  # what was opened before still opens what was sealed to it
        return self._opened


def open_keyring(path: Path, passphrase: str) -> Keyring:
    """Read a keyring.

    Raises:
        KeyringError: no such file, not a keyring, or another passphrase.
    """
    try:
        kept = json.loads(path.read_text("utf-8"))
        sealed = b64decode(kept["sealed"])
        key = _derive(passphrase, bytes.fromhex(kept["salt"]), int(kept["n"]))
        plain = json.loads(AESGCM(key).decrypt(sealed[:12], sealed[12:], _AAD))
        return _keyring(plain)
    except FileNotFoundError:
        raise KeyringError(f"{path.name} is not there: run hecha storage init") from None
    except InvalidTag:
        raise KeyringError(
            f"the passphrase does not open {path.name}, or the file was altered: "
            "check HECHA_PASSPHRASE"
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise KeyringError(f"{path.name} is no keyring: restore it from a backup") from None


def write_keyring(path: Path, keyring: Keyring, passphrase: str) -> None:
    """Seal and replace the file as a whole."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    plain = json.dumps(_plain(keyring)).encode()
    sealed = AESGCM(_derive(passphrase, salt, SCRYPT_N)).encrypt(nonce, plain, _AAD)
    document = {
        "format": FORMAT,
        "salt": salt.hex(),
        "n": SCRYPT_N,
        "sealed": b64encode(nonce + sealed).decode(),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(document, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _derive(passphrase: str, salt: bytes, n: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=SCRYPT_R, p=SCRYPT_P).derive(passphrase.encode())


def _plain(keyring: Keyring) -> dict[str, Any]:
    keys = [
        {
            "province": key.province,
            "campaign": key.campaign,
            "suite": key.suite.value,
            "mlkem_seed": key.mlkem_seed.hex(),
            "x25519": key.x25519.hex(),
            "is_current": key.is_current,
        }
        for key in keyring.keys
    ]
    return {"root": keyring.root.hex(), "generation": keyring.generation, "keys": keys}


def _keyring(plain: Mapping[str, Any]) -> Keyring:
    keys = tuple(
        CampaignKey(
            ProvinceCode(key["province"]),
            CampaignId(key["campaign"]),
            Suite(key["suite"]),
            bytes.fromhex(key["mlkem_seed"]),
            bytes.fromhex(key["x25519"]),
            bool(key["is_current"]),
        )
        for key in plain["keys"]
    )
    return Keyring(bytes.fromhex(plain["root"]), int(plain["generation"]), keys)
