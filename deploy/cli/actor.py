"""Whose token a command carries: of whoever signed in here, or one that a script was given."""

import getpass
import os

from deploy.cli.signed_in import actor_token, reader
from shared.kernel.ids import ActorToken
from shared.plumbing.actors import Actors
from shared.plumbing.settings import value_of

TOKEN = "HECHA_ACTOR_TOKEN"  # noqa: S105  # the name of a setting


def token() -> ActorToken:
    """The token in HECHA_ACTOR_TOKEN if there is one, else a fresh one of the sign-in.

    Raises:
        NotSignedInError, SessionEndedError: nobody has signed in, or not lately.
        SettingsError: the house's settings are not loaded.
    """
    given = value_of(TOKEN, os.environ)
    return ActorToken(given) if given else actor_token()


def at_machine() -> str:
    """Who sits at the machine, as the audit log names them where no account is asked for."""
    return f"operator:{getpass.getuser()}"


def actors() -> Actors:
    """Whose word the services of this house believe.

    Raises:
        SettingsError: no key to believe.
    """
    return reader()
