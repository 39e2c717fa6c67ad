"""Checkpoints are signed as the log grows and countersigned only if it only grew."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services.audit import checkpoint_store, checkpoints
from services.audit.checkpoints import (
    LogKey,
    Submission,
    Witness,
    WitnessAwayError,
    have_witnessed,
    make_checkpoint,
)
from services.audit.domain import CHECKPOINT_EVERY, WITNESS_EVERY
from services.audit.merkle import EMPTY_ROOT
from services.audit.notes import Checkpoint, Note, Signature, VerifierKey, read_checkpoint, sign
from services.audit.witness import OwnWitness
from services.audit.witness_http import HttpWitness, read_submission, witness_app, written
from shared.kernel.errors_audit import WitnessRefusedError
from shared.plumbing.outbox import outbox_table
from shared.plumbing.web.server import WebServer
from tests.unit.audit.house import (
    GUANGDONG,
    LOG,
    LOG_KEY,
    NOON,
    ORIGIN,
    WITNESS,
    House,
    identity,
    new_house,
)

KEY = LogKey(ORIGIN, LOG)
NAME = "moe.example.gov.cn/witness"


class Deaf:
    """A witness whose first answer is lost on its way."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness
        self._heard = False

    @property
    def key(self) -> VerifierKey:
        return self._witness.key

    def countersign(self, submission: Submission) -> Signature:
        word = self._witness.countersign(submission)
        if not self._heard:
            self._heard = True
            raise WitnessAwayError("ReadTimeoutError")
        return word


@pytest.fixture
def house(tmp_path: Path) -> House:
    return new_house(tmp_path)


@pytest.fixture
def above(tmp_path: Path) -> House:
    """The house of the level above."""
    (tmp_path / "above").mkdir()
    return new_house(tmp_path / "above")


@pytest.fixture
def own(above: House) -> OwnWitness:
    return OwnWitness(above.database, NAME, WITNESS, {ORIGIN: LOG_KEY})


@pytest.fixture(params=["embedded", "http"])
def witness(own: OwnWitness, request: pytest.FixtureRequest) -> Iterator[Witness]:
    if request.param == "embedded":
        yield own
        return
    server = WebServer(witness_app(own), ("127.0.0.1", 0))
    server.start()
    yield HttpWitness("http://{}:{}/".format(*server.address), own.key)
    server.stop()


def sizes(house: House) -> list[int]:
    with house.database.transaction() as tx:
        return list(checkpoint_store.by_size(tx, GUANGDONG))


def said(house: House) -> list[dict[str, Any]]:
    outbox = outbox_table(sa.MetaData())
    with house.database.transaction() as tx:
        bodies = tx.execute(sa.select(outbox.c.body).order_by(outbox.c.id)).scalars().all()
    return [json.loads(body)["data"] for body in bodies]


def signed(size: int, root: bytes, key: LogKey = KEY) -> str:
    text = Checkpoint(ORIGIN, size, root).text()
    line = sign(text, ORIGIN, key.identity, key.identity.public_key)
    return Note(text, (line,)).encoded()


def test_the_first_checkpoint_is_that_of_an_empty_log(house: House) -> None:
    make_checkpoint(house.database, GUANGDONG, KEY)

    assert sizes(house) == [0]


def test_a_checkpoint_is_due_after_a_minute_in_which_something_came(house: House) -> None:
    make_checkpoint(house.database, GUANGDONG, KEY)
    house.fill(5)
    early = make_checkpoint(house.database, GUANGDONG, KEY)
    house.pass_by(CHECKPOINT_EVERY)

    assert not early
    assert make_checkpoint(house.database, GUANGDONG, KEY)
    house.pass_by(CHECKPOINT_EVERY)
    assert not make_checkpoint(house.database, GUANGDONG, KEY)


def test_a_checkpoint_is_due_after_a_thousand_events(house: House) -> None:
    make_checkpoint(house.database, GUANGDONG, KEY)
    house.fill(1_000)

    assert make_checkpoint(house.database, GUANGDONG, KEY)
    assert sizes(house) == [0, 1_000]


def test_a_log_that_grew_is_countersigned_and_said(house: House, witness: Witness) -> None:
    for count in (3, 0, 700):
        house.fill(count) if count else None
        house.checkpoint()
        have_witnessed(house.database, GUANGDONG, witness)
        house.pass_by(WITNESS_EVERY)
    told = said(house)

    assert [one["size"] for one in told] == [3, 3, 703]
    assert {one["witness"] for one in told} == {NAME}
    assert house.findings() == []


def test_a_log_in_which_nothing_comes_is_countersigned_every_quarter_of_an_hour(
    house: House, witness: Witness
) -> None:
    house.checkpoint()
    have_witnessed(house.database, GUANGDONG, witness)
    early = have_witnessed(house.database, GUANGDONG, witness)
    house.pass_by(WITNESS_EVERY)

    assert not early
    assert have_witnessed(house.database, GUANGDONG, witness)


