"""Who may do what, where: one table, decided by the service that owns the data.

Anything not listed is refused. Conditions that depend on state (an open window, a lease,
"not the person who entered it") are checked by that service on top.
Source: campaign workflow, Q3, Q4, P3-P7, C2-C4, K2-K4, S1-S7.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.ids import SheetId, UnitCode
from shared.kernel.units import codes_up


class Role(StrEnum):
    """Roles of the campaign; a person acts in one of them at a time."""

    GUARDIAN = "guardian"
    HOMEROOM_TEACHER = "homeroom_teacher"
    REGISTRAR = "registrar"
    ENTRY_CLERK = "entry_clerk"
    SCHOOL_LEADER = "school_leader"
    REVIEWER = "reviewer"
    UNIT_ADMINISTRATOR = "unit_administrator"
    SUPPORT_STAFF = "support_staff"
    OPERATOR = "operator"
    KEY_OFFICER = "key_officer"
    AUDITOR = "auditor"


class Where(StrEnum):
    """How a place must stand to the actor's own unit."""

    OWN_SHEET = "own_sheet"
    OWN_CLASS = "own_class"
    OWN_SCHOOL = "own_school"
    OWN_UNIT = "own_unit"
    MANAGED = "managed"  # a school whose managing authority is my unit
    BELOW = "below"  # my unit and everything below it
    ANYWHERE = "anywhere"  # no unit is concerned (queues, keys)


class Act(StrEnum):
    """Everything that can be asked of the house by a person."""

    IMPORT_ROSTER = "import_roster"
    TICK_SHEET = "tick_sheet"
    SETTLE_FINDING = "settle_finding"
    PRINT_SHEETS = "print_sheets"
    SEND_PHOTO = "send_photo"
    COMMIT_BULK_SCAN = "commit_bulk_scan"
    FIX_PAGE = "fix_page"
    ENTER_CHANGES = "enter_changes"
    ANSWER_QUERY = "answer_query"
    ADD_DOCUMENT = "add_document"
    DECIDE_MAINTENANCE = "decide_maintenance"
    DECIDE_KEY_DATA = "decide_key_data"
    WATCH_DECISIONS = "watch_decisions"
    SEE_PAGE = "see_page"
    SET_WINDOW = "set_window"
    ISSUE_ACCOUNT = "issue_account"
    KNOW_COLLEAGUES = "know_colleagues"
    SEE_COUNTS = "see_counts"
    URGE_UNIT = "urge_unit"
    PREPARE_REPORT = "prepare_report"
    REPORT_UP = "report_up"
    ASK_QUESTION = "ask_question"
    ANSWER_QUESTION = "answer_question"
    PUBLISH_FAQ = "publish_faq"
    EXPORT_NAMES = "export_names"
    READ_AUDIT = "read_audit"
    SEE_ARCHIVE = "see_archive"
    MANAGE_KEYS = "manage_keys"
    OPERATE = "operate"


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor is: a role at a unit; a guardian stands at one sheet."""

    role: Role
    path: str  # materialised path of the unit; "" for a guardian
    sheet: SheetId | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What an act touches; `path` reaches down to the class where one is concerned."""

    path: str = ""
    managed_by: UnitCode | None = None
    sheet: SheetId | None = None


