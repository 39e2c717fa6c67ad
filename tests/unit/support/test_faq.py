"""The FAQ: what is found, what is published, and who may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.support import faq
from services.support.search import best, grams, index_of, query_of
from shared.contracts.support_commands import (
    FaqEntry,
    FaqSearch,
    PublishFaq,
    RetractFaq,
    StaffFaqSearch,
)
from shared.kernel.authority import Role
from shared.kernel.errors import NotAllowedError
from shared.kernel.errors_support import NoAnswerYetError, UnknownEntryError
from shared.kernel.ids import QuestionId, SheetId
from tests.unit.support.house import CAMPAIGN, ENTRIES, SHEET, House, an_issue

SUPPORT, REGISTRAR = Role.SUPPORT_STAFF, Role.REGISTRAR


def publish(
    house: House, title: str, text: str = "", *, role: Role = SUPPORT, unit: str = "440305",
    question: QuestionId | None = None, is_public: bool = True,
) -> FaqEntry:  # fmt: skip
    token = house.token(role, unit)
    return faq.publish(house.office, PublishFaq(token, CAMPAIGN, title, text, question, is_public))


def found(house: House, words: str, sheet: SheetId = SHEET) -> list[str]:
    asked = FaqSearch(CAMPAIGN, sheet, words)
    return [one.title for one in faq.search_for_sheet(house.office, asked).entries]


def found_by_staff(house: House, words: str, role: Role, unit: str) -> list[str]:
    asked = StaffFaqSearch(house.token(role, unit), words)
    return [one.title for one in faq.search_for_staff(house.office, asked).entries]


@pytest.fixture
def stocked(house: House) -> House:
    for title, text in ENTRIES:
        publish(house, title, text)
    return house


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("民族写错", "民族填错了怎么办"),
        ("孩子的民族不对，怎么改？", "民族填错了怎么办"),
        ("照片传不上去 上传失败", "照片上传失败怎么办"),
        ("身份证号错了", "身份证号码有误如何更改"),
        ("没有网络，照片怎么传", "照片上传失败怎么办"),
        ("代签", "家长不识字可以代签吗"),
    ],
)
def test_the_first_hit_is_the_entry_that_was_meant(stocked: House, words: str, title: str) -> None:
    assert found(stocked, words)[0] == title


def test_what_shares_nothing_is_not_found(stocked: House) -> None:
    assert found(stocked, "校车路线") == []


def test_without_words_the_newest_entries_come(stocked: House) -> None:
    assert set(found(stocked, "")) == {title for title, _ in ENTRIES}


def test_an_entry_is_found_below_its_unit_and_nowhere_else(house: House) -> None:
    other = SheetId("c" * 12)
    house.hear(an_issue("c21", other))
    publish(house, "民族填错了怎么办", "填变更栏", unit="440305")
    publish(house, "全省的民族问题", "看公告", unit="44")

    assert set(found(house, "民族")) == {"民族填错了怎么办", "全省的民族问题"}
    assert found(house, "民族", other) == ["全省的民族问题"]


def test_a_sheet_nobody_told_of_finds_what_its_province_published(house: House) -> None:
    publish(house, "全省的民族问题", "看公告", unit="44")

    assert found(house, "民族", SheetId("f" * 12)) == ["全省的民族问题"]


def test_a_canned_answer_is_for_staff_only(house: House) -> None:
    publish(house, "标准答复：民族", "请在变更栏填写", is_public=False)

    assert found(house, "民族") == []
    assert found_by_staff(house, "民族", REGISTRAR, "s1") == ["标准答复：民族"]
    assert found_by_staff(house, "民族", REGISTRAR, "s2") == []


def test_a_canned_answer_is_sent_with_own_words_below_it(house: House) -> None:
    canned = publish(house, "标准答复：民族", "请在变更栏填写。", is_public=False)
    asked = house.ask()

    house.answer(REGISTRAR, "s1", asked.question, "周五前交回。", entry=canned.entry)

    assert house.answers()[0].answer == "请在变更栏填写。\n周五前交回。"


def test_a_canned_answer_of_another_county_cannot_be_sent(house: House) -> None:
    canned = publish(house, "标准答复", "请填写。", unit="440306", is_public=False)

    with pytest.raises(UnknownEntryError):
        house.answer(REGISTRAR, "s1", house.ask().question, "", entry=canned.entry)


def test_an_answer_becomes_an_entry_under_a_title_of_the_staff(house: House) -> None:
    asked = house.ask("我家李小明的民族写错了")
    house.answer(REGISTRAR, "s1", asked.question, "请在变更栏填写正确的民族。")

    made = publish(house, "民族填错了怎么办", role=REGISTRAR, unit="s1", question=asked.question)

    assert (made.title, made.text) == ("民族填错了怎么办", "请在变更栏填写正确的民族。")
    assert found(house, "民族") == ["民族填错了怎么办"]


def test_an_unanswered_question_becomes_no_entry(house: House) -> None:
    with pytest.raises(NoAnswerYetError):
        publish(house, "民族", question=house.ask().question)


def test_a_retracted_entry_is_not_found_any_more(stocked: House) -> None:
    entry = publish(stocked, "校车路线", "看公告")
    token = stocked.token(SUPPORT, "440305")
    faq.retract(stocked.office, RetractFaq(token, entry.entry))

    assert found(stocked, "校车路线") == []
    with pytest.raises(UnknownEntryError):
        faq.retract(stocked.office, RetractFaq(token, entry.entry))


@pytest.mark.parametrize(
    ("role", "unit"),
    [
        (Role.HOMEROOM_TEACHER, "c11"),
        (Role.ENTRY_CLERK, "s1"),
        (Role.SCHOOL_LEADER, "s1"),
        (Role.REVIEWER, "440305"),
        (Role.UNIT_ADMINISTRATOR, "440305"),
    ],
)
def test_nobody_else_publishes(house: House, role: Role, unit: str) -> None:
    with pytest.raises(NotAllowedError):
        publish(house, "民族", "填变更栏", role=role, unit=unit)
    assert house.acts()[-1] == (f"{role.value}@{unit}", "publish_faq", "not_allowed")


def test_nobody_publishes_a_question_they_may_not_read(house: House) -> None:
    asked = house.ask()
    house.answer(REGISTRAR, "s1", asked.question)

    with pytest.raises(NotAllowedError):
        publish(house, "民族", unit="440306", question=asked.question)


@pytest.mark.parametrize(
    ("role", "unit"), [(SUPPORT, "440306"), (SUPPORT, "44"), (REGISTRAR, "s1")]
)
def test_nobody_takes_away_what_another_unit_published(
    stocked: House, role: Role, unit: str
) -> None:
    with pytest.raises(NotAllowedError):
        faq.retract(stocked.office, RetractFaq(stocked.token(role, unit), 1))


def test_who_neither_asks_nor_answers_searches_nothing(house: House) -> None:
    with pytest.raises(NotAllowedError):
        found_by_staff(house, "民族", Role.AUDITOR, "44")


def test_chinese_is_cut_into_pairs_and_other_words_stay_whole() -> None:
    assert grams("民族填错，QR码 2026年") == ["民族", "族填", "填错", "qr", "码", "2026", "年"]


@given(text=st.text(max_size=80))
def test_an_entry_is_found_by_its_own_title(text: str) -> None:
    query = query_of(text)

    assert best(query, index_of(1, text, ""), 1) == ([1] if query else [])


def test_who_only_asks_finds_what_is_public_and_no_canned_answer(stocked: House) -> None:
    publish(stocked, "民族的标准答复", "请核对户口本。", is_public=False)

    asking = found_by_staff(stocked, "民族", Role.SCHOOL_LEADER, "s1")
    answering = found_by_staff(stocked, "民族", REGISTRAR, "s1")

    assert "民族的标准答复" not in asking
    assert "民族填错了怎么办" in asking
    assert "民族的标准答复" in answering
