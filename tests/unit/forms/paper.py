"""Builders for print jobs, and eyes for their pages."""

from functools import cache

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from services.forms.render.file import render_file
from services.forms.render.fonts import FontFile, find_chain
from services.forms.render.job import ClassSheets, Copy, PrintedFile, PrintJob, PupilSheet
from shared.kernel.ids import CampaignId, ProvinceCode, SheetId, StudentId, UnitCode
from shared.kernel.sheet_code import CodeKey

Grey = npt.NDArray[np.uint8]  # (height, width), 0 black

KEY = CodeKey(CampaignId("44-2026a"), ProvinceCode("44"), bytes(range(32)))
HOSTS = {3: "XJ.GDEDU.GOV.CN", 4: "HC.JYT.HEILONGJIANG.GOV.CN"}
SLIM = "NotoSansSC-Regular.otf"
SMOKE = "𬱖𫟹㛃䶮喆堃翀𠅤𬸣𫍯玥犇"
# Extension I, July 2023: no font that may be shipped has it.
UNPRINTABLE = "\U0002ebf0"


def a_pupil(place: int = 1, *, serial: int = 1, **values: str) -> PupilSheet:
    return PupilSheet(
        student=StudentId(f"{place:032x}"),
        copy=Copy(SheetId(f"{place:012x}"), serial, f"{place * 7919:013d}", serial > 1),
        record_version=1,
        student_number="G440305201205060017",
        number_in_class=place,
        values={"name": "王小明", "sex": "男", "enrolment_status": "在读", **values},
    )


def a_job(
    *pupils: PupilSheet,
    version: int = 3,
    template: str = "sheet-1",
    cover: bool = False,
    fonts: tuple[FontFile, ...] | None = None,
) -> PrintJob:
    one = ClassSheets(
        unit=UnitCode("4403050170301"),
        school_name="深圳市南山区育才第三小学",
        class_name="三年级（2）班",
        pupils=pupils,
        cover=Copy(SheetId("0000000000ff"), 1, "1234567890123") if cover else None,
    )
    return PrintJob(
        campaign=KEY.campaign,
        campaign_name="2026年学籍信息核查",
        title="学籍基础信息确认表",
        host=HOSTS[version],
        template=template,
        code_key=KEY,
        ledger_key=bytes(32),
        fonts=find_chain() if fonts is None else fonts,
        classes=(one,),
    )


def printed(*pupils: PupilSheet, **options: object) -> PrintedFile:
    return render_file(a_job(*pupils, **options))


def picture(pdf: bytes, page: int = 0, *, dpi: int = 150) -> Grey:
    document = pdfium.PdfDocument(pdf)
    try:
        bitmap = document[page].render(scale=dpi / 72, grayscale=True)
        return np.array(bitmap.to_numpy()).reshape(bitmap.height, -1)
    finally:
        document.close()


def text_of(pdf: bytes, page: int = 0) -> str:
    document = pdfium.PdfDocument(pdf)
    try:
        return str(document[page].get_textpage().get_text_bounded())
    finally:
        document.close()


@cache
def slim_font() -> FontFile:
    return next(file for file in find_chain() if file.path.endswith(SLIM))
