"""The steps of a session after the password: code, new password and name, setting a second step up."""

from services.accounts import session_store, store
from services.accounts.credentials import (
    address_of,
    draw_seed,
    keep_session,
    step_of_code,
)
from services.accounts.domain import login_of
from services.accounts.naming import Post, name_of, say_name
from services.accounts.office import Office
from services.accounts.passwords import trouble_with
from services.accounts.signing_in import (
    Holder,
    count_try,
    live,
    refuse_try,
    say,
    told,
)
from services.accounts.vault import Column
from shared.contracts.sign_in_commands import (
    Enrolment,
    EnrolSecondStep,
    GiveCode,
    SetPassword,
    SignedIn,
    Step,
)
from shared.kernel.errors_accounts import (
    SignInRefusedError,
    SignInUnfinishedError,
    WeakPasswordError,
)
from shared.kernel.ids import AccountId, PersonId
from shared.kernel.units import codes_up


def give_code(office: Office, request: GiveCode) -> SignedIn:
    """Take the code of a second step: at sign-in, to confirm its seed, or before a delicate act.

    Raises:
        SessionEndedError: nobody is signed in with the session.
        SignInUnfinishedError: there is no seed yet, or another step comes first.
        AccountLockedError: too many wrong tries.
        SignInRefusedError: the code is wrong, or was shown before.
    """
    token = keep_session(request.session)
    at = office.database.clock()
    with office.database.transaction() as tx:
        session, holder = live(tx, token, at)
        step = holder.step(session.second_step_at)
        if holder.row.seed is None or step is Step.PASSWORD:
            raise SignInUnfinishedError(step.value)
        count_try(tx, holder, at)
    seed = office.vault.open(Column.SEED, _row(holder), holder.row.seed)
    shown = step_of_code(seed, request.code, at, after=holder.row.last_step)
    if shown is None:
        refuse_try(office.database, holder, "second_step")
    with office.database.transaction() as tx:
        session, now = live(tx, token, at)
        # The same code arrived twice at once, or the seed was drawn anew meanwhile.
        if now.row.last_step != holder.row.last_step or now.row.seed != holder.row.seed:
            raise SignInRefusedError
        change = {"last_step": shown, "has_second_step": True, "tries": 0, "locked_until": None}
        store.change_holder(tx, now.key, **change)
        session_store.change_session(tx, token, second_step_at=at, seen_at=at)
        say(tx, now, "second_step" if now.row.has_second_step else "set_second_step_up")
        _, now = live(tx, token, at)
    return told(now, request.session, at, session.ends_at)


def set_password(office: Office, request: SetPassword) -> SignedIn:
    """Choose a password; at a first sign-in also say who one is. Other sessions end.

    Raises:
        SessionEndedError: nobody is signed in with the session.
        SignInUnfinishedError: another step comes first.
        SignInRefusedError: the current password is wrong; asked for after the first sign-in.
        AccountLockedError: too many wrong tries.
        WeakPasswordError: it can be guessed, or is the one before.
        NameNeededError: nobody has said yet who uses the account.
        RolesExcludeError: somebody of this name holds a role that excludes this one.
    """
    token = keep_session(request.session)
    holder, is_named = _begin_password(office, token)
    if not holder.row.must_change and not office.passwords.fits(
        holder.row.password, request.current
    ):
        refuse_try(office.database, holder, "set_password")
    name = "" if is_named else name_of(AccountId(holder.row.account), request.name)
    _check_password(office, holder, request.password)
    kept = office.passwords.keep(request.password)
    at = office.database.clock()
    with office.database.transaction() as tx:
        _, now = live(tx, token, at)
        if now.row.password != holder.row.password:
            raise SignInRefusedError
        if name:
            say_name(tx, office.vault, _post(now), PersonId(now.row.person), name)
        change = {"password": kept, "must_change": False, "is_used": True}
        store.change_holder(tx, now.key, **change, tries=0, locked_until=None)
        session_store.end_sessions(tx, *now.key, but=token)
        session_store.change_session(tx, token, seen_at=at)
        say(tx, now, "set_password")
        session, now = live(tx, token, at)
    return told(now, request.session, session.second_step_at, session.ends_at)


def enrol(office: Office, request: EnrolSecondStep) -> Enrolment:
    """Draw a seed for the second step; it is shown now and never again.

    Raises:
        SessionEndedError: nobody is signed in with the session.
        SignInUnfinishedError: another step comes first, or one was set up before.
    """
    token = keep_session(request.session)
    seed = draw_seed()
    at = office.database.clock()
    with office.database.transaction() as tx:
        session, holder = live(tx, token, at)
        step = holder.step(session.second_step_at)
        if holder.row.has_second_step or step not in {Step.ENROL, Step.DONE}:
            raise SignInUnfinishedError(step.value)
        sealed = office.vault.seal(Column.SEED, _row(holder), seed)
        store.change_holder(tx, holder.key, seed=sealed, last_step=0)
        session_store.change_session(tx, token, seen_at=at)
        say(tx, holder, "draw_second_step")
    return Enrolment(seed, address_of(seed, _row(holder)))


def _begin_password(office: Office, token: str) -> tuple[Holder, bool]:
    """Whose password it is, and whether they have said their name; a change counts as a try."""
    at = office.database.clock()
    with office.database.transaction() as tx:
        session, holder = live(tx, token, at)
        step = holder.step(session.second_step_at)
        if step not in {Step.PASSWORD, Step.DONE}:
            raise SignInUnfinishedError(step.value)
        if not holder.row.must_change:
            count_try(tx, holder, at)
        person = store.person_of(tx, PersonId(holder.row.person))
    return holder, person is not None and person.name is not None


def _check_password(office: Office, holder: Holder, password: str) -> None:
    known = (holder.row.account, *codes_up(holder.account.path))
    trouble = trouble_with(password, known=known)
    if trouble is None and office.passwords.fits(holder.row.password, password):
        trouble = "same"
    if trouble is not None:
        raise WeakPasswordError(trouble)


def _post(holder: Holder) -> Post:
    return Post(AccountId(holder.row.account), holder.role, holder.account.path)


def _row(holder: Holder) -> str:
    return login_of(*holder.key)
