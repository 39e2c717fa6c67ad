"""The first half of the job: units, rosters, windows, and every class on paper."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec

from deploy.collect import collect
from deploy.demo.notes import Notes
from deploy.demo.patience import patiently
from deploy.demo.province.pupils import Province
from deploy.demo.province.workbook import write_rosters, write_units
from deploy.demo.staff import Staff
from deploy.desk import Desk
from shared.contracts.campaign_commands import Campaign, CreateCampaign, SetWindow
from shared.contracts.forms_commands import (
    JobRequest,
    JobState,
    Manifest,
    ManifestSheet,
    PrintRequest,
    PrintStarted,
    PrintStatus,
)
from shared.contracts.roster_commands import (
    CheckRequest,
    CommitRequest,
    ImportReport,
    RegisterUnits,
    UnitsRegistered,
)
from shared.kernel.authority import Role
from shared.kernel.clock import utc_now
from shared.kernel.ids import ActorToken, UnitCode
from shared.kernel.units import Level
from shared.kernel.windows import Action

CAMPAIGN_NAME = "2026年学籍信息核查"
_IMPORT_S = 120.0
_PRINT_S = 300.0
_LOOK_S = 0.2

Tick = Callable[[str, int, int], None]
"""Told how far a step is: its name, done, total."""


class DemoError(RuntimeError):
    """The demo cannot go on; the message says at what."""


@dataclass(frozen=True, slots=True)
class Printed:
    """One school's sheets on paper."""

    school: UnitCode
    pdf: Path
    manifest: Manifest

    @property
    def sheets(self) -> tuple[ManifestSheet, ...]:
        """Every sheet of the file."""
        return self.manifest.sheets


class PaperWork:
    """Does the first half through the services; every step may be repeated."""

    def __init__(self, desk: Desk, staff: Staff, folder: Path, uploads: Path, notes: Notes) -> None:
        self._desk = desk
        self._folder = folder
        self._uploads = uploads
        self._notes = notes
        self._campaign = staff.campaign
        self._staff = staff

    def do(self, province: Province, tick: Tick) -> list[Printed]:
        """Everything up to the printed files, one per school."""
        if not self._notes.get("imported"):
            self._import(province, tick)
            self._notes.put("imported", True)
        self._open_windows(province)
        schools = [unit.code for unit in province.tree.units if unit.level is Level.SCHOOL]
        for school in schools:
            if not self._pdf(school).exists():
                self._start(school)
        printed = []
        for number, school in enumerate(schools, start=1):
            printed.append(self._finish(school))
            tick("print", number, len(schools))
        return printed

    def _import(self, province: Province, tick: Tick) -> None:
        files = write_rosters(province, self._uploads)
        write_units(province, self._uploads / "units.json")
        request = RegisterUnits("units.json", self._staff.administrator())
        self._desk.ask("roster", "register_units", request, UnitsRegistered)
        for number, file in enumerate(files, start=1):
            self._import_one(file.path.name)
            tick("import", number, len(files))

    def _import_one(self, name: str) -> None:
        check = CheckRequest(name, self._staff.administrator())
        seen = self._ask_roster("check_roster", check)
        if seen.wrong:
            raise DemoError(f"{seen.wrong} rows of {name} were refused")
        commit = CommitRequest(
            name, self._staff.administrator(), seen.file_hash, accept_large_changes=True
        )
        self._ask_roster("commit_roster", commit)

    def _ask_roster(self, method: str, request: object) -> ImportReport:
        return self._desk.ask("roster", method, request, ImportReport, patience_s=_IMPORT_S)

    def _open_windows(self, province: Province) -> None:
        """The province opens both switches; its units inherit them."""
        create = CreateCampaign(
            self._campaign, CAMPAIGN_NAME, province.cut_off, self._staff.administrator()
        )
        self._desk.ask("campaign", "create_campaign", create, Campaign)
        now = utc_now()
        until = now + timedelta(days=30)
        top = UnitCode(self._campaign.split("-", 1)[0])
        for action in Action:
            where = (self._campaign, top, action, now, until)
            self._set(SetWindow(*where, self._staff.administrator(), "demo"))

    def _set(self, window: SetWindow) -> None:
        patiently(lambda: self._desk.ask("campaign", "set_window", window, Campaign))

    def _start(self, school: UnitCode) -> None:
        """Ask for a print; what was opened a moment ago may not have reached forms yet."""
        known = self._notes.get(f"print {school}")
        if known is not None and self._state(school, known["job"]) in (
            JobState.QUEUED,
            JobState.RUNNING,
            JobState.PRINTED,
        ):
            return
        started = patiently(lambda: self._print(school))
        self._notes.put(f"print {school}", {"job": started.job, "code": started.download_code})

    def _finish(self, school: UnitCode) -> Printed:
        pdf, kept = self._pdf(school), self._pdf(school).with_suffix(".json")
        if not pdf.exists():
            known = self._notes.get(f"print {school}")
            self._await(school, known["job"])
            request = JobRequest(self._registrar(school), known["job"])
            manifest = self._desk.ask("forms", "manifest", request, Manifest)
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(msgspec.json.encode(manifest))
            beside = pdf.with_suffix(".new")
            beside.write_bytes(self._collected(school, known))
            beside.replace(pdf)
        return Printed(school, pdf, msgspec.json.decode(kept.read_bytes(), type=Manifest))

    def _collected(self, school: UnitCode, known: dict[str, str]) -> bytes:
        return collect(self._desk, known["job"], known["code"], self._registrar(school))

    def _print(self, school: UnitCode) -> PrintStarted:
        who = self._registrar(school)
        request = PrintRequest(self._campaign, school, who, CAMPAIGN_NAME)
        return self._desk.ask("forms", "print_school", request, PrintStarted)

    def _registrar(self, school: UnitCode) -> ActorToken:
        return self._staff.token(Role.REGISTRAR, school, Level.SCHOOL)

    def _await(self, school: UnitCode, job: str) -> None:
        deadline = time.monotonic() + _PRINT_S
        while (state := self._state(school, job)) is not JobState.PRINTED:
            if state is JobState.FAILED or time.monotonic() > deadline:
                raise DemoError(f"print job {job} is {state}")
            time.sleep(_LOOK_S)

    def _state(self, school: UnitCode, job: str) -> JobState:
        request = JobRequest(self._registrar(school), job)
        return self._desk.ask("forms", "job_status", request, PrintStatus).state

    def _pdf(self, school: UnitCode) -> Path:
        return self._folder / "prints" / f"{school}.pdf"
