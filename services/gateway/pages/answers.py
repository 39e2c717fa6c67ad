"""Answers: a page for people, JSON for the page's own script."""

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Response, jsonify, make_response, render_template, request
from flask_babel import format_date

from services.gateway.domain import Accepted, Face, Ticket, Verdict, VerdictState
from services.gateway.pages.edge import (
    RefusedError,
    help_path,
    language,
    ledger_path,
    photos_path,
    sheet_path,
    wants_json,
)
from services.gateway.pages.provinces import province_name
from services.gateway.pages.sentences import ask_teacher, ended, refusal, script_words, told
from services.gateway.pages.shapes import PhotoTaken, PhotoTold
from services.gateway.ports import AskedQuestion
from shared.kernel.origin_words import origin_words
from shared.plumbing.web.described import Refused, json_answer

# Also told by words, never by colour alone.
_TONES = {
    VerdictState.WAITING: "wait",
    VerdictState.READ: "good",
    VerdictState.OTHER_PUPIL: "bad",
    VerdictState.RETAKE: "warn",
    VerdictState.BY_HAND: "wait",
}
DAY_FORMATS = {"zh": "y年M月d日", "en": "d MMMM y"}
# Pages of one sheet, from which there is a way back to its own.
_BELOW_SHEET = {"photo_form", "photo_result", "help_page", "help_search", "question", "ledger_open"}
_RETAKEN = {VerdictState.OTHER_PUPIL, VerdictState.RETAKE, VerdictState.BY_HAND}


def error_page(status: int, code: str) -> Response:
    """Any refusal, as page or JSON."""
    said = refusal(code)
    if wants_json():
        answer = jsonify(asdict(Refused(code, said.title, said.advice)))
    else:
        sheet = _sheet_of_address()
        answer = make_response(
            render_template(
                "message.html", said=said, tone="bad", sheet=sheet, ask_teacher=ask_teacher()
            )
        )
    answer.status_code = status
    return answer


def notice(code: str) -> Response:
    """A page that only says something, and nothing went wrong."""
    return make_response(render_template("message.html", said=refusal(code), tone="wait"))


def refused(error: RefusedError) -> Response:
    """A refusal with the time after which trying again makes sense."""
    answer = error_page(error.status, error.code)
    if error.retry_after_s is not None:
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


def closed_page(ticket: Ticket, face: Face | None, last_day: date | None) -> Response:
    """The campaign is over: since when, and whom to ask."""
    said = refusal("closed")
    since = ended(_day(last_day)) if last_day else ""
    if wants_json():
        advice = "\n".join(filter(None, (since, said.advice)))
        return make_response(jsonify(asdict(Refused("closed", said.title, advice))), 410)
    page = render_template(
        "message.html", said=said, tone="warn", face=face, since=since, ledger=ledger_path(ticket)
    )
    return make_response(page, 410)


def sheet_page(
    ticket: Ticket, face: Face | None, questions: tuple[AskedQuestion, ...], largest: int
) -> Response:
    """The page behind the sheet's QR."""
    page = render_template(
        "sheet.html",
        face=face,
        origin=origin_words(ticket.head.sheet, ticket.head.serial, ticket.key),
        printed_on=_day(face.printed_on if face else None),
        photos=photos_path(ticket),
        here=sheet_path(ticket),
        questions=questions,
        help=help_path(ticket),
        ledger=ledger_path(ticket),
        largest=largest,
        province=province_name(ticket.key.province, language()),
        words=script_words(),
    )
    return make_response(page)


def accepted(ticket: Ticket, key: str, photo: Accepted) -> Response:
    """202: the photo lies sealed in the province's bucket."""
    said = told(Verdict(VerdictState.WAITING))
    address = f"{photos_path(ticket)}/{key}?receipt={photo.receipt}"
    taken = PhotoTaken(photo.receipt, "received", said.title, said.advice, address)
    return json_answer(taken, 202)


def result(ticket: Ticket, face: Face | None, verdict: Verdict | None, receipt: str) -> Response:
    """What became of a photo; without a verdict, nothing is known about it."""
    if wants_json():
        return _result_for_script(verdict, receipt)
    said = told(verdict)
    page = render_template(
        "result.html",
        face=face,
        printed_on=_day(face.printed_on if face else None),
        said=said,
        tone=_tone(verdict),
        receipt=receipt,
        may_change=verdict is None or verdict.state is VerdictState.WAITING or not verdict.is_final,
        retake=verdict is None or verdict.state in _RETAKEN or verdict.reason != "",
        again=request.full_path,
        sheet=sheet_path(ticket),
        ask_teacher=ask_teacher(),
    )
    return make_response(page)


def _result_for_script(verdict: Verdict | None, receipt: str) -> Response:
    said = told(verdict)
    return json_answer(
        PhotoTold(
            state=verdict.state.value if verdict else "unknown",
            reason=verdict.reason if verdict else "",
            corners=verdict.corners if verdict else (),
            places=verdict.places if verdict else (),
            is_final=verdict is not None and verdict.is_final,
            tone=_tone(verdict),
            may_retake=verdict is None or verdict.state in _RETAKEN or verdict.reason != "",
            title=said.title,
            advice=said.advice,
            receipt=receipt,
        )
    )


def _tone(verdict: Verdict | None) -> str:
    if verdict is None or (verdict.state is VerdictState.READ and verdict.reason):
        return "warn"
    return _TONES[verdict.state]


def _sheet_of_address() -> str | None:
    """The way back to the sheet's page, from addresses that hold a code."""
    values: dict[str, Any] = request.view_args or {}
    if request.endpoint in _BELOW_SHEET and "code" in values:
        return f"/s/{values['code']}"
    return None


def _day(day: date | None) -> str:
    return format_date(day, DAY_FORMATS.get(language(), "long")) if day else ""
