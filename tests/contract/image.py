"""The image as its Dockerfile describes it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def instructions() -> list[tuple[str, str]]:
    """Instruction and argument, continued lines joined, comments left out."""
    text = (ROOT / "deploy/Dockerfile").read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n", " ", "\n".join(lines))
    pairs = [line.partition(" ") for line in joined.splitlines() if line.strip()]
    return [(name, argument.strip()) for name, _, argument in pairs]


def all_of(name: str) -> list[str]:
    """The arguments of every instruction with this name, in whichever stage."""
    return [argument for instruction, argument in instructions() if instruction == name]


def of_the_image(name: str) -> list[str]:
    """The arguments of every instruction with this name in the last stage, which is the image."""
    return of_stage("", name)


def of_stage(stage: str, name: str) -> list[str]:
    """The arguments of every instruction with this name in a stage; "" is the last one."""
    found: list[str] = []
    here = None
    for instruction, argument in instructions():
        if instruction == "FROM":
            here = argument.partition(" AS ")[2]
        if here == stage and instruction == name:
            found.append(argument)
    return found


def owned_folders() -> set[str]:
    """The folders that the image makes for its own account and nobody else."""
    folders: set[str] = set()
    for run in all_of("RUN"):
        named = re.search(r"for service in ([\w ]+);", run)
        for making in re.findall(r"install -d -o 10001 -g 10001 -m 700 ([^;&]+)", run):
            for folder in making.split():
                services = named[1].split() if named and "$service" in folder else [""]
                folders |= {folder.replace("$service", service) for service in services}
    return folders
