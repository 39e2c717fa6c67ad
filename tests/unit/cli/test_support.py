"""`hecha support`: a question's life at the terminal, and nobody without a token."""

import json

import pytest

from shared.contracts.events import UnitRegistered
from shared.kernel.authority import Role
from shared.kernel.ids import UnitCode
from tests.unit.cli.conftest import Terminal
from tests.unit.cli.signed import learn_unit, sign_in_as
from tests.unit.support.house import HANDLERS, LEVELS, PATHS, HeardFact

COMMANDS = (
    ("inbox",),
    ("show", "0" * 32),
    ("answer", "0" * 32, "好的"),
    ("pass", "0" * 32),
    ("ask", "s1", "打印机坏了"),
    ("faq", "民族"),
    ("publish", "民族", "填变更栏"),
    ("retract", "1"),
    ("figures", "44"),
)


@pytest.fixture
def school(terminal: Terminal) -> Terminal:
    database = terminal.database("support")
    for code, path in PATHS.items():
        fact = UnitRegistered(UnitCode(code), LEVELS[code], None, path, None, 1)
        HANDLERS[UnitRegistered](HeardFact(fact, database))
    return terminal


def test_a_question_is_asked_passed_answered_and_published(school: Terminal) -> None:
    registrar = school.as_(Role.REGISTRAR, "s1")
    county = school.as_(Role.SUPPORT_STAFF, "440305")
    city = school.as_(Role.SUPPORT_STAFF, "4403")

    question = registrar.run("support", "ask", "s1", "打印机坏了怎么办").out.strip()
    waiting = county.run("support", "inbox")
    passed = county.run("support", "pass", question)
    answered = city.run("support", "answer", question, "请用另一台打印机。")
    read = registrar.run("support", "show", question)
    published = city.run("support", "publish", "打印机坏了", "--question", question)
    found = registrar.run("support", "faq", "打印机")
    figures = city.run("support", "figures", "4403", "--json")
    retracted = city.run("support", "retract", published.out.split()[0])

    told = (waiting, passed, answered, read, published, found, figures, retracted)
    assert [one.code for one in told] == [0] * len(told)
    assert question in waiting.out
    assert "请用另一台打印机。" in read.out
    assert "打印机坏了" in found.out
    assert json.loads(figures.out)[0]["questions"] == 1


def test_nobody_works_at_support_without_signing_in_or_with_a_forged_token(
    school: Terminal,
) -> None:
    unsigned = [school.run("support", *command) for command in COMMANDS]
    school.environment["HECHA_ACTOR_TOKEN"] = "forged.token"
    forged = [school.run("support", *command) for command in COMMANDS]

    assert {(said.code, said.out) for said in unsigned + forged} == {(1, "")}
    assert all("not_signed_in" in said.told for said in unsigned)
    assert all("actor_refused" in said.told for said in forged)


def test_who_answers_is_told_from_the_school_up(school: Terminal) -> None:
    sign_in_as(school, Role.REGISTRAR, PATHS["s1"])
    with school.database("accounts").transaction() as tx:
        for unit in ("44", "4403", "440305"):
            learn_unit(tx, PATHS[unit])

    said = school.run("support", "who", "--json")

    told = [(one["unit"], one["names"]) for one in json.loads(said.out)]
    assert told == [("s1", []), ("440305", []), ("4403", []), ("44", [])]
    assert "440305  还没有安排人员" in school.run("support", "who").out
