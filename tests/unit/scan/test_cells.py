"""The second look at a page: what is asked for, kept, sealed and told of its cells."""

import json
from dataclasses import replace
from pathlib import Path

import cv2
import msgspec
import pytest
import sqlalchemy as sa
from PIL import Image

from services.scan.cells.child import read_side
from services.scan.cells.providers import handwriting_is_wanted
from services.scan.cells.seen import CellSeen, CellText, SideSeen
from services.scan.cells.store import texts_of
from services.scan.cells.vault import CellVault, SealedTextError
from services.scan.flat.registration import Quality
from services.scan.image.reading import Cause
from services.scan.tables import suggestions
from shared.contracts.events import Lane, PageRead
from shared.contracts.scan_commands import PageVerdict
from shared.kernel.ids import ObjectId, ProvinceCode
from shared.layout.registry import canonical_json, layout
from shared.plumbing.hears import Reject
from shared.plumbing.offload import ProcessPool
from tests.unit.scan.house import KEY, OTHER, SHEET, STRANGER, House, a_code
from tests.unit.scan.pictures import Paper, saved

pytestmark = pytest.mark.slow  # it reads pictures

GOOD = Quality(4, (9, 9), 0.1, 0.2, 1.0, 0.1)
PHONE = "13912345678"


def seen(*, signature: str | None = "present", trouble: str = "", legible: bool = True) -> SideSeen:
    cells = {
        "name": CellSeen("blank", "empty", 0.0),
        "phone": CellSeen("ink", "marked", 0.04, CellText(PHONE, PHONE, (PHONE,), "B")),
    }
    return SideSeen(
        quality=GOOD,
        is_legible=legible,
        trouble=trouble,
        places=(((1, 2), (3, 2), (3, 4), (1, 4)),) if trouble else (),
        signature=signature if legible else None,
        cells=cells if legible else {},
        view=b"view",
        is_flat=legible,
    )


def test_a_matched_photo_is_looked_at_as_its_sheet_and_told(issued: House) -> None:
    object_ = issued.photo(a_code())

    [wanted] = issued.said("page_read")
    assert (wanted["data"]["object"], wanted["data"]["sheet"]) == (object_, SHEET)
    assert wanted["data"]["lane"] == "photo"
    assert issued.answer(object_).verdict is PageVerdict.PENDING

    issued.look_at(object_, seen())

    [told] = issued.said("cells_read")
    assert told["data"]["sheet"] == SHEET
    assert told["data"]["cells"] == {"name": "blank", "phone": "ink"}
    assert told["data"]["suggested"] == {"phone": "B"}
    assert told["data"]["signature"] == "present"
    assert issued.views == [object_]
    assert issued.answer(object_).verdict is PageVerdict.COMPLETE


def test_nothing_that_is_written_in_a_cell_is_ever_told(issued: House) -> None:
    object_ = issued.photo(a_code())
    issued.look_at(object_, seen())

    assert PHONE not in json.dumps(issued.said())


def test_what_cells_seem_to_say_rests_sealed_for_its_own_row(issued: House, tmp_path: Path) -> None:
    object_ = issued.photo(a_code())
    issued.look_at(object_, seen())
    issued.database.dispose()

    assert all(PHONE.encode() not in file.read_bytes() for file in tmp_path.glob("scan.db*"))
    with issued.database.transaction() as tx:
        assert texts_of(tx, object_, 0, issued.vault)["phone"].suggestion == PHONE
        with pytest.raises(SealedTextError):
            texts_of(tx, object_, 0, CellVault(bytes(32)))
        tx.execute(sa.update(suggestions).values(field="guardian1_phone"))
        with pytest.raises(SealedTextError):
            texts_of(tx, object_, 0, issued.vault)


