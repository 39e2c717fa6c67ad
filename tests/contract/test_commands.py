"""Every command of a person stands for an act of the authority table, and its service can ask."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import shared.contracts
from deploy.services import WITH_DATABASE, all_classes, service_class
from shared.contracts.acts import all_commands
from shared.kernel.ids import ActorToken
from shared.plumbing.actors import ActorsProvider
from shared.plumbing.operated import Operated
from shared.plumbing.standing import Shown

MODULES = sorted(path.stem for path in Path(shared.contracts.__path__[0]).glob("*_commands.py"))


def commands_of_persons(module: str) -> list[type[Any]]:
    found = vars(import_module(f"shared.contracts.{module}")).values()
    return [
        one
        for one in found
        if isinstance(one, type) and is_dataclass(one) and one.__module__.endswith(module)
        # NewTypes are told apart as objects: an `actor: str` is nobody's signed word.
        if get_type_hints(one).get("actor") is ActorToken
    ]


COMMANDS = [one for module in MODULES for one in commands_of_persons(module)]


def questions() -> Iterator[tuple[type[Any], type[Any], str]]:
    """Command, the service that answers it, and by which method."""
    for cls in all_classes():
        for name in dir(cls):
            method = getattr(cls, name)
            if hasattr(method, "nameko_entrypoints") and hasattr(method, "__wrapped__"):
                hints = get_type_hints(method)
                yield from ((kind, cls, name) for key, kind in hints.items() if key != "return")


def served() -> dict[type[Any], type[Any]]:
    """Command -> the service that answers it."""
    return {command: cls for command, cls, _ in questions()}


def methods_serving(command: type[Any]) -> list[str]:
    """The methods that take a command; few take the same one, and every service a few of them."""
    return sorted({name for kind, _, name in questions() if kind is command})


def test_every_service_answers_its_operator_and_all_in_the_same_way() -> None:
    hearers = {name for name in WITH_DATABASE if issubclass(service_class(name), Operated)}
    answers = {cls.show_service for cls in all_classes()}

    assert hearers == set(WITH_DATABASE)
    assert answers == {Shown.show_service}


def test_every_command_of_a_person_stands_for_an_act() -> None:
    assert set(COMMANDS) == set(all_commands())


@pytest.mark.parametrize("command", COMMANDS)
def test_the_service_that_answers_a_command_can_tell_who_asks(command: type[Any]) -> None:
    service = served()[command]

    assert [one for one in vars(service).values() if isinstance(one, ActorsProvider)]
