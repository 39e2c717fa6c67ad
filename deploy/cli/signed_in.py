"""Who sits at the terminal: the session that `hecha sign-in` keeps, and the tokens it gives.

Any command of the tool that acts for a person asks `actor_token()`, or `actor()` where it runs
a use case itself. The session lies in a file that its owner alone may read.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.cli.rooms import database_of, settings_of
from services.accounts.office import Office
from services.accounts.providers import office_of
from services.accounts.settings import AccountsSettings
from services.accounts.signing_in import take_token
from shared.contracts.actors import Actor
from shared.contracts.sign_in_commands import TakeToken
from shared.kernel.errors import DomainError
from shared.kernel.ids import ActorToken
from shared.plumbing.actors import Actors, ActorSettings

# For use cases that are given the actor: what a token in their request would say is known.
NO_TOKEN = ActorToken("")


class NotSignedInError(DomainError):
    """Nobody has signed in at this terminal."""

    code = "not_signed_in"


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """Read from `HECHA_<NAME>`."""

    session_file: Path = field(metadata={"help": "where `hecha sign-in` keeps its session"})


def actor_token() -> ActorToken:
    """A fresh actor token of whoever is signed in.

    Raises:
        NotSignedInError: nobody is.
        SessionEndedError: the session ended: sign in again.
        SettingsError: the house's settings are not loaded.
    """
    session = kept_session()
    with office_at_hand() as office:
        return take_token(office, TakeToken(session)).token


def actor() -> Actor:
    """Whoever is signed in, as every service reads their token.

    Raises:
        as `actor_token`.
    """
    return reader().of(actor_token())


def reader() -> Actors:
    """Reads tokens as the services do.

    Raises:
        SettingsError: HECHA_ACTOR_KEYS is not set.
    """
    return Actors(bytes.fromhex(key) for key in settings_of(ActorSettings).actor_keys)


@contextmanager
def office_at_hand() -> Iterator[Office]:
    """What commands of accounts work with, straight from its database.

    Raises:
        SettingsError: a setting is missing.
    """
    settings = settings_of(AccountsSettings)
    with database_of("accounts") as database:
        yield office_of(settings, database)


def kept_session() -> str:
    """The session of this terminal.

    Raises:
        NotSignedInError: there is none.
    """
    path = _file()
    try:
        kept = json.loads(path.read_text("utf-8"))
        return str(kept["session"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        raise NotSignedInError from None


def keep_session(session: str, login: str) -> None:
    """Keep a session for the commands that follow."""
    path = _file()
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"session": session, "login": login}, file)
    beside.replace(path)


def forget_session() -> None:
    """Keep it no longer."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return settings_of(TerminalSettings).session_file
