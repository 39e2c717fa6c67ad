"""Names of people at work: of colleagues for one another, of support staff for everybody below.

Other services know people by number. What shows a person to a person asks here, when it is shown.
"""

from dataclasses import dataclass, field

from shared.contracts.acts import command
from shared.kernel.authority import Act
from shared.kernel.ids import ActorToken, PersonId, UnitCode
from shared.kernel.units import Level

MOST_NAMES = 100  # of one question


@command(Act.KNOW_COLLEAGUES)
@dataclass(frozen=True, slots=True)
class NamesRequest:
    """Ask what colleagues are called: people of one's own authority, or of one's school."""

    actor: ActorToken = field(repr=False)
    people: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class PersonName:
    """What a colleague is called."""

    person: PersonId
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Names:
    """Those of the people asked for who are colleagues and have said their name."""

    people: tuple[PersonName, ...] = ()


@command(Act.ASK_QUESTION)
@dataclass(frozen=True, slots=True)
class SupportStaffRequest:
    """Ask who answers: for the own unit and for every unit above it."""

    actor: ActorToken = field(repr=False)


@dataclass(frozen=True, slots=True)
class SupportPost:
    """Who answers at one unit; nobody where no account for it is in use."""

    unit: UnitCode
    level: Level
    names: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SupportStaff:
    """The way a question climbs, from the school up, with the people who stand on it."""

    posts: tuple[SupportPost, ...] = ()
