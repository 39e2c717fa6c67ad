"""Rules of storage: who may hand in and open what, and why an object is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.contracts.actors import NEED_SECOND_FACTOR, Actor
from shared.contracts.storage_commands import Purpose
from shared.kernel.authority import TABLE, Act
from shared.kernel.errors import ActorRefusedError
from shared.kernel.ids import ProvinceCode
from shared.kernel.units import province_of
from shared.sealing.context import Rendition

MAX_GRANT_LIFE = timedelta(seconds=60)
# What goes on while the audit log has no witness; a purpose that is not here is somebody looking.
NEED_NO_WITNESS = frozenset({Purpose.READ, Purpose.DRILL})
# What people look at; the archive is planned with it (twice the store of a portrait).
MAX_VIEW_BYTES = 120_000
# A caller's clock may run ahead of ours by this much.
CLOCK_SLACK = timedelta(seconds=30)


class Refusal(StrEnum):
    """Why a handed-in object was not kept, or a kept one does not verify."""

    BAD_SLOT = "bad_slot"  # not a slot, or it names another object than its own key
    UNKNOWN_EDGE = "unknown_edge"  # not enrolled, or not for this rendition
    BAD_SIGNATURE = "bad_signature"
    OTHER_PROVINCE = "other_province"
    UNKNOWN_KEY = "unknown_key"  # sealed to a key this province does not hold
    BODY_MISSING = "body_missing"
    BODY_UNREADABLE = "body_unreadable"  # the store has it and cannot give it: a damaged disk
    BODY_CUT = "body_cut"  # another length than was handed in
    BODY_ALTERED = "body_altered"  # another hash than was handed in
    DOES_NOT_OPEN = "does_not_open"  # swapped: right bytes of another object
    VIEW_TOO_LARGE = "view_too_large"


class GrantRefusal(StrEnum):
    """Why an object is not opened for a caller."""

    UNKNOWN_CALLER = "unknown_caller"
    BAD_SIGNATURE = "bad_signature"
    NOT_ALLOWED = "not_allowed"
    EXPIRED = "expired"
    USED_BEFORE = "used_before"
    NOT_KEPT = "not_kept"
    ERASED = "erased"
    UNWATCHED = "unwatched"  # nobody has countersigned the audit log lately
    NO_ACTOR = "no_actor"  # a service looks for people, and names none who may look there


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A service whose signature counts."""

    public_key: bytes
    renditions: frozenset[Rendition]  # it may hand in
    purposes: frozenset[Purpose]  # it may open objects for


# What each service is enrolled for. The edge opens nothing, whatever it signs.
ENROLMENTS: Mapping[str, tuple[frozenset[Rendition], frozenset[Purpose]]] = {
    "gateway": (frozenset({Rendition.ORIGINAL}), frozenset()),
    "scan": (
        frozenset({Rendition.ORIGINAL, Rendition.VIEW, Rendition.DOCUMENT}),
        frozenset({Purpose.READ}),
    ),
    # Opens the view of a page for a person who looks, and nothing on its own account.
    "portal": (frozenset(), frozenset({Purpose.LOOK})),
    "operator": (frozenset(), frozenset({Purpose.DRILL, Purpose.LOOK})),
}
# Their signature alone opens nothing: each request names the person it is for.
LOOK_FOR_PEOPLE = frozenset({"portal"})


def may_look(looker: Actor, province: ProvinceCode) -> bool:
    """Whether a person may look at pages of a province at all; which ones is told before.

    Raises:
        ActorRefusedError: the role needs a second factor and none was shown.
    """
    if looker.role not in TABLE[Act.SEE_PAGE] or province_of(looker.path) != province:
        return False
    if looker.role in NEED_SECOND_FACTOR and looker.second_factor_at is None:
        raise ActorRefusedError("second_factor")
    return True


def grant_refusal(
    caller: Enrolled | None, purpose: Purpose, expires_at: datetime, now: datetime
) -> GrantRefusal | None:
    """Why a signed request is refused; None when it stands.

    The signature and the nonce are checked elsewhere: they need a key and a database.
    """
    if caller is None:
        return GrantRefusal.UNKNOWN_CALLER
    if purpose not in caller.purposes:
        return GrantRefusal.NOT_ALLOWED
    if not now < expires_at <= now + MAX_GRANT_LIFE + CLOCK_SLACK:
        return GrantRefusal.EXPIRED
    return None
