import pytest

from deploy.demo.plan import ALLOWED_STATES, LEAST, Kind, plan_shots
from shared.kernel.ids import SheetId

SHEETS = [SheetId(f"{number:012x}") for number in range(200)]


def test_the_same_seed_plans_the_same_photos() -> None:
    assert plan_shots(SHEETS, wanted=120, seed=7) == plan_shots(SHEETS, wanted=120, seed=7)


def test_every_kind_of_photo_is_planned() -> None:
    assert {shot.kind for shot in plan_shots(SHEETS, wanted=20, seed=1)} == set(Kind)


def test_only_a_wrong_pupil_or_a_foreign_code_shows_something_else_than_its_ticket() -> None:
    for shot in plan_shots(SHEETS, wanted=120, seed=3):
        odd = shot.kind in {Kind.WRONG_PUPIL, Kind.FOREIGN}

        assert (shot.shown != shot.ticket) is odd


def test_a_duplicate_repeats_a_good_photo() -> None:
    shots = plan_shots(SHEETS, wanted=120, seed=3)
    copies = [shot for shot in shots if shot.kind is Kind.DUPLICATE]

    assert copies
    assert all(shots[copy.copy_of].kind is Kind.GOOD for copy in copies if copy.copy_of is not None)


def test_a_good_photo_must_be_matched() -> None:
    assert ALLOWED_STATES[Kind.GOOD] == {"matched"}


def test_more_photos_than_sheets_are_refused() -> None:
    with pytest.raises(ValueError, match="sheets"):
        plan_shots(SHEETS[:5], wanted=6, seed=1)


def test_the_smallest_album_has_one_photo_of_each_kind_and_less_is_refused() -> None:
    smallest = plan_shots(SHEETS, wanted=LEAST, seed=1)

    assert {shot.kind for shot in smallest} == set(Kind)
    with pytest.raises(ValueError, match="one of each kind"):
        plan_shots(SHEETS, wanted=LEAST - 1, seed=1)
