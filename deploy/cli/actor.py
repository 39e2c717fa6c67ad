"""Who types: the actor token of whoever signed in at this terminal."""

import os

import typer

from deploy.cli.sentences import tell
from shared.kernel.ids import ActorToken
from shared.plumbing.actors import Actors, ActorSettings
from shared.plumbing.settings import load, value_of

TOKEN = "HECHA_ACTOR_TOKEN"  # noqa: S105  # the name of a setting


def token() -> ActorToken:
    """The token in HECHA_ACTOR_TOKEN, or in the file that HECHA_ACTOR_TOKEN_FILE names.

    Raises:
        typer.Exit: nobody has signed in.
        SettingsError: the file cannot be read.
    """
    found = value_of(TOKEN, os.environ)
    if not found:
        tell(
            f"请先登录：把操作凭证放入 {TOKEN}（或 {TOKEN}_FILE 指定的文件）。",
            f"Sign in first: put your actor token into {TOKEN}, or a file into {TOKEN}_FILE.",
        )
        raise typer.Exit(1)
    return ActorToken(found)


def actors() -> Actors:
    """Whose word the services of this house believe.

    Raises:
        SettingsError: no key to believe.
    """
    return Actors(bytes.fromhex(key) for key in load(ActorSettings, os.environ).actor_keys)
