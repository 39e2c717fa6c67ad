"""What counts as a document: an object of the own province that still opens."""

from dataclasses import replace

import pytest

from services.review.objects import check_kept
from shared.contracts.storage_commands import ObjectState
from shared.kernel.errors_review import UnknownDocumentError
from shared.kernel.ids import CampaignId, ObjectId, ProvinceCode

OBJECT, CAMPAIGN = ObjectId("a" * 32), CampaignId("44-2026a")
OURS, OTHER = ProvinceCode("44"), ProvinceCode("45")


def test_an_object_that_the_own_province_keeps_is_a_document() -> None:
    kept = ObjectState(OBJECT, True, None, OURS, CAMPAIGN)

    assert check_kept(kept, OURS) is False
    assert check_kept(replace(kept, is_document=True), OURS) is True


@pytest.mark.parametrize(
    "state",
    [
        ObjectState(OBJECT, False),
        ObjectState(OBJECT, False, "body_altered"),
        ObjectState(OBJECT, True, None, OTHER, CAMPAIGN),
        ObjectState(OBJECT, True, None, OURS, CAMPAIGN, is_erased=True),
    ],
)
def test_what_is_not_kept_lies_elsewhere_or_was_erased_is_none(state: ObjectState) -> None:
    with pytest.raises(UnknownDocumentError) as refused:
        check_kept(state, OURS)

    assert refused.value.args == (OBJECT,)
