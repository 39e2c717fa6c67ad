"""Help: the guides of each role, for reading and for printing; also before anybody is signed in."""

import mimetypes
from contextlib import suppress
from pathlib import Path

from flask import Response, render_template, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from services.portal.pages.help.guides import NAMES, guide, guide_for, pictures_in, title_of
from services.portal.pages.staff import SignedOutError, Staff, visitor
from shared.kernel.authority import Role
from shared.kernel.errors import DomainError
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError
from shared.plumbing.web.app import WebApp

# Pictures change with the house they were made of; they hold nobody's data but the demo's.
_KEPT_S = 300


def add_help(app: WebApp, staff: Staff) -> None:
    """The list of guides, each guide, and its pictures and printed copy."""
    folder = Path(staff.guides) if staff.guides else None

    @app.get("/help")
    def help_list() -> str:
        mine = guide_for(_role(staff))
        names = sorted(NAMES, key=lambda name: name != mine)
        rows = [(name, title_of(name), _is_there(folder, f"{name}.pdf")) for name in names]
        return render_template("help/list.html", rows=rows)

    @app.get("/help/<any(registrar, teacher, guardian):name>")
    def help_guide(name: str) -> str:
        _role(staff)
        there = [one for one in pictures_in(name) if _is_there(folder, one)]
        found = guide(name, url_for("help_file", name=""), there)
        return render_template(
            "help/guide.html",
            guide=found,
            html=Markup(found.html),  # noqa: S704  # of our own text, html in it is escaped
            printed=_is_there(folder, f"{name}.pdf"),
        )

    @app.get("/help/files/<path:name>")
    def help_file(name: str) -> Response:
        if folder is None or name not in FILES or not _is_there(folder, name):
            raise NotFound
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        answer = Response((folder / name).read_bytes(), content_type=kind)
        answer.headers["Cache-Control"] = f"private, max-age={_KEPT_S}"
        where = "attachment" if name.endswith(".pdf") else "inline"
        answer.headers["Content-Disposition"] = f'{where}; filename="{name}"'
        return answer


FILES = frozenset(
    [*(f"{name}.pdf" for name in NAMES), *(one for name in NAMES for one in pictures_in(name))]
)


def _is_there(folder: Path | None, name: str) -> bool:
    return folder is not None and (folder / name).is_file()


def _role(staff: Staff) -> Role | None:
    """Who reads, so that the page has their menu; help is there for anybody, whatever is away."""
    with suppress(SignedOutError, DomainError, RpcDeadlineError, RpcFailedError):
        return visitor(staff).actor.role
    return None
