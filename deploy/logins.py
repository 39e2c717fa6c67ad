"""One database and one login per service on a PostgreSQL server that somebody else runs."""

from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, Connection, make_url

from deploy.servers.postgres import CLOSING
from shared.plumbing import database as _database  # chooses psycopg's wait before it is imported

assert _database  # imported for its effect


def service_url(admin: str, service: str, password_file: Path) -> str:
    """The address of a service's own database, made if it is not there yet.

    Args:
        admin: address of an administrator of the server.
        service: names the login and the database: `hecha_<service>`.
        password_file: where the password is kept; a lost file means a new password.
    """
    name = f"hecha_{service}"
    password = kept_password(password_file)
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            _make(connection, name, password)
    finally:
        engine.dispose()
    own: URL = make_url(admin).set(username=name, password=password, database=name)
    return own.render_as_string(hide_password=False)


def _make(connection: Connection, name: str, password: str) -> None:
    quote = connection.dialect.identifier_preparer.quote_identifier
    role = quote(name)
    if not connection.execute(text("select 1 from pg_roles where rolname = :n"), {"n": name}).all():
        connection.execute(text(f"create role {role} login"))
    verifier = _verifier(connection, name, password)
    connection.exec_driver_sql(f"alter role {role} password '{verifier}'")
    found = text("select 1 from pg_database where datname = :n")
    if not connection.execute(found, {"n": name}).all():
        # Needed where the administrator is no superuser, as on rented servers.
        connection.execute(text(f"grant {role} to current_user"))
        connection.execute(text(f"create database {role} owner {role}"))
    connection.execute(text(f"revoke connect on database {role} from public"))


def _verifier(connection: Connection, name: str, password: str) -> str:
    """What the server keeps of a password: neither its log nor an error can then hold more."""
    driver: Any = connection.connection.driver_connection
    made: bytes = driver.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    return made.decode()


def close_to_strangers(admin: str) -> None:
    """Let no service into the databases that every server has; for a server of ours alone."""
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in CLOSING:
                connection.execute(text(statement))
    finally:
        engine.dispose()


def kept_password(password_file: Path) -> str:
    """The password in a file; drawn and written when there is none. Hexadecimal digits."""
    if not password_file.exists():
        password_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = password_file.with_name(password_file.name + ".new")
        beside.touch(mode=0o600)
        beside.write_text(token_hex(24))
        beside.replace(password_file)
    password = password_file.read_text().strip()
    int(password, 16)  # anything else never came from here
    return password
