import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.events import How
from shared.contracts.facts import Fact
from shared.contracts.progress_commands import Counts
from tests.unit.progress.house import (
    DUE,
    PATHS,
    House,
    a_confirmation,
    a_conflict,
    a_photo,
    a_query,
    a_rejection,
    a_return,
    a_scope,
    a_taking_back,
    a_unit,
    a_withdrawal,
    an_applied,
    an_approval,
    an_entered_sheet,
    an_entry,
    an_expiry,
    an_issue,
    an_unreadable,
    sent_back,
    the_tree,
)

pytestmark = pytest.mark.slow

CLASSES = st.sampled_from(["c11", "c12", "c21"])
SHEETS = st.integers(1, 6)
ENTRIES = st.integers(0, 1)
REVISIONS = st.integers(1, 3)
FACTS = st.one_of(
    st.builds(lambda unit, sheet, serial: an_issue(unit, sheet, serial=serial), CLASSES, SHEETS, st.integers(1, 3)),
    st.builds(a_photo, SHEETS),
    st.builds(a_return, SHEETS, st.sampled_from(How)),
    st.builds(lambda sheet, sequence: a_taking_back(sheet, is_back=sequence % 2 == 1, sequence=sequence), SHEETS, st.integers(1, 4)),
    st.builds(lambda sheet, sequence: a_photo(sheet, is_left=sequence % 2 == 1, sequence=sequence), SHEETS, st.integers(1, 4)),
    st.builds(lambda sheet: an_unreadable(sheet, object_=100 + sheet), SHEETS),
    st.builds(lambda object_: an_unreadable(None, object_=object_), st.integers(1, 3)),
    st.builds(
        lambda object_: replace(an_unreadable(None, object_=object_), is_withdrawn=True),
        st.integers(1, 3),
    ),
    st.builds(a_confirmation, SHEETS),
    st.builds(lambda sheet, sequence: an_entered_sheet(sheet, is_entered=sequence % 2 == 1, sequence=sequence), SHEETS, st.integers(1, 4)),
    st.builds(lambda sheet, sequence: a_query(sheet, is_open=sequence % 2 == 1, sequence=sequence), SHEETS, st.integers(1, 4)),
    st.builds(lambda sheet, entry, revision: an_entry(sheet, entry=entry, revision=revision, due=DUE + timedelta(days=revision)), SHEETS, ENTRIES, REVISIONS),
    st.builds(
        lambda told, sheet, entry, revision: told(sheet, entry=entry, revision=revision),
        st.sampled_from([sent_back, an_approval, a_rejection, a_withdrawal, an_expiry, an_applied, a_conflict]),
        SHEETS, ENTRIES, REVISIONS,
    ),
)  # fmt: skip
# Facts that replace state carry a sequence, and a sequence is said once: with one content.
REPLACING: list[Fact] = [
    a_scope("c11", 40, out=1),
    a_scope("c11", 35, sequence=2),
    a_scope("c21", 20),
    a_unit("c12", path="44/4403/s2/c12/", sequence=2),
    a_unit("c12", path="44/c12/", sequence=3),
]


@settings(max_examples=15, deadline=None)
@given(facts=st.lists(FACTS, max_size=25), seed=st.integers(0, 2**32))
def test_any_order_and_any_repetition_gives_the_same_counts(facts: list[Fact], seed: int) -> None:
    told = [*the_tree(), *REPLACING, *facts]
    shuffled = random.Random(seed)
    again = told + shuffled.sample(told, k=len(told) // 2)
    shuffled.shuffle(again)

    in_order, anyhow = House().hear(*told), House().hear(*again)

    assert anyhow.every_count() == in_order.every_count()
    assert [anyhow.ages(unit) for unit in PATHS] == [in_order.ages(unit) for unit in PATHS]
    assert anyhow.differences() == ()


@settings(max_examples=10, deadline=None)
@given(facts=st.lists(FACTS, max_size=30))
def test_a_unit_counts_what_its_children_count(facts: list[Fact]) -> None:
    house = House().hear(*the_tree(), *facts)

    for unit in ("4403", "440305", "s1", "s2"):
        assert total(house.children(unit)) == house.counts(unit)


def total(counts: dict[str, Counts]) -> Counts:
    names = Counts.__dataclass_fields__
    sums = {name: sum(getattr(one, name) for one in counts.values()) for name in names}
    return Counts(**sums)
