from collections import Counter

from deploy.demo.verdicts import Fate, fate_of
from shared.kernel.ids import SheetId


def test_a_change_has_the_same_fate_in_every_run() -> None:
    assert fate_of(SheetId("0123456789ab"), "name") is fate_of(SheetId("0123456789ab"), "name")


def test_most_changes_are_approved_and_every_fate_comes_up() -> None:
    fates = Counter(fate_of(SheetId(f"{number:012x}"), "phone") for number in range(2000))

    assert set(fates) == set(Fate)
    assert fates[Fate.APPROVED] > 1500
