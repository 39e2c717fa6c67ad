"""The people of the demo: accounts handed down and signed in to, as an office would."""

import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

import pyotp

from deploy.demo.notes import Notes
from deploy.desk import Desk
from services.accounts import machine
from services.accounts.naming import Newcomer
from services.accounts.providers import office_of
from services.accounts.settings import AccountsSettings
from shared.contracts.account_commands import AccountsIssued, IssueAccounts
from shared.contracts.actors import NEED_SECOND_FACTOR
from shared.contracts.sign_in_commands import (
    Enrolment,
    EnrolSecondStep,
    GiveCode,
    SetPassword,
    SignedIn,
    SignIn,
    Step,
    TakeToken,
    TokenGiven,
)
from shared.kernel.account_roles import BY_MACHINE
from shared.kernel.authority import Role
from shared.kernel.clock import utc_now
from shared.kernel.errors_accounts import SessionEndedError, SignInRefusedError
from shared.kernel.ids import ActorToken, CampaignId, UnitCode
from shared.kernel.units import Level
from shared.plumbing.database import Database
from shared.plumbing.settings import load
from shared.workbooks.role_names import ROLE_NAMES

PASSWORD = "demo: four quiet herons wading"  # noqa: S105  # of a synthetic province
# Names hold no digits.
_NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")
_STEP_S = 30
_LEAST_LIFE = timedelta(minutes=1)

Answer = TypeVar("Answer")


class Staff:
    """Gives actor tokens of people in any role; makes, and signs in, who is not there yet.

    The province's administrator is made on the machine; they hand out everybody else's account.
    """

    def __init__(
        self, desk: Desk, environment: Mapping[str, str], notes: Notes, campaign: CampaignId
    ) -> None:
        self._desk = desk
        self._environment = environment
        self._notes = notes
        self.campaign = campaign
        self._top = UnitCode(campaign.split("-", 1)[0])
        self._sessions: dict[tuple[Role, UnitCode], str] = {}
        self._tokens: dict[tuple[Role, UnitCode], TokenGiven] = {}
        # Several at work at once may ask for the same person: one of them signs in.
        self._doors: defaultdict[tuple[Role, UnitCode], threading.Lock] = defaultdict(
            threading.Lock
        )

    def administrator(self) -> ActorToken:
        """A fresh token of the province's administrator."""
        return self.token(Role.UNIT_ADMINISTRATOR, self._top, Level.PROVINCE)

    def token(self, role: Role, unit: UnitCode, level: Level) -> ActorToken:
        """A token of somebody in a role at a unit, good for a minute at least."""
        key = (role, unit)
        with self._doors[key]:
            known = self._tokens.get(key)
            if known is None or known.expires_at < utc_now() + _LEAST_LIFE:
                known = self._tokens[key] = self._taken(key, level)
            return known.token

    def session(self, role: Role, unit: UnitCode, level: Level) -> str:
        """An open session of somebody in a role at a unit, for a browser.

        Raises:
            SignInRefusedError: their codes of this half minute are used up.
        """
        key = (role, unit)
        with self._doors[key]:
            self._tokens[key] = self._taken(key, level)
            return self._sessions[key]

    def _taken(self, key: tuple[Role, UnitCode], level: Level) -> TokenGiven:
        role, unit = key
        if key not in self._sessions:
            self._sessions[key] = self._sign_in(role, unit, level)
        try:
            return self._take(self._sessions[key])
        except SessionEndedError:
            self._sessions[key] = self._sign_in(role, unit, level)
            return self._take(self._sessions[key])

    def _take(self, session: str) -> TokenGiven:
        return self._ask("take_token", TakeToken(session), TokenGiven)

    def _sign_in(self, role: Role, unit: UnitCode, level: Level) -> str:
        note = f"account {unit} {role.value}"
        kept = self._notes.get(note) or self._made(role, unit, level)
        self._notes.put(note, kept)
        told = self._show_password(kept)
        while told.step is not Step.DONE:
            told = self._step(told, note, kept)
            self._notes.put(note, kept)
        return told.session

    def _show_password(self, kept: Mapping[str, str]) -> SignedIn:
        try:
            return self._ask("sign_in", SignIn(kept["login"], kept["password"]), SignedIn)
        except SignInRefusedError:
            if kept["password"] == PASSWORD:
                raise
            # It was chosen already, and the answer was lost on the way.
            return self._ask("sign_in", SignIn(kept["login"], PASSWORD), SignedIn)

    def _step(self, told: SignedIn, note: str, kept: dict[str, str]) -> SignedIn:
        if told.step is Step.PASSWORD:
            name = f"演示{kept['login'].replace('.', '号')}".translate(_NUMERALS)
            request = SetPassword(told.session, PASSWORD, name)
            done = self._ask("set_password", request, SignedIn)
            kept["password"] = PASSWORD
            return done
        if told.step is Step.ENROL:
            drawn = self._ask("enrol_second_step", EnrolSecondStep(told.session), Enrolment)
            kept["seed"] = drawn.seed
            self._notes.put(note, kept)
        return self._show_code(told.session, pyotp.TOTP(kept["seed"]))

    def _show_code(self, session: str, totp: pyotp.TOTP) -> SignedIn:
        """A code is taken once: after one whose answer was lost, the next one and the one after."""
        now = int(time.time())
        for at in (now, now + _STEP_S):
            with suppress(SignInRefusedError):
                return self._ask("give_code", GiveCode(session, totp.at(at)), SignedIn)
        time.sleep(_STEP_S)
        return self._ask("give_code", GiveCode(session, totp.at(now + 2 * _STEP_S)), SignedIn)

    def _made(self, role: Role, unit: UnitCode, level: Level) -> dict[str, str]:
        if role in BY_MACHINE or (role, unit) == (Role.UNIT_ADMINISTRATOR, self._top):
            return self._first(role)
        told = self._issue(role, unit, level, each=1)
        if not told.accounts:  # somebody uses the one that is there
            told = self._issue(role, unit, level, each=told.kept + 1)
        issued = told.accounts[0]
        return {"login": issued.login, "password": issued.one_time_password}

    def _issue(self, role: Role, unit: UnitCode, level: Level, *, each: int) -> AccountsIssued:
        where = (self.campaign, unit, level)
        order = IssueAccounts(self.administrator(), *where, (role,), each, with_unused=True)
        return self._ask("issue_accounts", order, AccountsIssued)

    def _first(self, role: Role) -> dict[str, str]:
        database = Database("accounts", self._environment["HECHA_ACCOUNTS_DATABASE_URL"])
        try:
            office = office_of(load(AccountsSettings, self._environment), database)
            who = Newcomer(f"演示{ROLE_NAMES[role]}")
            given = machine.first_account(
                office, self._top, role, who, by="operator:demo", another=True
            )
        finally:
            database.dispose()
        return {"login": given.login, "password": given.one_time_password}

    def _ask(self, method: str, request: object, answer: type[Answer]) -> Answer:
        return self._desk.ask("accounts", method, request, answer)


def sign_ins(notes: Notes) -> dict[Role, tuple[str, str]]:
    """Login and password of one person in each role that signs in without a second step."""
    found = {}
    for name, kept in notes.starting("account "):
        role = Role(name.rpartition(" ")[2])
        if role not in NEED_SECOND_FACTOR and role not in found:
            found[role] = (str(kept["login"]), str(kept["password"]))
    return found
