from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.campaign.domain import (
    Setting,
    clipped,
    end_of,
    is_inside,
    province_of_campaign,
    switch_at,
)
from services.campaign.usecases import create_campaign, show_calendar, show_campaign
from shared.contracts.campaign_commands import CreateCampaign, DayKind, ShowCalendar, ShowCampaign
from shared.kernel.authority import Role
from shared.kernel.errors import (
    NotAllowedError,
    NoWindowError,
    ReasonNeededError,
    UnknownCampaignError,
    UnknownUnitError,
    WindowFromAboveError,
    WindowNotNarrowerError,
    WindowOrderError,
)
from shared.kernel.ids import CampaignId, UnitCode
from shared.kernel.windows import Window
from tests.unit.campaign.house import (
    CAMPAIGN,
    EXPORT,
    NOTHING,
    NOW,
    PATHS,
    House,
    Listener,
    an_actor,
)

CITY, COUNTY = "4491", "449101"


def test_a_campaign_says_whether_the_leader_endorses_key_data_first(house: House) -> None:
    house.create(endorses_key_data=True)

    told = [one["endorses_key_data"] for one in house.said("campaign_opened")]
    assert told[-2:] == [False, True]
    assert show_campaign(house.database, ShowCampaign(CAMPAIGN)).endorses_key_data


def test_nothing_is_open_before_somebody_opens_it(house: House) -> None:
    assert not house.is_open(COUNTY)


def test_what_the_province_opens_holds_below_until_a_unit_says_otherwise(house: House) -> None:
    house.set("44")
    assert house.is_open("s1-1")

    house.set(CITY, start=5, end=9)
    assert not house.is_open("s1-1")

    house.inherit(CITY)
    assert house.is_open("s1-1")


def test_what_listeners_hear_is_what_holds(house: House) -> None:
    house.set("44")
    house.set(CITY, start=5, end=9)
    house.inherit(CITY)

    words = [one["fact"] for one in house.said("window_opened", "window_closed")]
    assert words == ["window_opened", "window_opened", "window_closed"]
    assert Listener(house).is_open("s1-1")


def test_a_window_opens_and_closes_by_its_schedule(house: House) -> None:
    house.set("44", start=2, end=4)
    seen = []
    for _ in range(3):
        seen.append(house.is_open("s1"))
        house.later(hours=2)

    assert seen == [False, True, False]


def test_a_region_is_closed_by_hand_under_an_open_province(house: House) -> None:
    house.set("44", end=99)
    house.close(COUNTY)

    assert [house.is_open(unit) for unit in ("s1", "s3")] == [False, True]
    assert [Listener(house).is_open(unit) for unit in ("s1", "s3")] == [False, True]


def test_started_work_is_kept_for_a_grace_that_is_said_with_the_window(house: House) -> None:
    house.set("44", end=1, grace_hours=48)
    house.close("44")

    first, second = house.said("window_opened")
    grace = timedelta(hours=48)
    assert datetime.fromisoformat(first["started_until"]) == NOW + timedelta(hours=1) + grace
    assert datetime.fromisoformat(second["started_until"]) == NOW + timedelta(hours=24)


def test_an_exception_ends_by_itself_after_three_days() -> None:
    assert end_of(NOW, None, is_exception=True) == NOW + timedelta(days=3)
    assert end_of(NOW, None, is_exception=False) is None


def test_after_an_exception_what_was_set_before_holds_again(house: House) -> None:
    house.set("44", end=9 * 24)
    house.close(COUNTY)
    house.set("s1", start=0, end=None, is_exception=True)
    during = (house.is_open("s1"), house.is_open("s2"))
    house.later(days=3)

    assert during == (True, False)
    assert not house.is_open("s1")
    house.inherit(COUNTY)
    assert house.is_open("s1")
    assert Listener(house).is_open("s1")


def test_an_exception_lies_over_a_units_own_setting_and_gives_it_back(house: House) -> None:
    house.set(COUNTY, start=24, end=48)
    house.set(COUNTY, start=0, end=1, is_exception=True)
    assert Listener(house).is_open("s1")

    house.later(hours=2)
    assert not Listener(house).is_open("s1")

    house.later(hours=23)
    assert Listener(house).is_open("s1")


def test_an_exception_that_begins_later_waits_for_its_hour(house: House) -> None:
    house.set("s1", start=5, end=9, is_exception=True)
    assert not Listener(house).is_open("s1")

    house.later(hours=6)
    assert Listener(house).is_open("s1")


