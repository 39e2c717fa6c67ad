"""An export verifies itself, with nothing but Python, and discloses what was asked for alone."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.audit import store
from services.audit.appending import write
from services.audit.checkpoints import have_witnessed
from services.audit.domain import Told, body_of, read_event
from services.audit.exporting import ExportAsked, Keys, Wanted, export, export_for
from services.audit.merkle import leaf_hash
from services.audit.offline import __main__ as offline
from services.audit.witness import OwnWitness
from shared.contracts.actors import Actor
from shared.kernel.authority import Role
from shared.kernel.errors import ActorRefusedError, NotAllowedError
from shared.kernel.errors_audit import NoCheckpointError
from shared.kernel.ids import AccountId, PersonId, UnitCode
from tests.unit.audit.house import (
    CLASS,
    GUANGDONG,
    LOG_KEY,
    NOON,
    ORIGIN,
    WITNESS,
    House,
    an_act,
    an_id,
    identity,
    new_house,
)

SIZE, TAIL = 300, 7
OTHER = UnitCode("440305-018-0701")
PATHS = {CLASS: f"44/4403/440305/440305-017/{CLASS}/", OTHER: f"44/4403/440305/440305-018/{OTHER}/"}
SCHOOL = "44/4403/440305/440305-017/"
Lines = list[bytes]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Events of two schools, checkpoints at 120, 256 and 300, the last countersigned."""
    made = new_house(tmp_path_factory.mktemp("log"))
    with made.database.transaction() as tx:
        for unit, path in PATHS.items():
            store.save_unit(tx, unit, path, 1)
    for size in (120, 256, SIZE):
        with made.database.transaction() as tx:
            head = store.lock_head(tx, GUANGDONG)
            acts = [
                Told(
                    an_act(number, unit=OTHER if number % 3 else CLASS),
                    an_id(number),
                    NOON,
                    GUANGDONG,
                )
                for number in range(head.compact.size + 1, size + 1)
            ]
            write(tx, head, acts, NOON)
        made.checkpoint()
    have_witnessed(made.database, GUANGDONG, witness(made))
    made.fill(TAIL)
    return made


def witness(house: House) -> OwnWitness:
    return OwnWitness(house.database, "moe/witness", WITNESS, {ORIGIN: LOG_KEY})


def keys(house: House) -> Keys:
    return Keys(LOG_KEY, witness(house).key)


def exported(house: House, folder: Path, wanted: Wanted) -> Path:
    export(house.database, GUANGDONG, wanted, keys(house), folder / "log.zip")
    return folder / "log.zip"


def run(file: Path, *options: str) -> tuple[int, str]:
    """The verifier as somebody runs it who has nothing of ours."""
    command = [sys.executable, "-I", str(file), *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", env={}, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def lines_of(file: Path) -> Lines:
    with zipfile.ZipFile(file) as archive:
        return archive.read("log").splitlines()


WANTED = [
    (Wanted(0, None, "44/"), SIZE),
    (Wanted(0, None, SCHOOL), 100),
    (Wanted(17, 55, "44/"), 38),
    (Wanted(255, 257, "44/"), 2),
    (Wanted(0, None, "44/4499/"), 0),
]


@pytest.mark.parametrize(("wanted", "count"), WANTED, ids=str)
def test_an_export_verifies_itself(
    house: House, tmp_path: Path, wanted: Wanted, count: int
) -> None:
    code, told = run(exported(house, tmp_path, wanted))

    assert (code, told) == (0, f"WHOLE: {count} events verified.\n")


def test_an_export_for_a_school_holds_no_word_of_another(house: House, tmp_path: Path) -> None:
    lines = lines_of(exported(house, tmp_path, Wanted(0, None, SCHOOL)))
    told = [json.loads(line[65:]) for line in lines if b"{" in line]

    assert {one["unit"] for one in told} == {CLASS}
    assert OTHER.encode() not in b"".join(lines)


def test_events_under_no_checkpoint_are_not_exported(house: House, tmp_path: Path) -> None:
    with pytest.raises(NoCheckpointError):
        exported(house, tmp_path, Wanted(0, SIZE + 1, "44/"))


def test_a_key_that_was_got_by_another_way_is_believed_alone(house: House, tmp_path: Path) -> None:
    file = exported(house, tmp_path, Wanted(0, None, "44/"))
    forged = Keys(LOG_KEY, witness(house).key)
    other = identity("x", 9)

    assert run(file, "--log-key", forged.log.text())[0] == 0
    wrong = type(LOG_KEY)(ORIGIN, LOG_KEY.kind, other.public_key)
    code, told = run(file, "--log-key", wrong.text())
    assert code == 1
    assert "is not signed by the log's key" in told


def test_a_file_that_is_cut_is_told_and_no_traceback(house: House, tmp_path: Path) -> None:
    file = exported(house, tmp_path, Wanted(0, None, "44/"))
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data[:-40] if name == "checkpoints" else data)

    assert run(file) == (1, run(file)[1])
    assert "cannot be read" in run(file)[1]


# Changes of the lines, and the event that has to be named.


def other_body(line: bytes) -> bytes:
    return line[65:].replace(b'"outcome":"done"', b'"outcome":"none"')


