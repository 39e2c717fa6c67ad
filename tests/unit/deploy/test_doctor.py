import json
import subprocess
import sys

import pytest

from deploy import doctor
from deploy.doctor import NEEDS, Need, describe, examine, mend, missing_packages

HERE = Need("here", "here0", "to be there", ("demo",), lambda: True)
GONE = Need("gone", "gone0", "to be missed", ("demo", "test"), lambda: False)
FULL = Need("disk", None, "room", ("demo",), lambda: False, "free some space")


def test_a_missing_thing_is_named_with_the_command_that_mends_it() -> None:
    told = describe(examine([HERE, GONE]))

    assert "MISSING  gone: to be missed" in told
    assert "-> apt-get install gone0" in told
    assert "apt-get install here0" not in told


def test_what_no_package_mends_is_named_with_what_to_do() -> None:
    assert "-> free some space" in describe(examine([FULL]))
    assert missing_packages("demo", [FULL]) == []


def test_only_the_missing_packages_of_the_group_are_installed() -> None:
    assert missing_packages("demo", [HERE, GONE]) == ["gone0"]
    assert missing_packages("up", [HERE, GONE]) == []


def test_without_root_nothing_is_installed_and_the_command_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(doctor.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(doctor, "missing_packages", lambda group: ["gone0", "lost1"])
    monkeypatch.setattr(doctor, "_apt_get", lambda *_: pytest.fail("apt-get was called"))

    assert mend("demo") == "not installed: gone0, lost1; as root: apt-get install gone0 lost1"


def test_every_need_of_the_house_says_how_it_is_mended() -> None:
    assert all(finding.remedy and finding.why for finding in examine())


def test_every_group_of_a_need_can_be_mended() -> None:
    assert {group for need in NEEDS for group in need.groups} == set(doctor.GROUPS)


def test_the_findings_are_also_json() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "deploy.doctor", "--json"], capture_output=True, check=False
    )

    findings = json.loads(answer.stdout)
    assert {finding["name"] for finding in findings} == {need.name for need in NEEDS}
    assert answer.returncode == (0 if all(finding["found"] for finding in findings) else 1)
