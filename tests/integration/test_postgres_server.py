import psycopg
import pytest

from deploy.servers.postgres import PostgreSQL


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def test_a_service_gets_its_own_database_and_the_same_address_again(postgres: PostgreSQL) -> None:
    address = postgres.url("test_one")

    assert postgres.url("test_one") == address
    with connect(address) as connection:
        assert connection.execute("select current_user, current_database()").fetchone() == (
            "test_one",
            "test_one",
        )
    postgres.drop("test_one")


def test_a_service_cannot_enter_the_database_of_another(postgres: PostgreSQL) -> None:
    mine, foreign = postgres.url("test_mine"), postgres.url("test_foreign")
    intruding = mine.rpartition("/")[0] + "/test_foreign"

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        connect(intruding)
    connect(foreign).close()
    postgres.drop("test_mine")
    postgres.drop("test_foreign")


@pytest.mark.parametrize("common", ["postgres", "template1"])
def test_a_service_cannot_enter_a_database_that_every_server_has(
    postgres: PostgreSQL, common: str
) -> None:
    mine = postgres.url("test_mine")

    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        connect(f"{mine.rpartition('/')[0]}/{common}")
    postgres.drop("test_mine")


def test_committed_rows_survive_a_kill_and_the_address_stays(postgres: PostgreSQL) -> None:
    address = postgres.url("test_kept")
    with connect(address) as connection:
        connection.execute("create table kept (row int)")
        connection.execute("insert into kept values (1)")

    postgres.kill()
    postgres.start()

    assert postgres.url("test_kept") == address
    with connect(address) as connection:
        assert connection.execute("select row from kept").fetchall() == [(1,)]
    postgres.drop("test_kept")


@pytest.mark.parametrize("name", ["Capital", "a-b", "x; drop", "", "1st"])
def test_a_database_has_a_plain_name(postgres: PostgreSQL, name: str) -> None:
    with pytest.raises(ValueError, match="not a database name"):
        postgres.url(name)
