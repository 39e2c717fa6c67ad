import json

from shared.contracts.events import PhotoKept, SheetIssued
from shared.kernel.ids import ProvinceCode
from shared.plumbing.topology import Hearing, hears_fact, plans_of, queue_plans
from tests.contract.examples import GUANGDONG
from tests.contract.messages import QUEUES, REMEDY, all_queue_rows, service_classes


def test_queues_are_named_as_they_always_were() -> None:
    # A durable queue outlives the code: a new name leaves the old one filling up.
    assert all_queue_rows() == json.loads(QUEUES.read_text()), REMEDY


def test_two_provinces_share_only_the_queues_of_all_provinces() -> None:
    classes = service_classes().values()
    guangdong = {plan.name: plan for plan in plans_of(classes, [GUANGDONG])}
    guangxi = {plan.name: plan for plan in plans_of(classes, [ProvinceCode("45")])}

    shared = guangdong.keys() & guangxi.keys()
    assert all(guangdong[name].province is None for name in shared)
    assert all(name.endswith(".44") for name in guangdong.keys() - shared)


def test_a_queue_of_one_province_hears_no_other() -> None:
    plan = queue_plans("scan", "read", Hearing(PhotoKept, "photo", True, 2), [GUANGDONG])[0]

    assert plan.name == "scan.read.44"
    assert plan.dead == "scan.read.44.dead"
    assert hears_fact(plan, "storage.facts", "photo_kept.v1.44.photo")
    assert not hears_fact(plan, "storage.facts", "photo_kept.v1.45.photo")
    assert not hears_fact(plan, "storage.facts", "photo_kept.v1.44.bulk")
    assert not hears_fact(plan, "gateway.facts", "photo_kept.v1.44.photo")


def test_a_queue_of_all_provinces_hears_each_but_no_other_version() -> None:
    plan = queue_plans("progress", "on_issue", Hearing(SheetIssued, None, False, 5), [GUANGDONG])[0]

    assert hears_fact(plan, "forms.facts", "sheet_issued.v1.45")
    assert not hears_fact(plan, "forms.facts", "sheet_issued.v2.45")


def test_a_queue_of_all_lanes_hears_each() -> None:
    plan = queue_plans("audit", "on_kept", Hearing(PhotoKept, None, True, 5), [GUANGDONG])[0]

    assert hears_fact(plan, "storage.facts", "photo_kept.v1.44.bulk")
    assert hears_fact(plan, "storage.facts", "photo_kept.v1.44.page")
