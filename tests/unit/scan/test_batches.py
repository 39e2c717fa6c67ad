"""A bulk scan is staged: nothing of it counts before its owner commits it."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.scan import batches, page_acts, piles
from services.scan.batch_report import report, reports
from services.scan.cells.looking import view_of
from services.scan.holding import Desk
from services.scan.image.reading import Cause, FoundCode
from services.scan.places import keep_unit
from services.scan.submitting import Origin
from services.scan.uploads.ticket import Tickets
from shared.contracts.actors import Actor
from shared.contracts.batch_commands import (
    AssignPage,
    BatchAct,
    BatchReport,
    BatchState,
    BeginBatch,
    CommitBatch,
    DiscardPage,
    HandOverBatch,
    ListBatches,
    LookAtBatchPage,
    ShowBatch,
    TakeUploadTicket,
    UndoPage,
)
from shared.contracts.events import UnitRegistered
from shared.contracts.scan_commands import PageState, PageVerdict
from shared.kernel.authority import Role
from shared.kernel.errors import (
    BatchClosedError,
    BatchHeldError,
    BatchNotReadError,
    BatchNotYoursError,
    NotAllowedError,
    NothingToUndoError,
    PageCommittedError,
    PageNotSeenError,
    UnknownBatchError,
    UnknownPageError,
    UnknownSheetError,
)
from shared.kernel.ids import AccountId, ActorToken, FactId, PersonId, SheetId, UnitCode
from shared.kernel.sheet_code import CodeType
from shared.kernel.units import Level, codes_up
from shared.plumbing.actors import Actors, sign
from shared.plumbing.hears import Heard
from shared.plumbing.identity import Identity
from shared.plumbing.inbox import AlreadyHeardError
from tests.unit.scan.house import (
    CLASS,
    KEY,
    OLD,
    OTHER,
    PROVINCE,
    SHEET,
    House,
    a_code,
    a_reading,
    an_issue,
)
from tests.unit.scan.test_cells import seen

ACCOUNTS = Identity("accounts", Ed25519PrivateKey.generate())
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
WANG, LI = PersonId("a" * 16), PersonId("b" * 16)
TICKETS = Tickets(bytes(32))
SCHOOL_PATH = f"44/4403/440305/{CLASS}/"
THIRD = SheetId("aaaaaaaaaaaa")
ELSEWHERE = UnitCode("2144990101-0101")


def by(person: PersonId, role: Role = Role.ENTRY_CLERK, path: str = SCHOOL_PATH) -> ActorToken:
    """A token of somebody at a unit of a path; without more, a clerk of the school."""
    who = (person, AccountId("s.01"), role, codes_up(path)[0], path)
    return sign(Actor(*who, NOON + timedelta(minutes=15)), ACCOUNTS)


class Office:
    """A school's office at its scanner."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.batch = ""
        self.desk = Desk(house.database, Actors([ACCOUNTS.public_key], clock=lambda: NOON))
        school = UnitRegistered(CLASS, Level.SCHOOL, None, SCHOOL_PATH, UnitCode("440305"), 1)
        with suppress(AlreadyHeardError):  # a second office of the same house
            keep_unit(Heard(school, FactId("unit"), NOON, PROVINCE, 1, "unit", house.database))

    def hand_in(self, *pages: list[FoundCode] | Cause, digest: str = "one") -> str:
        begun = batches.begin_batch(self.house.database, self.request(len(pages), digest))
        self.batch = begun.batch
        for number, page in enumerate(pages, start=1):
            object_ = batches.page_object(begun.batch, number)
            batches.announce_page(self.house.database, begun.batch, number)
            codes = [] if isinstance(page, Cause) else page
            cause = page if isinstance(page, Cause) else None
            self.house.page_of(a_reading(*codes, cause=cause), object_)
        batches.all_arrived(self.house.database, begun.batch)
        return begun.batch

    def request(self, pages: int, digest: str = "one") -> BeginBatch:
        return BeginBatch(KEY.campaign, PROVINCE, CLASS, WANG, digest, pages)

    def report(self) -> BatchReport:
        return report(self.house.database, self.batch)

    def said(self, name: str) -> int:
        return len(self.house.said(name))

    def states(self) -> list[tuple[str, str]]:
        return [(one.state.value, one.reason) for one in self.report().listed]

    def commit(self, *pages: int, actor: PersonId = WANG) -> int:
        return batches.commit_batch(self.desk, CommitBatch(self.batch, by(actor), pages)).pages

    def discard(self, page: int, actor: PersonId = WANG) -> None:
        request = DiscardPage(self.batch, by(actor), page, "torn")
        page_acts.discard_page(self.desk, request)

    def undo(self, page: int) -> None:
        page_acts.undo_page(self.desk, UndoPage(self.batch, by(WANG), page))

    def assign(self, page: int, sheet: SheetId) -> None:
        request = AssignPage(self.batch, by(WANG), page, sheet, "front")
        page_acts.assign_page(self.desk, request)


