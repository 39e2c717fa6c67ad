"""Every photo ends in one state with a reason, whatever is on it and however often it is told."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scan.image.reading import Cause, FoundCode
from services.scan.reader import ReaderDiedError
from shared.contracts.scan_commands import PageState
from shared.kernel.errors import GrantRefusedError
from shared.kernel.ids import ObjectId, SheetId
from shared.kernel.sheet_code import CodeType, Side
from shared.sealing.body import NotSealedError
from tests.unit.scan.house import (
    KEY,
    OLD,
    OTHER,
    SHEET,
    STRANGER,
    House,
    a_code,
    a_reading,
    an_issue,
    kept,
)

A_STRANGER_TO_US = FoundCode("S", "0" * 21, ())


@pytest.mark.parametrize(
    ("codes", "others", "ending"),
    [
        ([a_code(key=STRANGER)], 0, ("foreign", "bad_check")),
        ([A_STRANGER_TO_US], 0, ("foreign", "bad_check")),
        ([], 1, ("foreign", "not_our_code")),
        ([a_code(key=OLD)], 0, ("misfiled", "other_campaign")),
        ([a_code(SheetId("00000000beef"))], 0, ("unmatched", "not_issued")),
        ([a_code(serial=7)], 0, ("unmatched", "not_issued")),
        ([a_code(SheetId("c" * 12), kind=CodeType.COVER)], 0, ("cover", "")),
        ([a_code(), a_code(OTHER)], 0, ("unreadable", "several_sheets")),
        ([a_code(OTHER)], 0, ("misfiled", "other_pupil")),
    ],
)
def test_a_code_that_is_not_this_sheets_ends_with_a_reason_and_returns_nothing(
    issued: House, codes: list[FoundCode], others: int, ending: tuple[str, str]
) -> None:
    photo = issued.photo(*codes, others=others)

    assert issued.state(photo) == ending
    assert issued.returned() == 0
    assert issued.said("sheet_photographed") == issued.said("sheet_returned") == []


def test_a_code_of_ours_counts_whatever_else_lies_in_view(issued: House) -> None:
    photo = issued.photo(a_code(key=STRANGER), a_code(), others=3)

    assert issued.state(photo) == ("matched", "")


def test_a_misfiled_photo_never_says_whose_it_is(issued: House) -> None:
    photo = issued.photo(a_code(OTHER))

    assert issued.answer(photo).sheet is None


def test_whoever_sent_an_unreadable_photo_is_told_why(issued: House) -> None:
    issued.photo(cause=Cause.GLARE)

    [told] = issued.said("photo_unreadable")
    assert (told["data"]["reason"], told["data"]["sheet"]) == ("glare", SHEET)


# Facts heard twice, late, or out of order.


def test_a_fact_heard_twice_changes_nothing(house: House) -> None:
    facts = [an_issue(SHEET, OTHER)]
    house.hear(facts[0], "1" * 32)
    photo = house.photo(a_code())
    before = house.snapshot()

    assert not house.hear(facts[0], "1" * 32)
    house.hear(facts[0], "2" * 32)  # said again under an id of its own
    house.hear(kept(photo))

    assert house.snapshot() == before


def test_the_reader_is_not_asked_again_for_a_fact_that_is_done(issued: House) -> None:
    object_ = ObjectId("a" * 32)
    issued.photo_of(a_reading(a_code()), object_=object_)
    issued.hear(kept(object_), "3" * 32)
    issued.found[object_] = ReaderDiedError()

    issued.hear(kept(object_), "3" * 32)

    assert issued.state(object_) == ("matched", "")


def test_a_repeated_upload_that_arrives_whole_is_read_after_all(issued: House) -> None:
    object_ = ObjectId("b" * 32)
    issued.damage(object_)
    before = issued.state(object_)
    issued.photo_of(a_reading(a_code()), object_=object_)

    assert before == ("damaged", "body_digest")
    assert issued.state(object_) == ("matched", "")


def test_damage_told_of_a_photo_that_was_read_changes_nothing(issued: House) -> None:
    photo = issued.photo(a_code())
    issued.damage(photo)

    assert issued.state(photo) == ("matched", "")


def test_a_photo_its_reader_died_of_is_read_when_it_is_queued_again(issued: House) -> None:
    photo = issued.photo_of(ReaderDiedError())
    before = issued.state(photo)
    issued.photo_of(a_reading(a_code()), object_=photo)

    assert before == ("failed", "reader_died")
    assert issued.state(photo) == ("matched", "")


def test_a_photo_nobody_has_read_waits(issued: House) -> None:
    assert issued.state(ObjectId("d" * 32)) == ("waiting", "")


# Every state is reached, and only one of them.


def test_every_state_of_a_page_is_reached(issued: House) -> None:
    issued.issue(SHEET, serial=2)
    reached = {issued.state(ObjectId("e" * 32))[0]}
    for photo in (
        issued.photo(a_code()),
        issued.photo(a_code()),
        issued.photo(a_code(serial=2)),
        issued.photo(a_code(OTHER)),
        issued.photo(cause=Cause.NO_CODE),
        issued.photo(cause=Cause.BLURRED),
        issued.photo(cause=Cause.BLANK),
        issued.photo(cause=Cause.NOT_AN_IMAGE),
        issued.photo(a_code(SheetId("c" * 12), kind=CodeType.COVER)),
        issued.photo(others=1),
        issued.photo_of(NotSealedError()),
        issued.photo_of(ReaderDiedError()),
    ):
        issued.look_at(photo)
        reached.add(issued.state(photo)[0])

    by_people = {PageState.DISCARDED}  # test_batches.py
    assert reached == {state.value for state in PageState} - by_people


@pytest.mark.parametrize(
    ("trouble", "ending"),
    [
        (NotSealedError(), ("damaged", "does_not_open")),
        (GrantRefusedError("a" * 32, "erased"), ("damaged", "erased")),
        (ReaderDiedError(), ("failed", "reader_died")),
    ],
)
def test_a_photo_that_cannot_be_opened_has_a_state_too(
    issued: House, trouble: Exception, ending: tuple[str, str]
) -> None:
    assert issued.state(issued.photo_of(trouble)) == ending


def test_a_grant_refused_by_mistake_stays_a_dead_letter_that_can_be_heard_again(
    issued: House,
) -> None:
    with pytest.raises(GrantRefusedError):
        issued.photo_of(GrantRefusedError("a" * 32, "bad_signature"))


some_code = st.builds(
    a_code,
    st.sampled_from([SHEET, OTHER, SheetId("00000000beef")]),
    st.sampled_from([KEY, OLD, STRANGER]),
    serial=st.integers(1, 3),
    side=st.sampled_from(Side),
    kind=st.sampled_from(CodeType),
    side_px=st.integers(1, 1000),
)
some_photo = st.builds(
    a_reading,
    others=st.integers(0, 3),
    cause=st.none() | st.sampled_from(Cause),
).flatmap(
    lambda bare: st.lists(some_code, max_size=4).map(
        lambda codes: replace(bare, codes=tuple(codes))
    )
)
trouble = st.sampled_from([NotSealedError(), ReaderDiedError()])
handed_in = st.tuples(some_photo | trouble, st.none() | st.sampled_from([SHEET, OTHER]))


@given(st.lists(handed_in, max_size=6), st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_any_photo_ends_in_exactly_one_state_and_no_sheet_counts_two(
    tmp_path_factory: pytest.TempPathFactory, photos: list, issued_at: int
) -> None:
    house = House(tmp_path_factory.mktemp("scan"))
    objects = []
    for place, (found, ticket) in enumerate(photos):
        if place == issued_at:
            house.issue(SHEET, OTHER)
            house.issue(SHEET, serial=2)
        objects.append(house.photo_of(found, ticket))
    rows, said = house.snapshot()

    assert sorted(row[0] for row in rows) == sorted(objects)
    for object_ in objects:
        house.look_at(object_)
        state, reason = house.state(object_)
        assert state != "waiting"
        assert reason or state in {"matched", "cover"}
    photographed = {
        (one["data"]["sheet"], one["data"]["side"])
        for one in said
        if one["fact"] == "sheet_photographed"
    }
    assert len(house.counting(SHEET) + house.counting(OTHER)) == len(photographed)