def test_the_end_of_an_exception_is_an_act_of_the_clock(house: House) -> None:
    house.set("s1", start=0, end=None, is_exception=True)
    house.later(days=3)
    house.later(days=3)

    assert house.acts()[-1] == ("end_exception_export_sheets", "done")
    assert [act for act, _ in house.acts()].count("end_exception_export_sheets") == 1


@pytest.mark.parametrize("end", [-1, -2])
def test_a_window_must_end_after_it_begins(house: House, end: int) -> None:
    with pytest.raises(WindowOrderError):
        house.set("44", start=-1, end=end)


def test_a_grace_has_a_limit(house: House) -> None:
    with pytest.raises(WindowOrderError):
        house.set("44", grace_hours=24 * 15)


def test_a_window_is_set_with_a_reason(house: House) -> None:
    with pytest.raises(ReasonNeededError):
        house.set("44", reason=" ")


def test_what_is_not_there_is_named(house: House) -> None:
    with pytest.raises(UnknownUnitError):
        house.set("none")
    with pytest.raises(UnknownCampaignError):
        house.set("44", campaign=CampaignId("44-none"))
    with pytest.raises(NoWindowError):
        house.inherit("44")


def test_another_provinces_units_are_none_of_this_campaigns(house: House) -> None:
    with pytest.raises(UnknownUnitError):
        house.set("51", by=an_actor("51"))


def test_a_campaign_is_made_by_the_administrator_of_its_province(house: House) -> None:
    for by in (an_actor(CITY), an_actor("51"), an_actor("44", Role.OPERATOR)):
        with pytest.raises(NotAllowedError):
            house.create(by=by)
    wrong = CreateCampaign(CampaignId("guangdong"), "核查", date(2026, 3, 31), NOTHING)
    with pytest.raises(UnknownCampaignError):
        create_campaign(house.database, an_actor(), wrong)


def test_a_campaigns_province_is_the_first_word_of_its_id() -> None:
    assert province_of_campaign(CAMPAIGN) == "44"
    assert province_of_campaign(CampaignId("44")) is None


def test_a_region_sets_nothing_unless_the_province_lets_it(house: House) -> None:
    house.set("44", end=9)

    with pytest.raises(NotAllowedError):
        house.close(COUNTY, by=an_actor(COUNTY))
    house.create(regions_may_narrow=True)
    house.close(COUNTY, by=an_actor(COUNTY))
    assert not house.is_open("s1")


def test_a_region_opens_nothing_that_is_closed_above_it(house: House) -> None:
    house.create(regions_may_narrow=True)
    by = an_actor(COUNTY)
    with pytest.raises(WindowNotNarrowerError):
        house.set(COUNTY, by=by)
    house.set("44", start=-1, end=9)
    house.set(COUNTY, start=1, end=2, by=by)

    with pytest.raises(WindowNotNarrowerError):
        house.set(COUNTY, start=1, end=10, by=by)
    with pytest.raises(WindowNotNarrowerError):
        house.set("s1", start=1, end=None, is_exception=True, by=by)


def test_a_region_does_not_undo_what_the_province_has_set_for_it(house: House) -> None:
    house.create(regions_may_narrow=True)
    house.set("44", end=9)
    house.close(COUNTY)

    with pytest.raises(WindowFromAboveError):
        house.inherit(COUNTY, by=an_actor(COUNTY))


def test_what_a_region_has_set_closes_when_the_province_closes(house: House) -> None:
    house.create(regions_may_narrow=True)
    house.set("44", end=9)
    house.set(CITY, start=-1, end=8, by=an_actor(CITY))
    house.set(COUNTY, start=-1, end=7, by=an_actor(COUNTY))
    house.close("44")

    assert not any(Listener(house).is_open(unit) for unit in ("s1", "s3", "s2-1"))


@pytest.mark.parametrize(
    ("unit", "role"),
    [
        ("449102", Role.UNIT_ADMINISTRATOR),
        ("51", Role.UNIT_ADMINISTRATOR),
        ("44", Role.REVIEWER),
        ("s1", Role.REGISTRAR),
        ("s1", Role.SCHOOL_LEADER),
    ],
)
def test_nobody_else_sets_a_window(house: House, unit: str, role: Role) -> None:
    by = an_actor(unit, role)

    with pytest.raises(NotAllowedError):
        house.set("s1", by=by)
    assert house.acts()[-1] == ("open_export_sheets", "not_allowed")
    assert not house.said("window_opened")