@pytest.fixture
def office(house: House) -> Office:
    house.issue(SHEET, OTHER, THIRD)
    return Office(house)


def test_pages_show_their_states_and_nothing_counts_before_the_commit(office: Office) -> None:
    office.hand_in([a_code()], Cause.BLANK, Cause.NO_CODE, [a_code(OTHER)])

    assert office.states() == [
        ("matched", ""),
        ("blank", "empty_side"),
        ("unmatched", "no_code"),
        ("matched", ""),
    ]
    assert office.report().state is BatchState.READ
    assert office.report().counts == {"blank": 1, "matched": 2, "unmatched": 1}
    assert office.said("sheet_photographed") == 0
    assert office.house.returned() == 0


def test_the_commit_says_each_sheet_once_and_closes_the_batch(office: Office) -> None:
    office.hand_in([a_code()], [a_code(OTHER)], Cause.BLANK)

    assert office.commit() == 3
    assert office.said("sheet_photographed") == office.said("sheet_returned") == 2
    assert office.report().state is BatchState.COMMITTED
    with pytest.raises(BatchClosedError):
        office.commit()


def test_who_is_missing_is_named_by_number_in_class(office: Office) -> None:
    office.hand_in([a_code()])
    (tally,) = office.report().classes

    assert (tally.unit, tally.issued, tally.back) == (CLASS, 3, 1)
    assert [one.number_in_class for one in tally.missing] == [2, 3]


def test_who_did_not_sign_is_named_once_the_page_was_looked_at(office: Office) -> None:
    office.hand_in([a_code(SHEET)], [a_code(OTHER)])
    assert office.report().to_look_at == 2

    first, second = office.report().listed
    office.house.look_at(first.object, seen(signature="absent"))
    office.house.look_at(second.object, seen(signature="present"))

    report = office.report()
    [tally] = report.classes
    assert report.to_look_at == 0
    assert [one.sheet for one in tally.unsigned] == [SHEET]
    assert [one.verdict for one in report.listed] == [PageVerdict.UNSIGNED, PageVerdict.COMPLETE]


def test_what_is_seen_on_a_staged_page_is_told_at_the_commit_and_not_before(
    office: Office,
) -> None:
    office.hand_in([a_code(SHEET)])
    [page] = office.report().listed
    office.house.look_at(page.object, seen())
    assert office.said("cells_read") == 0

    office.commit()

    assert office.said("cells_read") == 1


def test_a_page_that_a_person_placed_is_looked_at_as_that_sheet(office: Office) -> None:
    office.hand_in(Cause.NO_CODE)
    [page] = office.report().listed
    office.house.look_at(page.object, seen())
    assign = AssignPage(office.batch, by(WANG), 1, SHEET, "front")
    page_acts.assign_page(office.desk, assign)
    assert office.report().to_look_at == 1

    office.house.look_at(page.object, seen(signature="absent"))

    assert office.report().listed[0].verdict is PageVerdict.UNSIGNED


