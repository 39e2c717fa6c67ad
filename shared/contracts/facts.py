"""What a fact is: a frozen dataclass registered under a name, a version and a speaker."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that has happened, told in ids and codes only.

    Never a name, an ID number, a field's value, a whole sheet code or a pixel.
    `LANES` lists the fourth word of the routing key where a fact has lanes; such a fact
    has a field `lane` holding one of them. `KEPT` marks facts that hearers keep a copy
    of: their outbox rows are never purged, so that a new service can be told again.
    """

    NAME: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1
    SPEAKERS: ClassVar[tuple[str, ...]] = ()
    LANES: ClassVar[tuple[str, ...]] = ()
    KEPT: ClassVar[bool] = False


FactType = TypeVar("FactType", bound=Fact)

_REGISTRY: dict[tuple[str, int], type[Fact]] = {}


def fact(
    name: str,
    *,
    said_by: str | tuple[str, ...],
    version: int = 1,
    lanes: tuple[str, ...] = (),
    kept: bool = False,
) -> Callable[[type[FactType]], type[FactType]]:
    """Register a frozen dataclass as a fact said by one service (or, rarely, by several).

    Raises:
        ValueError: the name and version are taken.
    """

    def register(cls: type[FactType]) -> type[FactType]:
        if (name, version) in _REGISTRY:
            raise ValueError(f"{name} v{version} is registered twice")
        cls.NAME, cls.VERSION, cls.LANES, cls.KEPT = name, version, lanes, kept
        cls.SPEAKERS = (said_by,) if isinstance(said_by, str) else said_by
        _REGISTRY[name, version] = cls
        return cls

    return register


def fact_class(name: str, version: int) -> type[Fact] | None:
    """The class of a fact as it came over the bus; None when this house does not know it."""
    return _REGISTRY.get((name, version))


def all_facts() -> tuple[type[Fact], ...]:
    """Every registered fact, by name and version."""
    return tuple(_REGISTRY[key] for key in sorted(_REGISTRY))
