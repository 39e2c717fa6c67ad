"""What every command of review works with, made once per process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from services.review.settings import ReviewSettings
from services.review.vault import Vault
from shared.contracts.fields import Catalogue, Field, FieldKind, national
from shared.contracts.record_commands import FieldValues, IdHolder
from shared.kernel.errors_review import UnknownDocumentError, UnknownFieldError
from shared.kernel.ids import ObjectId, ProvinceCode, StudentId
from shared.kernel.working_days import WorkingDays, beijing_day, working_days
from shared.plumbing.database import Database


class Records(Protocol):
    """Asks roster; never inside a transaction."""

    def values_of(
        self, student: StudentId, fields: tuple[str, ...], printed_version: int | None
    ) -> FieldValues:
        """Some values of a record, now and as printed.

        Raises:
            RecordsAwayError: no answer in time.
        """
        ...

    def holder_of(self, student: StudentId, id_number: str) -> IdHolder:
        """The other record that holds an ID number.

        Raises:
            RecordsAwayError: no answer in time.
        """
        ...


class Objects(Protocol):
    """Storage, as far as review asks it; never inside a transaction."""

    def check(self, object_: ObjectId, province: ProvinceCode) -> bool:
        """Go on only if a province keeps an object that still opens.

        Returns:
            Whether it is a page of a document, which can be looked at; else a photo of a sheet.

        Raises:
            UnknownDocumentError: it does not.
            DocumentsAwayError: no answer in time.
        """
        ...


class NothingKept:
    """Where nobody can be asked, nothing proves anything."""

    def check(self, object_: ObjectId, _province: ProvinceCode) -> bool:
        """Refuse.

        Raises:
            UnknownDocumentError: always.
        """
        raise UnknownDocumentError(object_)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a deployment may set about the workflow."""

    undo: timedelta = timedelta(seconds=10)
    lease: timedelta = timedelta(minutes=5)
    blind_share: float = 0.0  # of submitted entries that a second person types
    days: WorkingDays = field(default_factory=working_days)


@dataclass(frozen=True, slots=True)
class Office:
    """The database, how values rest in it, and where records are asked for."""

    database: Database
    vault: Vault
    records: Records
    rules: Rules = field(default_factory=Rules)
    catalogue: Catalogue = field(default_factory=national)
    objects: Objects = field(default_factory=NothingKept)

    def field(self, key: str) -> Field:
        """A field that is entered from a sheet.

        Raises:
            UnknownFieldError: there is none, or other business of the register moves it.
        """
        try:
            found = self.catalogue.field(key)
        except KeyError:
            raise UnknownFieldError(key) from None
        if found.kind is FieldKind.SHOWN:
            raise UnknownFieldError(key)
        return found

    def today(self) -> date:
        """The day it is in Beijing."""
        return beijing_day(self.database.clock())

    def place_in_form(self) -> Mapping[str, int]:
        """Where each field stands in the form."""
        return {one.key: number for number, one in enumerate(self.catalogue.fields)}


def rules_of(settings: ReviewSettings) -> Rules:
    """The rules that the settings name."""
    return Rules(
        undo=timedelta(seconds=settings.review_undo_s),
        lease=timedelta(seconds=settings.review_lease_s),
        blind_share=settings.review_blind_share,
    )
