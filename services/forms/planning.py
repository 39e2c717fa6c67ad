"""Who is printed, on which copy of which sheet, in which order."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.forms import store
from services.forms.domain import PlannedCopy, PrintOrder, SheetKind, in_print_order, next_copy
from services.forms.ports import PrintRoom
from services.forms.render.job import ClassSheets, PrintJob, PupilSheet
from services.forms.store import Job
from shared.contracts.roster_commands import ClassSnapshot, PupilSnapshot
from shared.kernel.ids import CampaignId, SheetId, new_sheet_id
from shared.kernel.sheet_code import CodeKey
from shared.kernel.sheet_number import new_number_base
from shared.plumbing.database import Tx

DEFAULT_TITLE = "学籍基础信息确认表"
DEFAULT_CAMPAIGN_NAME = "学籍信息核查"


@dataclass(frozen=True, slots=True)
class PlannedClass:
    """One class to print: its pupils in order, and the copies by holder."""

    snapshot: ClassSnapshot
    pupils: tuple[PupilSnapshot, ...]
    copies: dict[str, PlannedCopy]


def plan_classes(
    room: PrintRoom, job: Job, snapshots: Sequence[ClassSnapshot]
) -> list[PlannedClass]:
    """The classes of a job that have somebody to print for, every copy's identity drawn."""
    wanted = frozenset(job.order.students)
    chosen = [
        (
            snapshot,
            in_print_order(one for one in snapshot.pupils if not wanted or one.student in wanted),
        )
        for snapshot in snapshots
    ]
    chosen = [(snapshot, pupils) for snapshot, pupils in chosen if pupils]
    students = [one.student for _, pupils in chosen for one in pupils]
    covers = [str(snapshot.unit) for snapshot, _ in chosen] if _has_covers(job.order) else []
    with room.database.transaction() as tx:
        drawn = _draw(tx, job.order.campaign, SheetKind.SHEET, students)
        drawn_covers = _draw(tx, job.order.campaign, SheetKind.COVER, covers)
    drawn |= drawn_covers
    return [
        PlannedClass(
            snapshot,
            pupils,
            {
                holder: drawn[holder]
                for holder in (*(one.student for one in pupils), str(snapshot.unit))
                if holder in drawn
            },
        )
        for snapshot, pupils in chosen
    ]


def _has_covers(order: PrintOrder) -> bool:
    return order.with_cover and not order.students


def _draw(
    tx: Tx, campaign: CampaignId, kind: SheetKind, holders: Sequence[str]
) -> dict[str, PlannedCopy]:
    last = store.last_copies(tx, campaign, kind, holders)
    numbers = iter(_unused_numbers(tx, len(holders)))
    ids = iter(_unused_sheets(tx, len(holders)))
    return {holder: next_copy(last.get(holder), ids.__next__, next(numbers)) for holder in holders}


def _unused_sheets(tx: Tx, count: int) -> list[SheetId]:
    drawn: set[SheetId] = set()
    while len(drawn) < count:
        fresh = [new_sheet_id() for _ in range(count - len(drawn))]
        drawn.update(set(fresh) - store.taken_sheets(tx, fresh))
    return list(drawn)


def _unused_numbers(tx: Tx, count: int) -> list[str]:
    drawn: set[str] = set()
    while len(drawn) < count:
        fresh = [new_number_base() for _ in range(count - len(drawn))]
        drawn.update(set(fresh) - store.taken_numbers(tx, fresh))
    return list(drawn)


def file_of(
    room: PrintRoom, order: PrintOrder, key: CodeKey, planned: Sequence[PlannedClass]
) -> PrintJob:
    """What the renderer is given."""
    return PrintJob(
        campaign=order.campaign,
        campaign_name=order.campaign_name or DEFAULT_CAMPAIGN_NAME,
        title=DEFAULT_TITLE,
        host=room.host,
        template=order.template,
        code_key=key,
        ledger_key=room.ledger_key,
        fonts=room.fonts,
        classes=tuple(_class_sheets(one) for one in planned),
    )


def _class_sheets(one: PlannedClass) -> ClassSheets:
    cover = one.copies.get(one.snapshot.unit)
    return ClassSheets(
        unit=one.snapshot.unit,
        school_name=one.snapshot.school_name,
        class_name=one.snapshot.class_name,
        cover=cover.copy if cover else None,
        pupils=tuple(
            PupilSheet(
                student=pupil.student,
                copy=one.copies[pupil.student].copy,
                record_version=pupil.record_version,
                student_number=pupil.student_number,
                number_in_class=pupil.number_in_class,
                values=pupil.values,
            )
            for pupil in one.pupils
        ),
    )
