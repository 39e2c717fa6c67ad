"""Which acts of the authority table a command stands for: the one list services decide by.

A command that a person sends carries `actor: ActorToken` and is registered where it is defined:

    @command(Act.SET_WINDOW)
    @dataclass(frozen=True, slots=True)
    class SetWindow: ...

Its service asks `actor.require(act_of(request), place)`, so table, service and test cannot drift
apart: a contract test finds every dataclass with such a field and fails where it is not registered.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from shared.kernel.authority import Act

Command = TypeVar("Command")

_ACTS: dict[type[Any], tuple[Act, ...]] = {}


def command(*acts: Act) -> Callable[[type[Command]], type[Command]]:
    """Register a command of persons; several acts where its object says which one it is.

    Raises:
        ValueError: no act, or the command is registered already.
    """
    if not acts:
        raise ValueError("a command stands for an act of the authority table")

    def register(cls: type[Command]) -> type[Command]:
        if cls in _ACTS:
            raise ValueError(f"{cls.__name__} is registered twice")
        _ACTS[cls] = acts
        return cls

    return register


def acts_of(request: object) -> tuple[Act, ...]:
    """The acts a command may stand for.

    Raises:
        KeyError: it is no command of persons.
    """
    return _ACTS[type(request)]


def act_of(request: object) -> Act:
    """The one act a command stands for.

    Raises:
        KeyError: it is no command of persons.
        ValueError: it may stand for several; the service chooses from `acts_of` by the object.
    """
    (act,) = acts_of(request)
    return act


def all_commands() -> Mapping[type[Any], tuple[Act, ...]]:
    """Every registered command whose module was imported, with its acts."""
    return MappingProxyType(_ACTS)
