"""The printed sheets that are photographed: of a kit, of a school's file, or made up here."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from deploy.rehearse.hands.texts import a_date, a_name, a_phone, a_word, an_address, an_id
from deploy.rehearse.printed import PIXELS_PER_MM, page_picture
from deploy.rehearse.seeds import seeded
from deploy.rehearse.troubles import NoPrintedSheetsError
from services.forms.render.file import render_file
from services.forms.render.fonts import find_chain
from services.forms.render.job import ClassSheets, Copy, PrintJob, PupilSheet
from shared.contracts.forms_commands import Manifest
from shared.kernel.ids import CampaignId, ProvinceCode, SheetId, StudentId, UnitCode
from shared.kernel.sheet_code import CodeKey, Side

MANIFEST = "manifest.json"  # of a kit
_OWN = "sheets.pdf"
# Anybody may know it: sheets made up here are nobody's.
KEY = CodeKey(CampaignId("00-rehearse"), ProvinceCode("00"), bytes(range(32)))
_HOST = "XJ.GDEDU.GOV.CN"
_SIDES = (Side.FRONT, Side.BACK)
_STREAM = 300


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One side of a printed sheet and where it lies."""

    sheet: str
    serial: int
    side: str
    layout: int
    pdf: str
    page: int  # from 1


def printed_pages(source: Path) -> tuple[PrintedPage, ...]:
    """The pages of a kit's folder, of its `manifest.json`, or of a school's manifest beside its PDF.

    Raises:
        NoPrintedSheetsError: there are none.
    """
    file = source / MANIFEST if source.is_dir() else source
    try:
        pages = tuple(_pages_in(file))
    except (OSError, ValueError, KeyError, TypeError, msgspec.MsgspecError):
        raise NoPrintedSheetsError(str(source)) from None
    if not pages or not all(Path(one.pdf).exists() for one in pages):
        raise NoPrintedSheetsError(str(source))
    return pages


def made_up_pages(folder: Path, count: int, seed: int) -> tuple[PrintedPage, ...]:
    """Print sheets of pupils who do not exist into a folder; same seed, same sheets."""
    rng = seeded(_STREAM, seed)
    pupils = tuple(_pupil(rng, number) for number in range(1, count + 1))
    job = PrintJob(
        campaign=KEY.campaign,
        campaign_name="学籍信息核查演练",
        title="学籍基础信息确认表",
        host=_HOST,
        template="sheet-1",
        code_key=KEY,
        ledger_key=bytes(32),
        fonts=find_chain(),
        classes=(ClassSheets(UnitCode("0000000001"), "演练学校", "三年级（1）班", pupils),),
    )
    printed = render_file(job)
    file = folder / _OWN
    file.write_bytes(printed.pdf)
    return tuple(
        PrintedPage(one.sheet, one.serial, side.value, one.layout, str(file), page)
        for one in printed.sheets
        for side, page in zip(_SIDES, one.pages, strict=False)
    )


@lru_cache(maxsize=4)
def picture_of(page: PrintedPage, px_per_mm: float = PIXELS_PER_MM) -> npt.NDArray[np.uint8]:
    """A printed page in grey; whoever draws on it takes a copy."""
    return page_picture(Path(page.pdf), page.page, px_per_mm)


def _pages_in(file: Path) -> Iterator[PrintedPage]:
    data = file.read_bytes()
    said = json.loads(data)
    if "job" in said:
        yield from _of_school(file, msgspec.json.decode(data, type=Manifest))
        return
    for row in said["sheets"]:
        pdf = str(file.parent / row["pdf"])
        yield PrintedPage(row["sheet"], row["serial"], row["side"], row["layout"], pdf, row["page"])


def _of_school(file: Path, manifest: Manifest) -> Iterator[PrintedPage]:
    pdf = str(file.with_suffix(".pdf"))
    for one in manifest.sheets:
        for side, page in zip(_SIDES, one.pages, strict=False):
            yield PrintedPage(one.sheet, one.serial, side.value, one.layout, pdf, page)


def _pupil(rng: np.random.Generator, number: int) -> PupilSheet:
    id_number = an_id(rng)
    copy = Copy(SheetId(f"{int(rng.integers(2**48)):012x}"), 1, f"{int(rng.integers(10**13)):013d}")
    address, region = an_address(rng)
    values = {
        "name": a_name(rng),
        "sex": a_word(rng, "sex"),
        "birth_date": a_date(rng)[1],
        "id_type": "居民身份证",
        "id_number": id_number,
        "ethnic_group": a_word(rng, "ethnic"),
        "nationality": "中国",
        "birthplace": region,
        "native_place": region,
        "hukou_place": address,
        "hukou_type": a_word(rng, "hukou"),
        "present_address": address,
        "phone": a_phone(rng),
        "guardian1_name": a_name(rng),
        "guardian1_relation": "父亲",
        "guardian1_phone": a_phone(rng),
    }
    student = StudentId(f"{int(rng.integers(2**62)):032x}")
    return PupilSheet(student, copy, 1, f"G{id_number}", number, values)