_R, _W = Role, Where
TABLE: dict[Act, dict[Role, Where]] = {
    Act.IMPORT_ROSTER: {_R.REGISTRAR: _W.OWN_SCHOOL, _R.UNIT_ADMINISTRATOR: _W.BELOW},
    Act.TICK_SHEET: {_R.HOMEROOM_TEACHER: _W.OWN_CLASS, _R.REGISTRAR: _W.OWN_SCHOOL},
    Act.SETTLE_FINDING: {_R.REGISTRAR: _W.OWN_SCHOOL},
    Act.PRINT_SHEETS: {_R.REGISTRAR: _W.OWN_SCHOOL},
    Act.SEND_PHOTO: {
        _R.GUARDIAN: _W.OWN_SHEET,
        _R.HOMEROOM_TEACHER: _W.OWN_CLASS,
        _R.REGISTRAR: _W.OWN_SCHOOL,
    },
    Act.COMMIT_BULK_SCAN: {_R.REGISTRAR: _W.OWN_SCHOOL, _R.ENTRY_CLERK: _W.OWN_SCHOOL},
    Act.FIX_PAGE: {
        _R.REGISTRAR: _W.OWN_SCHOOL,
        _R.ENTRY_CLERK: _W.OWN_SCHOOL,
        _R.HOMEROOM_TEACHER: _W.OWN_CLASS,
    },
    Act.ENTER_CHANGES: {_R.REGISTRAR: _W.OWN_SCHOOL, _R.ENTRY_CLERK: _W.OWN_SCHOOL},
    Act.ANSWER_QUERY: {_R.HOMEROOM_TEACHER: _W.OWN_CLASS, _R.REGISTRAR: _W.OWN_SCHOOL},
    Act.ADD_DOCUMENT: {_R.HOMEROOM_TEACHER: _W.OWN_CLASS, _R.REGISTRAR: _W.OWN_SCHOOL},
    Act.DECIDE_MAINTENANCE: {_R.SCHOOL_LEADER: _W.OWN_SCHOOL},
    Act.DECIDE_KEY_DATA: {_R.REVIEWER: _W.MANAGED},
    Act.WATCH_DECISIONS: {_R.UNIT_ADMINISTRATOR: _W.BELOW},
    Act.SEE_PAGE: {
        _R.REGISTRAR: _W.OWN_SCHOOL,
        _R.ENTRY_CLERK: _W.OWN_SCHOOL,
        _R.HOMEROOM_TEACHER: _W.OWN_CLASS,
        _R.SCHOOL_LEADER: _W.OWN_SCHOOL,
        _R.REVIEWER: _W.MANAGED,
    },
    Act.SET_WINDOW: {_R.UNIT_ADMINISTRATOR: _W.BELOW},
    # Accounts reach a school as a few; its clerks and sixty homeroom teachers are known there and
    # nowhere above, so the registrar hands on what the county handed down (workflow P3, S4).
    # Which roles each may hand out: `shared/kernel/account_roles.py`.
    Act.ISSUE_ACCOUNT: {_R.UNIT_ADMINISTRATOR: _W.BELOW, _R.REGISTRAR: _W.OWN_SCHOOL},
    # Who holds a pile or a task is told by name to who works beside them, and to nobody else.
    Act.KNOW_COLLEAGUES: {
        _R.HOMEROOM_TEACHER: _W.OWN_UNIT,
        _R.REGISTRAR: _W.OWN_UNIT,
        _R.ENTRY_CLERK: _W.OWN_UNIT,
        _R.SCHOOL_LEADER: _W.OWN_UNIT,
        _R.REVIEWER: _W.OWN_UNIT,
        _R.UNIT_ADMINISTRATOR: _W.OWN_UNIT,
        _R.SUPPORT_STAFF: _W.OWN_UNIT,
    },
    Act.SEE_COUNTS: {
        _R.HOMEROOM_TEACHER: _W.OWN_CLASS,
        _R.REGISTRAR: _W.OWN_SCHOOL,
        _R.SCHOOL_LEADER: _W.OWN_SCHOOL,
        _R.UNIT_ADMINISTRATOR: _W.BELOW,
        _R.REVIEWER: _W.BELOW,
        _R.SUPPORT_STAFF: _W.BELOW,
    },
    Act.URGE_UNIT: {_R.UNIT_ADMINISTRATOR: _W.BELOW},
    Act.PREPARE_REPORT: {
        _R.REGISTRAR: _W.OWN_SCHOOL,
        _R.SCHOOL_LEADER: _W.OWN_SCHOOL,
        _R.UNIT_ADMINISTRATOR: _W.OWN_UNIT,
    },
    Act.REPORT_UP: {_R.SCHOOL_LEADER: _W.OWN_SCHOOL, _R.UNIT_ADMINISTRATOR: _W.OWN_UNIT},
    Act.ANSWER_QUESTION: {
        _R.HOMEROOM_TEACHER: _W.OWN_CLASS,
        _R.REGISTRAR: _W.OWN_SCHOOL,
        _R.SUPPORT_STAFF: _W.BELOW,
    },
    Act.ASK_QUESTION: {
        _R.GUARDIAN: _W.OWN_SHEET,
        _R.HOMEROOM_TEACHER: _W.OWN_CLASS,
        _R.REGISTRAR: _W.OWN_SCHOOL,
        _R.ENTRY_CLERK: _W.OWN_SCHOOL,
        _R.SCHOOL_LEADER: _W.OWN_SCHOOL,
        _R.REVIEWER: _W.OWN_UNIT,
        _R.UNIT_ADMINISTRATOR: _W.OWN_UNIT,
        _R.SUPPORT_STAFF: _W.OWN_UNIT,
    },
    Act.PUBLISH_FAQ: {_R.REGISTRAR: _W.OWN_SCHOOL, _R.SUPPORT_STAFF: _W.OWN_UNIT},
    Act.EXPORT_NAMES: {_R.REGISTRAR: _W.OWN_SCHOOL, _R.UNIT_ADMINISTRATOR: _W.BELOW},
    Act.READ_AUDIT: {_R.AUDITOR: _W.BELOW, _R.GUARDIAN: _W.OWN_SHEET},
    # Sums and fingerprints, without an object: who gives it room, who keeps its keys, who runs it.
    Act.SEE_ARCHIVE: {
        _R.UNIT_ADMINISTRATOR: _W.BELOW,
        _R.KEY_OFFICER: _W.ANYWHERE,
        _R.OPERATOR: _W.ANYWHERE,
    },
    Act.MANAGE_KEYS: {_R.KEY_OFFICER: _W.ANYWHERE},
    Act.OPERATE: {_R.OPERATOR: _W.ANYWHERE},
}

# Who decides sees paper only with a decision about it in hands.
DECIDERS = frozenset({*TABLE[Act.DECIDE_MAINTENANCE], *TABLE[Act.DECIDE_KEY_DATA]})

# One person never holds two of these (GB/T 22239: three separate administrators).
EXCLUSIVE_ROLES = frozenset({Role.OPERATOR, Role.KEY_OFFICER, Role.AUDITOR})


def may(standing: Standing, act: Act, place: Place) -> bool:
    """Whether someone standing so may act there; anything not in the table is refused."""
    where = TABLE[act].get(standing.role)
    return where is not None and _stands(standing, where, place)


def roles_conflict(roles: frozenset[Role]) -> bool:
    """Whether one person would hold administrator roles that exclude one another."""
    return len(roles & EXCLUSIVE_ROLES) > 1


def _stands(standing: Standing, where: Where, place: Place) -> bool:
    match where:
        case Where.OWN_SHEET:
            return standing.sheet is not None and standing.sheet == place.sheet
        case Where.OWN_UNIT:
            return standing.path != "" and standing.path == place.path
        case Where.MANAGED:
            return standing.path != "" and place.managed_by == codes_up(standing.path)[0]
        case Where.ANYWHERE:
            return True
        case _:
            # Own class and own school are the part of the tree below the actor's own unit too.
            return standing.path != "" and place.path.startswith(standing.path)
