# ruff: noqa: E402  # eventlet patches the standard library before anything else is imported
"""A process with the door and its clerk, to be killed: `python -m ... FOLDER PORT`.

Its bucket is a folder: an object is there, or it is not, as in S3.
"""

import eventlet

eventlet.monkey_patch()

import os
import sys
from pathlib import Path

from eventlet.event import Event

from services.scan.uploads.app import Door, make_app
from services.scan.uploads.handing_in import Clerk
from services.scan.uploads.parts import Parts
from services.scan.uploads.sealed import KeyVault
from services.scan.uploads.ticket import Tickets
from services.scan.uploads.usecases import Room
from shared.kernel.ids import ObjectId
from shared.plumbing.database import Database
from shared.plumbing.handin import Parcel
from shared.plumbing.web.server import WebServer
from tests.unit.scan_uploads.office import KEY

SLOW_S = 0.05  # of a put: time to be killed between two pages


class FolderBucket:
    """Keeps what is put; counts in `puts` how often."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def hand_in(self, parcel: Parcel) -> ObjectId:
        eventlet.sleep(SLOW_S)
        beside = self.folder / f"{parcel.object}.new"
        beside.write_bytes(parcel.data)
        beside.replace(self.folder / parcel.object)
        with (self.folder.parent / "puts").open("a") as puts:
            puts.write(f"{parcel.object}\n")
        return parcel.object


def main(folder: Path, port: int) -> None:
    """Serve until killed."""
    database = Database("scan", f"sqlite:///{folder / 'scan.db'}")
    room = Room(database, Parts(folder / "uploads"), KeyVault(KEY))
    door = Door(room, Tickets(KEY), ("44",))
    WebServer(make_app(door), ("127.0.0.1", port)).start()
    clerk = Clerk(room, FolderBucket(folder / "bucket"))  # type: ignore[arg-type]  # as much as is used
    (folder / "ready").write_text(str(os.getpid()))
    while True:
        clerk.work()
        Event().wait(timeout=0.1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