def test_a_batch_of_which_pages_still_wait_commits_only_the_ones_that_are_named(
    office: Office,
) -> None:
    begun = batches.begin_batch(office.house.database, office.request(2))
    office.batch = begun.batch
    batches.announce_page(office.house.database, begun.batch, 1)
    office.house.page_of(a_reading(a_code()), batches.page_object(begun.batch, 1))

    assert office.report().counts == {"matched": 1, "waiting": 1}
    with pytest.raises(BatchNotReadError):
        office.commit()
    with pytest.raises(UnknownPageError):
        office.commit(2)
    assert office.commit(1) == 1
    assert office.house.returned() == 1
    assert office.report().state is BatchState.ARRIVING


def test_the_same_file_again_is_the_same_batch_unless_it_was_thrown_away(office: Office) -> None:
    first = office.hand_in([a_code()])

    again = batches.begin_batch(office.house.database, office.request(1))
    other = batches.begin_batch(office.house.database, office.request(1, "another"))
    batches.discard_batch(office.desk, BatchAct(first, by(WANG)))
    anew = batches.begin_batch(office.house.database, office.request(1))

    assert (again.batch, again.is_known) == (first, True)
    assert not other.is_known
    assert not anew.is_known
    assert anew.batch != first


def test_a_page_handed_in_twice_is_read_once(office: Office) -> None:
    office.hand_in([a_code()])

    assert not batches.announce_page(office.house.database, office.batch, 1)
    assert office.report().counts == {"matched": 1}


def test_of_a_page_that_lies_twice_in_the_pile_the_better_one_counts(office: Office) -> None:
    office.hand_in([a_code(side_px=200)], [a_code(side_px=400)])

    assert office.states() == [("duplicate", "same_sheet_same_side"), ("matched", "")]
    assert [one.other for one in office.report().listed] == [2, None]
    assert office.commit() == 2
    assert office.said("sheet_photographed") == 1


def test_a_duplicate_and_a_second_copy_are_looked_at_as_their_sheet_so_that_the_wait_ends(
    office: Office,
) -> None:
    office.house.issue(SHEET, serial=2)
    office.hand_in([a_code()], [a_code()], [a_code(serial=2)])
    for page in office.report().listed:
        office.house.look_at(page.object, seen())

    assert [state for state, _ in office.states()] == ["matched", "duplicate", "conflicting"]
    assert office.report().to_look_at == 0


def test_a_staged_page_does_not_stand_in_the_way_of_a_guardians_photo(office: Office) -> None:
    office.hand_in([a_code(side_px=200)])
    photo = office.house.photo(a_code(side_px=200))

    assert office.house.state(photo) == ("matched", "")
    office.commit()
    assert office.states() == [("duplicate", "same_sheet_same_side")]


def test_a_pile_against_a_photo_that_counts_already_says_so_before_the_commit(
    office: Office,
) -> None:
    office.house.photo(a_code(side_px=300))
    office.hand_in([a_code(side_px=300)])

    assert office.states() == [("duplicate", "same_sheet_same_side")]


def test_a_better_scan_takes_the_photos_place_at_the_commit_and_not_before(office: Office) -> None:
    photo = office.house.photo(a_code(side_px=200))
    office.hand_in([a_code(side_px=400)])

    assert office.house.state(photo) == ("matched", "")
    office.commit()
    assert office.house.state(photo) == ("duplicate", "same_sheet_same_side")
    assert office.states() == [("matched", "")]


@pytest.mark.parametrize("sizes", [(400, 401), (400, 800), (800, 400)])
def test_of_two_scans_that_are_better_than_the_photo_only_one_is_matched(
    office: Office, sizes: tuple[int, int]
) -> None:
    photo = office.house.photo(a_code(side_px=200))
    office.hand_in(*([a_code(side_px=size)] for size in sizes))

    assert sorted(office.states()) == [("duplicate", "same_sheet_same_side"), ("matched", "")]
    office.commit()
    assert sorted(office.states()) == [("duplicate", "same_sheet_same_side"), ("matched", "")]
    assert office.house.state(photo) == ("duplicate", "same_sheet_same_side")


