"""Plain JSON in and out: the only place where untyped values exist.

msgspec is strict about types, writes dates and enums as text, and ignores fields it
does not know, so that adding an optional field stays compatible.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from shared.contracts.facts import Fact, FactType, fact_class
from shared.kernel.ids import FactId, ProvinceCode

# A two-sided layout takes 110 KB, everything else far less.
MAX_BODY_BYTES = 262_144

T = TypeVar("T")


class WireError(ValueError):
    """A body that is no fact of this house; the message names fact and version only."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A fact on its way: complete in itself, so that a dead letter can be read."""

    fact: str
    v: int
    id: FactId
    at: datetime
    province: ProvinceCode
    data: dict[str, Any]


def seal_envelope(fact: Fact, *, id_: FactId, at: datetime, province: ProvinceCode) -> bytes:
    """The body of a message.

    Raises:
        WireError: the body exceeds `MAX_BODY_BYTES`.
    """
    envelope = Envelope(fact.NAME, fact.VERSION, id_, at, province, to_plain(fact))
    body = msgspec.json.encode(envelope, order="deterministic")
    if len(body) > MAX_BODY_BYTES:
        raise WireError(f"{fact.NAME} v{fact.VERSION}: body over {MAX_BODY_BYTES} bytes")
    return body


def open_envelope(body: bytes) -> Envelope:
    """Read a body's envelope, its data still plain.

    Raises:
        WireError: not JSON, or not an envelope.
    """
    try:
        return msgspec.json.decode(body, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise WireError("not an envelope") from None


def fact_of(envelope: Envelope) -> Fact:
    """The typed fact inside an envelope.

    Raises:
        WireError: unknown fact or version, or data that breaks its contract.
    """
    cls = fact_class(envelope.fact, envelope.v)
    if cls is None:
        raise WireError(f"unknown fact {envelope.fact} v{envelope.v}")
    return read_fact(envelope, cls)


def read_fact(envelope: Envelope, cls: type[FactType]) -> FactType:
    """The fact inside an envelope as `cls`.

    Raises:
        WireError: the data breaks the contract of `cls`.
    """
    try:
        return msgspec.convert(envelope.data, cls)
    except msgspec.ValidationError:
        raise WireError(f"{envelope.fact} v{envelope.v} breaks its contract") from None


def to_plain(value: object) -> Any:
    """Dataclasses, dates, enums and tuples as JSON types."""
    return msgspec.to_builtins(value)


def from_plain(plain: Any, cls: type[T]) -> T:
    """The inverse of `to_plain`, checked.

    Raises:
        WireError: `plain` is no `cls`; the message names the class only.
    """
    try:
        return msgspec.convert(plain, cls)
    except msgspec.ValidationError:
        raise WireError(f"not a {cls.__name__}") from None


def from_json(text: str, cls: type[T]) -> T:
    """The typed value inside a JSON text that is kept.

    Raises:
        WireError: `text` is no `cls`; the message names the class only.
    """
    try:
        return msgspec.json.decode(text, type=cls)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise WireError(f"not a {cls.__name__}") from None
