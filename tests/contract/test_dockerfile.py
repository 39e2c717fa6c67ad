import re
from pathlib import PurePosixPath

import pytest

from deploy.services import SERVICES
from tests.contract.image import ROOT, all_of, instructions, owned_folders


def test_the_base_is_an_exact_version_of_the_python_the_locks_were_made_for() -> None:
    bases = [argument.split()[0] for argument in all_of("FROM")]

    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm", bases[0])


def test_the_image_runs_as_nobody_of_importance() -> None:
    last_stage = [name for name, _ in instructions()]
    user_at = last_stage.index("USER")

    assert all_of("USER") == ["10001:10001"]
    assert not {"RUN", "COPY"} & set(last_stage[user_at:])


def test_only_what_the_hashed_lock_names_is_installed() -> None:
    installs = [run for run in all_of("RUN") if "pip install" in run]

    assert len(installs) == 1
    assert "--require-hashes -r requirements.lock" in installs[0]


def copied() -> list[str]:
    own = [argument for argument in all_of("COPY") if not argument.startswith("--from=")]
    return [source for argument in own for source in argument.split()[:-1]]


@pytest.mark.parametrize("source", copied())
def test_what_is_copied_exists_and_is_let_through_to_the_build(source: str) -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert (ROOT / source).exists()
    assert "*" in ignored
    assert f"!{source}" in ignored


def test_tests_and_local_data_stay_out_of_the_image() -> None:
    assert not {"tests", "var", ".", "docs"} & set(copied())


def test_it_is_told_which_service_it_is() -> None:
    assert all_of("ENTRYPOINT") == ['["python", "-m"]']


def test_every_service_has_a_folder_for_its_secrets_that_the_image_owns() -> None:
    assert {f"/provision/{one}" for one in ("house", *SERVICES)} <= owned_folders()


def test_no_folder_between_two_of_the_account_belongs_to_root() -> None:
    # The provision runs without rights: it could not write into such a one.
    owned = owned_folders()
    between = {
        str(parent)
        for folder in owned
        for parent in PurePosixPath(folder).parents
        if any(PurePosixPath(other) in parent.parents for other in owned)
    }

    assert between <= owned