@pytest.mark.parametrize(
    ("looked", "verdict"),
    [
        (seen(signature="absent"), "unsigned"),
        (seen(signature="unsure", trouble="glare_on_signature"), "glare_on_signature"),
        (seen(signature="unsure"), "complete"),
        (seen(signature=None), "complete"),
        (seen(trouble="blurred_changes"), "blurred_changes"),
        (seen(trouble="corner_outside", legible=False), "corner_outside"),
        (seen(trouble="corner_covered", legible=False), "corner_covered"),
        (seen(trouble="not_flat", legible=False), "not_flat"),
        (SideSeen(trouble="reader_died"), "reader_died"),
    ],
)
def test_a_sender_learns_what_is_left_to_do_and_where(
    issued: House, looked: SideSeen, verdict: str
) -> None:
    object_ = issued.photo(a_code())
    issued.look_at(object_, looked)

    answer = issued.answer(object_)
    assert answer.verdict == verdict
    assert answer.places == looked.places


def test_of_a_page_that_lies_too_badly_no_cell_is_told(issued: House) -> None:
    object_ = issued.photo(a_code())
    issued.look_at(object_, seen(trouble="not_flat", legible=False))

    [told] = issued.said("cells_read")
    assert not told["data"]["is_legible"]
    assert (told["data"]["cells"], told["data"]["signature"]) == ({}, None)


def test_a_page_that_nobody_knows_is_laid_flat_for_people_and_no_cell_is_read(
    issued: House,
) -> None:
    strange = issued.photo(cause=Cause.NO_CODE)
    [wanted] = issued.said("page_read")
    assert wanted["data"]["sheet"] is None

    issued.look_at(strange, SideSeen(view=b"view"))

    assert issued.views == [strange]
    assert issued.said("cells_read") == []


@pytest.mark.parametrize("cause", [Cause.BLURRED, Cause.NOT_AN_IMAGE, Cause.BLANK])
def test_what_shows_nothing_is_not_looked_at_again(issued: House, cause: Cause) -> None:
    issued.photo(cause=cause)
    issued.photo(a_code(key=STRANGER))

    assert issued.said("page_read") == []


def test_another_pupils_page_is_not_read_as_the_ticket_holders(issued: House) -> None:
    misfiled = issued.photo(a_code(OTHER), ticket=SHEET)
    issued.look_at(misfiled, seen())

    [wanted] = issued.said("page_read")
    assert wanted["data"]["sheet"] is None
    assert issued.answer(misfiled).verdict is PageVerdict.PENDING


def test_a_photo_that_came_before_its_sheet_is_looked_at_when_it_matches(house: House) -> None:
    early = house.photo(a_code())
    house.look_at(early, SideSeen(view=b"view"))
    assert house.said("cells_read") == []

    house.issue(SHEET)
    house.look_at(early, seen())

    [told] = house.said("cells_read")
    assert told["data"]["sheet"] == SHEET


def test_a_late_look_without_a_sheet_does_not_undo_one_with_it(house: House) -> None:
    early = house.photo(a_code())
    house.issue(SHEET)
    nobodys, ours = house.said("page_read")
    house.seen[early] = seen()
    for one in (ours, nobodys):
        house.hear(a_page_read(one["data"]), one["id"])

    assert house.answer(early).verdict is PageVerdict.COMPLETE


def test_the_same_look_heard_twice_changes_nothing(issued: House) -> None:
    object_ = issued.photo(a_code())
    [wanted] = issued.said("page_read")
    issued.seen[object_] = seen()

    issued.hear(a_page_read(wanted["data"]), wanted["id"])
    before = issued.snapshot()
    issued.hear(a_page_read(wanted["data"]), wanted["id"])

    assert issued.snapshot() == before
    assert len(issued.said("cells_read")) == 1


def test_a_page_that_was_never_read_is_a_dead_letter(issued: House) -> None:
    with pytest.raises(Reject, match="unknown_page"):
        issued.hear(PageRead(ObjectId("e" * 32), 0, KEY.campaign, Lane.PHOTO, None, None, None))


