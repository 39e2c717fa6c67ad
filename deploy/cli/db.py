"""`hecha db`: bring every service's database to its newest schema."""

import os

import typer

from deploy.cli.sentences import tell
from deploy.cli.trouble import explained
from deploy.services import WITH_DATABASE
from shared.plumbing.migrations import upgrade as upgrade_one
from shared.plumbing.providers import database_url

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


@app.callback()
def databases() -> None:
    """Bring every service's database to its newest schema."""


@app.command()
@explained
def upgrade() -> None:
    """Upgrade all of them; one that is new already is left alone."""
    for service in WITH_DATABASE:
        upgrade_one(service, database_url(service, os.environ))
        tell(f"{service} 的数据库已是最新。", f"{service}: newest schema")
