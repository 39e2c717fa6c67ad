"""Questions as the pages show them: places by name, times in Beijing, states as words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from services.portal.pages import moments
from services.portal.pages.staff import Staff
from services.portal.pages.values import label_of
from shared.contracts.progress_commands import SheetStages
from shared.contracts.roster_commands import UnitEntry
from shared.contracts.support_commands import QuestionLine
from shared.contracts.support_events import Asker
from shared.kernel.ids import QuestionId, UnitCode

Names = Mapping[UnitCode, UnitEntry]


@dataclass(frozen=True, slots=True)
class Line:
    """One question of a list."""

    question: QuestionId
    asker: str
    place: str
    lies_with: str
    field: str  # "" for none
    has_sheet: bool
    asked_at: str
    due_at: str
    is_late: bool


def line_of(one: QuestionLine, names: Names) -> Line:
    """A question as lists show it."""
    return Line(
        one.question,
        _("家长") if one.asker is Asker.GUARDIAN else _("工作人员"),
        named(one.unit, names),
        named(one.lies_with, names),
        label_of(one.field) if one.field else "",
        one.sheet is not None,
        moments.told(one.asked_at),
        moments.told(one.due_at),
        one.is_late,
    )


def names_of(staff: Staff, lines: Iterable[QuestionLine]) -> Names:
    """The names of every unit that some questions concern."""
    return staff.house.units(sorted({code for one in lines for code in (one.unit, one.lies_with)}))


def named(unit: UnitCode, names: Names) -> str:
    """A unit's name, or its code where roster has none."""
    known = names.get(unit)
    return known.name if known is not None else unit


def stage_words(stages: SheetStages) -> str:
    """How far a sheet has come, in words; never whose it is."""
    told = (
        (stages.is_decided, _("审核完毕")),
        (stages.is_entered, _("已录入")),
        (stages.is_declined, _("已回收（拒签）")),
        (stages.is_photographed, _("已拍照上传")),
        (stages.is_returned, _("已回收")),
        (stages.to_retake, _("照片看不清，需要重拍")),
    )
    return next((str(words) for holds, words in told if holds), str(_("已下发，还没有交回")))