def test_sheets_of_another_school_or_campaign_are_told_apart(office: Office) -> None:
    office.house.issue_for(ELSEWHERE, SheetId("bbbbbbbbbbbb"))
    cover = a_code(SheetId("c" * 12), kind=CodeType.COVER)

    office.hand_in([a_code(SheetId("bbbbbbbbbbbb"))], [a_code(key=OLD)], [cover])

    assert office.states() == [
        ("misfiled", "other_school"),
        ("misfiled", "other_campaign"),
        ("cover", ""),
    ]
    stranger = office.report().listed[0]
    assert (stranger.sheet, stranger.number_in_class, stranger.unit) == (None, None, ELSEWHERE)


def test_a_discarded_page_does_not_count_and_comes_back_by_an_undo(office: Office) -> None:
    office.hand_in([a_code()], [a_code(OTHER)])
    office.discard(1)

    assert office.states()[0] == ("discarded", "torn")
    office.undo(1)
    assert office.states()[0] == ("matched", "")
    with pytest.raises(NothingToUndoError):
        office.undo(1)
    office.discard(1)
    office.commit()
    assert office.house.returned() == 1


def test_when_the_better_of_two_is_discarded_the_other_one_counts(office: Office) -> None:
    office.hand_in([a_code(side_px=200)], [a_code(side_px=400)])

    office.discard(2)

    assert office.states() == [("matched", ""), ("discarded", "torn")]


def test_a_person_says_whose_page_it_is_and_may_take_it_back(office: Office) -> None:
    office.hand_in(Cause.NO_CODE)
    office.assign(1, OTHER)

    assert office.states() == [("matched", "by_person")]
    office.undo(1)
    assert office.states() == [("unmatched", "no_code")]
    assert office.report().listed[0].sheet is None
    office.assign(1, OTHER)
    office.commit()
    assert office.house.returned() == 1


def test_a_page_goes_to_no_sheet_of_another_school_and_to_none_that_was_never_printed(
    office: Office,
) -> None:
    office.house.issue_for(ELSEWHERE, SheetId("bbbbbbbbbbbb"))
    office.hand_in(Cause.NO_CODE)

    for sheet in (SheetId("bbbbbbbbbbbb"), SheetId("dddddddddddd")):
        with pytest.raises(UnknownSheetError):
            office.assign(1, sheet)


def test_one_person_works_on_a_batch_at_a_time_and_others_see_who_and_how_long(
    office: Office,
) -> None:
    office.hand_in([a_code()])
    batches.hold(office.desk, BatchAct(office.batch, by(LI)))

    with pytest.raises(BatchHeldError) as held:
        office.discard(1)
    assert held.value.holder == office.report().holder == LI
    until = office.report().held_until
    assert until is not None
    assert held.value.until == until.isoformat()
    office.house.now += timedelta(minutes=6)
    office.discard(1)
    assert office.report().holder == WANG


def test_who_lets_a_batch_go_makes_room_for_the_next(office: Office) -> None:
    office.hand_in([a_code()])
    batches.hold(office.desk, BatchAct(office.batch, by(LI)))
    batches.let_go(office.desk, BatchAct(office.batch, by(WANG)))  # not theirs: nothing
    assert office.report().holder == LI

    batches.let_go(office.desk, BatchAct(office.batch, by(LI)))

    assert office.report().holder is None
    office.discard(1)


