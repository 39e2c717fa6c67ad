"""A roster without a bus: its database, its vault, and the synthetic province's units."""

from datetime import date
from pathlib import Path

import sqlalchemy as sa

from deploy.demo.province.pupils import make_province
from deploy.demo.province.workbook import write_roster, write_units
from services.roster import scope
from services.roster.importing import ImportOptions, check_roster, commit_roster
from services.roster.tables import pupils
from services.roster.tree import read_units_file, register_units
from services.roster.vault import Vault
from services.roster.workbook import ErrorWorkbook
from shared.contracts.roster_commands import ImportReport
from shared.kernel.ids import CampaignId
from shared.kernel.units import Level
from shared.plumbing.database import Database
from shared.plumbing.migrations import upgrade

CAMPAIGN = CampaignId("44-2026a")
CUT_OFF = date(2026, 3, 31)


class House:
    def __init__(self, folder: Path, pupils: int = 60) -> None:
        self.folder = folder
        self.province = make_province(pupils)
        self.vault = Vault(bytes(32))
        url = f"sqlite:///{folder / 'roster.db'}"
        upgrade("roster", url)
        self.database = Database("roster", url)
        write_units(self.province, folder / "units.json")
        register_units(self.database, read_units_file(folder / "units.json"))
        with self.database.transaction() as tx:
            scope.learn_campaign(tx, CAMPAIGN, CUT_OFF, 1)
        self.schools = [u.code for u in self.province.tree.units if u.level is Level.SCHOOL]

    def rows(self, school: int = 0) -> list[dict[str, str]]:
        return [dict(one.values) for one in self.province.of_school(self.schools[school])]

    def write(self, rows: list[dict[str, str]], name: str = "roster.xlsx") -> Path:
        path = self.folder / name
        write_roster(path, rows)
        return path

    def check(self, path: Path, book: ErrorWorkbook | None = None) -> ImportReport:
        return check_roster(self.database, self.vault, path, ImportOptions("test"), book)

    def take(self, path: Path) -> ImportReport:
        seen = self.check(path)
        return commit_roster(
            self.database,
            self.vault,
            path,
            ImportOptions("test"),
            checked=seen.file_hash,
            accept_large_changes=True,
        )

    def versions(self) -> list[int]:
        with self.database.transaction() as tx:
            return list(
                tx.execute(sa.select(pupils.c.version).order_by(pupils.c.student)).scalars()
            )