def test_an_answer_that_was_lost_is_made_up_for(house: House, witness: Witness) -> None:
    deaf = Deaf(witness)
    house.fill(3)
    house.checkpoint()
    with pytest.raises(WitnessAwayError):
        have_witnessed(house.database, GUANGDONG, deaf)
    house.fill(4)
    house.checkpoint()

    assert have_witnessed(house.database, GUANGDONG, deaf)
    assert [one["size"] for one in said(house)] == [7]


def test_a_log_that_was_rewritten_is_not_countersigned(
    house: House, tmp_path: Path, witness: Witness
) -> None:
    house.fill(200)
    house.checkpoint()
    have_witnessed(house.database, GUANGDONG, witness)
    (tmp_path / "other").mkdir()
    other = new_house(tmp_path / "other")
    other.pass_by(timedelta(seconds=1))  # other bytes
    other.fill(300)
    other.checkpoint()

    with pytest.raises(WitnessRefusedError) as refused:
        have_witnessed(other.database, GUANGDONG, witness)
    assert refused.value.reason == "inconsistent"


REFUSED = [
    (Submission(0, (), "no note"), "bad_note"),
    (Submission(5, (), signed(5, EMPTY_ROOT)), "other_size"),
    (Submission(0, (bytes(32),), signed(5, EMPTY_ROOT)), "inconsistent"),
    (Submission(0, (), signed(5, bytes(32), LogKey(ORIGIN, identity("x", 9)))), "bad_signature"),
    (Submission(0, (), signed(5, bytes(32)).replace("example", "another")), "unknown_log"),
]


@pytest.mark.parametrize(("submission", "reason"), REFUSED, ids=[one for _, one in REFUSED])
def test_a_witness_countersigns_nothing_else(
    witness: Witness, submission: Submission, reason: str
) -> None:
    with pytest.raises(WitnessRefusedError) as refused:
        witness.countersign(submission)

    # A signature of another key has another id, so the door cannot tell it from none at all.
    assert refused.value.reason == reason
    assert refused.value.known_size == ("0" if reason == "other_size" else "")


def test_a_witness_that_is_away_is_asked_again_later(house: House) -> None:
    house.checkpoint()
    away = HttpWitness("http://127.0.0.1:1", LOG_KEY)

    with pytest.raises(WitnessAwayError):
        have_witnessed(house.database, GUANGDONG, away)


def test_a_submission_is_read_as_it_was_written() -> None:
    submission = Submission(1_000, (bytes(32), b"\xff" * 32), signed(7, EMPTY_ROOT))

    assert read_submission(written(submission)) == submission


@pytest.mark.parametrize(
    "body",
    [b"", b"old\n\n", b"old -1\n\nx", b"old 01\n\nx", b"new 1\n\nx", b"old 1\nAA==\n\nx", b"\xff"],
)
def test_what_is_no_submission_is_refused(body: bytes) -> None:
    with pytest.raises(WitnessRefusedError, match="bad_submission"):
        read_submission(body)


class Bucket:
    """Takes objects, or not."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.locked: dict[str, datetime] = {}

    def bucket(self, province: str, kind: str) -> str:
        return f"hecha-{province}-{kind}"

    def put(self, bucket: str, key: str, data: bytes) -> str:
        self.held[f"{bucket}/{key}"] = data
        return "v1"

    def lock(self, bucket: str, key: str, version: str, *, until: datetime) -> None:
        self.locked[f"{bucket}/{key}"] = until


def test_each_checkpoint_goes_into_the_bucket_once_and_is_locked(
    house: House, own: OwnWitness
) -> None:
    bucket = Bucket()
    house.fill(3)
    house.checkpoint()
    have_witnessed(house.database, GUANGDONG, own)
    put = [
        checkpoints.put_into_bucket(house.database, bucket, GUANGDONG, timedelta(days=1))  # type: ignore[arg-type]
        for _ in range(2)
    ]
    (name, note), *others = bucket.held.items()

    assert (put, others) == ([1, 0], [])
    assert name == "hecha-44-audit/checkpoint/000000000003"
    assert read_checkpoint(note.decode()).size == 3
    assert note.decode().count("\u2014") == 2
    assert bucket.locked == {name: NOON + timedelta(days=1)}


def test_the_time_is_that_of_the_witness(house: House, above: House, own: OwnWitness) -> None:
    above.now = datetime(2026, 10, 12, 13, tzinfo=UTC)
    house.checkpoint()
    have_witnessed(house.database, GUANGDONG, own)

    assert said(house)[0]["at"] == "2026-10-12T13:00:00Z"
