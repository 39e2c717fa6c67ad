"""A whole file: classes in order, each with its cover and its sheets."""

import hashlib

from services.forms.render.content import Ink
from services.forms.render.cover import cover_texts
from services.forms.render.document import Document
from services.forms.render.fonts import FontChain, font_sha256
from services.forms.render.job import (
    ClassSheets,
    Copy,
    Finding,
    Mark,
    PrintedCover,
    PrintedFile,
    PrintedSheet,
    PrintJob,
    PupilSheet,
)
from services.forms.render.sheet import SheetWriter, TooLong, numbers_of, qr_version_for
from shared.kernel.errors import TooManySheetsError, UnknownTemplateError
from shared.kernel.origin_words import origin_words
from shared.kernel.query_code import query_code
from shared.kernel.sheet_code import CodeHead, CodeType
from shared.layout.model import Layout
from shared.layout.registry import layout_sha256, variant

MAX_SHEETS = 5000  # the document is held in memory
COVER_TEMPLATE = "cover"


def render_class_file(job: PrintJob) -> PrintedFile:
    """Print one class: its cover, if any, and its sheets in order."""
    return render_file(job)


def render_file(job: PrintJob) -> PrintedFile:
    """Print the classes of a job into one PDF. Same job, same bytes.

    Raises:
        TooManySheetsError: more than `MAX_SHEETS`; print by class or by grade.
        HostTooLongError: the host fits no symbol.
        UnknownTemplateError: the template has no layout for the host's symbol.
    """
    if sum(len(one.pupils) for one in job.classes) > MAX_SHEETS:
        raise TooManySheetsError(str(MAX_SHEETS))
    return _File(job).render()


