"""Scan with its own reader and its pool of children, over a store that holds what it is given."""

from pathlib import Path

from services.scan.cells.looking import Looker
from services.scan.cells.vault import CellVault
from services.scan.reader import Reader
from shared.kernel.ids import ObjectId
from shared.plumbing.grants import Opened
from shared.plumbing.handin import Parcel
from shared.plumbing.offload import ProcessPool
from tests.unit.scan.house import KEY, House, kept
from tests.unit.scan.pictures import Paper

MATCHED = ("matched", "")


class Desk:
    """Takes bytes, tells their end."""

    def __init__(self, folder: Path, pool: ProcessPool, paper: Paper) -> None:
        self.pool = pool
        self.paper = paper
        self.parcels: list[Parcel] = []
        self._data: dict[ObjectId, bytes] = {}
        reader = Reader(self, pool, lambda: (KEY,))  # type: ignore[arg-type]
        vault = CellVault(bytes(32))
        looker = Looker(self, pool, self, vault, lambda _: True)  # type: ignore[arg-type]
        self._house = House(folder, reader=reader, looker=looker)
        self._house.issue(paper.sheet)
        self._count = 0

    def open(self, object_: ObjectId, _purpose: object) -> Opened:
        return Opened(self._data[object_], "image/jpeg", 1)

    def hand_in(self, parcel: Parcel) -> ObjectId:
        self.parcels.append(parcel)
        return parcel.object

    def ending(self, data: bytes) -> tuple[str, str]:
        """The state of a photo with these bytes; one photo of the sheet is as good as another."""
        self._count += 1
        object_ = ObjectId(f"{self._count:032x}")
        self._data[object_] = data
        self._house.hear(kept(object_, self.paper.sheet))
        self._house.look_at(object_)
        state, reason = self._house.state(object_)
        return MATCHED if state in ("matched", "duplicate") else (state, reason)
