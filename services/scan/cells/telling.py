"""Says what was seen on a page that counts, once it is both: seen, and counting."""

import json

from services.scan import store
from services.scan.cells import store as cells_store
from shared.contracts.events import CellsRead
from shared.contracts.scan_commands import PageState
from shared.contracts.seen import Ink, Presence
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId
from shared.kernel.sheet_code import Side
from shared.plumbing.database import Tx


def tell_cells(tx: Tx, object_: ObjectId, page: int) -> None:
    """Say what is seen on a page, unless it does not count or nobody has looked yet."""
    row = store.page_of(tx, object_, page)
    if row is not None and row.state == PageState.MATCHED:
        # What is told of a sheet is told in one order: nobody takes this page back meanwhile.
        store.lock_sheet(tx, SheetId(row.sheet))
        row = store.page_of(tx, object_, page)
    seen = cells_store.flat_page(tx, object_, page)
    if row is None or seen is None or row.staged or row.state != PageState.MATCHED:
        return
    if seen.sheet != row.sheet:
        return  # seen as somebody else's: it is on its way to be looked at again
    found = json.loads(seen.cells)
    cells = {name: Ink(cell["ink"]) for name, cell in found.items()}
    ticked = tuple(sorted(name for name, cell in found.items() if cell["tick"] != "empty"))
    said = CellsRead(
        CampaignId(row.campaign),
        SheetId(row.sheet),
        row.serial,
        Side(row.side),
        object_,
        page,
        seen.legible,
        cells,
        cells_store.grades_of(tx, object_, page),
        Presence(seen.signature) if seen.signature else None,
        ticked,
        store.next_word(tx, SheetId(row.sheet)),
    )
    tx.say(said, province=ProvinceCode(row.province))
