"""A pupil's values as bytes: equal bytes for equal values, so that a digest can compare them."""

import msgspec

Values = dict[str, str]

_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(Values).decode


def encoded(values: Values) -> bytes:
    """Values as bytes."""
    return _encode(values)


def decoded(plain: bytes) -> Values:
    """Values from what `encoded` made.

    Raises:
        msgspec.DecodeError: it is none of that.
    """
    return _decode(plain)
