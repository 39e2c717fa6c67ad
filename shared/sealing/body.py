"""The sealed body of an object: a header of 16 bytes, then the chunked ciphertext.

Format: docs/spec/sealed-object.md. Only sealing lives here; opening a body under a granted
key is `shared.plumbing.opening`, which the public edge may not import.
"""

import os

from cryptography.cobblestone import Cobblestone256Encryptor

from shared.sealing import chunked
from shared.sealing.context import FORMAT_VERSION, ObjectContext, Suite

MAGIC = b"HECHABDY"
HEADER = 16


class NotSealedError(Exception):
    """A body that is not one of ours, or does not open; never says which."""


def new_data_key(suite: Suite) -> bytes:
    """A fresh key for one object."""
    return os.urandom(suite.key_bytes)


def seal_body(plaintext: bytes, data_key: bytes, context: ObjectContext) -> bytes:
    """Seal `plaintext` under a key that seals nothing else."""
    if context.suite is Suite.AES:
        encryptor = Cobblestone256Encryptor(data_key, context=context.encoded())
        return header(context.suite) + encryptor.update(plaintext) + encryptor.finalize()
    body = chunked.encrypt(chunked.SM4_SM3, data_key, context.encoded(), plaintext)
    return header(context.suite) + body


def header(suite: Suite) -> bytes:
    """Magic 8, version 1, suite 1, flags 2, zero 4."""
    return MAGIC + bytes([FORMAT_VERSION, suite.number]) + bytes(6)


def sealed_length(plaintext_length: int) -> int:
    """Bytes of the sealed body of so many bytes."""
    chunks = plaintext_length // chunked.CHUNK + 1
    return HEADER + chunked.HEAD + plaintext_length + chunked.TAG * chunks


def is_sealed(head: bytes) -> bool:
    """Whether bytes begin as a sealed body does."""
    return head[:8] == MAGIC and any(head[:HEADER] == header(suite) for suite in Suite)
