"""Every refusal of the command line: a sentence that says what to do, and an exit code."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_command

from deploy.cli.__main__ import GROUPS, main
from deploy.cli.sentences import FAILURES, SENTENCES, explain
from shared.kernel import (
    errors,
    errors_accounts,
    errors_audit,
    errors_progress,
    errors_review,
    errors_support,
)
from shared.kernel.errors import DomainError, WindowClosedError
from tests.unit.cli.conftest import Terminal, administrator

# Every command that works on a house, with arguments that it would take.
COMMANDS = {
    "sign-in": ("44.01",),
    "sign-out": (),
    "accounts first": ("--province", "44", "--name", "n"),
    "accounts issue": ("44", "--level", "school", "--role", "registrar", "--out", "a.xlsx"),
    "accounts list": ("44",),
    "accounts people": ("44.01",),
    "accounts add": ("44.01", "--name", "n"),
    "accounts hand-over": ("44.01", "--reason", "r", "--name", "n"),
    "accounts reset": ("44.01", "--reason", "r"),
    "accounts disable": ("44.01", "--reason", "r"),
    "accounts restore": ("44.01", "--reason", "r"),
    "roster units": ("units.json",),
    "roster import": ("roster.xlsx",),
    "roster history": ("ab",),
    "window create": ("44-2026a", "--name", "n", "--cut-off", "2026-03-31"),
    "window open": ("44", "--until", "2026-05-01T18:00"),
    "window close": ("44",),
    "window show": (),
    "window inherit": ("44",),
    "window rehearse": ("44",),
    "window calendar": (),
    "sheets print": ("4491", "--out", "out.pdf"),
    "storage verify": (),
    "storage capacity": (),
    "storage rotate": ("44-2026a",),
    "scan submit": ("roster.xlsx", "--school", "4491"),
    "scan watch": (".", "--school", "4491", "--once"),
    "scan batches": (),
    "scan show": ("ab",),
    "scan commit": ("ab",),
    "scan take-back": ("ab",),
    "scan photos": ("44",),
    "scan photo": ("ab",),
    "scan place-photo": ("ab", "s"),
    "scan drop-photo": ("ab", "--reason", "not_a_sheet"),
    "scan undo-photo": ("ab",),
    "scan discard": ("ab",),
    "scan assign": ("ab", "1", "0123456789ab"),
    "scan undo": ("ab", "1"),
    "scan queue": (),
    "scan candidates": ("ab/1",),
    "scan find": ("1187579409869155", "--school", "4491"),
    "scan hold": ("ab",),
    "scan let-go": ("ab",),
    "scan hand-over": ("ab", "li"),
    "scan view": ("29f5ef7b04e647cbc16035d64d5c4a77", "--out", "page.jpg"),
    "scan cells": ("29f5ef7b04e647cbc16035d64d5c4a77",),
    "scan ticket": ("--campaign", "44-2026a", "--school", "4491"),
    "audit verify": (),
    "audit prove": ("1",),
    "audit show": (),
    "audit state": (),
    "audit export": ("out.zip",),
    "audit checkpoint": (),
    "audit ledger": ("0123456789ab", "--code", "12345678"),
    "progress show": ("44",),
    "progress recount": (),
    "review draft": ("0123456789ab", "phone", "13800139000"),
    "review entries": ("0123456789ab",),
    "review history": ("ab",),
    "review prove": ("ab", "cd"),
    "review unprove": ("ab", "cd"),
    "review submit": ("0123456789ab",),
    "review withdraw": ("ab",),
    "review next": (),
    "review open": ("ab",),
    "review back": ("ab",),
    "review duplicate": ("ab",),
    "review decide": ("ab", "approve"),
    "review undo": ("ab",),
    "review class": ("c",),
    "review reconcile": ("0123456789ab", "phone", "ink_without_entry", "--reason", "stray_mark"),
    "review finish": ("0123456789ab",),
    "review lane": ("c",),
    "review looked": ("s", "0123456789ab"),
    "review confirm": ("s",),
    "review unconfirm": ("s",),
    "review query": ("ab", "--reason", "unreadable"),
    "review answer": ("ab", "yes"),
    "review queries": ("c",),
    "review queue": (),
    "review notices": (),
    "review watch": ("44",),
    "review blind": (),
    "review check": ("c",),
    "review found": ("c", "present"),
    "review attest": ("f", "o"),
    "review hand-in": ("c",),
    "review settle": ("f", "filed"),
    "progress tables": ("44",),
    "progress export": ("44", "table.xlsx"),
    "progress stalled": ("44",),
    "progress urge": ("44",),
    "progress urges": ("44",),
    "progress missing": ("44",),
    "progress report": ("44",),
    "progress reports": ("44",),
    "progress accept": ("ab",),
    "progress return": ("ab", "--reason", "r"),
    "progress export-report": ("ab", "report.xlsx"),
    "progress report-key": (),
    "support inbox": (),
    "support show": ("ab",),
    "support answer": ("ab", "text"),
    "support pass": ("ab",),
    "support ask": ("44", "text"),
    "support who": (),
    "support faq": ("text",),
    "support publish": ("title", "text"),
    "support retract": ("1",),
    "support figures": ("44",),
    "bus declare": (),
    "bus topology": (),
    "bus say-again": ("--service", "roster", "--since", "90m"),
    "bus dead list": (),
    "bus dead show": ("1",),
    "bus dead replay": ("--all",),
    "bus dead drop": ("--all", "--reason", "r"),
    "db upgrade": (),
}
# Where refusals are written.
ROOMS = (
    *(errors, errors_accounts, errors_audit),
    *(errors_progress, errors_review, errors_support),
)
# Commands of folders and files, not of a house.
OTHERS = {
    *("kit init", "kit print", "kit read", "scan cell", "storage init"),
    *("rehearse photos", "rehearse scans", "rehearse cells", "rehearse score"),
}


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.json").write_text('{"units": []}')
    (tmp_path / "roster.xlsx").write_bytes(b"")


def commands() -> Iterator[str]:
    def below(name: str, command: object) -> Iterator[str]:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name
        for word, one in (inner or {}).items():
            yield from below(f"{name} {word}", one)

    for group, (module, _) in GROUPS.items():
        yield from below(group, get_command(import_module(module).app))


def test_no_command_is_left_out_of_these_tests() -> None:
    assert sorted(commands()) == sorted({*COMMANDS, *OTHERS})


@pytest.mark.parametrize("command", COMMANDS)
def test_without_settings_every_command_names_the_one_that_is_missing(
    bare: Terminal, command: str
) -> None:
    said = bare.run(*command.split(), *COMMANDS[command])

    assert said.code == 3
    assert said.out == ""
    assert "HECHA_" in said.told
    assert "not set" in said.told
    assert "Load the house's settings first" in said.told


@pytest.mark.parametrize(
    "lost", ["roster units", "window show", "progress show", "progress recount"]
)
def test_a_database_without_tables_is_told_with_the_command_that_makes_them(
    terminal: Terminal, tmp_path: Path, lost: str
) -> None:
    for file in tmp_path.glob("*.db*"):
        file.unlink()
    (tmp_path / "units.json").write_text(
        '{"units": [{"code": "44", "level": "province", "name": "n", "parent": null}]}'
    )

    said = administrator(terminal).run(*lost.split(), *COMMANDS[lost])

    assert (said.code, said.out) == (3, "")
    assert "hecha db upgrade" in said.told


def test_an_object_store_that_is_away_is_told(terminal: Terminal) -> None:
    said = terminal.run("storage", "capacity")

    assert (said.code, said.out) == (3, "")
    assert "object store does not serve us" in said.told


def test_a_bus_that_is_away_is_told(terminal: Terminal) -> None:
    terminal.environment["HECHA_AMQP_URL"] = "amqp://nobody:nothing@127.0.0.1:1/hecha"

    for command in ("bus declare", "bus dead list"):
        said = terminal.run(*command.split())
        assert said.code == 3
        assert "The bus does not answer" in said.told
        assert "nothing" not in said.told


@pytest.mark.parametrize("arguments", [(), ("--help",), ("nonsense",), ("nonsense", "--help")])
def test_without_a_group_the_groups_are_listed(bare: Terminal, arguments: tuple[str, ...]) -> None:
    said = bare.run(*arguments)

    assert said.code == (2 if "nonsense" in arguments else 0)
    assert all(group in said.told for group in GROUPS)


@pytest.mark.parametrize("command", [*COMMANDS, *OTHERS])
def test_an_unknown_option_is_wrong_usage(bare: Terminal, command: str) -> None:
    said = bare.run(*command.split(), "--no-such-option")

    assert said.code == 2
    assert "--no-such-option" in said.told


def test_a_settings_file_that_is_not_there_is_told(bare: Terminal, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HECHA_ENVIRONMENT_FILE", str(tmp_path / "nowhere"))
        assert main(["window", "show"]) == 3


def test_every_refusal_has_a_sentence_in_two_languages() -> None:
    refusals = {
        one.code
        for room in ROOMS
        for _, one in inspect.getmembers(room, inspect.isclass)
        if issubclass(one, DomainError) and one is not DomainError
    }

    assert refusals <= set(SENTENCES)
    assert all(
        chinese.endswith("。") and english.endswith(".") and chinese != english
        for chinese, english in (*SENTENCES.values(), *FAILURES.values())
    )


def test_a_closed_window_is_told_with_the_time_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    later = explain(WindowClosedError("4491", "export_sheets", "2026-04-01T00:00:00+00:00"))
    never = explain(WindowClosedError("4491", "export_sheets"))

    assert later.startswith("时间开关将于北京时间 2026-04-01 08:00 打开。")
    assert "请联系上级管理员" in never
