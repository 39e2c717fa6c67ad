"""Which state a page ends in: pure rules over the reading, the keys and what was issued.

Source: states of photos and pages, scan and domain references in docs/architecture.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.contracts.scan_commands import PageState
from shared.kernel.ids import CampaignId, SheetId, UnitCode
from shared.kernel.sheet_code import CodeKey, CodeType, Side, VerifiedCode, verify_code

# What scan tells apart by causes measured on the pixels; everything else is a rule below.
UNREADABLE_CAUSES = frozenset({"damaged_file", "too_small", "blurred", "dark", "glare", "cropped"})
# Of these the pixels show something, though no code.
SEEN_BADLY = UNREADABLE_CAUSES - {"damaged_file"}
REFUSED_CAUSES = frozenset(
    {"not_an_image", "too_many_pixels", "too_many_pages", "encrypted_pdf", "animated"}
)


# Only a person can place a page in one of these; it never counts by itself.
OPEN = frozenset({PageState.UNMATCHED})
# A page in one of these is read anew when its object is said to be kept (again).
NOT_READ = frozenset({PageState.DAMAGED, PageState.FAILED})


@dataclass(frozen=True, slots=True)
class Seen:
    """What the reader saw, as far as the rules need it: letter and code of each text like ours."""

    codes: tuple[tuple[str, str], ...]
    others: int  # symbols of somebody else
    cause: str | None  # when there is no code
    quality: int = 0  # of two photos of one page the higher counts


@dataclass(frozen=True, slots=True)
class HandedIn:
    """How the page came: the campaign and, from a guardian, the sheet of the page's address."""

    campaign: CampaignId
    ticket: SheetId | None
    school: UnitCode | None = None  # of a bulk scan


@dataclass(frozen=True, slots=True)
class Issued:
    """A sheet that forms has printed."""

    sheet: SheetId
    newest_serial: int
    serials: frozenset[int]
    unit: UnitCode | None = None  # the class it was printed for

    def is_of(self, school: str) -> bool:
        """Whether it was printed for a class of this school."""
        return self.unit is not None and school_of(self.unit) == school


@dataclass(frozen=True, slots=True)
class Match:
    """Which side of which sheet a page is."""

    sheet: SheetId
    serial: int
    side: Side


@dataclass(frozen=True, slots=True)
class Decision:
    """The state a page ends in; `match` only when it is matched."""

    state: PageState
    reason: str = ""
    match: Match | None = None


def verified(seen: Iterable[tuple[str, str]], keys: Iterable[CodeKey]) -> list[VerifiedCode]:
    """Those of the codes whose check is right under one of the keys."""
    known = tuple(keys)
    found = (verify_code(letter, code, known) for letter, code in seen)
    return [one for one in found if one is not None]


def decide(
    seen: Seen,
    keys: Iterable[CodeKey],
    issued: Mapping[SheetId, Issued],
    given: HandedIn,
) -> Decision:
    """The one state of a page that was just read.

    Two locks: the code's check must be right, and the sheet and its serial must have been
    issued. A forged code passes neither by editing nor by guessing.
    """
    right = verified(seen.codes, keys)
    if not right:
        return without_code(seen)
    if all(one.head.type is CodeType.COVER for one in right):
        return Decision(PageState.COVER)
    code = named(right)
    if code is None:
        return Decision(PageState.UNREADABLE, "several_sheets")
    return _with_code(code, issued, given)


def named(right: Iterable[VerifiedCode]) -> VerifiedCode | None:
    """The code that says which paper a page is; None when it shows no sheet, or several.

    Of two copies or sides of one sheet in view the newest print's front is taken, so that the
    answer does not depend on which of them the reader met first.
    """
    codes = [one for one in right if one.head.type is CodeType.SHEET]
    if len({one.head.sheet for one in codes}) != 1:
        return None
    return max(codes, key=lambda one: (one.head.serial, one.head.side is Side.FRONT))


def better(new: int, old: int) -> bool:
    """Whether a second photo of a page takes the first one's place: clearly better only."""
    return new > old * 1.1


def beside(new: tuple[int, int], old: tuple[int, int]) -> Decision:
    """What a page is next to the one that counts for its side of the sheet so far.

    Of each: the print serial and the quality. `MATCHED` means that it takes the other's place.
    """
    if new[0] != old[0]:
        # Two papers: what was written on one may not stand on the other. Never overwritten.
        return Decision(PageState.CONFLICTING, "other_copy")
    if better(new[1], old[1]):
        return Decision(PageState.MATCHED)
    return Decision(PageState.DUPLICATE, "same_sheet_same_side")


def school_of(unit: UnitCode) -> UnitCode:
    """The school of a class: a class is named after its school."""
    return UnitCode(unit.partition("-")[0])


def without_code(seen: Seen) -> Decision:
    """The state of a page on which no code is authentic."""
    if seen.codes:
        return Decision(PageState.FOREIGN, "bad_check")
    if seen.others:
        return Decision(PageState.FOREIGN, "not_our_code")
    if seen.cause == "blank":
        return Decision(PageState.BLANK, "empty_side")
    if seen.cause in REFUSED_CAUSES:
        return Decision(PageState.REFUSED, str(seen.cause))
    if seen.cause in UNREADABLE_CAUSES:
        return Decision(PageState.UNREADABLE, str(seen.cause))
    return Decision(PageState.UNMATCHED, seen.cause or "no_code")


def _with_code(code: VerifiedCode, issued: Mapping[SheetId, Issued], given: HandedIn) -> Decision:
    head = code.head
    if code.key.campaign != given.campaign:
        return Decision(PageState.MISFILED, "other_campaign")
    known = issued.get(head.sheet)
    if known is None or head.serial not in known.serials:
        return Decision(PageState.UNMATCHED, "not_issued")
    if given.ticket is not None and given.ticket != head.sheet:
        return Decision(PageState.MISFILED, "other_pupil")
    if given.school is not None and not known.is_of(given.school):
        return Decision(PageState.MISFILED, "other_school")
    match = Match(head.sheet, head.serial, head.side)
    reason = "superseded_serial" if head.serial < known.newest_serial else ""
    return Decision(PageState.MATCHED, reason, match)
