"""The published chunked encryption (C2SP chunked-encryption v1) with SM4-GCM and SM3.

The AES instantiation, Cobblestone-256, comes from the `cryptography` library; this is the
same construction over the other cipher and hash, which no library has. A test holds both
against each other by running this code with AES and SHA-512.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import constant_time, hashes
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

CHUNK = 16_384
TAG = 16
SALT = 24
COMMITMENT = 32
NONCE = 12
HEAD = SALT + COMMITMENT
MAX_CHUNKS = 2**32
_DOMAIN = b"c2sp.org/chunked-encryption@v1+"


@dataclass(frozen=True, slots=True)
class Instance:
    """An AEAD and a hash the construction is run with."""

    name: bytes
    key_bytes: int
    algorithm: Callable[[bytes], BlockCipherAlgorithm]
    hash: hashes.HashAlgorithm


SM4_SM3 = Instance(b"AEAD_SM4_GCM", 16, algorithms.SM4, hashes.SM3())
AES256_SHA512 = Instance(b"AEAD_AES_256_GCM", 32, algorithms.AES256, hashes.SHA512())


@dataclass(frozen=True, slots=True)
class _Derived:
    key: bytes
    nonce: int
    commitment: bytes


def encrypt(instance: Instance, key: bytes, context: bytes, plaintext: bytes) -> bytes:
    """Salt, commitment and chunks; the last chunk is always shorter than the others."""
    salt = os.urandom(SALT)
    return encrypt_with(instance, key, context, plaintext, salt=salt)


def encrypt_with(
    instance: Instance, key: bytes, context: bytes, plaintext: bytes, *, salt: bytes
) -> bytes:
    """As `encrypt`, under a given salt: for test vectors only; a salt must never come twice."""
    derived = _derive(instance, key, salt, context)
    parts = [salt, derived.commitment]
    for index, start in enumerate(range(0, len(plaintext) + 1, CHUNK)):
        parts.append(_seal_chunk(instance, derived, index, plaintext[start : start + CHUNK]))
    return b"".join(parts)


def decrypt(instance: Instance, key: bytes, context: bytes, ciphertext: bytes) -> bytes:
    """The plaintext.

    Raises:
        InvalidTag: not made by `encrypt` under this key and context, or altered since.
    """
    salt, commitment = ciphertext[:SALT], ciphertext[SALT:HEAD]
    derived = _derive(instance, key, salt, context)
    if not constant_time.bytes_eq(commitment, derived.commitment):
        raise InvalidTag
    chunks = list(_chunks(ciphertext[HEAD:]))
    if len(chunks[-1]) == CHUNK + TAG or len(chunks) > MAX_CHUNKS:
        raise InvalidTag
    return b"".join(
        _open_chunk(instance, derived, index, chunk) for index, chunk in enumerate(chunks)
    )


def _chunks(body: bytes) -> Iterator[bytes]:
    if len(body) % (CHUNK + TAG) < TAG:  # also: nothing behind the last whole chunk
        raise InvalidTag
    for start in range(0, len(body), CHUNK + TAG):
        yield body[start : start + CHUNK + TAG]


def _derive(instance: Instance, key: bytes, salt: bytes, context: bytes) -> _Derived:
    length = instance.key_bytes + NONCE + COMMITMENT
    info = _DOMAIN + instance.name + b"\0" + salt + context
    made = HKDFExpand(instance.hash, length, info).derive(key)
    nonce = made[instance.key_bytes : instance.key_bytes + NONCE]
    return _Derived(made[: instance.key_bytes], int.from_bytes(nonce), made[-COMMITMENT:])


def _nonce(derived: _Derived, index: int) -> bytes:
    return (derived.nonce ^ index).to_bytes(NONCE)


def _seal_chunk(instance: Instance, derived: _Derived, index: int, chunk: bytes) -> bytes:
    mode = modes.GCM(_nonce(derived, index))
    encryptor = Cipher(instance.algorithm(derived.key), mode).encryptor()
    return encryptor.update(chunk) + encryptor.finalize() + encryptor.tag


def _open_chunk(instance: Instance, derived: _Derived, index: int, chunk: bytes) -> bytes:
    mode = modes.GCM(_nonce(derived, index), chunk[-TAG:])
    decryptor = Cipher(instance.algorithm(derived.key), mode).decryptor()
    return decryptor.update(chunk[:-TAG]) + decryptor.finalize()
