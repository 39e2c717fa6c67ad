"""Looking at bulk scans: the list, one of them live, and what committing it will do."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from services.portal.pages import moments
from services.portal.pages.people import colleagues
from services.portal.pages.places import names_of
from services.portal.pages.scanning import asking, shown, words
from services.portal.pages.sentences import Said, refusal
from services.portal.pages.staff import Staff, Visitor, entitled
from shared.contracts.batch_commands import BatchReport, BatchState
from shared.contracts.scan_commands import PageState
from shared.kernel.authority import Act, Role
from shared.kernel.ids import UnitCode
from shared.plumbing.web.app import WebApp

_MOVING = (BatchState.ARRIVING, BatchState.READING)
_OVER = (BatchState.COMMITTED, BatchState.DISCARDED)


def add_looking(app: WebApp, staff: Staff) -> None:
    """Pages that change nothing."""

    @app.get("/scans")
    def scans() -> str:
        who = entitled(staff, Act.COMMIT_BULK_SCAN)
        found = asking.batches(staff, who)
        people = colleagues(staff, who, [one.holder for one in found])
        return render_template(
            "scanning/list.html",
            batches=[_line(one, who, people) for one in found],
            photos=len(asking.waiting_photos(staff, who)),
            open=sum(one.open for one in found if one.state not in _OVER),
            has_door=staff.scans is not None,
            said=said_of(request.args.get("said", "")),
        )

    @app.get("/scans/<batch>")
    def scan_batch(batch: str) -> str:
        who = entitled(staff, Act.COMMIT_BULK_SCAN)
        said = said_of(request.args.get("said", ""), request.args.get("count", ""))
        return batch_page(staff, who, batch, said)

    @app.get("/scans/<batch>/live")
    def scan_live(batch: str) -> str:
        who = entitled(staff, Act.COMMIT_BULK_SCAN)
        return render_template("scanning/live.html", **_live(staff, who, batch))

    @app.get("/scans/<batch>/commit")
    def scan_commit(batch: str) -> str:
        who = entitled(staff, Act.COMMIT_BULK_SCAN)
        return render_template("scanning/commit.html", said=None, **_live(staff, who, batch))


def batch_page(staff: Staff, who: Visitor, batch: str, said: Said | None) -> str:
    """A bulk scan with everything that can be done to it."""
    return render_template("scanning/batch.html", said=said, **_live(staff, who, batch))


def said_of(code: str, count: str = "") -> Said | None:
    """What a page that was redirected to says first."""
    number = int(count) if count.isdecimal() else 0
    done = {
        "committed": Said(
            _("已确认 %(count)s 页", count=number),
            _("这些表已计入回收，班主任和看板马上能看到。"),
            "good",
        ),
        "discarded": Said(_("已作废"), _("在确认之前可以撤销。"), "good"),
        "discarded_open": Said(
            _("已作废 %(count)s 页", count=number), _("在确认之前可以逐页撤销。"), "good"
        ),
        "undone": Said(_("已撤销"), _("这一页回到之前的状态。"), "good"),
        "assigned": Said(_("已指定"), _("在确认之前可以撤销。"), "good"),
        "held": Said(_("现在由您处理"), _("五分钟内别人不会改动；每做一步自动延长。"), "good"),
        "let_go": Said(_("已交还"), _("其他人可以接着处理。"), "good"),
        "taken_over": Said(_("这一批现在归您"), _("由您确认或作废。"), "good"),
        "taken_back": Said(
            _("已撤回 %(count)s 页", count=number),
            _("它们不再计入回收，可以改正后重新确认；已经据此录入的页面不撤回。"),
            "good",
        ),
        "batch_discarded": Said(_("整批已作废"), _("纸张需要时可以重新扫描。"), "good"),
    }
    if not code:
        return None
    return done.get(code) or refusal(code)


def _live(staff: Staff, who: Visitor, batch: str) -> dict[str, Any]:
    report = asking.batch(staff.house, who, batch)
    tab = shown.chosen_tab(request.args.get("tab", ""))
    names = class_names(staff, report)
    wants_names = bool(request.args.get("names")) and who.may_see(Act.SEE_COUNTS)
    units = [one.unit for one in report.classes]
    pupils = asking.masked_names(staff.house, who, units) if wants_names else {}
    is_moving = report.state in _MOVING or report.to_look_at > 0
    people = colleagues(staff, who, (report.owner, report.holder))
    return {
        "report": report,
        "state": words.batch_states()[report.state],
        "is_moving": is_moving and not wants_names,
        "is_read": report.state is BatchState.READ,
        "is_over": report.state in _OVER,
        "read": report.pages - report.counts.get("waiting", 0),
        "tab": tab,
        "tabs": shown.tabs(report, tab),
        "pages": shown.pages(report, tab, names),
        "classes": shown.classes(report, names, pupils),
        "may_name": who.may_see(Act.SEE_COUNTS) and not wants_names,
        "sum": _sum(report),
        "to_count": _to_count(report),
        "is_mine": report.owner == who.actor.person,
        "may_take": report.owner != who.actor.person and who.actor.role is Role.REGISTRAR,
        "may_take_back": report.owner == who.actor.person and _counted(report) > 0,
        "counted": _counted(report),
        "is_held_by_me": report.holder == who.actor.person,
        "is_held": report.holder is not None,
        "holder": people.get(report.holder or "", ""),
        "owner": people.get(report.owner, ""),
        "held_until": moments.told_short(report.held_until),
        "begun_at": moments.told_short(report.begun_at),
        "reasons": list(words.discard_reasons().items()),
        "live": url_for("scan_live", batch=report.batch, tab=tab),
    }


def class_names(staff: Staff, report: BatchReport) -> dict[UnitCode, str]:
    """The names of every class that a page of the pile belongs to."""
    units = {one.unit for one in report.listed if one.unit is not None}
    return names_of(staff, units | {one.unit for one in report.classes})


def _sum(report: BatchReport) -> str:
    """The sum that adds up: 46 pages = 33 matched + 1 duplicate + ..."""
    states = words.page_states()
    told = [
        f"{count} {label}" for state, label in states.items() if (count := report.counts.get(state))
    ]
    return " + ".join(told)


def _counted(report: BatchReport) -> int:
    """How many pages count already."""
    return sum(
        not one.is_staged and one.state not in (PageState.WAITING, PageState.DISCARDED)
        for one in report.listed
    )


def _to_count(report: BatchReport) -> int:
    return sum(one.is_staged for one in report.listed) - report.open


def _line(one: BatchReport, who: Visitor, people: Mapping[str, str]) -> dict[str, Any]:
    return {
        "batch": one.batch,
        "state": words.batch_states()[one.state],
        "pages": one.pages,
        "read": one.pages - one.counts.get("waiting", 0),
        "open": one.open if one.state not in _OVER else 0,
        "begun_at": moments.told_short(one.begun_at),
        "is_mine": one.owner == who.actor.person,
        "is_with_other": one.holder is not None and one.holder != who.actor.person,
        "holder": people.get(one.holder or "", ""),
        "held_until": moments.told_short(one.held_until),
    }
