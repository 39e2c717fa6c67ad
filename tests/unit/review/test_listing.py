"""The changes of a school as its leader finds them."""

from services.review.deciding.listing import list_school_changes
from shared.contracts.leader_commands import ListSchoolChanges, SchoolChanges
from shared.contracts.review_commands import Verdict
from shared.kernel.authority import Role
from tests.unit.review.house import (
    CAMPAIGN,
    LEADER,
    TOKEN,
    House,
    a_return,
    an_actor,
    an_issue,
)


def listed(house: House, who=LEADER) -> SchoolChanges:
    return list_school_changes(house.office, who, ListSchoolChanges(TOKEN, CAMPAIGN))


def test_what_waits_is_listed_by_class_and_number_with_old_beside_new(house: House) -> None:
    house.hear(an_issue(2), a_return(2))
    house.submit(house.enter("20", "health", sheet=2))
    house.submit(house.enter("13800139000"))
    found = listed(house)

    assert found.waiting == 2
    told = [(one.unit, one.field, one.old, one.new) for one in found.changes]
    assert sorted(told) == [
        ("c11", "health", "10", "20"),
        ("c11", "phone", "13800138000", "13800139000"),
    ]


def test_key_data_waits_for_the_authority_and_not_for_the_leader(house: House) -> None:
    name = house.enter("王小敏", "name")
    house.prove(name)
    house.submit(house.entries()["name"])

    assert listed(house).changes == ()


def test_what_is_decided_is_listed_no_more(house: House) -> None:
    entry = house.submit(house.enter("13800139000"))["phone"]
    house.next(LEADER)
    house.decide(entry, Verdict.APPROVE, who=LEADER)

    assert listed(house).waiting == 0


def test_what_a_colleague_has_in_hands_is_told_so(house: House) -> None:
    house.submit(house.enter("13800139000"))
    colleague = an_actor(Role.SCHOOL_LEADER, "s1", 40)
    house.next(colleague)

    assert [one.with_other for one in listed(house).changes] == [colleague.person]


def test_the_list_is_an_act_that_names_fields_and_no_value(house: House) -> None:
    house.submit(house.enter("13800139000"))
    listed(house)
    act = house.said("act_done")[-1]

    assert (act.act, act.fields) == ("list_changes", ("phone",))
    assert "13800139000" not in str(act)
