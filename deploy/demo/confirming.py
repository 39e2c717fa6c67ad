"""What is left after typing: differences are settled, and sheets without a change are confirmed."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from deploy.demo.clerks import Written
from deploy.demo.staff import Staff
from deploy.desk import Desk
from shared.contracts.lane_commands import (
    ClassStanding,
    ConfirmClass,
    Confirmed,
    ConfirmSheet,
    Disagreement,
    DisagreementKind,
    DrawSample,
    FinishSheet,
    MarkLooked,
    Sample,
    SettleDisagreement,
    SettleReason,
    SheetStanding,
    ShowClass,
)
from shared.kernel.authority import Role
from shared.kernel.errors_review import NothingToConfirmError
from shared.kernel.ids import ActorToken, SheetId, UnitCode
from shared.kernel.units import Level

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class SchoolClass:
    """A class whose sheets came back."""

    school: UnitCode
    unit: UnitCode


class Confirming:
    """The registrar of each school, with the paper at hand: the truth is what they see there."""

    def __init__(
        self, desk: Desk, staff: Staff, written: Sequence[Written], submitted: Collection[SheetId]
    ) -> None:
        self._desk = desk
        self._staff = staff
        self._submitted = submitted
        self._paper: Mapping[SheetId, Mapping[str, str]] = {
            one.sheet: one.changes for one in written
        }
        self.in_lanes = 0

    def do(self, place: SchoolClass) -> None:
        """One class: the lane of sheets without change, then every other sheet by itself."""
        with suppress(NothingToConfirmError):
            self._lane(place)
        for standing in self._standings(place):
            if standing.sheet in self._paper and not standing.is_entered:
                self._settle(place, standing)

    def _lane(self, place: SchoolClass) -> None:
        drawn = self._ask(
            "draw_sample", DrawSample(self._token(place), self._staff.campaign, place.unit), Sample
        )
        for one in drawn.to_look_at:
            is_blank = not self._paper.get(one.sheet)
            looked = MarkLooked(self._token(place), drawn.sample, one.sheet, is_blank)
            drawn = self._ask("mark_looked", looked, Sample)
        if drawn.may_confirm:
            confirm = ConfirmClass(self._token(place), drawn.sample)
            self.in_lanes += len(self._ask("confirm_class", confirm, Confirmed).sheets)

    def _settle(self, place: SchoolClass, standing: SheetStanding) -> None:
        for one in standing.disagreements:
            if one.reason is None:
                reason = self._reason(standing.sheet, one)
                settled = SettleDisagreement(
                    self._token(place), standing.sheet, one.field, one.kind, reason
                )
                self._ask("settle_disagreement", settled, SheetStanding)
        if standing.sheet not in self._submitted:
            confirm = ConfirmSheet(self._token(place), standing.sheet)
            self._ask("confirm_sheet", confirm, Confirmed)
        elif not standing.is_whole:
            finish = FinishSheet(self._token(place), standing.sheet)
            self._ask("finish_sheet", finish, SheetStanding)

    def _reason(self, sheet: SheetId, one: Disagreement) -> SettleReason:
        if one.kind is DisagreementKind.ENTRY_WITHOUT_INK:
            return SettleReason.FAINT_INK
        is_written = one.field in self._paper[sheet]
        # What could be typed as no value was asked about: the guardian wants no change after all.
        return SettleReason.GUARDIAN_SAID if is_written else SettleReason.STRAY_MARK

    def _standings(self, place: SchoolClass) -> tuple[SheetStanding, ...]:
        request = ShowClass(self._token(place), self._staff.campaign, place.unit)
        return self._ask("show_class", request, ClassStanding).sheets

    def _ask(self, method: str, request: object, answer: type[Answer]) -> Answer:
        return self._desk.ask("review", method, request, answer)

    def _token(self, place: SchoolClass) -> ActorToken:
        return self._staff.token(Role.REGISTRAR, place.school, Level.SCHOOL)
