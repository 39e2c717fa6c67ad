"""`hecha window`: what an operator sees of the two switches, and what is refused."""

import pytest

from services.campaign import store
from services.review.learning import keep_unit
from shared.contracts.events import UnitRegistered
from shared.kernel.authority import Role
from shared.kernel.clock import utc_now
from shared.kernel.ids import UnitCode
from shared.kernel.units import LEVELS, Level
from tests.unit.cli.conftest import Terminal
from tests.unit.cli.signed import sign_in_as
from tests.unit.review.house import HeardFact

PATHS = {"44": "44/", "4491": "44/4491/", "51": "51/"}
CREATE = ("window", "create", "44-2026a", "--name", "春季核查", "--cut-off", "2026-03-31")


@pytest.fixture
def campaign(terminal: Terminal) -> Terminal:
    with terminal.database("campaign").transaction() as tx:
        for code, path in PATHS.items():
            store.save_unit(tx, UnitCode(code), LEVELS[path.count("/") - 1], path, 1)
    sign_in_as(terminal, Role.UNIT_ADMINISTRATOR, "44/")
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
    closed = campaign.run("window", "close", "44", "--reason", "提前结束", "--grace", "48")
    after = campaign.run("window", "show", "4491")

    assert [opened.code, below.code, closed.code, after.code] == [0, 0, 0, 0]
    assert (
        "打印导出 export: 开 open，2020-01-01 08:00 至 2099-01-01 18:00（由 44 设置）" in below.out
    )
    assert "变更录入 entry: 关 closed" in below.out
    assert "打印导出 export: 关 closed，" in after.out
    assert "手动关闭 closed by hand（由 44 设置）" in after.out


def test_a_unit_inherits_again_what_it_had_set_apart(campaign: Terminal) -> None:
    campaign.run("window", "open", "44", "--until", "2099-01-01T18:00", "--reason", "开学")
    campaign.run("window", "close", "4491", "--reason", "停电")
    closed = campaign.run("window", "show", "4491")
    inherits = campaign.run("window", "inherit", "4491", "--reason", "已恢复")

    assert "export: 关 closed" in closed.out
    assert "export: 开 open" in inherits.out


def test_a_rehearsal_is_told_before_anything_is_closed(campaign: Terminal) -> None:
    said = campaign.run("window", "rehearse", "4491")

    assert said.code == 0
    assert "涉及学校 schools touched: 0" in said.out
    assert "待审核的变更 changes undecided: 0" in said.out


def test_a_rehearsal_counts_the_drafts_where_review_lies_beside_the_terminal(
    campaign: Terminal,
) -> None:
    fact = UnitRegistered(UnitCode("4491"), Level.CITY, None, PATHS["4491"], None, 1)
    keep_unit(HeardFact(fact, campaign.database("review"), utc_now()))
    beside = campaign.run("window", "rehearse", "4491")
    campaign.environment["HECHA_REVIEW_DATABASE_URL"] = ""
    alone = campaign.run("window", "rehearse", "4491")

    assert (beside.code, alone.code) == (0, 0)
    assert "还没有提交的变更 changes begun and not submitted: 0" in beside.out
    assert "不在本机，未计 not counted at this terminal" in alone.out


def test_the_calendar_names_the_days_of_a_campaign(campaign: Terminal) -> None:
    campaign.run(*CREATE, "--ends-on", "2026-06-30")
    campaign.run("window", "open", "4491", "--until", "2099-01-01T18:00", "--reason", "开学")
    said = campaign.run("window", "calendar")

    assert "2026-07-01 00:00  44-2026a" in said.out
    assert "2099-01-01 18:00  4491" in said.out


def test_whoever_is_signed_in_as_somebody_else_sets_no_window(campaign: Terminal) -> None:
    sign_in_as(campaign, Role.REGISTRAR, "44/4491/449101/449101-01/")
    said = campaign.run("window", "close", "44", "--reason", "r")

    assert (said.code, said.out) == (1, "")
    assert "(not_allowed" in said.told


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("window", "open", "44", "--reason", "r"), "window_order", "give it with --until"),
        (
            (
                "window",
                "open",
                "44",
                "--since",
                "2026-05-02T08:00",
                "--until",
                "2026-05-01T08:00",
                "--reason",
                "r",
            ),
            "window_order",
            "give it with --until",
        ),
        (("window", "open", "4499", "--until", "2099-01-01T00:00"), "unknown_unit", "check it"),
        (("window", "open", "51", "--until", "2099-01-01T00:00"), "unknown_unit", "check it"),
        (("window", "inherit", "44", "--reason", "r"), "no_window", "no setting of its own"),
        (("window", "close", "44"), "reason_needed", "Give a reason"),
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
