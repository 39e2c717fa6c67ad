"""An edge with everything around it in memory."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from services.gateway.domain import WAITING, Face, Ledger, Ticket, Verdict
from services.gateway.limits import Buckets, Room, Sheets
from services.gateway.pages.app import make_app
from services.gateway.pages.edge import Edge
from services.gateway.ports import (
    AskedQuestion,
    HelpAwayError,
    HelpEntry,
    LandingAwayError,
    LedgerAwayError,
    LedgerShutError,
    NotAskedError,
    Photo,
)
from services.gateway.settings import GatewaySettings
from services.gateway.usecases import Intake
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode, SheetId, new_object_id
from shared.kernel.sheet_code import CodeHead, CodeKey, CodeType, SheetCode, Side, make_code
from shared.plumbing.offload import thread
from shared.plumbing.web.app import WebApp
from shared.plumbing.web.server import WebServer

OPEN = CodeKey(CampaignId("44-2026a"), ProvinceCode("44"), bytes(range(32)))
CLOSED = CodeKey(CampaignId("44-2025a"), ProvinceCode("44"), bytes(range(1, 33)), is_closed=True)
ELSEWHERE = CodeKey(CampaignId("45-2026a"), ProvinceCode("45"), bytes(range(2, 34)))
SETTINGS = GatewaySettings(
    Path("keys.json"), ("44",), Path("manifests"), Path("edge.id"), "127.0.0.1:9", "key", "secret"
)
FACE = Face("王*明", "深圳市南山区第二实验学校", "三年级2班", date(2026, 3, 31))


def a_code(
    key: CodeKey = OPEN,
    *,
    sheet: str = "0123456789ab",
    serial: int = 1,
    type_: CodeType = CodeType.SHEET,
) -> SheetCode:
    return make_code(CodeHead(type_, 1, Side.FRONT, serial, SheetId(sheet)), key)


@dataclass
class Codes:
    all: tuple[CodeKey, ...] = (OPEN, CLOSED, ELSEWHERE)
    ended: date | None = date(2025, 6, 30)

    def keys(self) -> tuple[CodeKey, ...]:
        return self.all

    def last_day(self, campaign: CampaignId) -> date | None:
        return self.ended if campaign == CLOSED.campaign else None


@dataclass
class Bucket:
    """A landing bucket that keeps ids, and bodies when asked to."""

    photos: list[Photo] = field(default_factory=list)
    objects: list[ObjectId] = field(default_factory=list)
    is_away: bool = False
    takes_s: float = 0
    keeps_bodies: bool = True

    def keep(self, photo: Photo) -> ObjectId:
        if self.takes_s:
            threading.Event().wait(self.takes_s)
        if self.is_away:
            raise LandingAwayError
        if not self.keeps_bodies:
            photo = replace(photo, picture=replace(photo.picture, body=b""))
        self.photos.append(photo)
        self.objects.append(new_object_id())
        return self.objects[-1]


@dataclass
class Bell:
    rung: list[ObjectId] = field(default_factory=list)

    def ring(self, object_: ObjectId, ticket: Ticket) -> None:
        self.rung.append(object_)


@dataclass
class FakeHouse:
    """Answers like forms and scan; away, it answers None as the real one does."""

    known_face: Face | None = FACE
    known_verdict: Verdict | None = WAITING
    asked: list[ObjectId | None] = field(default_factory=list)

    def face(self, ticket: Ticket) -> Face | None:
        return self.known_face

    def verdict(self, ticket: Ticket, object_: ObjectId | None) -> Verdict | None:
        self.asked.append(object_)
        return self.known_verdict


@dataclass
class FakeHelp:
    """Answers like support; keeps what was asked."""

    known: tuple[AskedQuestion, ...] = ()
    entries: tuple[HelpEntry, ...] = ()
    refuses: str = ""
    is_away: bool = False
    searched: list[str] = field(default_factory=list)
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    def questions(self, ticket: Ticket) -> tuple[AskedQuestion, ...]:
        return self.known

    def search(self, ticket: Ticket, words: str) -> tuple[HelpEntry, ...]:
        self.searched.append(words)
        return self.entries

    def ask(self, ticket: Ticket, key: str, text: str, field: str | None) -> None:
        if self.is_away:
            raise HelpAwayError
        if self.refuses:
            raise NotAskedError(self.refuses)
        self.asked.append((key, text, field))


@dataclass
class FakeLedgers:
    """Opens to one query code, as audit does."""

    right: str = "12345678"
    known: Ledger = field(default_factory=lambda: Ledger((), (), ()))
    is_full: bool = False
    is_away: bool = False
    tried: list[str] = field(default_factory=list)

    def open(self, ticket: Ticket, query_code: str) -> Ledger:
        self.tried.append(query_code)
        if self.is_away:
            raise LedgerAwayError
        if self.is_full:
            raise LedgerShutError("too_many_tries")
        if query_code != self.right:
            raise LedgerShutError("wrong_code")
        return self.known


@dataclass
class World:
    settings: GatewaySettings = SETTINGS
    codes: Codes = field(default_factory=Codes)
    bucket: Bucket = field(default_factory=Bucket)
    bell: Bell = field(default_factory=Bell)
    house: FakeHouse = field(default_factory=FakeHouse)
    help: FakeHelp = field(default_factory=FakeHelp)
    ledgers: FakeLedgers = field(default_factory=FakeLedgers)
    is_ready: bool = True

    def edge(self) -> Edge:
        s = self.settings
        intake = Intake(
            landing=self.bucket,
            doorbell=self.bell,
            sheets=Sheets(most_accepted=s.gateway_photos_per_sheet, most_at_once=2),
            room=Room(
                s.gateway_memory_bytes,
                patience_s=s.gateway_patience_s,
                most_waiting=s.gateway_most_waiting,
            ),
            sealing=threading.Semaphore(s.gateway_sealing_at_once),
            offload=thread,
        )
        uploads = Buckets(burst=s.gateway_uploads_burst, per_s=s.gateway_uploads_per_s)
        questions = Buckets(burst=s.gateway_questions_burst, per_s=s.gateway_questions_per_s)
        return Edge(
            settings=s,
            codes=self.codes,
            intake=intake,
            house=self.house,
            help=self.help,
            ledgers=self.ledgers,
            uploads=uploads,
            questions=questions,
            is_ready=lambda: self.is_ready,
        )

    def app(self) -> WebApp:
        return make_app(self.edge())

    def client(self) -> FlaskClient:
        """A visitor of this world; one app stands for all, so whoever comes later takes it over."""
        _visited.edge = self.edge()
        return _app().test_client()

    @contextmanager
    def serving(self) -> Iterator[str]:
        server = WebServer(self.app(), ("127.0.0.1", 0))
        server.start()
        try:
            yield "http://{}:{}".format(*server.address)
        finally:
            server.stop()


class Visited:
    """The edge that is visited just now: making an app is most of the price of a page."""

    edge: Edge

    def __getattr__(self, name: str) -> Any:
        return getattr(self.edge, name)


_visited = Visited()


@cache
def _app() -> WebApp:
    return make_app(_visited)  # type: ignore[arg-type]  # it stands for one
