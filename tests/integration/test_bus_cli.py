import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy import services
from deploy.cli.bus import app
from deploy.servers.rabbitmq import RabbitMQ
from shared.plumbing import embedded
from tests.integration.bus_house import PROVINCE, QUEUE, House, until, vhost_of

TOYS = {
    "speaker": "tests.unit.plumbing.toys:SpeakerService",
    "hearer": "tests.unit.plumbing.toys:HearerService",
}


class Terminal:
    """`hecha bus`, as an operator of the toy house has it."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def run(self, *arguments: str) -> Any:
        environment = {"LANG": "C.UTF-8", "LC_ALL": "", **self.environment}
        return CliRunner().invoke(app, list(arguments), env=environment)


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "SERVICES", TOYS)
    monkeypatch.setattr(services, "WITH_DATABASE", tuple(TOYS))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path, embedded.URL)
    house.start()
    yield house
    house.close()


@pytest.fixture
def terminal(house: House) -> Terminal:
    return Terminal({**house.environment, "HECHA_AMQP_URL": house.url})


def kill_letters(house: House, *numbers: int) -> None:
    house.say(*numbers)
    assert until(lambda: len(house.errors_of_the_dead()) == len(numbers))


def test_without_dead_letters_the_list_is_empty_and_all_is_well(terminal: Terminal) -> None:
    listed = terminal.run("dead", "list")

    assert (listed.exit_code, listed.stdout) == (0, "")
    assert listed.stderr == "There are no dead letters.\n"


def test_the_list_names_queue_fact_error_and_attempts(house: House, terminal: Terminal) -> None:
    kill_letters(house, -1)
    listed = terminal.run("dead", "list")
    _, queue, fact, fact_id, error, attempts = listed.stdout.strip().split("\t")

    assert listed.exit_code == 1
    assert (queue, fact, error, attempts) == (QUEUE, "toy_said", "negative", "x1")
    assert json.loads(terminal.run("dead", "list", "--json").stdout)["id"] == fact_id


def test_show_prints_the_whole_letter(house: House, terminal: Terminal) -> None:
    kill_letters(house, -1)
    fact_id = json.loads(terminal.run("dead", "list", "--json").stdout)["id"]
    shown = json.loads(terminal.run("dead", "show", fact_id).stdout)

    assert shown["body"]["data"] == {"number": -1}
    assert shown["province"] == PROVINCE


def test_showing_an_unknown_id_is_refused_with_a_sentence(terminal: Terminal) -> None:
    shown = terminal.run("dead", "show", "no-such-id")

    assert shown.exit_code == 1
    assert "no-such-id" in shown.stderr


def test_a_drop_wants_a_reason(house: House, terminal: Terminal) -> None:
    kill_letters(house, -1)

    assert terminal.run("dead", "drop", "--queue", QUEUE).exit_code == 2
    assert terminal.run("dead", "drop", "--queue", QUEUE, "--reason", " ").exit_code == 2
    assert terminal.run("dead", "list").exit_code == 1


def test_a_dry_run_drops_nothing_and_a_drop_drops(house: House, terminal: Terminal) -> None:
    kill_letters(house, -1, -2)
    command = ("dead", "drop", "--queue", QUEUE, "--reason", "a rehearsal")

    assert terminal.run(*command, "--dry-run").stderr == "2 would be dropped.\n"
    assert terminal.run(*command).stderr == "2 dropped; the log says why.\n"
    assert terminal.run("dead", "list").exit_code == 0


@pytest.mark.parametrize("command", [("replay",), ("drop", "--reason", "x")])
def test_nobody_replays_or_drops_everything_by_accident(
    terminal: Terminal, command: tuple[str, ...]
) -> None:
    assert terminal.run("dead", *command).exit_code == 2
    assert terminal.run("dead", *command, "--all").exit_code == 0


def test_older_leaves_the_young_ones_alone(house: House, terminal: Terminal) -> None:
    kill_letters(house, -1)

    assert terminal.run("dead", "replay", "--older", "1h").stderr == "0 replayed.\n"
    assert terminal.run("dead", "replay", "--older", "yesterday").exit_code == 2


def test_sentences_are_chinese_where_the_terminal_is(house: House, terminal: Terminal) -> None:
    terminal.environment["LANG"] = "zh_CN.UTF-8"

    assert terminal.run("dead", "list").stderr == "没有死信。\n"


def test_saying_again_has_no_second_effect(house: House, terminal: Terminal) -> None:
    house.say(1)
    assert until(lambda: house.heard() == [1])
    said = terminal.run("say-again", "--service", "speaker", "--since", "1h", "--fact", "toy_said")

    assert (said.exit_code, said.stderr.split()[:3]) == (0, ["speaker", "says", "1"])
    assert until(lambda: house.unsaid() == 0)
    assert house.heard() == [1]


def test_a_service_without_facts_cannot_say_again(terminal: Terminal) -> None:
    assert terminal.run("say-again", "--service", "gateway", "--since", "1h").exit_code == 2


def test_a_missing_setting_is_named(terminal: Terminal) -> None:
    terminal.environment["HECHA_AMQP_URL"] = ""
    listed = terminal.run("dead", "list")

    assert listed.exit_code == 3
    assert "HECHA_AMQP_URL" in listed.stderr


@pytest.mark.slow
def test_a_broker_that_is_away_is_a_sentence(terminal: Terminal) -> None:
    terminal.environment["HECHA_AMQP_URL"] = "amqp://guest:guest@127.0.0.1:9//"
    for command in (("dead", "list"), ("declare",), ("topology", "--check")):
        asked = terminal.run(*command)

        assert asked.exit_code == 3
        assert "does not answer" in asked.stderr
        assert "guest" not in asked.stderr


def test_a_broker_gets_everything_and_then_lacks_nothing(
    rabbitmq: RabbitMQ, tmp_path: Path
) -> None:
    with vhost_of(rabbitmq) as url:
        house = House(tmp_path, url)
        terminal = Terminal({**house.environment, "HECHA_AMQP_URL": url})
        lacking = terminal.run("topology", "--check")
        undeclared = terminal.run("dead", "list")
        declared = [terminal.run("declare") for _ in range(2)]
        checked = terminal.run("topology", "--check")
        house.say(-1)
        house.start()
        assert until(house.errors_of_the_dead)
        replayed = terminal.run("dead", "replay", "--fact", "toy_said")
        house.close()

    assert lacking.exit_code == 1
    assert {QUEUE, f"{QUEUE}.dead", "speaker.facts", "hecha.dead"} <= set(lacking.stdout.split())
    assert (undeclared.exit_code, "hecha bus declare" in undeclared.stderr) == (3, True)
    assert [run.exit_code for run in declared] == [0, 0]
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert replayed.stderr == "1 replayed.\n"
