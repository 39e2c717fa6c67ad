"""Storage and keys, for those who look after a province's archive."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.portal.pages.archive.words import days_left, size_told
from shared.contracts.archive_commands import ArchiveShown, CampaignKept, KeyPair, ShowArchive
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError
from shared.kernel.ids import CampaignId, ProvinceCode
from tests.unit.portal.fakes import Browser, FakeHouse

GUANGDONG = ProvinceCode("44")
CAMPAIGN = CampaignId("44-2026a")
AT = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
GB = 10**9
PAIR = KeyPair(CAMPAIGN, "ab" * 32, "aes-256-gcm-sha512", True, 1200)
SHOWN = ArchiveShown(
    GUANGDONG,
    100 * GB,
    GB,
    3,
    2,
    1,
    AT,
    AT,
    (CampaignKept(CAMPAIGN, 1000, 200, 40 * GB, 5),),
    (PAIR,),
)


def a_browser(shown: Any = SHOWN, role: Role = Role.KEY_OFFICER, unit: str = "44") -> Browser:
    house = FakeHouse(role, unit)
    house.answers = {("storage", "show_archive"): shown}
    return Browser(house).signed_in()


def test_room_pace_and_forecast_are_told() -> None:
    page = a_browser().get("/archive").text

    assert "已用 40.0 GB，上限 100 GB，占 40.0%" in page
    assert "最近七天平均每天存入 1.0 GB" in page
    assert "约 60 天后" in page
    assert "没有需要处理的事项" in page


def test_objects_and_keys_are_told_by_campaign_and_fingerprint() -> None:
    page = a_browser().get("/archive").text

    assert "abababababababab" in page
    assert "abababababababab" + "a" not in page
    assert "待入库 3 件，未能入库 2 件" in page
    assert "2026-05-04 10:00" in page
    assert "hecha storage rotate 44-2026a" in page


def test_the_archive_of_the_own_province_is_asked_for() -> None:
    browser = a_browser()
    browser.get("/archive")

    (asked,) = (one for _, _, one in browser.house.asked if isinstance(one, ShowArchive))
    assert asked.province == GUANGDONG


def test_an_empty_archive_says_so_and_forecasts_nothing() -> None:
    empty = replace(SHOWN, campaigns=(), bytes_a_day=0, quota_bytes=0, last_kept_at=None)

    page = a_browser(empty).get("/archive").text

    assert "还没有存入任何对象" in page
    assert "没有设置容量上限" in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"quota_bytes": 42 * GB}, "容量已用九成以上"),
        ({"quota_bytes": 60 * GB}, "一个月内会用满"),
        ({"waiting": 100}, "待入库的照片较多"),
        ({"keys": (PAIR, replace(PAIR, is_current=False))}, "有对象仍由旧密钥封装"),
        ({"keys": (replace(PAIR, campaign=CampaignId("44-2025a")),)}, "没有密钥"),
    ],
)
def test_what_calls_for_somebody_is_told(changed: dict[str, Any], told: str) -> None:
    page = a_browser(replace(SHOWN, **changed)).get("/archive").text

    assert told in page
    assert "没有需要处理的事项" not in page


@pytest.mark.parametrize("role", [Role.KEY_OFFICER, Role.OPERATOR, Role.UNIT_ADMINISTRATOR])
def test_who_looks_after_an_archive_is_led_to_it(role: Role) -> None:
    assert 'href="/archive"' in a_browser(role=role).get("/archive").text


@pytest.mark.parametrize(
    ("role", "unit"),
    [(Role.UNIT_ADMINISTRATOR, "4403"), (Role.REVIEWER, "44"), (Role.AUDITOR, "44")],
)
def test_who_looks_after_none_is_not_led_to_it(role: Role, unit: str) -> None:
    browser = a_browser(NotAllowedError("see_archive"), role, unit)

    answer = browser.get("/archive")

    assert answer.status_code == 403
    assert 'href="/archive"' not in answer.text


def test_sizes_are_told_as_people_read_them() -> None:
    told = [size_told(size) for size in (0, 999, 1000, 1_250_000, 123_400_000_000)]

    assert told == ["0 B", "999 B", "1.0 KB", "1.2 MB", "123 GB"]


def test_an_archive_that_is_full_has_no_day_left() -> None:
    assert days_left(replace(SHOWN, quota_bytes=GB)) == 0
