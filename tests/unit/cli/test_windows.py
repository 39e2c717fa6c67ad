"""`hecha window`: what an operator sees of the two switches, and what is refused."""

import pytest

from services.campaign import store
from shared.kernel.ids import UnitCode
from tests.unit.cli.conftest import Terminal

PATHS = {"44": "44/", "4491": "44/4491/", "51": "51/"}
CREATE = ("window", "create", "44-2026a", "--name", "春季核查", "--cut-off", "2026-03-31")


@pytest.fixture
def campaign(terminal: Terminal) -> Terminal:
    with terminal.database("campaign").transaction() as tx:
        for code, path in PATHS.items():
            store.save_unit(tx, UnitCode(code), path, 1)
    assert terminal.run(*CREATE).code == 0
    return terminal


def test_a_new_campaign_is_shown_with_its_cut_off_date_and_no_window(campaign: Terminal) -> None:
    said = campaign.run("window", "show")

    assert said.code == 0
    assert said.out == "44-2026a  春季核查  截止日期 2026-03-31\n"
    assert said.told == "No unit has set a window yet.\n"


def test_a_window_is_open_below_the_unit_that_opened_it_until_it_is_closed(
    campaign: Terminal,
) -> None:
    span = ("--since", "2020-01-01T08:00", "--until", "2099-01-01T18:00", "--reason", "开学")
    opened = campaign.run("window", "open", "44", *span)
    below = campaign.run("window", "show", "4491")
    closed = campaign.run("window", "close", "44", "--reason", "提前结束")
    after = campaign.run("window", "show", "4491")

    assert [opened.code, below.code, closed.code, after.code] == [0, 0, 0, 0]
    assert (
        "打印导出 export: 开 open，2020-01-01 08:00 至 2099-01-01 18:00（由 44 设置）" in below.out
    )
    assert "变更录入 entry: 关 closed" in below.out
    assert "打印导出 export: 关 closed，各级均未设置" in after.out


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("window", "open", "44"), "window_order", "give it with --until"),
        (
            ("window", "open", "44", "--since", "2026-05-02T08:00", "--until", "2026-05-01T08:00"),
            "window_order",
            "give it with --until",
        ),
        (("window", "open", "4499", "--until", "2099-01-01T00:00"), "unknown_unit", "check it"),
        (("window", "open", "51", "--until", "2099-01-01T00:00"), "unknown_unit", "check it"),
        (("window", "close", "44"), "no_window", "no setting of its own"),
        (("window", "show", "4499"), "unknown_unit", "check it"),
        (("window", "show", "--campaign", "44-1999z"), "unknown_campaign", "such as 44-2026a"),
        (("window", "create", "spring", *CREATE[3:]), "unknown_campaign", "such as 44-2026a"),
    ],
)
def test_a_refusal_is_a_sentence_with_its_code(
    campaign: Terminal, arguments: tuple[str, ...], code: str, sentence: str
) -> None:
    said = campaign.run(*arguments)

    assert (said.code, said.out) == (1, "")
    assert sentence in said.told
    assert f"({code}" in said.told


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("window", "open", "44", "--until", "tomorrow"), "write the time as 2026-05-01T18:00"),
        (("window", "open", "44", "--action", "dance"), "export_sheets"),
        ((*CREATE[:-1], "31.3.2026"), "write the date as 2026-03-31"),
        (CREATE[:-2], "--cut-off"),
    ],
)
def test_wrong_usage_says_how_to_write_it(
    campaign: Terminal, arguments: tuple[str, ...], hint: str
) -> None:
    said = campaign.run(*arguments)

    assert (said.code, said.out) == (2, "")
    assert hint in said.told
