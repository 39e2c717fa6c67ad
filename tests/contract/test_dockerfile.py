import re
from pathlib import Path

import pytest

from deploy.services import SERVICES

ROOT = Path(__file__).parents[2]


def instructions() -> list[tuple[str, str]]:
    """Instruction and argument, continued lines joined, comments left out."""
    text = (ROOT / "deploy/Dockerfile").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    pairs = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(name, argument.strip()) for name, _, argument in pairs]


def all_of(name: str) -> list[str]:
    return [argument for instruction, argument in instructions() if instruction == name]


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
    making = next(run for run in all_of("RUN") if "/provision/" in run)
    named = re.search(r"for service in ([\w ]+);", making)

    assert named is not None
    assert set(named[1].split()) == {"house", *SERVICES}
    assert "-o 10001 -g 10001 -m 700" in making
