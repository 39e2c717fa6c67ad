"""Refusals around dedicated accounts and signing in; see `errors` for the rules they follow."""

from shared.kernel.errors import DomainError


class SignInRefusedError(DomainError):
    """Account, password or code is wrong; never says which."""

    code = "sign_in_refused"


class AccountLockedError(DomainError):
    """Too many wrong tries; args: until (ISO 8601)."""

    code = "account_locked"

    def __init__(self, until: str) -> None:
        super().__init__(until)
        self.until = until


class AccountClosedError(DomainError):
    """The account may not be used; args: account, `disabled` or `expired`."""

    code = "account_closed"


class SessionEndedError(DomainError):
    """Nobody is signed in with this session (any more): sign in again."""

    code = "session_ended"


class SignInUnfinishedError(DomainError):
    """Signing in asks for a step first, or not for this one; args: the step."""

    code = "sign_in_unfinished"


class WeakPasswordError(DomainError):
    """The password can be guessed; args: `short`, `long`, `guessable`, `names_you` or `same`."""

    code = "weak_password"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NameNeededError(DomainError):
    """Every account is used by named people: the first sign-in gives the name; args: account."""

    code = "name_needed"


class RolesExcludeError(DomainError):
    """Operator, key officer and auditor are three people; args: role asked for, role held."""

    code = "roles_exclude"


class RoleNotHereError(DomainError):
    """No unit of this level has this role; args: role, level."""

    code = "role_not_here"


class RoleNotGivenError(DomainError):
    """This role is handed out by somebody else; args: role."""

    code = "role_not_given"


class UnknownAccountError(DomainError):
    """No account has this id; args: account."""

    code = "unknown_account"


class UnknownPersonError(DomainError):
    """The person does not use this account; args: account, person or number."""

    code = "unknown_person"


class OwnAccountError(DomainError):
    """Nobody disables, hands over or resets the own account; args: account."""

    code = "own_account"


class AccountThereError(DomainError):
    """The first account of this role was made before; args: account."""

    code = "account_there"


class TooManyAccountsError(DomainError):
    """More accounts than one order may make: order them level by level; args: the limit."""

    code = "too_many_accounts"


class NotMadeHereError(DomainError):
    """The machine looks after the accounts it makes alone; args: account."""

    code = "not_made_here"
