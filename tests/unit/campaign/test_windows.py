from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.campaign import store, usecases
from services.campaign.domain import end_of, province_of_campaign, switch_at
from shared.contracts.campaign_commands import (
    CloseWindow,
    CreateCampaign,
    SetWindow,
    ShowCampaign,
)
from shared.kernel.errors import (
    NoWindowError,
    UnknownCampaignError,
    UnknownUnitError,
    WindowOrderError,
)
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.windows import Action, Window
from shared.plumbing.database import Database
from shared.plumbing.migrations import upgrade
from shared.plumbing.outbox import outbox_table

CAMPAIGN = CampaignId("44-2026a")
NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
PATHS = {"44": "44/", "4491": "44/4491/", "449101": "44/4491/449101/", "51": "51/"}
EXPORT = Action.EXPORT_SHEETS


@pytest.fixture
def database(tmp_path: Path) -> Database:
    url = f"sqlite:///{tmp_path / 'campaign.db'}"
    upgrade("campaign", url)
    made = Database("campaign", url, clock=lambda: NOW)
    with made.transaction() as tx:
        for code, path in PATHS.items():
            store.save_unit(tx, UnitCode(code), path, 1)
    usecases.create_campaign(made, CreateCampaign(CAMPAIGN, "核查", date(2026, 3, 31), "test"))
    return made


def set_window(database: Database, unit: str, start: int = -1, end: int | None = 1, **more: object):
    closes = None if end is None else NOW + timedelta(hours=end)
    return usecases.set_window(
        database,
        SetWindow(
            more.pop("campaign", CAMPAIGN),
            UnitCode(unit),
            EXPORT,
            NOW + timedelta(hours=start),
            closes,
            "test",
            "why",
            **more,
        ),
    )


def is_open(database: Database, unit: str) -> bool:
    shown = usecases.show_campaign(database, ShowCampaign(CAMPAIGN, UnitCode(unit)))
    return next(one for one in shown.switches if one.action is EXPORT).is_open


def said(database: Database) -> list[str]:
    outbox = outbox_table(sa.MetaData())
    with database.transaction() as tx:
        keys = tx.execute(sa.select(outbox.c.routing_key).order_by(outbox.c.id)).scalars()
        return [key.split(".")[0] for key in keys if not key.startswith("act_done")]


def test_nothing_is_open_before_somebody_opens_it(database: Database) -> None:
    assert not is_open(database, "449101")


def test_what_the_province_opens_holds_below_until_a_unit_says_otherwise(
    database: Database,
) -> None:
    set_window(database, "44")
    assert is_open(database, "449101")

    set_window(database, "4491", start=5, end=9)
    assert not is_open(database, "449101")

    usecases.close_window(database, CloseWindow(CAMPAIGN, UnitCode("4491"), EXPORT, "test", ""))
    assert is_open(database, "449101")
    assert said(database) == ["campaign_opened", "window_opened", "window_opened", "window_closed"]


def test_an_exception_ends_by_itself_after_three_days() -> None:
    assert end_of(NOW, None, is_exception=True) == NOW + timedelta(days=3)
    assert end_of(NOW, None, is_exception=False) is None


@pytest.mark.parametrize("end", [-1, -2])
def test_a_window_must_end_after_it_begins(database: Database, end: int) -> None:
    with pytest.raises(WindowOrderError):
        set_window(database, "44", start=-1, end=end)


def test_what_is_not_there_is_named(database: Database) -> None:
    with pytest.raises(UnknownUnitError):
        set_window(database, "none")
    with pytest.raises(UnknownUnitError):
        set_window(database, "51")  # another province's
    with pytest.raises(UnknownCampaignError):
        set_window(database, "44", campaign=CampaignId("44-none"))
    with pytest.raises(UnknownCampaignError):
        usecases.create_campaign(
            database, CreateCampaign(CampaignId("guangdong"), "核查", date(2026, 3, 31), "test")
        )
    with pytest.raises(NoWindowError):
        usecases.close_window(database, CloseWindow(CAMPAIGN, UnitCode("44"), EXPORT, "t", ""))


def test_a_campaigns_province_is_the_first_word_of_its_id() -> None:
    assert province_of_campaign(CAMPAIGN) == "44"
    assert province_of_campaign(CampaignId("44")) is None


windows = st.dictionaries(
    st.sampled_from(["44", "4491", "449101"]).map(UnitCode),
    st.builds(
        lambda start, length: Window(
            NOW + timedelta(hours=start), NOW + timedelta(hours=start + length)
        ),
        st.integers(-5, 5),
        st.integers(1, 5),
    ),
)


@given(windows)
def test_the_nearest_setting_decides_and_no_other(settings: dict[UnitCode, Window]) -> None:
    switch = switch_at(EXPORT, settings, PATHS["449101"], NOW)
    nearest = next((code for code in ("449101", "4491", "44") if code in settings), None)

    assert switch.set_by == nearest
    assert switch.is_open == (nearest is not None and settings[nearest].is_open(NOW))
