"""What crosses between a pool and its children: length-prefixed msgpack, typed on arrival."""

import importlib
import typing
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from pathlib import PurePath
from typing import Any, TypeVar

import msgspec

R = TypeVar("R")

MAX_MESSAGE_BYTES = 1 << 30
_HEAD_BYTES = 8


class Outcome(StrEnum):
    """How a job ended inside the child."""

    DONE = "done"
    REFUSED = "refused"  # a DomainError
    FAILED = "failed"  # anything else


class Call(msgspec.Struct, frozen=True):
    """One job; an empty name asks for nothing and is answered at once."""

    function: str  # "module:name"
    arguments: bytes


class Answer(msgspec.Struct, frozen=True):
    """What came of a job. `error` is a type's name, `place` file and line; never a value."""

    outcome: Outcome
    body: bytes = b""
    error: str = ""
    place: str = ""
    arguments: tuple[str, ...] = ()


def name_of(f: Callable[..., Any]) -> str:
    """The address of a top-level function.

    Raises:
        TypeError: a lambda, method or inner function: a child could not import it.
    """
    module = getattr(f, "__module__", "__main__")
    name = getattr(f, "__qualname__", "<")
    if "." in name or "<" in name or module == "__main__":
        raise TypeError("a pool runs top-level functions of importable modules only")
    return f"{module}:{name}"


def find(address: str) -> Callable[..., Any]:
    """The function behind an address."""
    module, _, name = address.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def pack_message(message: Call | Answer) -> bytes:
    """A message with its length before it."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(_HEAD_BYTES) + body


def receive(piece: Callable[[int], bytes]) -> bytes:
    """Read one message; `piece(n)` gives 1 to n bytes, or none at the end of the stream.

    Raises:
        EOFError: the stream ended.
        ValueError: the announced length is out of bounds.
    """
    length = int.from_bytes(_exactly(piece, _HEAD_BYTES))
    if length > MAX_MESSAGE_BYTES:
        raise ValueError(f"a message of {length} bytes")
    return _exactly(piece, length)


def read_call(body: bytes) -> Call:
    """The call inside a message."""
    return msgspec.msgpack.decode(body, type=Call)


def read_answer(body: bytes) -> Answer:
    """The answer inside a message.

    Raises:
        ValueError: it is none.
    """
    return msgspec.msgpack.decode(body, type=Answer)


def pack_arguments(arguments: tuple[Any, ...]) -> bytes:
    """Arguments as msgpack; paths travel as text."""
    return msgspec.msgpack.encode(arguments, enc_hook=_plain)


def unpack_arguments(f: Callable[..., Any], packed: bytes) -> tuple[Any, ...]:
    """Arguments as the types `f` declares."""
    *parameters, _ = _hints(f)
    kind = tuple[*parameters]  # type: ignore[valid-type]  # a type made at run time
    arguments: tuple[Any, ...] = msgspec.msgpack.decode(packed, type=kind, dec_hook=_typed)
    return arguments


def pack_result(result: object) -> bytes:
    """A result as msgpack."""
    return msgspec.msgpack.encode(result, enc_hook=_plain)


def unpack_result(f: Callable[..., R], packed: bytes) -> R:
    """A result, checked against the declared return type of `f`.

    Raises:
        ValueError: it is no such value.
    """
    result: R = msgspec.msgpack.decode(packed, type=_hints(f)[-1], dec_hook=_typed)
    return result


@cache
def _hints(f: Callable[..., Any]) -> tuple[Any, ...]:
    """Types of the parameters in order, then of the result."""
    hints = typing.get_type_hints(f)
    if "return" not in hints:
        raise TypeError(f"{name_of(f)} needs type hints to run in a pool")
    result = hints.pop("return")
    return *hints.values(), result


def _exactly(piece: Callable[[int], bytes], size: int) -> bytes:
    parts: list[bytes] = []
    while size:
        part = piece(size)
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _plain(value: object) -> object:
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not cross to a child")


def _typed(kind: Any, value: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, PurePath) and isinstance(value, str):
        return kind(value)
    raise TypeError(f"{kind} does not cross to a child")
