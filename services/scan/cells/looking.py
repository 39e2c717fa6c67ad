"""Looks at a page: opened with a grant, read in a locked child, its view sealed again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from services.scan.cells.child import read_side
from services.scan.cells.seen import SideSeen
from services.scan.cells.vault import CellVault
from shared.contracts.events import Lane, PageRead, Sender
from shared.contracts.storage_commands import Purpose
from shared.kernel.ids import ObjectId, ProvinceCode, SheetId
from shared.plumbing.grants import GrantClient
from shared.plumbing.handin import HandIn, Parcel
from shared.plumbing.offload import ProcessPool, WorkerCrashed, WorkerFailed, WorkerTimeout
from shared.sealing.claim import Claim
from shared.sealing.context import Rendition

DEADLINE_S = 15.0
TRIES = 2
DIED = "reader_died"
_DIED = (WorkerCrashed, WorkerTimeout, WorkerFailed)


@dataclass(frozen=True, slots=True)
class Looker:
    """The hands of the second look; `is_wanted` says where handwriting is read."""

    grants: GrantClient
    pool: ProcessPool
    hand_in: HandIn
    vault: CellVault
    is_wanted: Callable[[ProvinceCode], bool]

    def look(self, fact: PageRead, province: ProvinceCode, canonical: str) -> SideSeen:
        """Open a page and look at it.

        Raises:
            GrantRefusedError, NotSealedError: it cannot be opened, now or ever.
            StoreUnavailableError, RpcDeadlineError: try again later.
        """
        opened = self.grants.open(fact.object, Purpose.READ)
        side = fact.side.value if fact.side is not None else ""
        order = (opened.data, canonical, side, opened.orientation, self.is_wanted(province))
        for _ in range(TRIES):
            try:
                return self.pool.run(read_side, *order, deadline_s=DEADLINE_S)
            except _DIED:
                continue
        return SideSeen(trouble=DIED)

    def hand_in_view(self, fact: PageRead, province: ProvinceCode, view: bytes) -> None:
        """Seal the view of a page into the landing bucket, like any photo.

        Its id comes from the original's, so a repeated attempt is the same object.
        """
        claim = Claim(
            Sender.SCANNER,
            Lane.VIEW,
            fact.object,
            "image/jpeg",
            ticket=fact.sheet,
            source=fact.object,
        )
        id_ = view_of(fact.object, fact.sheet)
        self.hand_in.hand_in(
            Parcel(province, fact.campaign, Rendition.VIEW, view, claim, object=id_)
        )


def view_of(object_: ObjectId, sheet: SheetId | None) -> ObjectId:
    """The id of an original's view, laid flat as a side of this sheet."""
    whole = f"hecha view 1\0{object_}\0{sheet or ''}"
    return ObjectId(hashlib.sha256(whole.encode()).hexdigest()[:32])
