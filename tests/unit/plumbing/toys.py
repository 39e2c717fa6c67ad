"""Two toy services that talk by facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import eventlet
import sqlalchemy as sa

from shared.contracts.facts import Fact, fact
from shared.kernel.errors import UnknownSheetError
from shared.kernel.ids import ProvinceCode
from shared.plumbing.database import Database
from shared.plumbing.hears import Heard, Reject, hears
from shared.plumbing.outages import AwayError
from shared.plumbing.outbox import add_bus_tables
from shared.plumbing.providers import DatabaseProvider
from shared.plumbing.rpc import Rpc, serves

PROVINCE = ProvinceCode("44")


@fact("toy_said", said_by="speaker")
@dataclass(frozen=True, slots=True)
class ToySaid(Fact):
    number: int


@fact("toy_pondered", said_by="speaker")
@dataclass(frozen=True, slots=True)
class ToyPondered(Fact):
    number: int


metadata = sa.MetaData()
effects = sa.Table("effects", metadata, sa.Column("number", sa.Integer, nullable=False))
add_bus_tables(metadata)


@dataclass(frozen=True, slots=True)
class AddRequest:
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class AddAnswer:
    total: int


@dataclass(frozen=True, slots=True)
class WaitRequest:
    seconds: float


class SpeakerService:
    name = "speaker"
    database = DatabaseProvider()

    @serves
    def add(self, request: AddRequest) -> AddAnswer:
        return AddAnswer(request.left + request.right)

    @serves
    def wait(self, request: WaitRequest) -> AddAnswer:
        eventlet.sleep(request.seconds)
        return AddAnswer(int(request.seconds))

    @serves
    def refuse(self, request: AddRequest) -> AddAnswer:
        raise UnknownSheetError(str(request.left))

    @serves
    def lean(self, request: AddRequest) -> AddAnswer:
        raise AwayError(f"never to leave the process: {request.left}")

    @serves
    def stumble(self, request: AddRequest) -> AddAnswer:
        raise RuntimeError(f"never to leave the process: {request.left}")


class AskerService:
    name = "asker"
    rpc = Rpc()


class HearerService:
    name = "hearer"
    database = DatabaseProvider()
    failures: dict[int, int] = {}  # noqa: RUF012  # number -> how often it still fails
    outages: dict[int, int] = {}  # noqa: RUF012  # number -> how often somebody is still away
    mended = False  # takes negative numbers too
    pondered = eventlet.Event()  # until it is sent, pondering goes on

    @hears(ToySaid, per_province=True)
    def on_toy(self, heard: Heard[ToySaid]) -> None:
        number = heard.fact.number
        if number < 0 and not self.mended:
            raise Reject("negative")
        if self.failures.get(number, 0) > 0:
            self.failures[number] -= 1
            raise RuntimeError
        if self.outages.get(number, 0) > 0:
            self.outages[number] -= 1
            raise AwayError
        with heard.transaction() as tx:
            tx.execute(sa.insert(effects), {"number": number})

    @hears(ToyPondered, per_province=True, gives_way=True)
    def on_pondered(self, heard: Heard[ToyPondered]) -> None:
        self.pondered.wait()
        with heard.transaction() as tx:
            tx.execute(sa.insert(effects), {"number": heard.fact.number})


def open_house(folder: Path, urls: Mapping[str, str] | None = None) -> dict[str, str]:
    """Fresh databases for both, on SQLite unless told where; returns their environment."""
    environment = handed_over(folder)
    for service, url in (urls or {}).items():
        environment[f"HECHA_{service.upper()}_DATABASE_URL"] = url
    for service in ("speaker", "hearer"):
        database = Database(service, environment[f"HECHA_{service.upper()}_DATABASE_URL"])
        with database.transaction() as tx:
            metadata.create_all(tx.connection)
        database.dispose()
    return environment


def handed_over(folder: Path) -> dict[str, str]:
    """The environment of databases on SQLite that lie in a folder."""
    urls = {
        f"HECHA_{service.upper()}_DATABASE_URL": f"sqlite:///{folder / service}.db"
        for service in ("speaker", "hearer")
    }
    return {"HECHA_PROVINCES": "44", **urls}
