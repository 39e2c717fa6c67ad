"""A school's sheets as one PDF: ours against reportlab's canvas drawing the same sheet.

CPU time of one core. Both draw the static part once as a form, the same values, two
symbols of the same version with the automatic mask, and the sheet number twice.
reportlab refuses CFF fonts, so it writes with HanaMinA.

Usage: python -m tests.bench.bench_forms [pupils]
"""

import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from services.forms.render.file import render_file
from services.forms.render.fonts import find_chain
from services.forms.render.job import PrintedFile, PrintJob, PupilSheet
from services.forms.render.symbol import symbol_path
from shared.kernel.ids import CampaignId, ProvinceCode
from shared.kernel.sheet_code import CodeHead, CodeKey, CodeType, Side, code_url, make_code
from shared.kernel.sheet_number import grouped, sheet_number
from shared.layout.conversions import point_xy, to_points
from shared.layout.model import FillOp, Layout, LineOp, Rect, RectOp, TextOp
from shared.layout.registry import layout
from tests.bench.pupils import classes

PUPILS = 3000
ROUNDS = 3
KEY = CodeKey(CampaignId("44-2026a"), ProvinceCode("44"), bytes(range(32)))
HOST = "XJ.GDEDU.GOV.CN"
LONG_HOST = "HC.JYT.HEILONGJIANG.GOV.CN"
HANAMIN = "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"


def job(pupils: int, host: str = HOST, template: str = "sheet-1") -> PrintJob:
    """A school's print job."""
    return PrintJob(
        campaign=KEY.campaign,
        campaign_name="2026年学籍信息核查",
        title="学籍基础信息确认表",
        host=host,
        template=template,
        code_key=KEY,
        ledger_key=bytes(32),
        fonts=find_chain(),
        classes=classes(pupils),
    )


def reportlab_file(work: PrintJob) -> bytes:
    """The same sheets by reportlab's canvas with a form XObject for the static part."""
    pdfmetrics.registerFont(TTFont("Hana", HANAMIN))
    sheet = layout(1)
    assert sheet is not None
    buffer = io.BytesIO()
    size = (to_points(sheet.page_size[0]), to_points(sheet.page_size[1]))
    canvas = Canvas(buffer, pagesize=size, pageCompression=1)
    canvas.beginForm("S", 0, 0, *size)
    _statics(canvas, sheet)
    canvas.endForm()
    for one in work.classes:
        for pupil in one.pupils:
            canvas.doForm("S")
            _pupil(canvas, sheet, pupil)
            canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _statics(canvas: object, sheet: Layout) -> None:
    height = sheet.page_size[1]
    for rect in (*sheet.ticks, *(marker.rect for marker in sheet.markers)):
        _box(canvas, rect, height, fill=1)
    for op in sheet.faces[0].statics:
        match op:
            case TextOp():
                canvas.setFont("Hana", op.size / 10)
                canvas.drawString(*point_xy(op.x, op.baseline, height), op.text)
            case LineOp():
                canvas.line(*point_xy(op.x1, op.y1, height), *point_xy(op.x2, op.y2, height))
            case RectOp() | FillOp():
                _box(canvas, op.rect, height, fill=0)


def _box(canvas: object, rect: Rect, height: int, *, fill: int) -> None:
    x, y = point_xy(rect.x, rect.bottom, height)
    canvas.rect(x, y, to_points(rect.w), to_points(rect.h), stroke=1 - fill, fill=fill)


def _pupil(canvas: object, sheet: Layout, pupil: PupilSheet) -> None:
    height = sheet.page_size[1]
    for cell in sheet.cells:
        text = pupil.values.get(cell.field, "")
        rect = cell.value_rect
        for size in (9.5, 8.5, 7.5, 6.5, 5.5):
            lines = simpleSplit(text, "Hana", size, to_points(rect.w))
            if len(lines) * size * 1.15 <= to_points(rect.h):
                break
        canvas.setFont("Hana", size)
        x, y = point_xy(rect.x, rect.y, height)
        for place, line in enumerate(lines):
            canvas.drawString(x, y - (place + 0.9) * size * 1.15, line)
    canvas.setFont("Hana", 15.5)
    number = grouped(sheet_number(pupil.copy.number_base, Side.FRONT))
    for rect in sheet.number_rects:
        canvas.drawString(*point_xy(rect.x, rect.bottom - 10, height), number)
    head = CodeHead(CodeType.SHEET, 1, Side.FRONT, 1, pupil.copy.sheet)
    runs = symbol_path(code_url(HOST, CodeType.SHEET, make_code(head, KEY)), 3)
    boxes = [tuple(map(int, one.split()[:3])) for one in runs.decode().split(" re")[:-1]]
    for rect in sheet.qr_rects:
        module = to_points(rect.w) / 29
        left, top = point_xy(rect.x, rect.y, height)
        path = canvas.beginPath()
        for x, y, width in boxes:
            path.rect(left + x * module, top - (y + 1) * module, width * module, module)
        canvas.drawPath(path, stroke=0, fill=1)


def _cpu(work: Callable[[], object]) -> tuple[float, object]:
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def _line(name: str, ours: float, peer: float | None, unit: str) -> None:
    if peer is None:
        print(f"{name}\tours {ours:,.2f} {unit}\tpeer -\tratio -")
    else:
        print(f"{name}\tours {ours:,.2f} {unit}\tpeer {peer:,.2f} {unit}\tratio {ours / peer:.2f}")


def main(pupils: int = PUPILS) -> None:
    """Print one line per figure."""
    short, long = job(pupils), job(pupils, LONG_HOST)
    ours, wide, peer = [], [], []
    printed: PrintedFile | None = None
    for _ in range(ROUNDS):
        seconds, result = _cpu(lambda: render_file(short))
        ours.append(pupils / seconds)
        assert isinstance(result, PrintedFile)
        printed = result
        wide.append(pupils / _cpu(lambda: render_file(long))[0])
        peer.append(pupils / _cpu(lambda: reportlab_file(short))[0])
    assert printed is not None
    rival = statistics.median(peer)
    _line(f"forms: school of {pupils}, v3-Q", statistics.median(ours), rival, "sheets/s")
    _line(f"forms: school of {pupils}, v4-Q", statistics.median(wide), rival, "sheets/s")
    rival_kb = len(reportlab_file(short)) / pupils / 1024
    _line("forms: size per sheet", len(printed.pdf) / pupils / 1024, rival_kb, "KB")
    fifty = render_file(job(50))
    _line("forms: size per sheet, class of 50", len(fifty.pdf) / 50 / 1024, None, "KB")
    cold = "import time\nfrom tests.bench.bench_forms import job, render_file\n"
    cold += "w=job(50)\nt=time.process_time()\nrender_file(w)\nprint(time.process_time()-t)"
    _line("forms: class of 50, cold fonts", 1000 * _alone(cold)[0], None, "ms CPU")
    # Not ru_maxrss: a child inherits its parent's peak.
    growth = "import pathlib as p\nfrom tests.bench.bench_forms import job, render_file\n"
    growth += (
        "peak=lambda: int(p.Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0])\n"
    )
    growth += (
        f"w=job({pupils})\nbefore=peak()\nrender_file(w)\nprint((peak()-before)/1024, peak()/1024)"
    )
    grown, peak = _alone(growth)
    _line(f"forms: memory growth for {pupils}", grown, None, "MB")
    _line(f"forms: memory at most for {pupils}", peak, None, "MB")


def _alone(code: str) -> list[float]:
    """Figures from a process of its own."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [float(word) for word in run.stdout.split()]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PUPILS)
