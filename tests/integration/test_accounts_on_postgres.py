"""Accounts and campaign on PostgreSQL: many at once, and a database of an earlier schema."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from deploy.servers.postgres import PostgreSQL
from services.accounts import steps
from services.campaign.tables import settings, told
from shared.contracts.sign_in_commands import GiveCode
from shared.kernel.authority import Role
from shared.kernel.errors import DomainError
from shared.kernel.units import Level
from shared.plumbing.database import Database
from shared.plumbing.migrations import downgrade, upgrade
from tests.unit.accounts.house import House as Accounts
from tests.unit.campaign.house import CAMPAIGN, EXPORT, Listener
from tests.unit.campaign.house import House as Campaign


def at_once(times: int, do: Callable[[int], Any]) -> list[Any]:
    """What comes of doing it in so many threads that start together; refusals as their codes."""
    start, told_ = threading.Barrier(times), [None] * times

    def one(number: int) -> None:
        start.wait()
        try:
            told_[number] = do(number)
        except DomainError as refusal:
            told_[number] = refusal.code

    threads = [threading.Thread(target=one, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told_


@pytest.fixture
def accounts(postgres: PostgreSQL, tmp_path: Path) -> Iterator[Accounts]:
    url = postgres.url("test_accounts")
    upgrade("accounts", url)
    house = Accounts(tmp_path, url=url)
    yield house
    house.database.dispose()
    downgrade("accounts", url)
    postgres.drop("test_accounts")


@pytest.fixture
def campaign_url(postgres: PostgreSQL) -> Iterator[str]:
    yield postgres.url("test_campaign")
    postgres.drop("test_campaign")


@pytest.mark.real
def test_of_many_wrong_passwords_at_once_no_more_than_five_are_looked_at(
    accounts: Accounts,
) -> None:
    who = accounts.come_in(accounts.issued(Role.REGISTRAR, "449101-01"))
    told_ = at_once(12, lambda _: accounts.begin(who.login, "wrong"))

    assert sorted(told_) == ["account_locked"] * 7 + ["sign_in_refused"] * 5


@pytest.mark.real
def test_orders_at_once_never_draw_one_number_twice(accounts: Accounts) -> None:
    told_ = at_once(
        4, lambda _: accounts.issue(Role.ENTRY_CLERK, "44", Level.SCHOOL, each=3).accounts
    )
    logins = [one.login for accounts_ in told_ for one in accounts_]

    assert len(logins) == len(set(logins)) == 6  # what one has made the others keep


@pytest.mark.real
def test_a_code_that_is_shown_twice_at_once_is_taken_once(accounts: Accounts) -> None:
    who = accounts.come_in(accounts.first())
    accounts.later(seconds=30)
    sessions = [accounts.begin(who.login, who.password).session for _ in range(3)]
    code = accounts.code(who.seed)
    told_ = at_once(
        3, lambda number: steps.give_code(accounts.office, GiveCode(sessions[number], code)).step
    )

    assert sorted(map(str, told_)) == ["done", "sign_in_refused", "sign_in_refused"]


@pytest.mark.real
def test_windows_of_an_earlier_schema_hold_on(campaign_url: str, tmp_path: Path) -> None:
    upgrade("campaign", campaign_url, revision="0002")
    engine = sa.create_engine(campaign_url)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into windows values (:campaign, '44', :action, now() - interval '1 day',"
                " now() + interval '1 day', false, 'operator:before', 'why', 4)"
            ),
            {"campaign": CAMPAIGN, "action": EXPORT.value},
        )
    engine.dispose()
    upgrade("campaign", campaign_url)
    database = Database("campaign", campaign_url)
    with database.transaction() as tx:
        kept = tx.execute(sa.select(settings.c.actor, settings.c.grace_hours)).all()
        sequences = tx.execute(sa.select(told.c.sequence)).scalars().all()
    database.dispose()

    assert (kept, sequences) == ([("operator:before", 24)], [4])
    downgrade("campaign", campaign_url)


@pytest.mark.real
def test_orders_about_one_window_at_once_leave_listeners_with_what_holds(
    campaign_url: str, tmp_path: Path
) -> None:
    upgrade("campaign", campaign_url)
    house = Campaign(tmp_path, campaign_url)
    house.set("44", end=9)
    told_ = at_once(
        6, lambda number: house.close("449101") if number % 2 else house.set("449101", end=5)
    )

    assert [one for one in told_ if isinstance(one, str)] == []
    assert Listener(house).is_open("s1") == house.is_open("s1")
    assert house.rehearse("44").schools == 1
    house.database.dispose()
    downgrade("campaign", campaign_url)