def test_only_the_owner_commits_or_throws_away_and_may_hand_over(office: Office) -> None:
    office.hand_in([a_code()])
    with pytest.raises(BatchNotYoursError):
        office.commit(actor=LI)
    with pytest.raises(BatchNotYoursError):
        batches.discard_batch(office.desk, BatchAct(office.batch, by(LI)))

    batches.hand_over(office.desk, HandOverBatch(office.batch, by(WANG), LI))

    with pytest.raises(BatchNotYoursError):
        office.commit()
    office.house.now += timedelta(minutes=6)
    assert office.commit(actor=LI) == 1


def test_what_counts_is_not_changed_any_more(office: Office) -> None:
    office.hand_in([a_code()], [a_code(OTHER)])
    office.commit(1)

    with pytest.raises(PageCommittedError):
        office.discard(1)
    office.discard(2)
    office.commit()
    with pytest.raises(BatchClosedError):
        office.undo(2)


def test_a_page_without_a_picture_has_a_state_too(office: Office) -> None:
    begun = batches.begin_batch(office.house.database, office.request(1))
    office.batch = begun.batch
    batches.announce_page(office.house.database, begun.batch, 1)
    batches.settle_unread(office.house.database, begun.batch, 1, "encrypted_pdf")
    batches.all_arrived(office.house.database, begun.batch)

    assert office.states() == [("refused", "encrypted_pdf")]
    assert office.report().state is BatchState.READ


def test_a_thrown_away_batch_counts_nowhere(office: Office) -> None:
    office.hand_in([a_code()])
    batches.discard_batch(office.desk, BatchAct(office.batch, by(WANG)))

    assert office.report().state is BatchState.DISCARDED
    assert office.house.returned() == 0
    with pytest.raises(BatchClosedError):
        office.commit()


def test_batches_are_listed_newest_first_and_an_unknown_one_is_refused(office: Office) -> None:
    first = office.hand_in([a_code()])
    office.house.now += timedelta(minutes=1)
    second = office.hand_in([a_code()], digest="two")

    listed = reports(office.house.database, KEY.campaign, CLASS)
    assert [one.batch for one in listed] == [second, first]
    assert reports(office.house.database, KEY.campaign, ELSEWHERE) == ()
    assert report(office.house.database, first[:12]).batch == first
    for unknown in ("none", "", "%"):  # no id, or not the only one
        with pytest.raises(UnknownBatchError):
            report(office.house.database, unknown)


def test_the_pages_of_a_pile_in_any_order_give_the_same(office: Office) -> None:
    pile = [[a_code()], Cause.BLANK, [a_code(OTHER)], [a_code(side_px=400)], Cause.NO_CODE]
    office.hand_in(*pile)
    straight = sorted(office.states())
    batches.discard_batch(office.desk, BatchAct(office.batch, by(WANG)))

    office.hand_in(*reversed(pile), digest="two")

    assert sorted(office.states()) == straight
    assert PageState.MATCHED.value in {state for state, _ in straight}


# Who may.


def teacher(unit: UnitCode) -> ActorToken:
    return by(PersonId("c" * 16), Role.HOMEROOM_TEACHER, f"{SCHOOL_PATH}{unit}/")


def acts(office: Office, name: str) -> list[tuple[str, str, str | None]]:
    told = [one["data"] for one in office.house.said("act_done")]
    return [(one["actor"], one["outcome"], one["sheet"]) for one in told if one["act"] == name]


def test_nobody_of_another_school_touches_or_sees_a_batch(office: Office) -> None:
    office.hand_in([a_code()])
    stranger = by(LI, Role.REGISTRAR, "44/4403/440305/elsewhere/")

    with pytest.raises(NotAllowedError):
        batches.commit_batch(office.desk, CommitBatch(office.batch, stranger))
    with pytest.raises(NotAllowedError):
        piles.show_batch(office.desk, ShowBatch(office.batch, stranger))
    with pytest.raises(NotAllowedError):
        piles.list_batches(office.desk, ListBatches(KEY.campaign, CLASS, stranger))
    with pytest.raises(NotAllowedError):
        piles.take_ticket(office.desk, TICKETS, TakeUploadTicket(KEY.campaign, CLASS, stranger))

    assert office.report().holder is None
    assert acts(office, "commit_batch") == [(LI, "not_allowed", None)]


