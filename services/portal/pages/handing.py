"""Hands papers of a class over to scan's door as whoever is at this page, and rings for them."""

import json
from dataclasses import dataclass

from services.portal.doors import DoorAwayError
from services.portal.pages.staff import Staff, Visitor
from shared.contracts.events import Sender
from shared.kernel.ids import ObjectId, SheetId, UnitCode

DOCUMENTS, PHOTOS = "/scan/documents", "/scan/photos"


class RefusedPaperError(Exception):
    """The door did not take it; `reason` is its code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What is handed over: by which route, for which class, and of which sheet."""

    route: str
    unit: UnitCode
    sheet: SheetId | None = None


def hand_over(staff: Staff, who: Visitor, what: HandedOver, data: bytes) -> tuple[ObjectId, ...]:
    """Hand one paper over; gives the objects it became.

    Raises:
        RefusedPaperError: it is not taken.
        DoorAwayError: nobody takes it in now.
    """
    if staff.scans is None:
        raise DoorAwayError
    headers = {
        "Authorization": f"Bearer {who.token}",
        "Hecha-Campaign": staff.campaign,
        "Hecha-Unit": what.unit,
        **({"Hecha-Sheet": what.sheet} if what.sheet else {}),
    }
    told = staff.scans.ask("POST", what.route, headers, (len(data), [data]))
    if told.status == 503:
        raise DoorAwayError
    if told.status != 201:
        raise RefusedPaperError(told.refusal_code)
    objects = tuple(ObjectId(one) for one in json.loads(told.body)["objects"])
    for object_ in objects:
        staff.ring(object_, staff.campaign, Sender(who.actor.role.value), what.sheet)
    return objects
