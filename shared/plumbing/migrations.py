"""Alembic for every service, from one place: `services/<service>/migrations/versions`."""

from importlib.util import find_spec
from pathlib import Path

from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from shared.plumbing.database import Database


def upgrade(service: str, url: str, *, revision: str = "head") -> None:
    """Bring a service's database to `revision`; a database that is there already is left alone."""
    _run(service, url, revision, is_upgrade=True)


def downgrade(service: str, url: str, *, revision: str = "base") -> None:
    """Take a service's database back to `revision`."""
    _run(service, url, revision, is_upgrade=False)


def folder_of(service: str) -> Path:
    """Where a service's migrations lie.

    Raises:
        LookupError: there is no such service.
    """
    spec = find_spec(f"services.{service}")
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(service)
    return Path(next(iter(spec.submodule_search_locations))) / "migrations"


def _run(service: str, url: str, revision: str, *, is_upgrade: bool) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder_of(service)))
    scripts = ScriptDirectory.from_config(config)
    step = (
        scripts._upgrade_revs if is_upgrade else scripts._downgrade_revs
    )  # what Alembic's own commands call
    database = Database(service, url)
    try:
        with database.transaction() as tx:
            _migrate(config, scripts, tx.connection, lambda rev, _context: step(revision, rev))
    finally:
        database.dispose()


def _migrate(
    config: Config, scripts: ScriptDirectory, connection: Connection, step: object
) -> None:
    environment = EnvironmentContext(config, scripts, fn=step)
    # The caller's transaction is the only one: SQLite too changes its schema inside it.
    environment.configure(connection=connection, transaction_per_migration=False)
    context = environment.get_context()
    with Operations.context(context):
        context.run_migrations()
