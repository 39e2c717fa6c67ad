"""A sheet whose codes are gone is told by its printed numbers, read in a locked child."""

import io

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from services.scan.cells.child import read_side
from services.scan.cells.seen import SideSeen
from services.scan.image.cascade import read_photo
from services.scan.image.pages_reading import read_scan
from shared.layout.registry import layout
from shared.plumbing.offload import ProcessPool
from tests.unit.scan.pictures import Paper, saved

pytestmark = pytest.mark.slow  # it reads pictures

Gray = npt.NDArray[np.uint8]


def looked_at(pool: ProcessPool, data: bytes) -> SideSeen:
    return pool.run(read_side, data, "", "", 1, False, deadline_s=30.0)


def numbers(seen: SideSeen) -> list[str]:
    return [one.possible[0].number if one.possible else "" for one in seen.numbers]


@pytest.mark.slow
@pytest.mark.parametrize(("level", "least"), [("easy", 2), ("normal", 1), ("hard", 1)])
def test_photos_without_codes_show_their_number_and_never_another(
    pool: ProcessPool, paper: Paper, level: str, least: int
) -> None:
    page, geometry = coloured(paper.without_codes), layout(paper.layout)
    photo = photograph(page, level=level, seed=31, layout=geometry).jpeg
    assert read_photo(photo).codes == ()

    read = numbers(looked_at(pool, photo))

    assert set(read) <= {paper.number, ""}
    assert read.count(paper.number) >= least


@pytest.mark.parametrize(("dpi", "turns"), [(100, 0), (100, 1), (100, 2), (100, 3), (200, 2)])
def test_scans_without_codes_are_read_whichever_way_they_lay(
    pool: ProcessPool, paper: Paper, dpi: int, turns: int
) -> None:
    whole = Image.fromarray(np.rot90(paper.without_codes, turns))
    scale = dpi / 203.2
    page = whole.resize((round(whole.width * scale), round(whole.height * scale)))
    data = saved(page, "JPEG", quality=70)
    assert read_scan(data).codes == ()

    assert numbers(looked_at(pool, data)) == [paper.number, paper.number]


def test_a_fax_scan_in_black_and_white_is_read(pool: ProcessPool, paper: Paper) -> None:
    body = io.BytesIO()
    Image.fromarray(paper.without_codes).convert("1", dither=0).save(
        body, "TIFF", compression="group4"
    )

    assert numbers(looked_at(pool, body.getvalue())) == [paper.number, paper.number]


def test_a_torn_corner_leaves_the_other_number(pool: ProcessPool, paper: Paper) -> None:
    torn = paper.without_codes.copy()
    torn[:600, :900] = 30
    seen = numbers(looked_at(pool, saved(Image.fromarray(torn), "JPEG")))

    assert seen == ["", paper.number]


def test_a_page_that_is_no_sheet_shows_none(pool: ProcessPool, paper: Paper) -> None:
    plain = np.full((2339, 1654), 245, np.uint8)
    plain[300:2000:40, 200:1400] = 20

    assert looked_at(pool, saved(Image.fromarray(plain), "JPEG")).numbers == ()
