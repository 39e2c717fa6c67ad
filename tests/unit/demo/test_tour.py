from pathlib import Path

from deploy.demo.notes import Notes
from deploy.demo.paper import Printed
from deploy.demo.tour import EXAMPLES, MOST_IN_PILE, choose_tour, note_tour, noted_tour
from shared.contracts.forms_commands import Manifest, ManifestSheet
from shared.kernel.ids import SheetId, StudentId, UnitCode

SMALL, LARGE = UnitCode("s1-1"), UnitCode("s2-1")


def a_file(school: str, unit: UnitCode, sheets: range) -> Printed:
    found = tuple(
        ManifestSheet(
            unit, SheetId(f"{n:012x}"), StudentId(f"{n:032x}"), 1, 1, ("", ""), 1, n, (n,)
        )
        for n in sheets
    )
    return Printed(UnitCode(school), Path(f"{school}.pdf"), Manifest("job", "", sheets=found))


PRINTED = [a_file("s1", SMALL, range(1, 5)), a_file("s2", LARGE, range(10, 30))]


def numbered(sheets: range) -> tuple[str, ...]:
    return tuple(f"{n:012x}" for n in sheets)


def test_the_tour_goes_to_the_class_with_most_untouched_sheets() -> None:
    tour = choose_tour(PRINTED, set())

    assert (tour.school, tour.unit) == ("s2", LARGE)


def test_the_examples_and_the_pile_are_untouched_and_different_sheets() -> None:
    tour = choose_tour(PRINTED, set(numbered(range(10, 13))))

    assert tour.examples == numbered(range(13, 13 + EXAMPLES))
    assert tour.pile == numbered(range(16, 16 + MOST_IN_PILE))


def test_where_everything_was_photographed_the_tour_sends_second_photos() -> None:
    tour = choose_tour(PRINTED[:1], set(numbered(range(1, 5))))

    assert tour.examples == numbered(range(1, 4))
    assert tour.pile == ()


def test_a_later_start_goes_on_with_the_same_tour(tmp_path: Path) -> None:
    tour = choose_tour(PRINTED, set())
    note_tour(Notes(tmp_path / "notes.json"), tour)

    assert noted_tour(Notes(tmp_path / "notes.json")) == tour
