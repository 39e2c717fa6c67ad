"""The first page of a file as a picture, for somebody who looks before printing."""

import io

import pypdfium2

from services.forms.render.file import render_file
from services.forms.render.job import PrintJob

# Of a point: 144 dots an inch, at which the smallest print of a sheet can be read.
_SCALE = 2


def render_picture(job: PrintJob) -> bytes:
    """The first page as a grey PNG; nothing when nothing fits on a page.

    Raises:
        HostTooLongError, UnknownTemplateError: as printing it would.
    """
    printed = render_file(job)
    if not printed.page_count:
        return b""
    document = pypdfium2.PdfDocument(printed.pdf)
    try:
        picture = document[0].render(scale=_SCALE, grayscale=True).to_pil()
        body = io.BytesIO()
        picture.save(body, "PNG", optimize=True)
        return body.getvalue()
    finally:
        document.close()
