"""The guardian's ledger, put together from the services that own its parts: by RPC, briefly.

Audit decides by the query code, and counts the tries. Only then are the others asked; what one of
them does not answer in time is left open, and the page says so.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from services.gateway.domain import Happened, Ledger, Lying, Standing, Ticket
from services.gateway.ports import LedgerAwayError, LedgerShutError
from shared.contracts.audit_commands import Ledger as Acts
from shared.contracts.audit_commands import LedgerEntry, SheetLedger
from shared.contracts.fields import FieldKind
from shared.contracts.ledger_commands import (
    SheetChanges,
    SheetChangesRequest,
    SheetPhotos,
    SheetPhotosRequest,
)
from shared.kernel.errors import DomainError
from shared.kernel.errors_audit import LedgerRefusedError
from shared.plumbing.rpc import RpcClient, RpcDeadlineError, RpcFailedError

DEADLINE_S = 3.0
# Whoever opens the same thing again within this is told of once, with a number.
_TOGETHER = timedelta(days=1)
_NUMBER_DIGITS = 8
_AWAY = (RpcDeadlineError, RpcFailedError, OSError)

Part = TypeVar("Part")


class LedgersByRpc:
    """`Ledgers` on the bus."""

    def __init__(self, rpc: RpcClient) -> None:
        self._rpc = rpc

    def open(self, ticket: Ticket, query_code: str) -> Ledger:
        """The sheet's ledger.

        Raises:
            LedgerShutError: the code is not that of this copy, or was wrong too often.
            LedgerAwayError: audit does not answer.
        """
        happened = self._acts(ticket, query_code)
        return Ledger(
            _or_none(lambda: self._photos(ticket)),
            _or_none(lambda: self._changes(ticket)),
            together(happened),
        )

    def _acts(self, ticket: Ticket, query_code: str) -> tuple[LedgerEntry, ...]:
        head = ticket.head
        request = SheetLedger(ticket.key.province, head.sheet, head.serial, query_code)
        try:
            found = self._rpc.call("audit", "sheet_ledger", request, Acts, deadline_s=DEADLINE_S)
        except LedgerRefusedError as refusal:
            raise LedgerShutError(str(refusal.args[0]) if refusal.args else "") from None
        except (DomainError, *_AWAY):
            raise LedgerAwayError from None
        return found.entries

    def _photos(self, ticket: Ticket) -> tuple[Lying, ...]:
        request = SheetPhotosRequest(ticket.key.province, ticket.head.sheet)
        found = self._rpc.call(
            "storage", "sheet_photos", request, SheetPhotos, deadline_s=DEADLINE_S
        )
        return tuple(
            Lying(
                one.object[:_NUMBER_DIGITS],
                one.sender.value,
                one.received_at,
                one.size_bytes,
                one.locked_until,
                one.is_erased,
            )
            for one in found.photos
        )

    def _changes(self, ticket: Ticket) -> tuple[Standing, ...]:
        request = SheetChangesRequest(ticket.head.sheet)
        found = self._rpc.call(
            "review", "sheet_changes", request, SheetChanges, deadline_s=DEADLINE_S
        )
        return tuple(
            Standing(
                one.field,
                one.kind is FieldKind.KEY_DATA,
                one.state.value,
                one.since,
                one.decided_by,
                one.due,
            )
            for one in found.changes
        )


def together(entries: Iterable[LedgerEntry]) -> tuple[Happened, ...]:
    """Acts newest first; the same by the same role several times in a row and day are one line."""
    told: list[Happened] = []
    for one in entries:
        last = told[-1] if told else None
        if last and _sameness(last) == _sameness(one) and one.at - last.at < _TOGETHER:
            told[-1] = replace(last, at=one.at, times=last.times + 1)
        else:
            told.append(Happened(one.at, one.act, one.outcome, one.role, one.fields, one.purpose))
    return tuple(reversed(told))


def _sameness(one: LedgerEntry | Happened) -> tuple[object, ...]:
    return (one.act, one.outcome, one.role, one.fields, one.purpose)


def _or_none(ask: Callable[[], Part]) -> Part | None:
    try:
        return ask()
    except (DomainError, *_AWAY):
        return None
