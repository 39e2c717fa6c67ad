"""Campaign without a bus: a real database, a small tree, a clock that is moved by hand."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa

from services.campaign import rehearsing, store, telling, usecases
from shared.contracts.actors import Actor
from shared.contracts.campaign_commands import (
    Campaign,
    CloseWindow,
    CreateCampaign,
    InheritWindow,
    Rehearsal,
    RehearseWindow,
    SetWindow,
    ShowCampaign,
)
from shared.contracts.facts import Fact
from shared.kernel.authority import Role
from shared.kernel.ids import AccountId, ActorToken, CampaignId, PersonId, UnitCode
from shared.kernel.units import LEVELS
from shared.kernel.windows import Action
from shared.plumbing.database import Database, Tx
from shared.plumbing.migrations import upgrade
from shared.plumbing.outbox import outbox_table

CAMPAIGN = CampaignId("44-2026a")
NOW = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
PATHS = {
    "44": "44/",
    "4491": "44/4491/",
    "449101": "44/4491/449101/",
    "s1": "44/4491/449101/s1/",
    "s1-1": "44/4491/449101/s1/s1-1/",
    "s2": "44/4491/449101/s2/",
    "s2-1": "44/4491/449101/s2/s2-1/",
    "449102": "44/4491/449102/",
    "s3": "44/4491/449102/s3/",
    "51": "51/",
}
EXPORT = Action.EXPORT_SHEETS
NOTHING = ActorToken("")  # use cases are given the actor that the service has read from it


@cache
def empty_database() -> bytes:
    """Made by the migrations once; every test starts from a copy."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        upgrade("campaign", f"sqlite:///{path}")
        connection = sqlite3.connect(path)
        connection.execute("pragma journal_mode=delete")
        connection.close()
        return path.read_bytes()


def an_actor(unit: str = "44", role: Role = Role.UNIT_ADMINISTRATOR) -> Actor:
    who = (PersonId("0f" * 8), AccountId(f"{unit}.01"), role, UnitCode(unit), PATHS[unit])
    return Actor(*who, NOW + timedelta(days=9), NOW)


@dataclass(frozen=True)
class HeardFact:
    """A fact as a handler gets it, once."""

    fact: Any
    database: Database

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        with self.database.transaction() as tx:
            yield tx


class FakeDrafts:
    """Review, as far as campaign asks it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.is_away = False

    def below(self, campaign: CampaignId, unit: UnitCode, apart: Sequence[UnitCode]) -> int | None:
        self.asked.append((unit, tuple(apart)))
        return None if self.is_away else 3


class House:
    def __init__(self, folder: Path, url: str = "") -> None:
        """Make one; `url` names a database whose tables are there already."""
        if not url:
            path = folder / "campaign.db"
            path.write_bytes(empty_database())
            url = f"sqlite:///{path}"
        self.at = NOW
        self.drafts = FakeDrafts()
        self.database = Database("campaign", url, clock=lambda: self.at)
        with self.database.transaction() as tx:
            for code, path in PATHS.items():
                level = LEVELS[path.count("/") - 1]
                store.save_unit(tx, UnitCode(code), level, path, 1)
        self.create()

    def create(self, by: Actor | None = None, **more: Any) -> Campaign:
        request = CreateCampaign(CAMPAIGN, "核查", date(2026, 3, 31), NOTHING, **more)
        return usecases.create_campaign(self.database, by or an_actor(), request)

    def set(self, unit: str, start: float = -1, end: float | None = 1, **more: Any) -> Campaign:
        """Open a switch; hours from now."""
        by = more.pop("by", None) or an_actor()
        of = (more.pop("campaign", CAMPAIGN), UnitCode(unit), more.pop("action", EXPORT))
        closes_at = None if end is None else self.at + timedelta(hours=end)
        span = (self.at + timedelta(hours=start), closes_at)
        request = SetWindow(*of, *span, NOTHING, more.pop("reason", "why"), **more)
        return usecases.set_window(self.database, by, request)

    def close(self, unit: str, by: Actor | None = None, **more: Any) -> Campaign:
        request = CloseWindow(CAMPAIGN, UnitCode(unit), EXPORT, NOTHING, "why", **more)
        return usecases.close_window(self.database, by or an_actor(), request)

    def inherit(self, unit: str, by: Actor | None = None) -> Campaign:
        request = InheritWindow(CAMPAIGN, UnitCode(unit), EXPORT, NOTHING, "why")
        return usecases.inherit_window(self.database, by or an_actor(), request)

    def rehearse(self, unit: str, by: Actor | None = None) -> Rehearsal:
        request = RehearseWindow(CAMPAIGN, UnitCode(unit), EXPORT, NOTHING)
        return rehearsing.rehearse_window(self.database, by or an_actor(), request, self.drafts)

    def later(self, **passed: float) -> None:
        self.at += timedelta(**passed)
        telling.turn_exceptions(self.database)

    def is_open(self, unit: str) -> bool:
        request = ShowCampaign(CAMPAIGN, UnitCode(unit))
        shown = usecases.show_campaign(self.database, request)
        return next(one for one in shown.switches if one.action is EXPORT).is_open

    def hear(self, handler: Any, fact: Fact) -> None:
        handler(HeardFact(fact, self.database))

    def said(self, *names: str) -> list[dict[str, Any]]:
        """What was said, in order: the data of the facts of these names, with their name."""
        outbox = outbox_table(sa.MetaData())
        with self.database.transaction() as tx:
            rows = tx.execute(sa.select(outbox.c.fact, outbox.c.body).order_by(outbox.c.id)).all()
        told = [{"fact": row.fact, **json.loads(row.body)["data"]} for row in rows]
        return [one for one in told if one["fact"] in names or not names]

    def acts(self) -> list[tuple[str, str]]:
        return [(one["act"], one["outcome"]) for one in self.said("act_done")]


class Listener:
    """Another service's copy: what it was told last of each unit, and what that means there."""

    def __init__(self, house: House) -> None:
        self._house = house

    def is_open(self, unit: str) -> bool:
        told: dict[str, dict[str, Any]] = {}
        for fact in self._house.said("window_opened", "window_closed"):
            known = told.get(fact["unit"])
            if known is None or known["sequence"] < fact["sequence"]:
                told[fact["unit"]] = fact
        for code in reversed(PATHS[unit].rstrip("/").split("/")):
            fact = told.get(code)
            if fact is not None and fact["fact"] == "window_opened":
                opens, closes = (datetime.fromisoformat(fact[key]) for key in _SPAN)
                return opens <= self._house.at < closes
        return False


_SPAN = ("opens_at", "closes_at")
