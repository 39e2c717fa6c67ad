"""Signing in: password, then what accounts still asks for; and signing out."""

from typing import Any

import zxingcpp
from flask import Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, check_meant
from shared.contracts.sign_in_commands import SignedIn, Step
from shared.kernel.errors import DomainError
from shared.plumbing.web.app import WebApp

_PAGES = {
    Step.CODE: "sign_in_code",
    Step.PASSWORD: "new_password",
    Step.ENROL: "second_step",
    Step.DONE: "home",
}


def add_signing_in(app: WebApp, staff: Staff) -> None:
    """The pages before anybody is known."""
    _add_password(app, staff)
    _add_code(app, staff)
    _add_new_password(app, staff)
    _add_second_step(app, staff)

    @app.post("/sign-out")
    def sign_out() -> Response:
        check_meant(staff)
        session = staff.session()
        if session is not None:
            staff.house.sign_out(session)
        return staff.forget(_to(url_for("sign_in", bye=1)))


def _add_password(app: WebApp, staff: Staff) -> None:
    @app.get("/sign-in")
    def sign_in() -> str:
        return render_template("sign_in.html", said=_why(), login="")

    @app.post("/sign-in")
    def sign_in_form() -> Any:
        check_meant(staff)
        login = request.form.get("login", "").strip()
        try:
            signed = staff.house.sign_in(login, request.form.get("password", ""))
        except DomainError as refused:
            page = render_template("sign_in.html", said=refusal(refused), login=login)
            return page, 422
        return staff.keep(_next(signed), signed.session)


def _add_code(app: WebApp, staff: Staff) -> None:
    @app.get("/sign-in/code")
    def sign_in_code() -> str:
        return render_template("code.html", said=None)

    @app.post("/sign-in/code")
    def sign_in_code_form() -> Any:
        check_meant(staff)
        try:
            return _next(staff.house.give_code(staff.session() or "", _code()))
        except DomainError as refused:
            return render_template("code.html", said=refusal(refused)), 422


def _add_new_password(app: WebApp, staff: Staff) -> None:
    @app.get("/sign-in/password")
    def new_password() -> str:
        return render_template("new_password.html", said=None, name="")

    @app.post("/sign-in/password")
    def new_password_form() -> Any:
        check_meant(staff)
        name = request.form.get("name", "").strip()
        first, again = request.form.get("password", ""), request.form.get("again", "")
        if first != again:
            said = refusal("passwords_differ")
            return render_template("new_password.html", said=said, name=name), 422
        try:
            return _next(staff.house.set_password(staff.session() or "", first, name))
        except DomainError as refused:
            page = render_template("new_password.html", said=refusal(refused), name=name)
            return page, 422


def _add_second_step(app: WebApp, staff: Staff) -> None:
    @app.get("/sign-in/second-step")
    def second_step() -> str:
        return _enrolment(staff, None)

    @app.post("/sign-in/second-step")
    def second_step_form() -> Any:
        check_meant(staff)
        try:
            return _next(staff.house.give_code(staff.session() or "", _code()))
        except DomainError as refused:
            # A wrong code says that the telephone has not taken the seed: a fresh one is shown.
            return _enrolment(staff, refusal(refused)), 422


def _enrolment(staff: Staff, said: Said | None) -> str:
    enrolment = staff.house.enrol(staff.session() or "")
    symbol = zxingcpp.create_barcode(enrolment.address, zxingcpp.BarcodeFormat.QRCode)
    drawn = Markup(symbol.to_svg(scale=4))  # noqa: S704  # drawn by the library from our own text
    return render_template("second_step.html", said=said, symbol=drawn, seed=enrolment.seed)


def _why() -> Said | None:
    """Why somebody is asked to sign in again; their work is kept where they left it."""
    if request.args.get("ended"):
        return refusal("session_ended")
    return refusal("signed_out") if request.args.get("bye") else None


def _code() -> str:
    return "".join(request.form.get("code", "").split())


def _next(signed: SignedIn) -> Response:
    return _to(url_for(_PAGES[signed.step]))


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))
