import json
from dataclasses import replace
from datetime import date, datetime
from enum import Enum
from types import NoneType
from typing import Any

import pytest

from shared.contracts.events import MAX_ITEMS, LayoutPublished, SheetIssued
from shared.contracts.facts import Fact
from shared.contracts.hearers import HEARERS, is_heard
from shared.contracts.wire import (
    MAX_BODY_BYTES,
    WireError,
    fact_of,
    open_envelope,
    read_fact,
    seal_envelope,
)
from shared.layout.registry import built_in, canonical_json
from shared.plumbing.topology import hearings_of
from tests.contract.examples import AT, EXAMPLES, FACT_ID, GUANGDONG
from tests.contract.messages import (
    DOCUMENT,
    REMEDY,
    VECTORS,
    documented,
    example_of,
    golden_path,
    house_facts,
    message_of,
    service_classes,
    strings_of,
)

FACTS = [pytest.param(cls, id=f"{cls.NAME}.v{cls.VERSION}") for cls in house_facts()]

# Text that is neither an id nor one of an enum's words: a code, or nothing personal.
FREE_TEXT = {
    "unit_registered": {"path"},  # unit codes
    "scope_counted": {"out_of_scope"},  # reason codes
    "record_changed": {"fields"},  # field keys
    "layout_published": {"sha256", "canonical"},  # a layout holds nothing personal
    "cells_read": {"cells", "suggested", "ticked"},  # field keys
    "photo_damaged": {"reason"},
    "photo_unreadable": {"reason"},
    "page_misfiled": {"reason"},
    "change_entered": {"field"},  # a field key, as below
    "change_queried": {"field"},
    "change_withdrawn": {"field"},
    "change_approved": {"field"},
    "change_returned": {"field", "reason"},
    "change_rejected": {"field", "reason"},
    "change_expired": {"field"},
    "change_applied": {"field"},
    "change_conflicted": {"field"},
    "progress_reported": {"sha256"},
    "checkpoint_witnessed": {"root", "witness"},
    "question_asked": {"field"},  # a field key
    "act_done": {
        *("act", "object", "actor", "outcome", "purpose", "fields"),
        *("commitments", "request", "source"),
    },
}


@pytest.mark.parametrize("cls", FACTS)
def test_every_fact_leaves_for_the_bus_as_its_golden_message_says(cls: type[Fact]) -> None:
    example = example_of(cls)
    assert example is not None, f"{cls.NAME}: add an example to tests/contract/messages.py"
    golden = golden_path(cls)

    assert golden.exists(), REMEDY
    assert message_of(example) == json.loads(golden.read_text()), REMEDY


@pytest.mark.parametrize("cls", FACTS)
def test_a_golden_message_is_read_as_the_fact_it_was(cls: type[Fact]) -> None:
    body = json.dumps(json.loads(golden_path(cls).read_text())["body"]).encode()
    envelope = open_envelope(body)

    assert fact_of(envelope) == example_of(cls)
    assert (envelope.id, envelope.at, envelope.province) == (FACT_ID, AT, GUANGDONG)


def test_every_golden_message_is_of_a_fact() -> None:
    golden = {path.name for path in VECTORS.glob("*.v*.json")}

    assert golden == {golden_path(cls).name for cls in house_facts()}


@pytest.mark.parametrize("cls", FACTS)
def test_a_fact_carries_only_ids_codes_numbers_and_times(cls: type[Fact]) -> None:
    allowed = FREE_TEXT.get(cls.NAME, set())

    for path, kind in strings_of(cls):
        assert path in allowed if kind is str else _is_id_or_measure(kind), path


def _is_id_or_measure(kind: Any) -> bool:
    is_id = hasattr(kind, "__supertype__")  # a NewType
    is_word = isinstance(kind, type) and issubclass(kind, Enum)
    return is_id or is_word or kind in (int, bool, date, datetime, NoneType)


def test_a_field_that_a_reader_does_not_know_is_ignored() -> None:
    envelope = open_envelope(_body(EXAMPLES[0]))
    envelope.data["of_next_year"] = 1

    assert fact_of(envelope) == EXAMPLES[0]


def test_a_missing_field_breaks_the_contract() -> None:
    envelope = open_envelope(_body(EXAMPLES[0]))
    del envelope.data["unit"]

    with pytest.raises(WireError, match="breaks its contract"):
        read_fact(envelope, type(EXAMPLES[0]))


def test_an_unknown_version_is_not_read() -> None:
    body = _body(EXAMPLES[0]).replace(b'"v":1', b'"v":99')

    with pytest.raises(WireError, match="v99"):
        fact_of(open_envelope(body))


def test_an_error_on_the_wire_never_quotes_what_it_could_not_read() -> None:
    body = _body(EXAMPLES[0]).replace(b'"440305-017"', b'{"name":"secret"}', 1)

    with pytest.raises(WireError) as broken:
        fact_of(open_envelope(body))
    assert "secret" not in str(broken.value)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b"{}", b"null", b'{"fact":1}'])
def test_what_is_no_envelope_is_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        open_envelope(body)


def test_a_fact_of_as_many_sheets_as_allowed_fits_into_a_message() -> None:
    one = next(fact for fact in EXAMPLES if isinstance(fact, SheetIssued))
    full = replace(one, sheets=one.sheets * MAX_ITEMS)

    assert len(_body(full)) < MAX_BODY_BYTES


def test_every_built_in_layout_would_fit_into_a_message() -> None:
    for layout in built_in():
        published = LayoutPublished(layout.number, "0" * 64, canonical_json(layout))
        assert len(_body(published)) < MAX_BODY_BYTES, layout.number


def test_a_fact_too_large_for_a_message_is_refused_when_it_is_said() -> None:
    with pytest.raises(WireError, match="layout_published"):
        _body(LayoutPublished(31, "0" * 64, "x" * MAX_BODY_BYTES))


def _body(fact: Fact) -> bytes:
    return seal_envelope(fact, id_=FACT_ID, at=AT, province=GUANGDONG)


def test_the_list_of_hearers_is_what_the_services_hear() -> None:
    heard: dict[str, set[str]] = {}
    for name, cls in service_classes().items():
        for _, hearing in hearings_of(cls):
            lane = f".{hearing.lane}" if hearing.lane else ""
            heard.setdefault(hearing.fact.NAME + lane, set()).add(name)

    written = service_classes().keys()
    promised = {key: set(by) & written for key, by in HEARERS.items() if set(by) & written}
    assert promised == heard


@pytest.mark.parametrize(
    ("key", "heard"),
    [
        ("sheet_issued.v1.44", True),
        ("photo_kept.v1.44.photo", True),
        ("photo_kept.v1.44.view", False),
        ("act_done.v1.44", True),
        ("page_misfiled.v1.44", False),
    ],
)
def test_a_speaker_knows_whether_somebody_must_hear_it(key: str, heard: bool) -> None:
    assert is_heard(key) is heard


def test_the_document_tells_of_every_fact_and_queue() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == documented(), REMEDY