def edit(lines: Lines, n: int) -> Lines:
    return [*lines[:n], lines[n][:65] + other_body(lines[n]), *lines[n + 1 :]]


def edit_with_hash(lines: Lines, n: int) -> Lines:
    body = other_body(lines[n])
    return [*lines[:n], leaf_hash(body).hex().encode() + b" " + body, *lines[n + 1 :]]


def delete(lines: Lines, n: int) -> Lines:
    return [*lines[:n], *lines[n + 1 :]]


def insert(lines: Lines, n: int) -> Lines:
    body = body_of(read_event(lines[n][65:])).replace(b"print_sheets", b"never")
    return [*lines[:n], leaf_hash(body).hex().encode() + b" " + body, *lines[n:]]


def repeat(lines: Lines, n: int) -> Lines:
    return [*lines[: n + 1], *lines[n:]]


def swap(lines: Lines, n: int) -> Lines:
    n = min(n, SIZE - 2)
    return [*lines[:n], lines[n + 1], lines[n], *lines[n + 2 :]]


def truncate(lines: Lines, n: int) -> Lines:
    return lines[:n]


CHANGES = [edit, edit_with_hash, delete, insert, repeat, swap, truncate]


def named_by_the_verifier(lines: Lines, roots: dict[int, bytes]) -> list[int]:
    log = offline.Log(dict(roots))
    for line in lines:
        log.read(line)
    log.end()
    return [int(sentence.split()[1]) for sentence in log.wrong]


@pytest.fixture(scope="module")
def whole(house: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lines, dict[int, bytes]]:
    file = exported(house, tmp_path_factory.mktemp("export"), Wanted(0, None, "44/"))
    with zipfile.ZipFile(file) as archive:
        notes = json.loads(archive.read("checkpoints"))
    found = map(offline.checkpoint_of, notes)
    return lines_of(file), {one.size: one.root for one in found}


@pytest.fixture(scope="module")
def partial(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> tuple[bytes, dict[int, bytes]]:
    """An export for one school: its bytes, and what its checkpoints say."""
    file = exported(house, tmp_path_factory.mktemp("export"), Wanted(0, None, SCHOOL))
    with zipfile.ZipFile(file) as archive:
        notes = json.loads(archive.read("checkpoints"))
        found = map(offline.checkpoint_of, notes)
        return archive.read("log"), {one.size: one.root for one in found}


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_the_verifier_names_every_change_at_every_place(
    whole: tuple[Lines, dict[int, bytes]], change: Callable[[Lines, int], Lines]
) -> None:
    lines, roots = whole
    missed = [
        n
        for n in range(SIZE)
        if min(named_by_the_verifier(change(lines, n), roots), default=-1)
        != (min(n, SIZE - 2) if change is swap else n)
    ]

    assert missed == []


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_changed_byte_of_a_partial_export_passes(
    partial: tuple[bytes, dict[int, bytes]], data: st.DataObject
) -> None:
    log, roots = partial
    at = data.draw(st.integers(0, len(log) - 2))
    changed = bytearray(log)
    changed[at] ^= data.draw(st.integers(1, 255))
    same_hash = bytes(changed).lower() == log
    try:
        found = named_by_the_verifier(bytes(changed).splitlines(), roots)
    except (offline.TamperedError, ValueError, KeyError, TypeError, IndexError):
        return

    assert found or same_hash


@given(st.binary(max_size=60), st.integers(0, 63), st.integers(1, 255))
@settings(max_examples=25, deadline=None)
def test_the_verifiers_signatures_are_those_of_the_library(
    message: bytes, at: int, flip: int
) -> None:
    signer = identity("any", 5)
    signature = bytearray(signer.sign(message))

    assert offline.is_signature(signer.public_key, message, bytes(signature))
    signature[at] ^= flip
    assert not offline.is_signature(signer.public_key, message, bytes(signature))


def an_auditor(path: str, *, role: Role = Role.AUDITOR, factor: bool = True) -> Actor:
    at = NOON if factor else None
    unit = UnitCode(path.rstrip("/").rpartition("/")[2])
    person, account = PersonId("a" * 16), AccountId(f"{unit}.01")
    return Actor(person, account, role, unit, path, NOON + timedelta(minutes=5), at)


ASKED = ExportAsked(GUANGDONG, OTHER, 0, None)


@pytest.mark.parametrize(
    ("actor", "refusal"),
    [
        (an_auditor(SCHOOL), NotAllowedError),
        (an_auditor("44/", role=Role.REVIEWER), NotAllowedError),
        (an_auditor("44/", role=Role.OPERATOR), NotAllowedError),
        (an_auditor("44/", factor=False), ActorRefusedError),
    ],
)
def test_nobody_else_exports(
    house: House, tmp_path: Path, actor: Actor, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        export_for(house.database, actor, ASKED, keys(house), tmp_path / "out.zip")

    assert not (tmp_path / "out.zip").exists()


def test_an_auditor_exports_what_lies_below(house: House, tmp_path: Path) -> None:
    auditor = an_auditor("44/4403/440305/")

    assert export_for(house.database, auditor, ASKED, keys(house), tmp_path / "o.zip") == 200
