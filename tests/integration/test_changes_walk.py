"""Changes on the embedded bus: from a draft at school into the record, and back again."""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import eventlet
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.desk import Desk, DeskService
from services.review import learning
from services.review.service import ReviewService
from services.review.tables import units as review_units
from services.roster import scope
from services.roster.importing import ImportOptions, check_roster, commit_roster
from services.roster.service import RosterService
from services.roster.tables import pupils
from services.roster.tree import read_units_file, register_units
from services.roster.vault import Vault
from shared.contracts.actors import Actor
from shared.contracts.events import (
    How,
    IssuedSheet,
    SheetIssued,
    SheetReturned,
    WindowOpened,
)
from shared.contracts.review_commands import (
    DecideChange,
    EnterChange,
    EntriesShown,
    EntryShown,
    EntryState,
    NextTask,
    ReturnReason,
    SeenEntry,
    ShowEntries,
    SubmitChanges,
    TaskShown,
    Verdict,
)
from shared.kernel.authority import Role
from shared.kernel.errors import ActorRefusedError, NotAllowedError
from shared.kernel.ids import AccountId, ActorToken, PersonId, ProvinceCode, SheetId, StudentId
from shared.kernel.units import codes_up
from shared.kernel.windows import Action
from shared.plumbing import embedded
from shared.plumbing.actors import sign
from shared.plumbing.declare import declare
from shared.plumbing.hears import Heard
from shared.plumbing.identity import Identity
from shared.plumbing.migrations import upgrade
from shared.plumbing.providers import database_of
from shared.plumbing.runner import Runner, config_for
from shared.plumbing.topology import plans_of
from tests.unit.roster.house import CAMPAIGN, House

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
SHEET = SheetId("0123456789ab")
CLASSES = [RosterService, ReviewService]


class Walk:
    """Roster and review on one bus, with an imported school and one sheet that is back."""

    def __init__(self, folder: Path) -> None:
        self.roster_key, self.review_key = secrets.token_hex(32), secrets.token_hex(32)
        self.environment = {
            "HECHA_PROVINCES": "44",
            "HECHA_ACTOR_KEYS": ACCOUNTS.public_key.hex(),
            "HECHA_ROSTER_COLUMN_KEY": self.roster_key,
            "HECHA_REVIEW_COLUMN_KEY": self.review_key,
            "HECHA_ROSTER_UPLOADS": str(folder),
            "HECHA_REVIEW_UNDO_S": "0",
        }
        for service in ("roster", "review"):
            url = f"sqlite:///{folder / service}.db"
            upgrade(service, url)
            self.environment[f"HECHA_{service.upper()}_DATABASE_URL"] = url
        declare(embedded.URL, plans_of(CLASSES, [ProvinceCode("44")]))
        config = config_for(embedded.URL, self.environment)
        self.runner = Runner([*CLASSES, DeskService], config)
        self.runner.start()
        self.desk = Desk(self.runner)
        self.roster = database_of(self.runner.container("roster"))
        self.review = database_of(self.runner.container("review"))
        self._fill(folder)

    def _fill(self, folder: Path) -> None:
        source = folder / "school"
        source.mkdir()
        house = House(source)
        vault = Vault(bytes.fromhex(self.roster_key))
        register_units(self.roster, read_units_file(source / "units.json"))
        with self.roster.transaction() as tx:
            scope.learn_campaign(tx, CAMPAIGN, datetime(2026, 3, 31, tzinfo=UTC).date(), 1)
        path = house.write(house.rows())
        options = ImportOptions("test")
        seen = check_roster(self.roster, vault, path, options)
        commit_roster(
            self.roster, vault, path, options, checked=seen.file_hash, accept_large_changes=True
        )
        with self.roster.transaction() as tx:
            row = tx.execute(sa.select(pupils).order_by(pupils.c.student).limit(1)).one()
        self.student, self.unit = StudentId(row.student), row.unit
        assert until(lambda: self.path_of(self.unit) is not None, 20)
        self.path = self.path_of(self.unit) or ""
        self.school = codes_up(self.path)[1]
        now = datetime.now(UTC)
        opened = WindowOpened(
            CAMPAIGN,
            codes_up(self.path)[-1],
            Action.ENTER_CHANGES,
            now - timedelta(1),
            now + timedelta(1),
            1,
        )
        printed = IssuedSheet(SHEET, self.student, 1, 1, ("1" * 16,), row.version, 1)  # type: ignore[arg-type]
        self.hear(learning.keep_window, opened)
        self.hear(learning.keep_sheets, SheetIssued(CAMPAIGN, self.unit, (printed,)))
        self.hear(learning.keep_return, SheetReturned(CAMPAIGN, SHEET, How.HAND))

    def hear(self, handler: Callable[[Any], None], fact: Any) -> None:
        at = datetime.now(UTC)
        id_ = secrets.token_hex(18)
        handler(Heard(fact, id_, at, ProvinceCode("44"), 1, "test", self.review))  # type: ignore[arg-type]

    def path_of(self, unit: str) -> str | None:
        with self.review.transaction() as tx:
            found = sa.select(review_units.c.path).where(review_units.c.code == unit)
            return tx.execute(found).scalar_one_or_none()

    def token(self, role: Role, person: int, path: str) -> ActorToken:
        now = datetime.now(UTC)
        unit = codes_up(path)[0]
        actor = Actor(
            PersonId(f"{person:016x}"),
            AccountId(f"{unit}.01"),
            role,
            unit,
            path,
            now + timedelta(minutes=5),
            now,
        )
        return sign(actor, ACCOUNTS)

    @property
    def school_path(self) -> str:
        return self.path.removesuffix(f"{self.unit}/")

    def ask(self, method: str, request: object, answer: type[Any]) -> Any:
        return self.desk.ask("review", method, request, answer)

    def entries(self) -> dict[str, EntryShown]:
        clerk = self.token(Role.ENTRY_CLERK, 1, self.school_path)
        shown: EntriesShown = self.ask("show_entries", ShowEntries(clerk, SHEET), EntriesShown)
        return {one.field: one for one in shown.entries}

    def submitted(self, field: str, value: str) -> EntryShown:
        clerk = self.token(Role.ENTRY_CLERK, 1, self.school_path)
        draft = self.ask("enter_change", EnterChange(clerk, SHEET, field, value), EntryShown)
        seen = (SeenEntry(draft.entry, draft.sequence),)
        self.ask("submit_changes", SubmitChanges(clerk, SHEET, seen), EntriesShown)
        return self.entries()[field]

    def decide(self, verdict: Verdict, reason: ReturnReason | None = None) -> EntryShown:
        leader = self.token(Role.SCHOOL_LEADER, 2, self.school_path)
        handed: TaskShown = self.ask("next_task", NextTask(leader, CAMPAIGN), TaskShown)
        assert handed.task is not None
        request = DecideChange(leader, handed.task.entry, handed.task.revision, verdict, reason)
        decided: EntryShown = self.ask("decide_change", request, EntryShown)
        return decided

    def stop(self) -> None:
        self.runner.stop(within_s=10)
        embedded.forget_everything()


