from dataclasses import replace

import pytest

from shared.contracts.events import How, SheetReturned
from shared.contracts.progress_commands import Counts
from tests.unit.progress.house import (
    CAMPAIGN,
    PATHS,
    House,
    a_photo,
    a_return,
    a_scope,
    a_sheet,
    a_taking_back,
    a_unit,
    an_issue,
    an_unreadable,
    the_tree,
)

EVERY_LEVEL = ("c11", "s1", "440305", "4403", "44")


@pytest.fixture
def house() -> House:
    return House().hear(*the_tree())


def test_an_issued_sheet_counts_at_every_level_up_to_the_province(house: House) -> None:
    house.hear(an_issue("c11", 1, 2))

    assert {house.counts(unit).issued for unit in EVERY_LEVEL} == {2}
    assert house.counts("c12").issued == 0
    assert house.counts("s2").issued == 0


def test_a_city_run_school_counts_in_its_city_and_in_no_county(house: House) -> None:
    house.hear(an_issue("c21", 1))

    assert house.counts("4403").issued == 1
    assert house.counts("440305").issued == 0


def test_a_reprint_does_not_count_again(house: House) -> None:
    house.hear(an_issue("c11", 1), an_issue("c11", 1, serial=2))

    assert house.counts("44").issued == 1


def test_a_sheet_moves_with_its_pupil_when_it_is_printed_for_another_class(house: House) -> None:
    house.hear(an_issue("c11", 1), a_photo(1), an_issue("c21", 1, serial=2))

    assert house.counts("c11") == Counts()
    assert house.counts("440305") == Counts()
    assert house.counts("c21") == house.counts("44") == Counts(issued=1, photographed=1)


def test_an_older_print_heard_late_does_not_move_the_sheet_back(house: House) -> None:
    house.hear(an_issue("c21", 1, serial=2), an_issue("c11", 1))

    assert house.counts("c21").issued == 1
    assert house.counts("c11").issued == 0


def test_a_photo_before_its_print_counts_in_the_province_and_moves_down_later(
    house: House,
) -> None:
    house.hear(a_photo(1))
    assert house.counts("44") == Counts(photographed=1)
    assert house.counts("4403") == Counts()

    house.hear(an_issue("c11", 1))

    assert house.counts("44") == house.counts("c11") == Counts(issued=1, photographed=1)


def test_two_sides_of_one_sheet_are_one_photographed_sheet(house: House) -> None:
    house.hear(an_issue("c11", 1), a_photo(1), a_photo(1, page=1))

    assert house.counts("44").photographed == 1


def test_a_declined_sheet_is_returned_and_declined(house: House) -> None:
    house.hear(an_issue("c11", 1, 2), a_return(1), a_return(2, How.DECLINED))

    assert house.counts("s1") == Counts(issued=2, returned=2, declined=1)


def test_what_was_taken_back_counts_no_more_in_whichever_order_it_is_heard(house: House) -> None:
    house.hear(an_issue("c11", 1, 2))
    house.hear(a_photo(1, sequence=1), a_taking_back(1, is_back=True, sequence=2))
    house.hear(a_photo(1, is_left=False, sequence=3), a_taking_back(1, sequence=4))
    house.hear(a_photo(2, is_left=False, sequence=3), a_taking_back(2, sequence=4))
    house.hear(a_photo(2, sequence=1), a_taking_back(2, is_back=True, sequence=2))

    assert house.counts("44") == Counts(issued=2)
    assert house.differences() == ()


def test_what_was_committed_again_counts_again(house: House) -> None:
    house.hear(an_issue("c11", 1), a_taking_back(1, is_back=True, sequence=2))
    house.hear(a_taking_back(1, sequence=4), a_taking_back(1, is_back=True, sequence=6))

    assert house.counts("44") == Counts(issued=1, returned=1)


def test_an_unreadable_page_asks_for_a_retake_until_a_photo_is_read(house: House) -> None:
    house.hear(an_issue("c11", 1), an_unreadable(1))
    assert house.counts("44") == Counts(issued=1, unreadable=1, to_retake=1)

    house.hear(a_photo(1))

    assert house.counts("44") == Counts(issued=1, unreadable=1, photographed=1)


def test_the_same_unreadable_page_counts_once(house: House) -> None:
    house.hear(an_issue("c11", 1), an_unreadable(1), an_unreadable(1))

    assert house.counts("44").unreadable == 1


