"""Who may have sheets printed, follow the job, and take the file away."""

from datetime import timedelta
from typing import Any

import pytest

from services.forms import handing_out, usecases
from shared.contracts.forms_commands import (
    CollectRequest,
    JobRequest,
    JobState,
    PrintRequest,
    PrintStarted,
)
from shared.kernel.authority import Role
from shared.kernel.errors import (
    DownloadRefusedError,
    NoPupilInScopeError,
    NotAllowedError,
    UnknownUnitError,
    WindowClosedError,
)
from shared.kernel.ids import ActorToken, UnitCode
from tests.unit.forms.house import CAMPAIGN, CLASS, NOON, OTHER_CLASS, PUPILS, SCHOOL, House


@pytest.fixture
def house() -> House:
    return House()


def registrar(house: House) -> ActorToken:
    return house.token(Role.REGISTRAR, "s1")


def printed(house: House, token: ActorToken, unit: UnitCode = SCHOOL, **more: Any) -> PrintStarted:
    start = usecases.print_school if unit == SCHOOL else usecases.print_class
    return start(house.room, house.actors, PrintRequest(CAMPAIGN, unit, token, **more))


def collected(house: House, token: ActorToken, started: PrintStarted, code: str = "") -> str:
    request = CollectRequest(token, started.job, code or started.download_code, "00")
    return handing_out.collect(house.room, house.actors, request).url


def test_a_registrar_prints_their_school_and_the_log_names_the_person(house: House) -> None:
    started = printed(house, registrar(house))

    (act,) = house.acts()
    assert (act["act"], act["object"], act["outcome"]) == ("print_sheets", started.job, "done")
    assert (act["actor"], act["role"], act["unit"]) == ("registrar@s1", "registrar", "s1")


def test_the_books_keep_the_order_and_not_the_token(house: House) -> None:
    token = registrar(house)
    printed(house, token, CLASS, students=PUPILS[:1])

    (kept,) = house.kept_orders()
    assert PUPILS[0].encode() in kept
    assert token.encode() not in kept
    assert b"actor" not in kept


@pytest.mark.parametrize("unit", [SCHOOL, CLASS])
@pytest.mark.parametrize(
    ("role", "at"),
    [
        (Role.REGISTRAR, "s2"),
        (Role.HOMEROOM_TEACHER, "s1-1"),
        (Role.ENTRY_CLERK, "s1"),
        (Role.UNIT_ADMINISTRATOR, "440305"),
    ],
)
def test_nobody_else_prints_and_no_value_moves_for_them(
    house: House, unit: UnitCode, role: Role, at: str
) -> None:
    with pytest.raises(NotAllowedError):
        printed(house, house.token(role, at), unit)

    (act,) = house.acts()
    assert (act["outcome"], act["actor"]) == ("not_allowed", f"{role.value}@{at}")
    assert house.roster.snapshots == 0
    assert house.kept_orders() == []


def test_a_closed_window_is_a_refusal_in_the_log_and_no_job(house: House) -> None:
    house.open(NOON + timedelta(hours=1), NOON + timedelta(hours=2), sequence=2)

    with pytest.raises(WindowClosedError):
        printed(house, registrar(house))

    assert [act["outcome"] for act in house.acts()] == ["window_closed"]
    assert house.kept_orders() == []


def test_a_class_is_no_school_and_a_school_no_class(house: House) -> None:
    request = PrintRequest(CAMPAIGN, CLASS, registrar(house))
    with pytest.raises(UnknownUnitError):
        usecases.print_school(house.room, house.actors, request)
    request = PrintRequest(CAMPAIGN, SCHOOL, registrar(house))
    with pytest.raises(UnknownUnitError):
        usecases.print_class(house.room, house.actors, request)


def test_nobody_to_print_for_is_told(house: House) -> None:
    with pytest.raises(NoPupilInScopeError):
        printed(house, registrar(house), OTHER_CLASS)
    with pytest.raises(NoPupilInScopeError):
        printed(house, registrar(house), CLASS, students=("ff" * 16,))


def test_a_printed_file_is_taken_once_and_by_a_registrar_of_the_school(house: House) -> None:
    started = printed(house, registrar(house))
    house.finish(started.job)

    with pytest.raises(NotAllowedError):
        collected(house, house.token(Role.REGISTRAR, "s2"), started)
    assert collected(house, registrar(house), started) == "https://shelf"
    with pytest.raises(DownloadRefusedError):
        collected(house, registrar(house), started)

    told = [(act["act"], act["actor"], act["outcome"]) for act in house.acts()[1:]]
    assert told == [
        ("collect_print", "registrar@s2", "not_allowed"),
        ("collect_print", "registrar@s1", "done"),
        ("collect_print", "registrar@s1", "download_refused"),
    ]


def test_five_wrong_codes_close_the_download_also_to_the_right_one(house: House) -> None:
    started = printed(house, registrar(house))
    house.finish(started.job)
    wrong = f"{(int(started.download_code) + 1) % 10**8:08d}"

    for code in [wrong] * 5 + [started.download_code]:
        with pytest.raises(DownloadRefusedError):
            collected(house, registrar(house), started, code)


def test_following_a_job_leaves_no_line_but_its_refusal_and_the_manifest_do(house: House) -> None:
    started = printed(house, registrar(house))
    house.finish(started.job)
    ask = JobRequest(registrar(house), started.job)
    told = len(house.acts())

    state = handing_out.job_status(house.database, house.actors, ask).state
    assert (state, len(house.acts())) == (JobState.PRINTED, told)
    handing_out.manifest(house.database, house.actors, ask)
    other = JobRequest(house.token(Role.REGISTRAR, "s2"), started.job)
    with pytest.raises(NotAllowedError):
        handing_out.job_status(house.database, house.actors, other)

    assert [(act["act"], act["outcome"]) for act in house.acts()[told:]] == [
        ("see_manifest", "done"),
        ("see_print", "not_allowed"),
    ]
