"""Files of many pages, through the pool the kit reads with: one named answer for every page."""

import io
import zlib
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from deploy.kit.reading import pages_in, prepare, read_pages
from services.scan.image.pages import MAX_PAGES
from shared.plumbing.offload import ProcessPool, WorkerCrashed
from tests.unit.scan.pictures import Paper, circular_tiff, many_strips, pdf, saved, tiff_of

pytestmark = pytest.mark.slow

DEADLINE_S = 60.0


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPool]:
    """Children as the kit has them: they open files by name."""
    pool = ProcessPool(1, prepare)
    yield pool
    pool.close()


@pytest.fixture
def answers(tmp_path: Path, pool: ProcessPool):
    """Gives how many pages a file is said to have, and what the wanted ones end as."""

    def answer(data: bytes, first: int = 1, last: int = 10) -> tuple[int, list[str]]:
        path = tmp_path / "file"
        path.write_bytes(data)
        count = pool.run(pages_in, str(path), deadline_s=DEADLINE_S)
        read = pool.run(read_pages, str(path), first, last, (), deadline_s=DEADLINE_S)
        return count, ["sheet" if one.codes else str(one.cause) for one in read]

    return answer


def changed(data: bytes, change=lambda _: None, **options: object) -> bytes:
    """A PDF opened, changed and saved."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        change(document)
        document.save(buffer, **options)
    return buffer.getvalue()


def add_script(document: pikepdf.Pdf) -> None:
    script = {"/S": pikepdf.Name.JavaScript, "/JS": pikepdf.String("while (true) app.alert(1)")}
    document.Root.OpenAction = pikepdf.Dictionary(script)
    document.pages[0].AA = pikepdf.Dictionary(O=pikepdf.Dictionary(script))


def show_bomb(document: pikepdf.Pdf) -> None:
    """A picture of 200 megapixels in colour, deflated twice: a few kilobytes that want 600 MB."""
    packed = zlib.compress(zlib.compress(bytes(600_000_000), 1), 9)
    picture = document.make_stream(b"")
    picture.write(packed, filter=[pikepdf.Name.FlateDecode] * 2)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture.Width = picture.Height = 14_142
    picture.BitsPerComponent, picture.ColorSpace = 8, pikepdf.Name.DeviceRGB
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
    document.pages[0].Contents = document.make_stream(b"595 0 0 842 0 0 cm /I Do")


def test_a_script_in_a_pdf_is_not_run_and_hides_nothing(answers, paper: Paper) -> None:
    count, pages = answers(changed(paper.pdf, add_script))

    assert count == len(pages)
    assert pages[0] == "sheet"


@pytest.mark.parametrize(
    ("box", "ending"),
    [
        (b"0 0 14400 14400", "too_many_pixels"),
        (b"0 0 0.001 1000000", "damaged_file"),
        (b"0 0 0 0", "blank"),  # taken as a page of letter size, like viewers do
        (b"0 0 nan inf", "blank"),
    ],
)
def test_a_page_of_any_size_ends_in_a_named_state(answers, box: bytes, ending: str) -> None:
    assert answers(pdf(box=box)) == (1, [ending])


def test_pages_beyond_the_limit_are_told_as_one_more_answer(answers) -> None:
    many = pdf(2 * MAX_PAGES, box=b"0 0 40 40")

    count, last = answers(many, MAX_PAGES, MAX_PAGES + 10)
    assert count == MAX_PAGES + 1
    assert last == ["blank", "too_many_pages"]


def test_a_pdf_that_lies_about_its_pages_has_those_it_has(answers) -> None:
    assert answers(pdf().replace(b"/Count 1", b"/Count 99999999")) == (1, ["blank"])


def test_a_pdf_whose_page_tree_is_a_circle_is_damaged(answers) -> None:
    assert answers(pdf().replace(b"/Kids[3 0 R]", b"/Kids[2 0 R]")) == (1, ["damaged_file"])


def test_a_locked_pdf_is_told_as_that(answers, paper: Paper) -> None:
    lock = pikepdf.Encryption(owner="owner", user="password")

    assert answers(changed(paper.pdf, encryption=lock)) == (1, ["encrypted_pdf"])


def test_a_pdf_anybody_may_open_is_read(answers, paper: Paper) -> None:
    lock = pikepdf.Encryption(owner="owner", user="")

    assert answers(changed(paper.pdf, encryption=lock))[1][0] == "sheet"


def test_a_picture_that_would_fill_the_memory_harms_no_other_file(answers, paper: Paper) -> None:
    try:
        ending = answers(changed(pdf(), show_bomb))[1]
    except WorkerCrashed:
        ending = ["failed"]

    assert ending[0] not in ("sheet", "None")
    assert answers(paper.pdf)[1][0] == "sheet"


def test_hundreds_of_tiff_pages_have_an_answer_each(answers, paper: Paper) -> None:
    page = paper.picture.resize((840, 1188)).convert("1", dither=0)
    count, pages = answers(tiff_of([page] * 300), 295, 310)

    assert count == 300
    assert pages == ["sheet"] * 6


def test_a_circular_tiff_ends_where_it_repeats_itself(answers, paper: Paper) -> None:
    assert answers(circular_tiff(paper)) == (1, ["sheet"])


def test_a_tiff_of_countless_strips_is_damaged(answers) -> None:
    assert answers(many_strips()) == (1, ["damaged_file"])


@pytest.mark.parametrize("share", range(0, 100, 5))
def test_a_tiff_cut_off_anywhere_has_an_answer_for_every_page(
    answers, paper: Paper, share: int
) -> None:
    page = paper.picture.resize((840, 1188))
    whole = saved(page, "TIFF", save_all=True, append_images=[page, page])
    count, pages = answers(whole[: len(whole) * share // 100])

    assert count == len(pages) >= 1
    assert set(pages) <= {"sheet", "damaged_file", "not_an_image"}


def test_a_tiff_with_a_field_of_the_wrong_type_is_damaged(answers, paper: Paper) -> None:
    """Its parser then raises what nobody expects of it."""
    data = bytearray(saved(paper.picture.resize((420, 594)), "TIFF"))
    at = int.from_bytes(data[4:8], "little") + 2
    endings = set()
    for entry in range(data[at - 2]):
        for kind in (2, 5, 7, 12):
            odd = bytearray(data)
            odd[at + 12 * entry + 2] = kind
            count, pages = answers(bytes(odd))
            endings.add(pages[0])
            assert count == len(pages)

    assert endings <= {"sheet", "damaged_file", "dark", "too_many_pixels", "too_small", "cropped"}
    assert "damaged_file" in endings
