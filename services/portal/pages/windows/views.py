"""Time windows of a unit and those directly below it: how they stand, and what was just done."""

from collections.abc import Iterable

from flask import render_template, request
from flask_babel import gettext as _

from services.portal.pages.moments import day_told, told
from services.portal.pages.places import names_of, own_part, trail_of
from services.portal.pages.sentences import Said
from services.portal.pages.staff import Staff, Visitor, entitled
from services.portal.pages.windows import asking
from services.portal.pages.windows.changing import add_changing
from services.portal.pages.windows.strip import scale_of
from services.portal.pages.windows.words import exceptions_shown, label_of, region_shown
from shared.contracts.campaign_commands import Regions
from shared.kernel.authority import Act
from shared.kernel.ids import UnitCode
from shared.kernel.windows import Action
from shared.plumbing.web.app import WebApp


def add_windows(app: WebApp, staff: Staff) -> None:
    """The pages of unit administrators about the two switches."""

    @app.get("/windows")
    def windows() -> str:
        who = entitled(staff, Act.SET_WINDOW)
        return _page(staff, who, who.actor.unit)

    @app.get("/windows/<unit>")
    def windows_of(unit: str) -> str:
        return _page(staff, entitled(staff, Act.SET_WINDOW), UnitCode(unit))

    add_changing(app, staff)


def _page(staff: Staff, who: Visitor, unit: UnitCode) -> str:
    here = own_part(staff, who, unit, Act.SET_WINDOW)
    found = asking.regions(staff.house, who.token, staff.campaign, unit)
    names, scale = names_of(staff, _codes(found)), scale_of(found)
    shown = [region_shown(one, names, scale) for one in found.units]
    exceptions = [one for region in found.units for one in exceptions_shown(region, names, scale)]
    return render_template(
        "windows/windows.html",
        here=here,
        own=shown[0],
        rows=shown,
        exceptions=exceptions,
        scale=scale,
        days=(told(scale.start)[:10], told(scale.end)[:10]),
        campaign=found,
        cut_off=day_told(found.cut_off),
        ends_on=day_told(found.ends_on),
        trail=trail_of(staff, who, here),
        may_change=found.regions_may_narrow or who.actor.path.count("/") == 1,
        said=_done(),
        undo=_undoable(),
    )


def _codes(found: Regions) -> Iterable[UnitCode]:
    for region in found.units:
        yield region.unit
        yield from (one.set_by for one in region.switches if one.set_by is not None)


def _done() -> Said | None:
    action, done = _told_action(), request.args.get("done")
    if action is None:
        return None
    words = {
        "open": (_("已设置开放时间"), _("现在的状态见下方；各学校随即按此执行。")),
        "exception": (_("已设置临时例外"), _("到期后自动恢复原来的设置。")),
        "closed": (_("已关闭"), _("已开始的工作可在宽限期内完成；已提交的变更照常审核。")),
        "inherited": (_("已取消本单位的设置"), _("现在沿用上级的设置，状态见下方。")),
    }
    if done not in words:
        return None
    title, advice = words[done]
    return Said(_("%(done)s：%(switch)s", done=title, switch=label_of(action)), advice, "good")


def _undoable() -> Action | None:
    """The switch whose setting was just made and can be taken away again."""
    is_set = request.args.get("done") in {"open", "exception", "closed"}
    return _told_action() if is_set else None


def _told_action() -> Action | None:
    told_action = request.args.get("action")
    return Action(told_action) if told_action in set(Action) else None
