from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import OperationalError

from deploy.logins import service_url
from deploy.servers.postgres import PostgreSQL

POWERS = """
select rolsuper or rolcreatedb or rolcreaterole from pg_roles where rolname = current_user
"""


def ask(url: str, question: str) -> object:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            answer = connection.execute(text(question))
            return answer.scalar() if answer.returns_rows else None
    finally:
        engine.dispose()


@pytest.fixture
def server(postgres: PostgreSQL):
    yield postgres
    for service in ("one", "two"):
        postgres.drop(f"hecha_{service}")


def test_a_service_owns_its_database_and_is_no_administrator(
    server: PostgreSQL, tmp_path: Path
) -> None:
    url = service_url(server.admin_url(), "one", tmp_path / "one")

    ask(url, "create table mine (row int)")
    assert ask(url, "select current_user") == "hecha_one"
    assert ask(url, POWERS) is False


def test_making_it_again_changes_nothing(server: PostgreSQL, tmp_path: Path) -> None:
    first = service_url(server.admin_url(), "one", tmp_path / "one")

    assert service_url(server.admin_url(), "one", tmp_path / "one") == first


def test_a_lost_password_is_replaced_by_a_new_one(server: PostgreSQL, tmp_path: Path) -> None:
    old = service_url(server.admin_url(), "one", tmp_path / "one")
    new = service_url(server.admin_url(), "one", tmp_path / "elsewhere")

    assert ask(new, "select 1") == 1
    with pytest.raises(OperationalError):
        ask(old, "select 1")


def test_no_service_enters_the_database_of_another(server: PostgreSQL, tmp_path: Path) -> None:
    one = service_url(server.admin_url(), "one", tmp_path / "one")
    service_url(server.admin_url(), "two", tmp_path / "two")

    with pytest.raises(OperationalError, match="permission denied"):
        ask(one.removesuffix("one") + "two", "select 1")


def test_no_statement_holds_the_password(server: PostgreSQL, tmp_path: Path) -> None:
    # The server's log may hold statements, and every error of the driver does.
    statements: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        url = service_url(server.admin_url(), "one", tmp_path / "one")
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert any("password" in statement for statement in statements)
    assert not [one for one in statements if (make_url(url).password or "") in one]


def test_the_password_lies_in_a_file_for_nobody_else(server: PostgreSQL, tmp_path: Path) -> None:
    service_url(server.admin_url(), "one", tmp_path / "secrets" / "one")

    assert (tmp_path / "secrets" / "one").stat().st_mode & 0o077 == 0
