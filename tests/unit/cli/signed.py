"""Somebody at the terminal who is signed in already, without typing through every step."""

import json
import os
from datetime import timedelta

from services.accounts import session_store, store
from services.accounts.credentials import draw_session, keep_session
from services.accounts.issuing import account_row, holder_row
from services.accounts.store import Place
from shared.kernel.authority import Role
from shared.kernel.ids import PersonId, UnitCode, new_person_id
from shared.kernel.units import LEVELS, codes_up
from tests.unit.cli.conftest import Terminal


def sign_in_as(terminal: Terminal, role: Role, path: str) -> PersonId:
    """Make whoever sits at the terminal somebody in this role at the unit of this path."""
    unit, person, session = codes_up(path)[0], new_person_id(), draw_session()
    database = terminal.database("accounts")
    at = database.clock()
    with database.transaction() as tx:
        learn_unit(tx, path)
        number = 1 + max(store.last_numbers(tx, path, _level(path)).values(), default=0)
        row = account_row(unit, number, role) | {"campaign": None}
        store.add_accounts(tx, [row | {"issued_at": at, "issued_by": "test"}])
        store.add_people(tx, [{"person": person, "name": None, "same_name": None}])
        holder = holder_row(row["account"], 1, person, "one-time")
        store.add_holders(tx, [holder | {"must_change": False, "has_second_step": True}])
        key = (row["account"], 1)
        session_store.add_session(tx, keep_session(session), key, at, at + timedelta(hours=12))
        session_store.change_session(tx, keep_session(session), second_step_at=at)
    database.dispose()
    path_of_file = terminal.environment["HECHA_SESSION_FILE"]
    with open(path_of_file, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump({"session": session, "login": row["account"]}, file)
    return person


def learn_unit(tx, path: str) -> None:
    unit = UnitCode(codes_up(path)[0])
    if store.place_of(tx, unit) is None:
        store.save_unit(tx, Place(unit, _level(path), path), 1)


def _level(path: str):
    return LEVELS[path.count("/") - 1]
