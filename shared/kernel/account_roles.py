"""Which roles the units of a level have, and who hands out the accounts of which.

Source: campaign workflow, P3, K3, S4.
"""

from shared.kernel.authority import EXCLUSIVE_ROLES, Role
from shared.kernel.units import Level

_OFFICE = frozenset({Role.UNIT_ADMINISTRATOR, Role.REVIEWER, Role.SUPPORT_STAFF, Role.AUDITOR})
# A homeroom teacher stands at a class.
ROLES_AT: dict[Level, frozenset[Role]] = {
    Level.PROVINCE: _OFFICE | {Role.OPERATOR, Role.KEY_OFFICER},
    Level.CITY: _OFFICE,
    Level.COUNTY: _OFFICE,
    Level.SCHOOL: frozenset({Role.REGISTRAR, Role.ENTRY_CLERK, Role.SCHOOL_LEADER}),
    Level.CLASS: frozenset({Role.HOMEROOM_TEACHER}),
}
# A registrar hands on what works under it: never a leader, who checks what the school enters.
_BY_REGISTRAR = frozenset({Role.ENTRY_CLERK, Role.HOMEROOM_TEACHER})
# Nobody appoints who watches over them: these are made on the machine, with two of them present.
BY_MACHINE = EXCLUSIVE_ROLES


def may_hand_out(giver: Role, role: Role) -> bool:
    """Whether a role's accounts are handed out by this role, where the table lets it act at all."""
    if role in BY_MACHINE:
        return False
    return giver is Role.UNIT_ADMINISTRATOR or role in _BY_REGISTRAR
