"""The demo's door to the staff pages: one click, one person of the synthetic province.

It stands beside the portal and knows no way into it but the public one: it signs in at accounts
like anybody, with the password and the second step the demo itself set, and hands the session to
the browser that asked. Cookies know no ports, so a cookie set here is the portal's on the same host.
The portal has no hook for this, and a house that was not started by the demo has no such door.
"""

import ipaddress
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from flask import Response, abort, make_response, redirect, render_template, request, url_for

from deploy.demo.door.seats import Seat
from deploy.demo.door.tickets import Tickets
from shared.kernel.errors_accounts import SignInRefusedError
from shared.plumbing.rpc import RpcDeadlineError, RpcFailedError
from shared.plumbing.web.app import SECURITY_HEADERS, WebApp
from shared.plumbing.web.assets import Assets
from shared.plumbing.web.server import WebServer, parse_address
from shared.workbooks.role_names import ROLE_NAMES

COOKIE = "hecha"  # the portal's name for it where there is no TLS
_LOOK = Path(__file__).parents[3] / "services/portal/static"

SignIn = Callable[[Seat], str]
"""Signs a person in and gives the session."""


class NoDoorError(Exception):
    """There is no door to these staff pages; the message says why."""


class Door:
    """Listens on the loopback address of the staff pages, on a port of its own."""

    def __init__(self, portal: str, people: "People") -> None:
        """Prepare; `portal` is the address of the staff pages.

        Raises:
            NoDoorError: they are not on loopback, so this is not one person's demo.
        """
        scheme, _, address = portal.partition("://")
        host, _port = parse_address(address)
        if scheme != "http" or not is_loopback(host):
            raise NoDoorError(f"{portal} is not plain HTTP on loopback")
        self._key = secrets.token_urlsafe(16)
        self._server = WebServer(door_app(portal, self._key, people), (host, 0))

    @property
    def address(self) -> str:
        """The page with the people, to be opened on this machine."""
        host, port = self._server.address
        return f"http://{f'[{host}]' if ':' in host else host}:{port}/{self._key}"

    def start(self) -> None:
        """Listen."""
        self._server.start()

    def stop(self) -> None:
        """Close."""
        self._server.stop()


def door_app(portal: str, key: str, people: "People") -> WebApp:
    """The page with the people below the address `key`, and the form behind each of them."""
    app = WebApp(__name__, error_page=_refused, template_folder="templates")
    assets = Assets(_LOOK)
    app.jinja_env.globals.update(look=lambda name: url_for("asset", name=assets.name(name)))
    _add_guards(app, portal)

    @app.get("/assets/<name>")
    def asset(name: str) -> Response:
        return assets.serve(name)

    @app.get(f"/{key}")
    def page() -> Response:
        return people.page()

    @app.post(f"/{key}/<int:number>")
    def enter(number: int) -> Response:
        return people.enter(number, portal)

    return app


class People:
    """The demo's people, and what happens when one of them is clicked."""

    def __init__(
        self, seats: Sequence[Seat], sign_in: SignIn, tickets: Tickets | None = None
    ) -> None:
        self._seats = seats
        self._sign_in = sign_in
        self._tickets = tickets or Tickets()

    def page(self, said: str = "", status: int = 200) -> Response:
        """Everybody, each with a button good for one click."""
        rows = [
            (url_for("enter", number=number), self._tickets.draw(), ROLE_NAMES[seat.role], seat)
            for number, seat in enumerate(self._seats)
        ]
        return make_response(render_template("door.html", rows=rows, said=said), status)

    def enter(self, number: int, portal: str) -> Response:
        """Sign one in, give the browser the session, and send it to the staff pages."""
        if number >= len(self._seats):
            abort(404)
        if not self._tickets.take(request.form.get("ticket", "")):
            return self.page("这个按钮已经用过或放置太久，请再点一次。", 409)
        try:
            session = self._sign_in(self._seats[number])
        except SignInRefusedError:
            return self.page("这位人员的动态码刚刚用过，请过半分钟再点。", 409)
        except (RpcDeadlineError, RpcFailedError):
            return self.page("系统正忙，请稍后再点。", 503)
        answer = make_response(redirect(f"{portal}/", 303))
        answer.set_cookie(COOKIE, session, httponly=True, samesite="Strict", path="/")
        return answer


def _add_guards(app: WebApp, portal: str) -> None:
    @app.before_request
    def ours_only() -> None:
        # A name that somebody made point to this machine is not this machine.
        host = urlsplit(f"//{request.host}").hostname or ""
        if not is_loopback(host) or not is_loopback(request.remote_addr or ""):
            abort(403)

    @app.after_request
    def may_lead_on(answer: Response) -> Response:
        # Browsers hold the answer to a form against the same list.
        policy = SECURITY_HEADERS["Content-Security-Policy"]
        answer.headers["Content-Security-Policy"] = policy.replace(
            "form-action 'self'", f"form-action 'self' {portal}"
        )
        return answer


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(status: int, code: str) -> tuple[str, int]:
    return f"{status} {code}\n", status