class _File:
    """One file while it is being written."""

    def __init__(self, job: PrintJob) -> None:
        self._job = job
        self._layouts = find_layouts(job.template, job.host)
        self._cover_layout = variant(COVER_TEMPLATE, self._layouts[0].qr_version)
        self._chain = FontChain(job.fonts)
        ink = Ink(self._chain, self._layouts[0].page_size[1])
        self._is_duplex = len(self._layouts[0].sides) > 1
        self._document = Document(ink, job.title, is_duplex=self._is_duplex)
        self._writer = SheetWriter(ink, job.host, job.code_key)
        self._sheets: list[PrintedSheet] = []
        self._covers: list[PrintedCover] = []
        self._findings: list[Finding] = []
        self._used: dict[int, Layout] = {}

    def render(self) -> PrintedFile:
        """Write every class and close the file."""
        for one in self._job.classes:
            self._document.bookmark(one.class_name)
            self._cover(one)
            for place, pupil in enumerate(one.pupils, start=1):
                self._sheet(one, pupil, place)
        page_count = self._document.page_count
        pdf = self._document.save()
        return PrintedFile(
            pdf=pdf,
            sha256=hashlib.sha256(pdf).hexdigest(),
            page_count=page_count,
            sheets=tuple(self._sheets),
            covers=tuple(self._covers),
            findings=tuple(self._findings),
            fonts=tuple((one.name, font_sha256(one.file.path)) for one in self._chain.faces),
            layouts=tuple((number, layout_sha256(self._used[number])) for number in self._used),
        )

    def _sheet(self, one: ClassSheets, pupil: PupilSheet, place: int) -> None:
        layout, values = self._placed(pupil)
        if layout is None:
            return
        missing = self._writer.missing(pupil.values.values())
        if missing:
            self._findings.append(_finding(pupil, Mark.MISSING_GLYPH, code_points=missing))
        footer = _footer(place, len(one.pupils), layout, pupil, has_missing=bool(missing))
        slots = self._writer.slots(layout, self._slot_texts(one, pupil, footer))
        contents = [f"{slot}{value}" for slot, value in zip(slots, values, strict=True)]
        pages = self._pages(layout, CodeType.SHEET, pupil.copy, contents, _label(one, pupil))
        self._sheets.append(
            PrintedSheet(
                unit=one.unit,
                sheet=pupil.copy.sheet,
                student=pupil.student,
                serial=pupil.copy.serial,
                layout=layout.number,
                numbers=numbers_of(layout, pupil.copy.number_base),
                record_version=pupil.record_version,
                number_in_class=pupil.number_in_class,
                pages=pages,
            )
        )

    def _cover(self, one: ClassSheets) -> None:
        layout = self._cover_layout
        if one.cover is None or layout is None:
            return
        texts, boxes = cover_texts(self._writer, layout, one, self._job.campaign_name)
        label = f"{one.class_name} 封面"
        pages = self._pages(layout, CodeType.COVER, one.cover, [texts], label, boxes)
        if self._is_duplex:
            # An empty back, so that the first sheet starts on paper of its own.
            self._document.add_page(b"", label)
        self._covers.append(
            PrintedCover(
                unit=one.unit,
                cover=one.cover.sheet,
                serial=one.cover.serial,
                layout=layout.number,
                numbers=numbers_of(layout, one.cover.number_base),
                expected=len(one.pupils),
                page=pages[0],
            )
        )

    def _pages(
        self,
        layout: Layout,
        kind: CodeType,
        copy: Copy,
        contents: list[str],
        label: str,
        paths: bytes = b"",
    ) -> tuple[int, ...]:
        self._used.setdefault(layout.number, layout)
        pages = []
        for side, texts in zip(layout.sides, contents, strict=True):
            head = CodeHead(kind, layout.number, side, copy.serial, copy.sheet)
            numbers, symbols = self._writer.identity(layout, head, copy.number_base)
            shown = f"BT\n{numbers}{texts}ET\n".encode()
            content = self._document.static(layout, side) + shown + paths + symbols
            pages.append(self._document.add_page(content, label))
        return tuple(pages)

    def _placed(self, pupil: PupilSheet) -> tuple[Layout | None, list[str]]:
        """The first layout that holds every value, and the values on it."""
        too_long: tuple[str, ...] = ()
        for layout in self._layouts:
            values = self._writer.set_values(layout, pupil.values)
            if isinstance(values, TooLong):
                too_long = values.fields
                continue
            if layout.is_overflow:
                self._findings.append(_finding(pupil, Mark.OVERFLOW, fields=too_long))
            return layout, values
        self._findings.append(_finding(pupil, Mark.TOO_LONG, fields=too_long))
        return None, []

    def _slot_texts(self, one: ClassSheets, pupil: PupilSheet, footer: str) -> dict[str, str]:
        code = query_code(self._job.ledger_key, pupil.copy.sheet, pupil.copy.serial)
        words = origin_words(pupil.copy.sheet, pupil.copy.serial, self._job.code_key)
        number = pupil.number_in_class
        return {
            "campaign_name": self._job.campaign_name,
            "origin": f"扫码核对：{self._job.host.lower()}　三词：{words}",
            "school_name": one.school_name,
            "class_name": one.class_name,
            "enrolment_status": pupil.values.get("enrolment_status", ""),
            "name": pupil.values.get("name", ""),
            "student_number": pupil.student_number,
            "number_in_class": "" if number is None else str(number),
            "query_code": f"{code[:4]} {code[4:]}",
            "footer": footer,
        }


def find_layouts(template: str, host: str) -> list[Layout]:
    """The layouts of a template whose symbol carries this host, the plain one first.

    Raises:
        HostTooLongError: no symbol carries it.
        UnknownTemplateError: there is none.
    """
    version = qr_version_for(host)
    found = [variant(template, version, overflow=overflow) for overflow in (False, True)]
    layouts = [one for one in found if one is not None]
    if not layouts:
        raise UnknownTemplateError(template)
    return layouts


def _finding(
    pupil: PupilSheet,
    mark: Mark,
    *,
    fields: tuple[str, ...] = (),
    code_points: tuple[str, ...] = (),
) -> Finding:
    return Finding(pupil.copy.sheet, pupil.student, mark, fields, code_points)


def _label(one: ClassSheets, pupil: PupilSheet) -> str:
    number = "—" if pupil.number_in_class is None else f"{pupil.number_in_class:02d}"
    return f"{one.class_name}-{number}"


def _footer(place: int, count: int, layout: Layout, pupil: PupilSheet, *, has_missing: bool) -> str:
    parts = [
        f"第 {place}/{count} 份",
        f"版式 {layout.number}",
        f"印次 {pupil.copy.serial}",
        *(["补印"] if pupil.copy.is_reprint else []),
        *(["缺字（方框内为字符编码，请手工补写）"] if has_missing else []),
    ]
    return "　".join(parts)
