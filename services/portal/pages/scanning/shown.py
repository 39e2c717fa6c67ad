"""A bulk scan as its page shows it: pages under tabs, classes with who is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from services.portal.pages.scanning import words
from shared.contracts.batch_commands import BatchPage, BatchReport, ClassTally, OpenNumber
from shared.contracts.scan_commands import PageState, PageVerdict
from shared.kernel.ids import UnitCode

ALL = "all"
_UNSURE = "unsure"  # something is written where a signature goes; whether it is one, a person sees
_UNREADABLE = frozenset(
    {
        PageState.UNREADABLE,
        PageState.REFUSED,
        PageState.FOREIGN,
        PageState.DAMAGED,
        PageState.FAILED,
    }
)
_NEEDS_YOU = frozenset({PageState.UNMATCHED, PageState.CONFLICTING})
_TABS: dict[str, Callable[[BatchPage], bool]] = {
    ALL: lambda _page: True,
    "matched": lambda page: page.state is PageState.MATCHED,
    "open": lambda page: page.is_staged and page.state in _NEEDS_YOU,
    "elsewhere": lambda page: page.state is PageState.MISFILED,
    "duplicate": lambda page: page.state in (PageState.DUPLICATE, PageState.CONFLICTING),
    "unreadable": lambda page: page.state in _UNREADABLE,
    "blank": lambda page: page.state in (PageState.BLANK, PageState.COVER, PageState.DISCARDED),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One view of the pages."""

    name: str
    label: str
    count: int
    is_here: bool


@dataclass(frozen=True, slots=True)
class PageShown:
    """One page of the grid; `tone` picks its colour, its words say the same."""

    number: int
    title: str
    state: str
    note: str
    tone: str
    may_count: bool
    is_open: bool
    may_undo: bool
    counts: bool  # it was committed


@dataclass(frozen=True, slots=True)
class ClassShown:
    """What came back of one class."""

    name: str
    sentence: str
    is_whole: bool
    missing: str
    unsigned: str


def chosen_tab(name: str) -> str:
    """A tab by its name in the address; any other name is all pages."""
    return name if name in _TABS else ALL


def tabs(report: BatchReport, here: str) -> list[Tab]:
    """The tabs with how many pages stand under each."""
    labels = {
        ALL: _("全部"),
        "matched": _("已匹配"),
        "open": _("需要您处理"),
        "elsewhere": _("别班、别校"),
        "duplicate": _("重复与冲突"),
        "unreadable": _("不能识别"),
        "blank": _("空白、封面、作废"),
    }
    return [
        Tab(name, label, sum(map(_TABS[name], report.listed)), name == here)
        for name, label in labels.items()
    ]


def pages(report: BatchReport, tab: str, names: Mapping[UnitCode, str]) -> list[PageShown]:
    """The pages under a tab, in the order of the file."""
    return [_page(one, names) for one in report.listed if _TABS[tab](one)]


def classes(
    report: BatchReport,
    names: Mapping[UnitCode, str],
    pupils: Mapping[tuple[UnitCode, int], str],
) -> list[ClassShown]:
    """Every class of the pile: expected, got, and who is missing or has not signed."""
    return [_class(one, names, pupils) for one in report.classes]


def place(page: BatchPage, names: Mapping[UnitCode, str]) -> str:
    """Class and number of a page, as far as they are known."""
    if page.unit is None:
        return ""
    name = names.get(page.unit, page.unit)
    if page.number_in_class is None:
        return name
    return str(_("%(name)s %(number)s 号", name=name, number=page.number_in_class))


def _page(page: BatchPage, names: Mapping[UnitCode, str]) -> PageShown:
    is_read = page.state is not PageState.WAITING
    return PageShown(
        number=page.number,
        title=place(page, names),
        state=words.page_states()[page.state],
        note=_note(page),
        tone=_tone(page),
        may_count=page.is_staged and is_read and page.state is not PageState.UNMATCHED,
        is_open=page.is_staged and page.state in _NEEDS_YOU,
        may_undo=page.may_undo and page.is_staged,
        counts=is_read and not page.is_staged and page.state is not PageState.DISCARDED,
    )


def _note(page: BatchPage) -> str:
    told = []
    if page.side == "back":
        told.append(_("背面"))
    if page.other is not None:
        told.append(_("见第 %(page)s 页", page=page.other))
    elif page.state in (PageState.DUPLICATE, PageState.CONFLICTING):
        told.append(_("此前已有照片或扫描件"))
    told.append(words.reason(page.reason))
    if page.state is PageState.MATCHED:
        told.append(words.verdict(page.verdict))
        if page.signature == _UNSURE:
            told.append(_("签名请看一眼"))
    return str(_("，")).join(str(one) for one in told if one)


def _tone(page: BatchPage) -> str:
    if page.state is PageState.MATCHED:
        is_fine = page.verdict in (PageVerdict.COMPLETE, PageVerdict.PENDING)
        is_fine = is_fine and page.signature != _UNSURE
        return "good" if is_fine else "warn"
    if page.state in _NEEDS_YOU or page.state in (PageState.MISFILED, PageState.DUPLICATE):
        return "warn"
    return "bad" if page.state in _UNREADABLE else "plain"


def _class(
    one: ClassTally,
    names: Mapping[UnitCode, str],
    pupils: Mapping[tuple[UnitCode, int], str],
) -> ClassShown:
    is_whole = not one.missing
    sentence = (
        _("%(issued)s 份全部收到", issued=one.issued)
        if is_whole
        else _("%(issued)s 份中收到 %(back)s 份", issued=one.issued, back=one.back)
    )
    return ClassShown(
        names.get(one.unit, one.unit),
        sentence,
        is_whole,
        _numbers(one.unit, one.missing, pupils),
        _numbers(one.unit, one.unsigned, pupils),
    )


def _numbers(
    unit: UnitCode, sheets: Sequence[OpenNumber], pupils: Mapping[tuple[UnitCode, int], str]
) -> str:
    return str(_("、")).join(_number(unit, one, pupils) for one in sheets)


def _number(unit: UnitCode, one: OpenNumber, pupils: Mapping[tuple[UnitCode, int], str]) -> str:
    if one.number_in_class is None:
        return str(_("无班内学号"))
    told = str(_("%(number)s 号", number=one.number_in_class))
    name = pupils.get((unit, one.number_in_class))
    return f"{told} {name}" if name else told
