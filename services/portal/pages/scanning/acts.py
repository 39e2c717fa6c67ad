"""What is done to a bulk scan from its page: every act leads back to it and says what happened."""

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for

from services.portal.pages.scanning import asking, words
from services.portal.pages.scanning.looking import batch_page
from services.portal.pages.sentences import refusal
from services.portal.pages.staff import Staff, Visitor, check_meant, entitled
from shared.contracts.batch_commands import (
    CommitBatch,
    DiscardOpen,
    DiscardPage,
    HandOverBatch,
    UndoPage,
)
from shared.kernel.authority import Act
from shared.kernel.errors import DomainError
from shared.plumbing.web.app import WebApp

Done = tuple[str, int]
"""What to say on the page that comes next, and of how many pages."""


def add_acts(app: WebApp, staff: Staff) -> None:
    """Everything that changes a bulk scan."""

    def add(path: str, name: str, act: Callable[..., Done]) -> None:
        def done(batch: str, **parts: Any) -> Any:
            check_meant(staff)
            who = entitled(staff, Act.COMMIT_BULK_SCAN)
            try:
                said, count = act(staff, who, batch, **parts)
            except DomainError as refused:
                return batch_page(staff, who, batch, refusal(refused)), 422
            tab = request.form.get("tab") or None
            return redirect(
                url_for("scan_batch", batch=batch, tab=tab, said=said, count=count or None), 303
            )

        app.add_url_rule(f"/scans/<batch>/{path}", name, done, methods=["POST"])

    add("hold", "scan_hold", _hold)
    add("let-go", "scan_let_go", _let_go)
    add("take-over", "scan_take_over", _take_over)
    add("commit", "scan_committed", _commit)
    add("take-back", "scan_take_back", _take_back)
    add("discard", "scan_discard", _discard_batch)
    add("discard-open", "scan_discard_open", _discard_open)
    add("pages/<int:number>/discard", "scan_discard_page", _discard_page)
    add("pages/<int:number>/undo", "scan_undo_page", _undo_page)


def _hold(staff: Staff, who: Visitor, batch: str) -> Done:
    asking.hold(staff.house, who, batch)
    return "held", 0


def _let_go(staff: Staff, who: Visitor, batch: str) -> Done:
    asking.let_go(staff.house, who, batch)
    return "let_go", 0


def _take_over(staff: Staff, who: Visitor, batch: str) -> Done:
    asking.do(staff.house, HandOverBatch(batch, who.token, who.actor.person))
    return "taken_over", 0


def _commit(staff: Staff, who: Visitor, batch: str) -> Done:
    chosen = tuple(int(one) for one in request.form.getlist("page") if one.isdecimal())
    if request.form.get("what") == "pages" and not chosen:
        return "no_page_chosen", 0
    return "committed", asking.do(staff.house, CommitBatch(batch, who.token, chosen))


def _take_back(staff: Staff, who: Visitor, batch: str) -> Done:
    return "taken_back", asking.take_back(staff.house, who, batch).pages


def _discard_batch(staff: Staff, who: Visitor, batch: str) -> Done:
    asking.discard(staff.house, who, batch)
    return "batch_discarded", 0


def _discard_open(staff: Staff, who: Visitor, batch: str) -> Done:
    return "discarded_open", asking.do(staff.house, DiscardOpen(batch, who.token, _reason()))


def _discard_page(staff: Staff, who: Visitor, batch: str, number: int) -> Done:
    asking.do(staff.house, DiscardPage(batch, who.token, number, _reason()))
    return "discarded", 0


def _undo_page(staff: Staff, who: Visitor, batch: str, number: int) -> Done:
    asking.do(staff.house, UndoPage(batch, who.token, number))
    return "undone", 0


def _reason() -> str:
    """A reason of the list: what a person types freely could name a pupil."""
    chosen = request.form.get("reason", "")
    return chosen if chosen in words.discard_reasons() else "not_a_sheet"