def test_an_unreadable_page_of_a_pile_that_is_taken_back_counts_no_more(house: House) -> None:
    page = an_unreadable(None)
    house.hear(page, an_unreadable(None, object_=2))

    house.hear(replace(page, is_withdrawn=True))
    assert house.counts("44") == Counts(unreadable=1)

    house.hear(page)  # committed again
    assert house.counts("44") == Counts(unreadable=2)


def test_a_taking_back_that_is_heard_first_is_not_lost(house: House) -> None:
    page = an_unreadable(None)

    house.hear(replace(page, is_withdrawn=True), page)

    assert house.counts("44") == Counts()


def test_an_unreadable_page_of_nobody_counts_in_the_province(house: House) -> None:
    house.hear(an_unreadable(None), an_unreadable(None))

    assert house.counts("44") == Counts(unreadable=1)
    assert house.differences() == ()


def test_a_new_scope_replaces_the_older_one(house: House) -> None:
    house.hear(a_scope("c11", 40, out=3), a_scope("c12", 30), a_scope("c11", 38, sequence=2))

    assert house.counts("c11") == Counts(in_scope=38)
    assert house.counts("44") == Counts(in_scope=68)


def test_an_older_scope_heard_late_is_ignored(house: House) -> None:
    house.hear(a_scope("c11", 38, sequence=2), a_scope("c11", 40, out=3))

    assert house.counts("44") == Counts(in_scope=38)


def test_counts_climb_once_the_tree_is_told_of() -> None:
    house = House().hear(an_issue("c11", 1), a_scope("c11", 40), a_photo(1))

    house.hear(*the_tree())

    assert house.counts("44") == Counts(in_scope=40, issued=1, photographed=1)
    assert house.differences() == ()


def test_a_class_that_moves_takes_its_counts_along(house: House) -> None:
    house.hear(an_issue("c11", 1), a_scope("c11", 40))

    house.hear(a_unit("c11", path="44/4403/s2/c11/", sequence=2))

    assert house.counts("s1") == house.counts("440305") == Counts()
    assert house.counts("s2") == house.counts("44") == Counts(in_scope=40, issued=1)
    assert house.differences() == ()


def test_an_older_place_of_a_class_heard_late_is_ignored(house: House) -> None:
    house.hear(an_issue("c11", 1), a_unit("c11", path="44/4403/s2/c11/", sequence=2))

    house.hear(a_unit("c11"))

    assert house.counts("s2").issued == 1


def test_children_are_the_units_directly_below_with_their_own_counts(house: House) -> None:
    house.hear(an_issue("c11", 1), an_issue("c21", 2, 3))

    assert house.children("4403") == {"440305": Counts(issued=1), "s2": Counts(issued=2)}
    assert house.children("s1") == {"c11": Counts(issued=1), "c12": Counts()}
    assert house.children("c11") == {}


def test_the_recount_names_every_counter_that_does_not_agree(house: House) -> None:
    house.hear(an_issue("c11", 1))
    assert house.differences() == ()

    house.falsify()

    wrong = house.differences()
    assert {difference.unit for difference in wrong} == set(EVERY_LEVEL)
    assert all(difference.recounted.counts.issued == 2 for difference in wrong)


def test_every_unit_of_the_tree_answers(house: House) -> None:
    assert set(house.every_count()) == set(PATHS)


@pytest.mark.parametrize("turned", [False, True])
def test_a_refusal_that_became_a_signature_is_counted_as_one_no_more(
    house: House, turned: bool
) -> None:
    told = [
        SheetReturned(CAMPAIGN, a_sheet(1), How.DECLINED, sequence=1),
        SheetReturned(CAMPAIGN, a_sheet(1), How.HAND, sequence=2),
    ]
    house.hear(an_issue("c11", 1), *(reversed(told) if turned else told))

    assert house.counts("c11").returned == 1
    assert house.counts("c11").declined == 0


def test_a_refusal_that_was_taken_back_is_neither_returned_nor_refused(house: House) -> None:
    house.hear(an_issue("c11", 1))
    house.hear(SheetReturned(CAMPAIGN, a_sheet(1), How.DECLINED, sequence=1))
    house.hear(SheetReturned(CAMPAIGN, a_sheet(1), How.DECLINED, is_returned=False, sequence=2))

    assert (house.counts("c11").returned, house.counts("c11").declined) == (0, 0)
    assert house.differences() == ()
