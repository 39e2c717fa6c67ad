"""The staff pages as one app: its parts, and what every page shares."""

from pathlib import Path
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from jinja2 import StrictUndefined

from services.portal.doors import DoorAwayError
from services.portal.pages.accounts.views import add_accounts
from services.portal.pages.archive.views import add_archive
from services.portal.pages.audit.views import add_audit
from services.portal.pages.board import add_board
from services.portal.pages.classes import add_classes
from services.portal.pages.deciding import add_deciding
from services.portal.pages.entry.app import add_entry
from services.portal.pages.guarding import add_description, add_guard
from services.portal.pages.help.views import add_help
from services.portal.pages.home import add_home, may_see, menu_of
from services.portal.pages.importing import add_importing
from services.portal.pages.leading import add_leading
from services.portal.pages.looking.app import add_looking
from services.portal.pages.operating import add_operating
from services.portal.pages.printing import add_printing
from services.portal.pages.reports.views import add_reports
from services.portal.pages.scanning import add_scanning
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.signing_in import add_signing_in
from services.portal.pages.staff import NotMeantError, SignedOutError, Staff, seal_of
from services.portal.pages.support import add_support
from services.portal.pages.windows.views import add_windows
from shared.kernel.errors import DomainError
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError
from shared.plumbing.web.app import WebApp
from shared.plumbing.web.assets import Assets
from shared.plumbing.web.language import KEPT_IN, add_languages
from shared.plumbing.web.text_size import KEPT_IN as SIZE_KEPT_IN
from shared.plumbing.web.text_size import other_size, size_asked, text_size

_ROOM = Path(__file__).parent.parent
# Not `no-referrer`: under it browsers send forms without saying where they come from.
_REFERRER = "same-origin"
# Every group of pages adds its own routes; where one belongs is decided by what is done there.
_GROUPS = (
    add_signing_in,
    add_home,
    add_board,
    add_deciding,
    add_entry,
    add_windows,
    add_looking,
    add_support,
    add_accounts,
    add_reports,
    add_classes,
    add_importing,
    add_printing,
    add_help,
    add_leading,
    add_audit,
    add_scanning,
    add_archive,
    add_operating,
)
_STATUS = {
    "not_allowed": 403,
    **dict.fromkeys(("unknown_unit", "unknown_question", "unknown_account", "unknown_report"), 404),
    "unknown_queue": 404,
    "bus_not_answering": 503,
}


def make_app(staff: Staff) -> WebApp:
    """The app of the staff edge."""
    app = WebApp(__name__, error_page=_error_page, template_folder="templates")
    app.url_map.strict_slashes = False
    app.jinja_env.undefined = StrictUndefined  # a misspelt name is a bug, not an empty place
    languages = add_languages(app, _ROOM / "translations")
    _add_assets(app, Assets(_ROOM / "static"))
    for add_group in _GROUPS:
        add_group(app, staff)
    add_description(app, staff)
    _add_refusals(app, staff)
    _add_common(app, staff, languages)
    add_guard(app, _error_page)
    return app


def _add_common(app: WebApp, staff: Staff, languages: tuple[str, ...]) -> None:
    @app.context_processor
    def common() -> dict[str, Any]:
        session = staff.session()
        return {
            "seal": seal_of(session) if session else "",
            "menu": menu_of(),
            "may_see": may_see,
            "text_size": text_size(),
            "other_size": other_size(),
        }

    @app.after_request
    def guard(answer: Response) -> Response:
        answer.headers["Referrer-Policy"] = _REFERRER
        if request.args.get("lang") in languages:
            staff.keep_choice(answer, KEPT_IN, request.args["lang"])
        if size := size_asked():
            staff.keep_choice(answer, SIZE_KEPT_IN, size)
        return answer


def _add_assets(app: WebApp, assets: Assets) -> None:
    @app.get("/assets/<name>")
    def asset(name: str) -> Response:
        return assets.serve(name)

    def address(plain: str) -> str:
        return url_for("asset", name=assets.name(plain))

    def switch(language: str) -> str:
        """This page in another language; a page that was sent as a form begins anew."""
        return f"?lang={language}"

    app.jinja_env.globals.update(asset=address, switch=switch)


def _add_refusals(app: WebApp, staff: Staff) -> None:
    @app.errorhandler(SignedOutError)
    def signed_out(_error: SignedOutError) -> Any:
        return redirect(url_for("sign_in"), 303)

    @app.errorhandler(NotMeantError)
    def not_meant(_error: NotMeantError) -> Response:
        return _page(refusal("not_meant"), 403)

    @app.errorhandler(DomainError)
    def refused(error: DomainError) -> Any:
        if error.code in {"session_ended", "sign_in_unfinished", "account_closed"}:
            return staff.forget(make_response(redirect(url_for("sign_in", ended=1), 303)))
        return _page(refusal(error), _STATUS.get(error.code, 409))

    @app.errorhandler(RpcDeadlineError)
    @app.errorhandler(RpcFailedError)
    @app.errorhandler(DoorAwayError)
    def away(_error: Exception) -> Response:
        answer = _page(refusal("house_away"), 503)
        answer.headers["Retry-After"] = "5"
        return answer


def _error_page(status: int, code: str) -> Response:
    return _page(refusal(code), status)


def _page(said: Said, status: int) -> Response:
    is_form = request.method == "POST"
    return make_response(render_template("message.html", said=said, is_form=is_form), status)
