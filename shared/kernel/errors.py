"""Every refusal that a person can be told about.

DomainError
├── Refusals of a command: the edge turns `code` into a sentence and a status.
└── Each class has a stable `code`; arguments are ids and codes, never a name,
    an ID number or a field's value, because the bus copies them to callers and logs.

Arguments must rebuild the error: subclasses pass all of theirs to `super().__init__`.
"""

from typing import ClassVar


class DomainError(Exception):
    """A refusal with a stable code; anything else that is raised is a bug."""

    code: ClassVar[str] = "refused"


class UnknownUnitError(DomainError):
    """No unit of the tree has this code."""

    code = "unknown_unit"


class UnknownCampaignError(DomainError):
    """No campaign has this id."""

    code = "unknown_campaign"


class WindowClosedError(DomainError):
    """The window for an action is closed; args: unit, action, opens_at (ISO 8601 or "")."""

    code = "window_closed"

    def __init__(self, unit: str, action: str, opens_at: str = "") -> None:
        super().__init__(unit, action, opens_at)
        self.unit = unit
        self.action = action
        self.opens_at = opens_at


class UnknownSheetError(DomainError):
    """No sheet has this id."""

    code = "unknown_sheet"


class NoPupilInScopeError(DomainError):
    """The class has nobody to print a sheet for."""

    code = "no_pupil_in_scope"


class GrantRefusedError(DomainError):
    """Storage does not open this object for this caller; args: object id, reason code."""

    code = "grant_refused"


class SealedObjectError(DomainError):
    """The one error for every sealed body or slot that does not open, whatever the cause."""

    code = "sealed_object"
