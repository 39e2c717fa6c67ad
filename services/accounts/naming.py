"""Who uses an account: names, sealed at rest, and the roles that one person may not have together."""

from dataclasses import dataclass

from services.accounts import store
from services.accounts.domain import excluded_by
from services.accounts.vault import Column, Vault
from shared.kernel.authority import Role
from shared.kernel.errors_accounts import (
    NameNeededError,
    RolesExcludeError,
    UnknownPersonError,
)
from shared.kernel.ids import AccountId, PersonId, new_person_id
from shared.kernel.names import is_name, shown, tidied
from shared.kernel.units import province_of
from shared.plumbing.database import Tx


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to use an account: somebody known, or somebody new of a name; or nobody named yet."""

    name: str = ""
    person: PersonId | None = None
    is_namesake: bool = False  # another person than the one of this name who is known


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is to be, where."""

    account: AccountId
    role: Role
    path: str


def person_for(tx: Tx, vault: Vault, post: Post, newcomer: Newcomer) -> PersonId:
    """The person who takes a post, written down if they are new.

    Raises:
        NameNeededError: neither a known person nor a name is given.
        UnknownPersonError: nobody has this id.
        RolesExcludeError: they hold a role that excludes this one.
    """
    if newcomer.person is not None:
        known = store.person_of(tx, newcomer.person)
        if known is None:
            raise UnknownPersonError(post.account, newcomer.person)
        _check_roles(tx, post, newcomer.person, known.same_name)
        return newcomer.person
    name = name_of(post.account, newcomer.name)
    person = new_person_id()
    digest = None if newcomer.is_namesake else _digest(vault, post, name)
    _check_roles(tx, post, person, digest)
    row = {"person": person, "name": vault.seal(Column.NAME, person, name), "same_name": digest}
    store.add_people(tx, [row])
    return person


def say_name(tx: Tx, vault: Vault, post: Post, person: PersonId, name: str) -> None:
    """Keep the name that somebody gives at their first sign-in.

    Raises:
        RolesExcludeError: somebody of this name holds a role that excludes this one.
    """
    digest = _digest(vault, post, name)
    _check_roles(tx, post, person, digest)
    store.name_person(tx, person, vault.seal(Column.NAME, person, name), digest)


def name_of(account: AccountId, text: str) -> str:
    """A name as it is kept.

    Raises:
        NameNeededError: that is none.
    """
    name = tidied(text)
    if not name or not is_name(name):
        raise NameNeededError(account)
    return name


def _digest(vault: Vault, post: Post, name: str) -> bytes:
    return vault.same_name(province_of(post.path), shown(name))


def _check_roles(tx: Tx, post: Post, person: PersonId, digest: bytes | None) -> None:
    held = excluded_by(post.role, store.roles_held(tx, person, digest))
    if held is not None:
        raise RolesExcludeError(post.role.value, held.value)