def test_a_reading_that_is_not_legible_leaves_no_texts_behind(issued: House) -> None:
    object_ = issued.photo(a_code())
    issued.look_at(object_, seen())
    [wanted] = issued.said("page_read")
    issued.seen[object_] = seen(legible=False, trouble="not_flat")
    issued.hear(a_page_read(wanted["data"]))

    with issued.database.transaction() as tx:
        assert texts_of(tx, object_, 0, issued.vault) == {}


def a_page_read(data: dict[str, object]) -> PageRead:
    return msgspec.convert(data, PageRead, strict=False)


def test_where_handwriting_is_not_read_everything_else_of_a_page_still_is(
    tmp_path: Path, pool: ProcessPool, paper: Paper
) -> None:
    """Two provinces, one sheet whose telephone is written anew: ink in both, a text in one."""
    written = paper.grey.copy()
    scale = written.shape[1] / layout(paper.layout).page_size[0]
    phone = next(one for one in layout(paper.layout).cells if one.field == "guardian1_phone")
    rect = phone.change_rect
    at = (round((rect.x + 25) * scale), round((rect.bottom - 25) * scale))
    cv2.putText(written, "13912345678", at, cv2.FONT_HERSHEY_SIMPLEX, 1.4, 40, 3)
    canonical = canonical_json(layout(paper.layout))
    data = saved(Image.fromarray(written), "JPEG")

    read, unread = (
        pool.run(read_side, data, canonical, "front", 1, may_read, deadline_s=60.0)
        for may_read in (True, False)
    )

    assert read.cells[phone.field].text is not None
    assert all(cell.text is None for cell in unread.cells.values())
    bare = {name: replace(cell, text=None) for name, cell in read.cells.items()}
    assert replace(unread, cpu_ms=0) == replace(read, cells=bare, cpu_ms=0)
    assert unread.cells[phone.field].ink == "ink"
    assert (unread.signature, bool(unread.view)) == ("absent", True)


def test_a_missing_signature_and_blurred_changes_are_pointed_at(
    pool: ProcessPool, paper: Paper
) -> None:
    geometry = layout(paper.layout)
    canonical = canonical_json(geometry)
    soft = cv2.GaussianBlur(paper.grey, (0, 0), 4.4)

    unsigned, blurred = (
        pool.run(
            read_side,
            saved(Image.fromarray(grey), "JPEG"),
            canonical,
            "front",
            1,
            False,
            deadline_s=60.0,
        )
        for grey in (paper.grey, soft)
    )

    field = geometry.signature_rect
    assert field is not None
    [place] = unsigned.places
    width, height = geometry.page_size
    meant = (field.x, field.y), (field.right, field.y), (field.right, field.bottom)
    assert unsigned.signature == "absent"
    for (x, y), (seen_x, seen_y) in zip(meant, place[:3], strict=True):
        assert abs(seen_x - 1000 * x / width) < 8
        assert abs(seen_y - 1000 * y / height) < 8
    assert unsigned.places_in_view
    assert blurred.trouble == PageVerdict.BLURRED_CHANGES
    assert len(blurred.places) == 1


def test_a_page_without_a_reading_is_matched_told_and_counts_as_any_other(issued: House) -> None:
    silent = seen()
    cells = {name: replace(cell, text=None) for name, cell in silent.cells.items()}
    object_ = issued.photo(a_code())
    issued.look_at(object_, replace(silent, cells=cells))

    [told] = issued.said("cells_read")
    assert told["data"]["cells"] == {"name": "blank", "phone": "ink"}
    assert told["data"]["suggested"] == {}
    assert issued.answer(object_).verdict is PageVerdict.COMPLETE


def test_a_province_says_by_a_setting_that_its_handwriting_is_not_read() -> None:
    assert handwriting_is_wanted(frozenset({"44", "45"}), ProvinceCode("43"))
    assert not handwriting_is_wanted(frozenset({"44", "45"}), ProvinceCode("44"))
