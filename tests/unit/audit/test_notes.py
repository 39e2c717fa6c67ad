"""Signed notes and checkpoints: the vectors of C2SP, and what is not of the form."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.audit.notes import (
    Checkpoint,
    Kind,
    Note,
    NoteError,
    VerifierKey,
    cosign,
    cosigned_at,
    is_signed,
    read_checkpoint,
    read_key,
    read_note,
    sign,
)
from shared.plumbing.identity import Identity
from tests.unit.audit.house import LOG, LOG_KEY, ORIGIN, WITNESS

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/audit-log.json").read_text())["c2sp"]
GO = VECTORS["signed_note"]
CHECKPOINT = VECTORS["checkpoint"]["note"]
WITNESS_KEY = VerifierKey("w", Kind.COSIGNATURE, WITNESS.public_key)


def a_note(text: str = "a\n1\nb\n") -> Note:
    return Note(text, (sign(text, ORIGIN, LOG, LOG.public_key),))


def test_the_reference_note_is_verified_and_made_byte_for_byte() -> None:
    note = read_note(f"{GO['text']}\n{GO['signature']}")
    key = read_key(GO["verifier_key"])
    signer = Identity(
        key.name, Ed25519PrivateKey.from_private_bytes(bytes.fromhex(GO["signer_seed"]))
    )

    assert is_signed(note, key)
    assert key.text() == GO["verifier_key"]
    assert sign(GO["text"], key.name, signer, signer.public_key).line() == GO["signature"]


def test_the_reference_checkpoint_is_read_and_written_as_it_was() -> None:
    note = read_note(CHECKPOINT)
    checkpoint = read_checkpoint(note.text)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.text() == note.text
    assert note.encoded() == CHECKPOINT


def test_the_reference_cosignature_holds_a_time_and_a_signature() -> None:
    line = read_note(CHECKPOINT).signatures[1]

    assert line.name == "witness.example.com/w1"
    assert int.from_bytes(line.data[:8], "big") == 1679315147
    assert len(line.data) == 8 + 64


def test_a_cosignature_is_believed_with_its_time() -> None:
    line = cosign("a\n1\nb\n", "w", WITNESS, WITNESS.public_key, 1_679_315_147)
    other = cosign("a\n2\nb\n", "w", WITNESS, WITNESS.public_key, 1_679_315_147)

    assert cosigned_at("a\n1\nb\n", [line], WITNESS_KEY) == 1_679_315_147
    assert cosigned_at("a\n1\nb\n", [other], WITNESS_KEY) is None
    assert cosigned_at("a\n1\nb\n", [], WITNESS_KEY) is None


@given(st.data())
def test_no_changed_note_is_signed(data: st.DataObject) -> None:
    encoded = a_note().encoded()
    at = data.draw(st.integers(0, len(encoded) - 1))
    letter = data.draw(st.characters(codec="ascii"))
    changed = encoded[:at] + letter + encoded[at + 1 :]
    try:
        note = read_note(changed)
    except NoteError:
        return

    assert changed == encoded or note == a_note() or not is_signed(note, LOG_KEY)


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_a_note_or_refused(text: str) -> None:
    with suppress(NoteError):
        assert read_note(text).encoded().startswith(text.partition("\n\n")[0])


@given(st.integers(0, 2**60), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root)

    assert read_checkpoint(checkpoint.text()) == checkpoint


@pytest.mark.parametrize(
    "text",
    ["", "a\n", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\n\n", "\n1\n\n", "a\n1\nAAAA\n", "a\nx\n\n"],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        read_checkpoint(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a+b",
        GO["verifier_key"].replace("c74f20a3", "c74f20a4"),
        GO["verifier_key"].replace("Peter", "Pe ter"),
        GO["verifier_key"][:-4],
        GO["verifier_key"].replace("+A", "+Z"),
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        read_key(text)
