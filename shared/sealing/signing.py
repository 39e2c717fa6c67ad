"""Signed documents: canonical JSON, and an Ed25519 signature by an enrolled service."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIGNATURE = "signature"


class BadSignatureError(Exception):
    """Not signed by this key, or altered since."""


class Signer(Protocol):
    """Somebody enrolled."""

    @property
    def name(self) -> str:
        """Whom the public half is enrolled for."""
        ...

    def sign(self, data: bytes) -> bytes:
        """An Ed25519 signature."""
        ...


def canonical(document: Mapping[str, Any]) -> bytes:
    """Sorted keys, no spaces, integers and strings: the same bytes from every writer."""
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def signed(document: Mapping[str, Any], kind: bytes, signer: Signer) -> dict[str, Any]:
    """The document with its signature; `kind` keeps documents of different sorts apart."""
    return {**document, SIGNATURE: signer.sign(_message(document, kind)).hex()}


def check(document: Mapping[str, Any], kind: bytes, public_key: bytes) -> None:
    """Check a signed document.

    Raises:
        BadSignatureError: it does not verify.
    """
    bare = {key: value for key, value in document.items() if key != SIGNATURE}
    try:
        signature = bytes.fromhex(str(document.get(SIGNATURE, "")))
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _message(bare, kind))
    except (InvalidSignature, ValueError):
        raise BadSignatureError from None


def check_bytes(message: bytes, signature: bytes, public_key: bytes) -> None:
    """Check a bare signature.

    Raises:
        BadSignatureError: it does not verify.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise BadSignatureError from None


def _message(document: Mapping[str, Any], kind: bytes) -> bytes:
    return b"hecha " + kind + b"\0" + canonical(document)
