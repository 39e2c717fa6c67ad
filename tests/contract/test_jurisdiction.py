"""Every command of a person, by every role, at its own place, below, beside and above it.

Generated from the code: a command of the registry without a row in `walks` fails, and so does a
service that asks the authority table for another act than the one its command stands for.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from shared.contracts.actors import NEED_SECOND_FACTOR, Actor
from shared.contracts.acts import all_commands
from shared.kernel.account_roles import ROLES_AT
from shared.kernel.authority import Act, Role, may
from shared.kernel.errors import ActorRefusedError, NotAllowedError
from shared.kernel.units import LEVELS, Level
from tests.contract.test_commands import COMMANDS, methods_serving
from tests.contract.walks import (
    accounts,
    audit,
    campaign,
    forms,
    operated,
    progress,
    review,
    roster,
    scan,
    storage,
    support,
)
from tests.contract.walks.stage import Position, Stage, position

STAGES = {
    "accounts": accounts.stage,
    "audit": audit.stage,
    "campaign": campaign.stage,
    "forms": forms.stage,
    "operated": operated.stage,
    "progress": progress.stage,
    "review": review.stage,
    "roster": roster.stage,
    "scan": scan.stage,
    "storage": storage.stage,
    "support": support.stage,
}
CASES = [(command, method) for command in COMMANDS for method in methods_serving(command)]


@cache
def stage_of(service: str) -> Stage:
    return STAGES[service](Path(mkdtemp(prefix="hecha-walk-")))


def staged(command: type[Any]) -> Stage:
    module = next(name for name in STAGES if command in stage_of(name).rows)
    return stage_of(module)


def acts_meant(stage: Stage, command: type[Any]) -> tuple[Act, ...]:
    """What the command stands for, given its object."""
    return stage.rows[command].acts or all_commands()[command]


def is_given(stage: Stage, command: type[Any], actor: Actor) -> bool:
    """Whether the authority table gives the command to the actor there."""
    place, withheld = stage.place(command, actor), stage.rows[command].withheld
    if withheld is not None and withheld[0](actor):
        return False
    return any(may(actor.standing, act, place) for act in acts_meant(stage, command))


@cache
def outcomes(command: type[Any], method: str) -> tuple[tuple[Actor, bool, str], ...]:
    """Everybody who asked, whether the table gives it to them, and what came of it."""
    stage = staged(command)
    return tuple(
        (actor, is_given(stage, command, actor), stage.ask(method, command, actor))
        for actor in everybody(stage, command)
    )


def everybody(stage: Stage, command: type[Any]) -> Iterator[Actor]:
    """Every role in every position: at each unit that has this role, or where none has, at one."""
    place = stage.rows[command].at
    for role in Role:
        at: dict[Position, list[str]] = {}
        for unit, path in stage.paths.items():
            at.setdefault(position(path, place.path if place else path), []).append(unit)
        for units in at.values():
            fitting = [one for one in units if role in ROLES_AT[_level(stage, one)]]
            yield from (stage.actor(role, unit) for unit in fitting or units[:1])


def _level(stage: Stage, unit: str) -> Level:
    return LEVELS[stage.paths[unit].count("/") - 1]


def test_every_command_has_a_row() -> None:
    rows = {command for name in STAGES for command in stage_of(name).rows}

    assert rows == set(all_commands())


@pytest.mark.parametrize(("command", "method"), CASES)
def test_a_command_is_refused_to_everybody_whom_the_table_does_not_give_it(
    command: type[Any], method: str
) -> None:
    refusals = {NotAllowedError.code, *staged(command).rows[command].earlier}
    wrong = [
        (actor.role, actor.unit, outcome)
        for actor, given, outcome in outcomes(command, method)
        if not given and outcome not in refusals
    ]

    assert wrong == []


@pytest.mark.parametrize(("command", "method"), CASES)
def test_whom_the_table_gives_a_command_is_not_told_that_it_does_not(
    command: type[Any], method: str
) -> None:
    given = [(actor, outcome) for actor, given, outcome in outcomes(command, method) if given]
    wrong = [
        (actor.role, actor.unit) for actor, outcome in given if outcome == NotAllowedError.code
    ]

    assert given
    assert wrong == []


@pytest.mark.parametrize(("command", "method"), CASES)
def test_who_decides_or_administers_is_refused_without_a_second_factor(
    command: type[Any], method: str
) -> None:
    stage = staged(command)
    wrong = [
        (actor.role, actor.unit, outcome)
        for actor in everybody(stage, command)
        if actor.role in NEED_SECOND_FACTOR and is_given(stage, command, actor)
        for bare in [stage.actor(actor.role, actor.unit, has_factor=False)]
        if (outcome := stage.ask(method, command, bare)) != ActorRefusedError.code
    ]

    assert wrong == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_walked_from_its_own_place_below_beside_and_above(command: type[Any]) -> None:
    stage = staged(command)
    place = stage.rows[command].at
    seen = {position(path, place.path) for path in stage.paths.values()} if place else None

    expected = set(Position) - ({Position.BELOW} if _is_a_class(stage, place) else set())
    expected -= {Position.ABOVE} if place is not None and place.path.count("/") == 1 else set()
    assert seen is None or expected <= seen


def _is_a_class(stage: Stage, place: Any) -> bool:
    deepest = max(path.count("/") for path in stage.paths.values())
    return place is not None and place.path.count("/") == deepest
