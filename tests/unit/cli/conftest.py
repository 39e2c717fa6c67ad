import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import pytest
import sqlalchemy as sa

from deploy.cli.__main__ import main
from deploy.keys import make_keys
from deploy.services import WITH_DATABASE
from services.roster import scope
from services.roster.settings import RosterSettings
from services.roster.vault import Vault
from shared.contracts.actors import LIFE, Actor
from shared.kernel.authority import Role
from shared.kernel.clock import utc_now
from shared.kernel.ids import AccountId, CampaignId, PersonId, ProvinceCode, UnitCode
from shared.plumbing.actors import sign
from shared.plumbing.database import Database
from shared.plumbing.identity import load_identity
from shared.plumbing.settings import load
from tests.unit.progress.house import PATHS
from tests.unit.roster.house import CUT_OFF, House

CAMPAIGN = CampaignId("44-2026a")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left behind: its exit code, its data, its sentences."""

    code: int
    out: str
    told: str


class Terminal:
    """`hecha`, as an operator has it beside a house whose settings are loaded."""

    def __init__(self, environment: dict[str, str], capture: pytest.CaptureFixture[str]) -> None:
        self.environment = environment
        self._capture = capture

    def run(self, *arguments: object) -> Said:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("LC_ALL", "HECHA_ENVIRONMENT_FILE"):
                patch.delenv(name, raising=False)
            for name, value in {"LANG": "C.UTF-8", "COLUMNS": "200", **self.environment}.items():
                patch.setenv(name, value)
            self._capture.readouterr()
            code = main([str(one) for one in arguments])
        out, told = self._capture.readouterr()
        return Said(code, out, _plain(told))

    def as_(self, role: Role, unit: str, path: str | None = None) -> "Terminal":
        """The same terminal, where somebody in a role at a unit has signed in."""
        now = utc_now()
        actor = Actor(
            person=PersonId(blake2b(f"{role}@{unit}".encode(), digest_size=8).hexdigest()),
            account=AccountId(f"{unit}.01"),
            role=role,
            unit=UnitCode(unit),
            path=path or PATHS[unit],
            expires_at=now + LIFE,
            second_factor_at=now,
        )
        keys = Path(self.environment["HECHA_KEYRING_FILE"]).parent
        token = sign(actor, load_identity(keys / "accounts.identity"))
        return Terminal({**self.environment, "HECHA_ACTOR_TOKEN": token}, self._capture)

    def database(self, service: str) -> Database:
        return Database(service, self.environment[f"HECHA_{service.upper()}_DATABASE_URL"])


def acts_of(terminal: Terminal, service: str) -> list[tuple[str, str, str]]:
    """What a service has said to the audit log: act, object, outcome."""
    question = sa.text("SELECT body FROM outbox WHERE fact = 'act_done' ORDER BY id")
    with terminal.database(service).transaction() as tx:
        told = [json.loads(body)["data"] for body in tx.execute(question).scalars()]
    return [(one["act"], one["object"], one["outcome"]) for one in told]


def _plain(text: str) -> str:
    """Without the frames and colours of wrong-usage messages."""
    return re.sub(r"[│╭╮╰╯─]|\x1b\[[0-9;]*m", "", text)


def database_settings(folder: Path, services: Sequence[str] = WITH_DATABASE) -> dict[str, str]:
    return {f"HECHA_{one.upper()}_DATABASE_URL": f"sqlite:///{folder / one}.db" for one in services}


@pytest.fixture
def bare(capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A terminal where nobody has loaded any settings."""
    return Terminal({}, capsys)


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """A house with keys and new databases; nobody listens where its object store should be."""
    environment = {
        **make_keys(tmp_path / "keys", [ProvinceCode("44")], [CAMPAIGN]),
        **database_settings(tmp_path),
        "HECHA_HOST": "HC.EXAMPLE.CN",
        "HECHA_SESSION_FILE": str(tmp_path / "session"),
        "HECHA_S3_ENDPOINT": "127.0.0.1:1",
        "HECHA_ROSTER_UPLOADS": str(tmp_path),
    }
    for service in ("FORMS", "STORAGE", "SCAN", "AUDIT"):
        environment |= {
            f"HECHA_{service}_S3_ACCESS_KEY": "k",
            f"HECHA_{service}_S3_SECRET_KEY": "s",
        }
    made = Terminal(environment, capsys)
    assert made.run("db", "upgrade").code == 0
    return made


@pytest.fixture
def province(terminal: Terminal, tmp_path: Path) -> House:
    """A synthetic province's units, taken into the roster by the command."""
    folder = tmp_path / "province"
    folder.mkdir()
    house = House(folder)
    assert administrator(terminal).run("roster", "units", folder / "units.json").code == 0
    with terminal.database("roster").transaction() as tx:
        scope.learn_campaign(tx, CAMPAIGN, CUT_OFF, 1)
    return house


def administrator(terminal: Terminal) -> Terminal:
    """The terminal of the province's administrator."""
    return terminal.as_(Role.UNIT_ADMINISTRATOR, "44")


def vault_of(terminal: Terminal) -> Vault:
    return Vault(bytes.fromhex(load(RosterSettings, terminal.environment).roster_column_key))
