"""The inbox: open questions of one's desk, the oldest first."""

from flask import render_template, request

from services.portal.pages.staff import Staff, entitled
from services.portal.pages.support import asking
from services.portal.pages.support.lines import line_of, names_of
from shared.contracts.support_commands import InboxRequest
from shared.kernel.authority import Act, Role
from shared.plumbing.web.app import WebApp


def add_inbox(app: WebApp, staff: Staff) -> None:
    """Whoever answers sees what waits for them."""

    @app.get("/questions")
    def inbox() -> str:
        who = entitled(staff, Act.ANSWER_QUESTION)
        may_look_below = who.actor.role is Role.SUPPORT_STAFF
        below = may_look_below and request.args.get("below") == "1"
        found = asking.inbox(staff.house, InboxRequest(who.token, staff.campaign, below))
        names = names_of(staff, found.questions)
        lines = [line_of(one, names) for one in found.questions]
        return render_template(
            "support/inbox.html",
            lines=lines,
            total=found.total,
            late=sum(one.is_late for one in found.questions),
            below=below,
            may_look_below=may_look_below,
        )