def test_a_registrar_hands_over_a_batch_whose_owner_is_gone(office: Office) -> None:
    office.hand_in([a_code()])
    clerk = HandOverBatch(office.batch, by(LI), LI)
    with pytest.raises(BatchNotYoursError):
        batches.hand_over(office.desk, clerk)
    batches.let_go(office.desk, BatchAct(office.batch, by(LI)))
    registrar = HandOverBatch(office.batch, by(PersonId("d" * 16), Role.REGISTRAR), LI)
    batches.hand_over(office.desk, registrar)

    assert office.commit(actor=LI) == 1


def test_acts_on_pages_are_told_with_the_sheet_they_are_about(office: Office) -> None:
    office.hand_in([a_code()], Cause.NO_CODE)
    office.assign(2, OTHER)
    office.discard(1)

    assert acts(office, "assign_page") == [(WANG, "done", OTHER)]
    assert acts(office, "discard_page") == [(WANG, "done", SHEET)]


def test_a_ticket_opens_the_door_in_the_name_of_who_took_it(office: Office) -> None:
    request = TakeUploadTicket(KEY.campaign, CLASS, by(LI), hours=2)
    given = piles.take_ticket(office.desk, TICKETS, request)
    read = TICKETS.read(given.ticket, given.until - timedelta(minutes=1))

    assert read == Origin(KEY.campaign, PROVINCE, CLASS, LI)
    assert TICKETS.read(given.ticket, given.until) is None
    assert acts(office, "issue_scan_ticket") == [(LI, "done", None)]


def test_a_page_without_a_view_is_not_shown_and_that_somebody_looked_is_on_record(
    office: Office,
) -> None:
    office.hand_in(Cause.NO_CODE)
    leader = by(PersonId("e" * 16), Role.SCHOOL_LEADER)

    with pytest.raises(PageNotSeenError):
        piles.look_at_batch_page(office.desk, LookAtBatchPage(office.batch, by(WANG), 1))
    with pytest.raises(NotAllowedError):
        piles.look_at_batch_page(office.desk, LookAtBatchPage(office.batch, leader, 1))

    told = acts(office, "look_at_page")
    assert told == [(WANG, "done", None), ("e" * 16, "not_allowed", None)]


def test_a_view_of_a_page_is_shown_to_who_may_see_it(office: Office) -> None:
    office.hand_in([a_code()])
    office.house.look_at(batches.page_object(office.batch, 1), seen())
    shown = piles.look_at_batch_page(office.desk, LookAtBatchPage(office.batch, by(WANG), 1))

    assert shown.view == view_of(batches.page_object(office.batch, 1), SHEET)
    assert acts(office, "look_at_page") == [(WANG, "done", SHEET)]


@pytest.mark.parametrize(("of", "outcome"), [("01", "done"), ("02", "not_allowed")])
def test_a_homeroom_teacher_places_pages_of_the_own_class_alone(
    house: House, of: str, outcome: str
) -> None:
    mine = UnitCode(f"{CLASS}-01")
    house.hear(replace(an_issue(SHEET), unit=mine))
    office = Office(house)
    fact = UnitRegistered(mine, Level.CLASS, CLASS, f"{SCHOOL_PATH}{mine}/", None, 1)
    keep_unit(Heard(fact, FactId("class"), NOON, PROVINCE, 1, "unit", house.database))
    office.hand_in(Cause.NO_CODE)
    token = teacher(UnitCode(f"{CLASS}-{of}"))
    with suppress(NotAllowedError):
        page_acts.assign_page(office.desk, AssignPage(office.batch, token, 1, SHEET, "front"))

    assert acts(office, "assign_page") == [("c" * 16, outcome, SHEET)]
    assert office.states()[0][0] == ("matched" if outcome == "done" else "unmatched")
