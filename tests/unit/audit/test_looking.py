"""A log looked over by processes beside this one is found as whole, or as wrong, as by one alone."""

from collections.abc import Iterator

import pytest

from services.audit.checking import Checker
from services.audit.domain import NO_LEAF, Finding
from services.audit.looking import Looked, Lookers
from tests.unit.audit.house import GUANGDONG, LOG_KEY
from tests.unit.audit.test_tampering import CHANGES, SIZE, Attacker

STRETCH = 64
PLACES = (0, 63, 64, 203, SIZE - 1)


@pytest.fixture(scope="module")
def attacker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacker]:
    made = Attacker(tmp_path_factory.mktemp("log"))
    yield made
    made.house.database.dispose()


@pytest.fixture(scope="module")
def lookers(attacker: Attacker) -> Iterator[Lookers]:
    with Lookers(attacker.house.database.url, 2, stretch=STRETCH) as made:
        yield made


def findings(attacker: Attacker, lookers: Lookers | None) -> list[Finding]:
    return list(Checker(attacker.house.database, GUANGDONG, LOG_KEY, lookers).run())


@pytest.mark.slow
def test_every_stretch_of_a_whole_log_is_looked_over_beside(
    attacker: Attacker, lookers: Lookers
) -> None:
    attacker.put(attacker.rows)
    looked = list(lookers.over(GUANGDONG, 0, SIZE))

    assert [(one.start, one.end, len(one.leaves)) for one in looked] == [
        (start, min(start + STRETCH, SIZE), min(STRETCH, SIZE - start))
        for start in range(0, SIZE, STRETCH)
    ]
    assert looked[0].before == NO_LEAF
    assert [leaf for one in looked for leaf in one.leaves] == [
        bytes(row["leaf"]) for row in attacker.rows
    ]
    assert findings(attacker, lookers) == []


class Elsewhere:
    """Looks over whatever it is given, and is wrong about it."""

    def __init__(self, looked: list[Looked]) -> None:
        self.looked = looked

    def over(self, *_: object) -> list[Looked]:
        return self.looked


def test_what_does_not_follow_on_what_was_verified_is_looked_at_again(attacker: Attacker) -> None:
    attacker.put(attacker.rows)
    leaves = tuple(bytes(row["leaf"]) for row in attacker.rows)
    other = Elsewhere([Looked(0, 64, NO_LEAF, leaves[:64]), Looked(64, SIZE, NO_LEAF, leaves[64:])])

    assert findings(attacker, other) == []  # type: ignore[arg-type]  # as far as it matters
    attacker.put(attacker.changed(100, body=attacker.other_body(100)))
    assert [one.seq for one in findings(attacker, other)] == [100]  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_log_whose_processes_fail_is_verified_all_the_same(attacker: Attacker) -> None:
    attacker.put(attacker.rows)
    with Lookers("sqlite:////nowhere/at/all.db", 1, stretch=STRETCH) as failing:
        assert findings(attacker, failing) == []


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_a_change_is_named_as_by_one_process_alone(
    attacker: Attacker, lookers: Lookers, change
) -> None:
    for place in PLACES:
        attacker.put(change(attacker, place))

        assert findings(attacker, lookers) == findings(attacker, None), place
