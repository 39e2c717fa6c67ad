"""The second look at a page: its view, its cells, its signature, and what they say of the page."""

from services.scan import store
from services.scan.cells import store as cells_store
from services.scan.cells.looking import Looker
from services.scan.cells.seen import SideSeen
from services.scan.cells.telling import tell_cells
from services.scan.cells.texts import VERSION
from services.scan.digits import store as digits_store
from services.scan.digits.settling import settle_by_number
from shared.contracts.events import PageRead
from shared.kernel.errors import GrantRefusedError
from shared.plumbing.database import Tx
from shared.plumbing.hears import Heard, Reject
from shared.sealing.body import NotSealedError


def look_at(heard: Heard[PageRead], looker: Looker) -> None:
    """Lay a page flat, keep its view, and write down what is seen in its cells.

    Raises:
        Reject: no such page was read.
    """
    if heard.is_known():
        return
    fact = heard.fact
    with heard.database.transaction() as tx:
        if store.page_of(tx, fact.object, fact.page) is None:
            raise Reject("unknown_page")
        canonical = cells_store.layout_of(tx, fact.sheet, fact.serial or 0) if fact.sheet else None
    seen = _seen(heard, looker, canonical or "")
    if seen.view:
        looker.hand_in_view(fact, heard.province, seen.view)
    with heard.transaction() as tx:
        _keep(tx, heard, looker, seen)


def _seen(heard: Heard[PageRead], looker: Looker, canonical: str) -> SideSeen:
    try:
        return looker.look(heard.fact, heard.province, canonical)
    except NotSealedError:
        return SideSeen()  # the first look said so; there is nothing to see
    except GrantRefusedError as refusal:
        if "erased" not in refusal.args:
            raise  # somebody's mistake, which a person can mend and hear again
        return SideSeen()


def _keep(tx: Tx, heard: Heard[PageRead], looker: Looker, seen: SideSeen) -> None:
    fact = heard.fact
    known = cells_store.flat_page(tx, fact.object, fact.page)
    if known is not None and known.sheet is not None and fact.sheet is None:
        return  # somebody said whose it is while this look was on its way
    cells_store.keep(tx, fact.object, fact.page, fact.sheet, seen, heard.database.clock())
    texts = {name: cell.text for name, cell in seen.cells.items() if cell.text is not None}
    cells_store.keep_texts(tx, fact.object, fact.page, texts, looker.vault, VERSION)
    if fact.sheet is None:
        digits_store.keep_read(tx, fact.object, fact.page, seen.numbers)
        settle_by_number(tx, fact.object, fact.page)
    tell_cells(tx, fact.object, fact.page)