def until(condition: Callable[[], object], seconds: float = 10) -> bool:
    with eventlet.Timeout(seconds, False):
        while not condition():
            eventlet.sleep(0.02)
        return True
    return False


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    made = Walk(tmp_path)
    yield made
    made.stop()


def test_a_change_goes_from_the_clerk_through_the_leader_into_the_record_once(
    walk: Walk,
) -> None:
    entry = walk.submitted("phone", "13800139000")
    walk.decide(Verdict.APPROVE)

    assert until(lambda: walk.entries()["phone"].state is EntryState.APPLIED)
    with walk.roster.transaction() as tx:
        row = tx.execute(sa.select(pupils).where(pupils.c.student == walk.student)).one()
    values = Vault(bytes.fromhex(walk.roster_key)).open(walk.student, bytes(row.record))
    assert (values["phone"], row.version) == ("13800139000", 2)
    assert until(lambda: walk.entries()["phone"].is_stale)  # the paper shows the old value
    assert entry.old != "13800139000"


def test_a_returned_change_is_typed_again_and_who_may_not_is_told(walk: Walk) -> None:
    walk.submitted("phone", "13800139000")
    returned = walk.decide(Verdict.RETURN, ReturnReason.TYPING_ERROR)
    assert returned.state is EntryState.RETURNED
    stranger = walk.token(Role.ENTRY_CLERK, 3, "44/9999/")
    with pytest.raises(NotAllowedError):
        walk.ask("show_entries", ShowEntries(stranger, SHEET), EntriesShown)
    with pytest.raises(ActorRefusedError):
        walk.ask("show_entries", ShowEntries(ActorToken("x.y"), SHEET), EntriesShown)

    again = walk.submitted("phone", "13800139001")

    assert (again.revision, again.entry) == (2, returned.entry)
