import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from shared.kernel.ids import CampaignId
from shared.kernel.sheet_code import CodeSuite
from shared.plumbing.code_keys import CodeKeyFile, CodeKeysError, load_code_keys

KEY = "ab" * 32


def written(path: Path, *entries: dict, **changes) -> Path:
    rows = entries or ({"campaign": "44-2026a", "province": "44", "key": KEY, **changes},)
    path.write_text(json.dumps({"campaigns": list(rows)}))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_a_campaign_comes_with_its_key(path: Path) -> None:
    (one,) = load_code_keys(written(path, suite="sm3"))

    assert one.key.campaign == "44-2026a"
    assert one.key.key == bytes.fromhex(KEY)
    assert one.key.suite is CodeSuite.SM3
    assert not one.key.is_closed


@pytest.mark.parametrize(
    ("closed", "hour", "is_closed"),
    [
        (None, 15, False),
        (False, 15, False),
        (True, 15, True),
        ("2026-06-30", 15, False),  # 23:00 in Beijing, still the last day
        ("2026-06-30", 16, True),  # midnight in Beijing
    ],
)
def test_a_campaign_closes_after_its_last_day_in_beijing(
    path: Path, closed: object, hour: int, is_closed: bool
) -> None:
    keys = CodeKeyFile(
        written(path, closed=closed), clock=lambda: datetime(2026, 6, 30, hour, tzinfo=UTC)
    )

    assert keys.keys()[0].is_closed is is_closed


def test_the_last_day_is_told(path: Path) -> None:
    keys = CodeKeyFile(written(path, closed="2026-06-30"))

    assert keys.last_day(CampaignId("44-2026a")) == date(2026, 6, 30)
    assert keys.last_day(CampaignId("44-2030a")) is None


def test_a_changed_file_is_read_without_a_restart(path: Path) -> None:
    keys = CodeKeyFile(written(path))
    written(path, closed=True)
    os.utime(path, ns=(1, 1))

    assert keys.keys()[0].is_closed


def test_a_broken_new_file_leaves_the_last_good_one(path: Path) -> None:
    keys = CodeKeyFile(written(path))
    path.write_text("{")

    assert len(keys.keys()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"campaigns": [{"campaign": "a"}]}',
        f'{{"campaigns": [{{"key": "{KEY}x"}}]}}',
    ],
)
def test_a_broken_file_is_named_without_quoting_it(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(CodeKeysError) as refused:
        load_code_keys(path)

    assert str(path) in str(refused.value)
    assert KEY not in str(refused.value)


def test_a_key_of_the_wrong_length_is_refused(path: Path) -> None:
    with pytest.raises(CodeKeysError):
        load_code_keys(written(path, key="ab" * 16))


def test_a_campaign_listed_twice_is_refused(path: Path) -> None:
    row = {"campaign": "44-2026a", "province": "44", "key": KEY}
    with pytest.raises(CodeKeysError, match="twice"):
        load_code_keys(written(path, row, row))


def test_a_missing_file_is_named(path: Path) -> None:
    with pytest.raises(CodeKeysError, match="readable file"):
        load_code_keys(path)
