"""Opens a sealed body under its data key: for services that were granted one object.

The public edge may not import this (import contract), so that what it took in stays shut.
"""

from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.exceptions import InvalidTag

from shared.sealing import chunked
from shared.sealing.body import HEADER, NotSealedError, header
from shared.sealing.context import ObjectContext, Suite


def open_body(body: bytes, data_key: bytes, context: ObjectContext) -> bytes:
    """The plaintext of a sealed body.

    Raises:
        NotSealedError: another key, another context, or a body altered, cut or swapped.
    """
    if body[:HEADER] != header(context.suite) or len(data_key) != context.suite.key_bytes:
        raise NotSealedError
    try:
        if context.suite is Suite.AES:
            decryptor = Cobblestone256Decryptor(data_key, context=context.encoded())
            return decryptor.update(body[HEADER:]) + decryptor.finalize()
        return chunked.decrypt(chunked.SM4_SM3, data_key, context.encoded(), body[HEADER:])
    except (InvalidTag, ValueError):
        raise NotSealedError from None
