"""The list of who asks whom is what the code does, no more and no less."""

import ast
from pathlib import Path

import pytest

from deploy.services import SERVICES, service_class
from shared.contracts.askers import ASKS

ROOT = Path(__file__).parents[2] / "services"


def answered_by(service: str) -> set[str]:
    cls = service_class(service)
    return {name for name in dir(cls) if hasattr(getattr(cls, name), "nameko_entrypoints")}


def asked_in(source: Path) -> set[str]:
    """Questions whose service and method a module that asks names as plain texts."""
    tree = ast.parse(source.read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    if not names & {"RpcClient", "Rpc", "House"}:
        return set()
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return {
        f"{service}.{method}"
        for service in words & set(SERVICES)
        for method in answered_by(service) & words
    }


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_ask_what_its_code_asks_and_nothing_else(service: str) -> None:
    asked: set[str] = set()
    for source in (ROOT / service).rglob("*.py"):
        asked |= asked_in(source)

    assert asked == set(ASKS.get(service, ()))


def test_the_public_edge_may_not_ask_for_records_or_printed_files() -> None:
    owners = {question.partition(".")[0] for question in ASKS["gateway"]}

    assert "roster" not in owners
    assert "forms.collect" not in ASKS["gateway"]
