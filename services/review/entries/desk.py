"""A sheet on the clerk's desk: whether this person may enter from it, here and now."""

from dataclasses import dataclass
from datetime import datetime

from services.review import store
from services.review.acting import Acting
from services.review.office import Office
from services.review.windows import check_open
from shared.kernel.errors_review import SheetNotBackError
from shared.kernel.ids import CampaignId, SheetId, StudentId, UnitCode
from shared.plumbing.database import Tx


@dataclass(frozen=True, slots=True)
class Desk:
    """A sheet that may be worked on."""

    campaign: CampaignId
    sheet: SheetId
    student: StudentId
    unit: UnitCode  # the class
    printed_version: int


def open_desk(
    office: Office, tx: Tx, who: Acting, sheet: SheetId, *, started_at: datetime | None = None
) -> Desk:
    """Take a sheet up for entering; it stays locked for the transaction.

    Args:
        office: knows the time.
        tx: the transaction of the act.
        who: acts.
        sheet: the sheet.
        started_at: when the draft was begun that is to be finished: started work is kept.

    Raises:
        UnknownSheetError: it was not printed.
        NotAllowedError: not at this school.
        WindowClosedError: changes may not be entered there now.
        SheetNotBackError: its paper is not at school.
    """
    row = store.sheet_of(tx, sheet, lock=True)
    unit, campaign = UnitCode(row.unit), CampaignId(row.campaign)
    who.sheet = sheet
    who.require(store.place_of(tx, unit), unit)
    now = office.database.clock()
    check_open(tx, campaign, unit, now, started_at=started_at)
    is_back = row.is_photographed or (row.is_returned and not row.is_declined)
    if not is_back:
        raise SheetNotBackError(sheet)
    return Desk(campaign, sheet, StudentId(row.student), unit, row.record_version)