def test_the_calendar_tells_every_day_in_order(house: House) -> None:
    house.create(ends_on=date(2026, 6, 30))
    house.set("44", start=1, end=5)
    house.set("449102", start=2, end=3)
    days = show_calendar(house.database, ShowCalendar(CAMPAIGN, UnitCode("s1"))).days

    assert [day.kind for day in days] == [
        DayKind.CUT_OFF,
        DayKind.OPENS,
        DayKind.CLOSES,
        DayKind.GRACE_ENDS,
        DayKind.ENDS,
    ]
    assert len(show_calendar(house.database, ShowCalendar(CAMPAIGN)).days) == 8


windows = st.builds(
    lambda start, length: Setting(
        Window(NOW + timedelta(hours=start), NOW + timedelta(hours=start + length)), timedelta()
    ),
    st.integers(-5, 5),
    st.integers(0, 5),
)
held = st.dictionaries(st.sampled_from(["44", CITY, COUNTY]).map(UnitCode), windows)


@given(held)
def test_the_nearest_setting_decides_and_no_other(settings: dict[UnitCode, Setting]) -> None:
    switch = switch_at(EXPORT, settings, PATHS[COUNTY], NOW)
    nearest = next((code for code in (COUNTY, CITY, "44") if code in settings), None)

    assert switch.set_by == nearest
    assert switch.is_open == (nearest is not None and settings[nearest].window.is_open(NOW))


@given(windows, st.none() | windows.map(lambda one: one.window))
def test_a_clipped_window_opens_nothing_that_is_closed_above(
    setting: Setting, inherited: Window | None
) -> None:
    window = clipped(setting, inherited).window

    hours = [NOW + timedelta(hours=hour) for hour in range(-12, 13)]
    open_in = [at for at in hours if window.is_open(at)]
    assert all(inherited is not None and inherited.is_open(at) for at in open_in)
    assert all(setting.window.is_open(at) for at in open_in)
    if inherited is not None and is_inside(setting.window, inherited):
        assert window == setting.window


class WindowsOverTime(RuleBasedStateMachine):
    """Whatever is set, closed, granted and taken away, listeners hold what a plain model holds."""

    UNITS = ("44", CITY, COUNTY, "s1")

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self.house = House(Path(self._folder.name))
        self.own: dict[str, tuple[datetime, datetime]] = {}
        self.granted: dict[str, tuple[datetime, datetime]] = {}

    def teardown(self) -> None:
        self.house.database.dispose()
        self._folder.cleanup()

    @rule(unit=st.sampled_from(UNITS), start=st.integers(-4, 4), length=st.integers(1, 6))
    def opens(self, unit: str, start: int, length: int) -> None:
        self.house.set(unit, start, start + length)
        self.own[unit] = self._span(start, length)

    @rule(unit=st.sampled_from(UNITS), start=st.integers(-4, 4), length=st.integers(1, 6))
    def grants(self, unit: str, start: int, length: int) -> None:
        self.house.set(unit, start, start + length, is_exception=True)
        self.granted[unit] = self._span(start, length)
        self.house.later()

    @rule(unit=st.sampled_from(UNITS))
    def closes(self, unit: str) -> None:
        self.house.close(unit)
        self.own[unit] = (self.house.at, self.house.at)
        self.granted.pop(unit, None)

    @rule(unit=st.sampled_from(UNITS))
    def inherits(self, unit: str) -> None:
        if unit in self.own or unit in self.granted:
            self.house.inherit(unit)
            self.own.pop(unit, None)
            self.granted.pop(unit, None)

    @rule(hours=st.integers(1, 5))
    def time_passes(self, hours: int) -> None:
        self.house.later(hours=hours)
        over = [unit for unit, (_, end) in self.granted.items() if end <= self.house.at]
        for unit in over:
            del self.granted[unit]

    @invariant()
    def listeners_hold_what_the_model_holds(self) -> None:
        listener = Listener(self.house)
        for unit in ("s1-1", "s2", "s3"):
            assert listener.is_open(unit) == self._holds(unit), unit
            assert self.house.is_open(unit) == self._holds(unit), unit

    def _holds(self, unit: str) -> bool:
        at = self.house.at
        for code in reversed(PATHS[unit].rstrip("/").split("/")):
            granted = self.granted.get(code)
            if granted is not None and granted[0] <= at < granted[1]:
                return True
            if code in self.own:
                return self.own[code][0] <= at < self.own[code][1]
        return False

    def _span(self, start: int, length: int) -> tuple[datetime, datetime]:
        begin = self.house.at + timedelta(hours=start)
        return begin, begin + timedelta(hours=length)


WindowsOverTime.TestCase.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
TestWindowsOverTime = pytest.mark.slow(WindowsOverTime.TestCase)
