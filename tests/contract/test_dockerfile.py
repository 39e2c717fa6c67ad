import re
from pathlib import PurePosixPath

import pytest

from deploy.doctor import NEEDS
from deploy.services import SERVICES
from tests.contract.image import ROOT, all_of, instructions, of_stage, of_the_image, owned_folders


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

    assert installs
    assert all(
        re.search(r"--require-hashes -r requirements(-dev)?\.lock$", one) for one in installs
    )
    assert not [run for run in of_the_image("RUN") if "pip" in run]


def test_the_image_holds_what_the_lock_of_users_names_and_nothing_of_the_tests() -> None:
    taken = [one for one in of_the_image("COPY") if one.startswith("--from=")]
    [environment] = [run for run in all_of("RUN") if run.endswith("-r requirements.lock")]

    assert taken == ["--from=build /venv /venv", "--from=guides /guides guides"]
    assert environment == of_stage("build", "RUN")[0]


def test_the_guides_are_made_while_the_image_is_built_and_the_portal_finds_them() -> None:
    [made] = [run for run in all_of("RUN") if "make_guides" in run]
    [taken] = [one for one in of_the_image("COPY") if one.startswith("--from=guides")]
    [folder] = of_the_image("WORKDIR")

    assert made.split()[-1] == taken.split()[1]
    assert f"HECHA_PORTAL_GUIDES={folder}/{taken.split()[2]}" in of_the_image("ENV")[0].split()


def test_the_stage_of_the_guides_has_what_a_demo_and_a_browser_need() -> None:
    needed = {need.package for need in NEEDS if need.package and "demo" in need.groups}
    [installed] = [run for run in of_stage("guides", "RUN") if "apt-get" in run]

    assert needed | {"chromium", "fonts-noto-cjk"} <= set(installed.split())


def sources(copies: list[str]) -> list[str]:
    own = [argument for argument in copies if not argument.startswith("--from=")]
    return [source for argument in own for source in argument.split()[:-1]]


@pytest.mark.parametrize("source", sorted(set(sources(all_of("COPY")))))
def test_what_is_copied_exists_and_is_let_through_to_the_build(source: str) -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert (ROOT / source).exists()
    assert "*" in ignored
    assert f"!{source}" in ignored


def test_tests_and_local_data_stay_out_of_the_image() -> None:
    assert not {"tests", "var", ".", "docs"} & set(sources(of_the_image("COPY")))


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
