"""A house that answers the staff pages without a bus."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient

from services.portal.pages.app import make_app
from services.portal.pages.staff import Staff, seal_of
from shared.contracts.actors import Actor
from shared.contracts.batch_commands import Batches
from shared.contracts.desk_commands import Work
from shared.contracts.fields import FieldKind
from shared.contracts.look_commands import PageToOpen, Places
from shared.contracts.people_commands import Names, SupportStaff
from shared.contracts.photo_commands import OpenPhotos
from shared.contracts.progress_commands import Children, Counts, UnitCounts, Urges
from shared.contracts.report_commands import Reports, ReportStanding
from shared.contracts.review_commands import (
    DecideChange,
    DuplicateShown,
    EntryShown,
    EntryState,
    TaskShown,
)
from shared.contracts.roster_commands import UnitEntry
from shared.contracts.sign_in_commands import Enrolment, SignedIn, Step, TokenGiven
from shared.contracts.support_commands import Inbox
from shared.contracts.watch_commands import Queue
from shared.kernel.authority import Role
from shared.kernel.clock import utc_now
from shared.kernel.errors import DomainError, UnknownUnitError
from shared.kernel.errors_accounts import SessionEndedError, SignInRefusedError, WeakPasswordError
from shared.kernel.ids import (
    AccountId,
    ActorToken,
    CampaignId,
    EntryId,
    PersonId,
    SheetId,
    UnitCode,
)
from shared.kernel.units import Level
from shared.plumbing.actors import sign
from shared.plumbing.identity import Identity
from shared.plumbing.web.app import WebApp

CAMPAIGN = CampaignId("44-2026a")
PASSWORD, CODE, SESSION = "correct horse battery", "123456", "5e" * 16
ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
TREE = {
    UnitCode("44"): ("广东省", Level.PROVINCE, "44/"),
    UnitCode("4403"): ("深圳市", Level.CITY, "44/4403/"),
    UnitCode("440305"): ("南山区", Level.COUNTY, "44/4403/440305/"),
    UnitCode("440306"): ("宝安区", Level.COUNTY, "44/4403/440306/"),
    UnitCode("440305-017"): ("<南山>小学", Level.SCHOOL, "44/4403/440305/440305-017/"),
}
COUNTS = {
    UnitCode("440305"): Counts(in_scope=100, issued=90, returned=80, photographed=70),
    UnitCode("440306"): Counts(in_scope=100, issued=90, returned=10, photographed=10),
}


# What a home asks for, whatever the page under test asks.
_SOME_UNIT = UnitCode("4403")
_UNLESS_TOLD: dict[tuple[str, str], Any] = {
    ("accounts", "colleagues"): Names(),
    ("accounts", "support_staff"): SupportStaff(),
    ("progress", "list_urges"): Urges(),
    ("progress", "unit_reports"): Reports(ReportStanding.WAITING, (), ()),
    ("review", "show_work"): Work(_SOME_UNIT, {}, (), ()),
    ("review", "show_queue"): Queue(_SOME_UNIT, 0, ()),
    ("scan", "list_batches"): Batches(()),
    ("scan", "list_open_photos"): OpenPhotos(()),
    ("support", "inbox"): Inbox(),
}


class FakeHouse:
    """One account whose steps are given; every session is the same one."""

    def __init__(self, role: Role = Role.REVIEWER, unit: str = "4403", *steps: Step) -> None:
        self.role, self.unit = role, UnitCode(unit)
        self.steps = list(steps)
        self.signed_out: list[str] = []
        self.is_open = False
        self.task: EntryShown | None = None
        self.decided: list[DecideChange] = []
        self.undone: list[str] = []
        self.put_back: list[str] = []
        self.refuses: DomainError | None = None
        # What a question of a group of pages is answered, by service and method, and what was asked.
        self.answers: dict[tuple[str, str], Any] = {}
        self.asked: list[tuple[str, str, Any]] = []

    def ask(
        self, service: str, method: str, request: object, answer: type, deadline_s: float = 8
    ) -> Any:
        self.asked.append((service, method, request))
        given = self.answers.get((service, method), _UNLESS_TOLD.get((service, method)))
        if given is None:
            raise KeyError((service, method))
        if isinstance(given, Exception):
            raise given
        given = given(request) if callable(given) else given
        assert isinstance(given, answer)
        return given

    def sign_in(self, login: str, password: str) -> SignedIn:
        if password != PASSWORD:
            raise SignInRefusedError
        return self._signed()

    def give_code(self, session: str, code: str) -> SignedIn:
        if code != CODE:
            raise SignInRefusedError
        return self._signed()

    def set_password(self, session: str, password: str, name: str) -> SignedIn:
        if len(password) < 12:
            raise WeakPasswordError("short")
        return self._signed()

    def enrol(self, session: str) -> Enrolment:
        return Enrolment("JBSWY3DPEHPK3PXP", "otpauth://totp/hecha:4403.01?secret=JBSWY3DPEHPK3PXP")

    def take_token(self, session: str) -> TokenGiven:
        if not self.is_open or session != SESSION:
            raise SessionEndedError
        now = utc_now()
        path = TREE[self.unit][2]
        ends = now + timedelta(minutes=15)
        who = PersonId("0f" * 8), AccountId(f"{self.unit}.01")
        return TokenGiven(sign(Actor(*who, self.role, self.unit, path, ends, now), ACCOUNTS), ends)

    def sign_out(self, session: str) -> None:
        self.signed_out.append(session)

    def counts(self, token: ActorToken, campaign: CampaignId, unit: UnitCode) -> UnitCounts:
        if unit not in TREE:
            raise UnknownUnitError(unit)
        return UnitCounts(unit, TREE[unit][1], COUNTS.get(unit, Counts()))

    def children(self, token: ActorToken, campaign: CampaignId, unit: UnitCode) -> Children:
        below = [code for code, (_, _, path) in TREE.items() if path.split("/")[-3:-2] == [unit]]
        return Children(tuple(self.counts(token, campaign, code) for code in below))

    def units(self, codes: Iterable[UnitCode]) -> dict[UnitCode, UnitEntry]:
        return {
            code: UnitEntry(code, TREE[code][1], TREE[code][0], None, TREE[code][2], None)
            for code in codes
            if code in TREE
        }

    def next_task(self, token: ActorToken, campaign: CampaignId) -> TaskShown:
        return TaskShown(self.task, (), 7 if self.task else 0)

    def put_task_back(self, token: ActorToken, entry: EntryId) -> None:
        self.put_back.append(entry)

    def show_duplicate(self, token: ActorToken, entry: EntryId) -> DuplicateShown:
        return DuplicateShown(entry, {"name": "王*"}, {"name": "李*"}, UnitCode("440305-017"))

    def decide(self, request: DecideChange) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.decided.append(request)

    def undo(self, token: ActorToken, entry: EntryId) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.undone.append(entry)

    def _signed(self) -> SignedIn:
        step = self.steps.pop(0) if self.steps else Step.DONE
        self.is_open = step is Step.DONE
        who = AccountId(f"{self.unit}.01"), PersonId("0f" * 8)
        return SignedIn(SESSION, step, *who, self.role, self.unit, utc_now())


def a_task(**changed) -> EntryShown:
    told = {
        "entry": EntryId("c3" * 16),
        "campaign": CAMPAIGN,
        "sheet": SheetId("0123456789ab"),
        "unit": UnitCode("440305-017"),
        "field": "id_number",
        "kind": FieldKind.KEY_DATA,
        "state": EntryState.SUBMITTED,
        "revision": 2,
        "sequence": 4,
        "old": "11010519491231002X",
        "new": "11010519491231003X",
        "printed": None,
        "is_stale": False,
        "entered_by": PersonId("1a" * 8),
        "decided_by": UnitCode("4403"),
        "due": date(2026, 10, 26),
        "holder": PersonId("0f" * 8),
        "held_until": datetime(2026, 10, 12, 3, 5, tzinfo=UTC),
        "findings": (),
        "history": (),
    }
    return EntryShown(**told | changed)


class FakePictures:
    """Shows a word instead of a picture, and notes what was looked at and what was drawn on it."""

    def __init__(self) -> None:
        self.looked: list[tuple[PageToOpen, str]] = []
        self.pointed: list[Places] = []
        self.refuses: DomainError | None = None

    def show(self, page: PageToOpen, token: ActorToken, mark: str, places: Places = ()) -> bytes:
        if self.refuses is not None:
            raise self.refuses
        self.pointed.append(places)
        self.looked.append((page, mark))
        return b"picture"


class Visited:
    """The staff edge of whoever visits just now.

    One app stands for all tests of a process: its hundred routes and its templates are most of
    the price of a page, and no view keeps anything of the edge.
    """

    staff: Staff

    def __getattr__(self, name: str) -> Any:
        return getattr(self.staff, name)


_visited = Visited()


@cache
def _app() -> WebApp:
    return make_app(_visited)  # type: ignore[arg-type]  # it stands for one


class Browser:
    """A browser that keeps its cookie and sends what forms of the pages would."""

    def __init__(self, house: FakeHouse, *, is_secure: bool = False, **doors: Any) -> None:
        self.house = house
        self.pictures = FakePictures()
        self.staff = Staff(house, CAMPAIGN, is_secure, self.pictures, **doors)  # type: ignore[arg-type]  # a fake we own
        _visited.staff = self.staff
        self._kept = _app().test_client()

    @property
    def _client(self) -> FlaskClient:
        _visited.staff = self.staff
        return self._kept

    def get(self, path: str, **headers: str):
        return self._client.get(path, headers={"Accept-Language": "zh-CN", **headers})

    def post(self, path: str, *, seal: bool = True, headers: dict[str, str] | None = None, **form):
        cookie = self._client.get_cookie(self.staff.cookie)
        if seal and cookie is not None:
            form["seal"] = seal_of(cookie.value)
        told = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
        return self._client.post(path, data=form, headers={**told, **(headers or {})})

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]):
        """What a script of a page sends bare."""
        told = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
        return self._client.open(path, method=method, data=body, headers={**told, **headers})

    def signed_in(self) -> "Browser":
        self.post("/sign-in", login="4403.01", password=PASSWORD)
        return self
