"""Signed notes, checkpoints and cosignatures as C2SP writes them, with Ed25519.

Sources: C2SP signed-note, tlog-checkpoint, tlog-cosignature. A name holds no space and no plus
sign; a key's id is four bytes, so a signature is first found by name and id, then verified.
"""

import base64
import binascii
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.sealing.signing import Signer

DASH = "\u2014"
MAX_BYTES = 65_536
_MAX_SIGNATURES = 16
_KEY_BYTES, _SIGNATURE_BYTES = 32, 64


class NoteError(ValueError):
    """Not a note, a checkpoint or a key of this form; args: what is wrong, as a code."""


class Kind(IntEnum):
    """What a key signs."""

    NOTE = 1  # the text itself: a log
    COSIGNATURE = 4  # the text and a time: a witness


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key, under its name."""

    name: str
    kind: Kind
    public_key: bytes  # 32

    @property
    def id(self) -> bytes:
        """Four bytes."""
        named = self.name.encode() + b"\n" + bytes([self.kind])
        return sha256(named + self.public_key).digest()[:4]

    def text(self) -> str:
        """As it is handed to others: `name+id+key`."""
        key = base64.b64encode(bytes([self.kind]) + self.public_key).decode()
        return f"{self.name}+{self.id.hex()}+{key}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note."""

    name: str
    key_id: bytes
    data: bytes

    def line(self) -> str:
        """As it stands in the note, with its end of line."""
        return f"{DASH} {self.name} {base64.b64encode(self.key_id + self.data).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it."""

    text: str  # ends with an end of line
    signatures: tuple[Signature, ...]

    def encoded(self) -> str:
        """The note as it is kept and sent."""
        return self.text + "\n" + "".join(one.line() for one in self.signatures)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How a log stood: its name, its size and its root."""

    origin: str
    size: int
    root: bytes  # 32

    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def read_key(text: str) -> VerifierKey:
    """The key of its text form.

    Raises:
        NoteError: not of the form, or its id is not that of the key.
    """
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise NoteError("bad_key")
    raw = _decoded(parts[2])
    if len(raw) != 1 + _KEY_BYTES or raw[0] not in tuple(Kind) or not _is_name(parts[0]):
        raise NoteError("bad_key")
    key = VerifierKey(parts[0], Kind(raw[0]), raw[1:])
    if key.id.hex() != parts[1]:
        raise NoteError("bad_key")
    return key


def read_note(encoded: str) -> Note:
    """The note of its encoded form; no signature is verified yet.

    Raises:
        NoteError: not of the form.
    """
    text, blank, below = encoded.rpartition("\n\n")
    lines = below.splitlines()
    if not blank or not below.endswith("\n") or not 1 <= len(lines) <= _MAX_SIGNATURES:
        raise NoteError("bad_note")
    if len(encoded) > MAX_BYTES or any(ord(one) < 0x20 and one != "\n" for one in encoded):
        raise NoteError("bad_note")
    return Note(text + "\n", tuple(map(read_signature, lines)))


def read_signature(line: str) -> Signature:
    """One line below a note.

    Raises:
        NoteError: not of the form.
    """
    parts = line.removesuffix("\n").split(" ")
    if len(parts) != 3 or parts[0] != DASH or not _is_name(parts[1]):
        raise NoteError("bad_signature")
    raw = _decoded(parts[2])
    if len(raw) < 5:
        raise NoteError("bad_signature")
    return Signature(parts[1], raw[:4], raw[4:])


def read_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text says; further lines are allowed and ignored.

    Raises:
        NoteError: not of the form.
    """
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0] or not lines[1].isascii() or not lines[1].isdigit():
        raise NoteError("bad_checkpoint")
    size, root = int(lines[1]), _decoded(lines[2])
    if str(size) != lines[1] or len(root) != 32:
        raise NoteError("bad_checkpoint")
    return Checkpoint(lines[0], size, root)


def sign(text: str, name: str, signer: Signer, public_key: bytes) -> Signature:
    """A log's signature under a text."""
    key = VerifierKey(name, Kind.NOTE, public_key)
    return Signature(name, key.id, signer.sign(text.encode()))


def cosign(text: str, name: str, signer: Signer, public_key: bytes, at: int) -> Signature:
    """A witness's signature under a checkpoint, at a time in seconds since 1970."""
    key = VerifierKey(name, Kind.COSIGNATURE, public_key)
    return Signature(name, key.id, struct.pack(">Q", at) + signer.sign(_timed(text, at)))


def is_signed(note: Note, key: VerifierKey) -> bool:
    """Whether a log's key signed this note."""
    found = _of(note.signatures, key)
    return found is not None and _verifies(key, note.text.encode(), found.data)


def cosigned_at(text: str, signatures: Sequence[Signature], key: VerifierKey) -> int | None:
    """When a witness signed this text, in seconds since 1970; None when it did not."""
    found = _of(signatures, key)
    if found is None or len(found.data) != 8 + _SIGNATURE_BYTES:
        return None
    at = int.from_bytes(found.data[:8], "big")
    return at if _verifies(key, _timed(text, at), found.data[8:]) else None


def _timed(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _of(signatures: Sequence[Signature], key: VerifierKey) -> Signature | None:
    return next((one for one in signatures if (one.name, one.key_id) == (key.name, key.id)), None)


def _verifies(key: VerifierKey, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _is_name(text: str) -> bool:
    return bool(text) and "+" not in text and not any(one.isspace() for one in text)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("bad_base64") from None
