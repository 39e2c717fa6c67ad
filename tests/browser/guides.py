"""Pictures and printed copies of the guides, made from a demo that stays up.

`python -m tests.browser.guides DEMO_FOLDER OUT`, then `HECHA_PORTAL_GUIDES=OUT`: the help pages show
the pictures and offer the PDFs. All that is seen on them is the synthetic province's.
"""

import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from deploy.environment_file import read_environment
from services.gateway.domain import ticket_of
from services.portal.pages.help.guides import NAMES, guide, pictures_in
from shared.kernel.query_code import query_code
from shared.plumbing.code_keys import load_code_keys

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
DESK = {"width": 1200, "height": 720}
READ_MS = 120_000
SHEET = 2  # of those to try: a sheet takes five photos, and the others have theirs in tests
PHONE = {"width": 390, "height": 700}
_PRINT = """
@page { size: A4; margin: 16mm 18mm; }
body { font: 10.5pt/1.55 "Noto Sans SC", "Noto Sans CJK SC", sans-serif; color: #1f2329; }
h1 { font-size: 18pt; margin: 0 0 4mm; } h2 { font-size: 13pt; margin: 5mm 0 2mm; }
h2, img { break-after: avoid; } li { margin-bottom: 1mm; } p, ul, ol { margin: 0 0 2mm; }
img { display: block; max-width: 100%; max-height: MOST; margin: 2mm 0; border: 1px solid #ccc; }
table { border-collapse: collapse; width: 100%; } th, td { border: 1px solid #999; padding: 1mm 2mm; text-align: left; }
"""
# The guardian's is the back of a sheet: one page.
_MOST = {"guardian": "52mm"}


@dataclass(frozen=True)
class Shot:
    """A picture: who looks, where, on what."""

    role: str | None  # as the door's button says it; None: a guardian
    path: str
    screen: dict[str, int]
    then: str = ""  # what is followed from there, when there is such a link


SHOTS = {
    "registrar-accounts.png": Shot("学籍管理员", "/accounts", DESK),
    "registrar-entry.png": Shot("学籍管理员", "/entry", DESK, "main td a, main th a"),
    "registrar-progress.png": Shot("学籍管理员", "/progress", DESK),
    "teacher-class.png": Shot("班主任", "/class", PHONE),
    "teacher-inbox.png": Shot("班主任", "/questions", PHONE),
    "guardian-sheet.png": Shot(None, "", PHONE),
    "guardian-ledger.png": Shot(None, "/ledger", PHONE),
}


class Camera:
    """Takes the pictures of one demo."""

    def __init__(self, browser: Browser, demo: Path, out: Path) -> None:
        self._browser = browser
        self._demo = demo
        self._out = out
        self._environment = read_environment(demo / "environment")

    def hand_in(self) -> None:
        """Let a guardian send a photo first: then there is something to enter, and to look up."""
        page = self._browser.new_context(viewport=PHONE, locale="zh-CN").new_page()
        try:
            self._as_guardian(page, "")
            page.set_input_files(
                "input[type=file]", str(self._demo / "try" / f"photo-{SHEET + 1}.jpg")
            )
            page.locator("#state[data-tone=good], #state[data-tone=warn]").wait_for(timeout=READ_MS)
            if page.locator("#anyway").is_visible():
                page.click("#anyway")
                page.locator("#state[data-tone=good]").wait_for(timeout=READ_MS)
        finally:
            page.context.close()

    def take(self, name: str) -> Path:
        """One picture of a guide."""
        shot = SHOTS[name]
        page = self._browser.new_context(viewport=shot.screen, locale="zh-CN").new_page()
        try:
            self._go(page, shot)
            page.screenshot(path=self._out / name)
        finally:
            page.context.close()
        return self._out / name

    def _go(self, page: Any, shot: Shot) -> None:
        if shot.role is None:
            self._as_guardian(page, shot.path)
            return
        page.goto((self._demo / "door").read_text())
        page.get_by_role("button", name=re.compile(shot.role)).first.click()
        page.wait_for_selector(".menu", state="attached")
        page.goto(f"http://{self._environment['HECHA_PORTAL_ADDRESS']}{shot.path}")
        if shot.then and page.locator(shot.then).count():
            page.locator(shot.then).first.click()
            page.wait_for_load_state("networkidle")

    def _as_guardian(self, page: Any, path: str) -> None:
        code = json.loads((self._demo / "try.json").read_text())[SHEET]
        page.goto(f"http://{self._environment['HECHA_GATEWAY_ADDRESS']}/s/{code}{path}")
        if path:
            page.fill("#query_code", query_code_of(self._environment, code))
            page.click("button[type=submit]")


def query_code_of(environment: dict[str, str], code: str) -> str:
    """The query code printed on the copy whose code this is."""
    keys = load_code_keys(Path(environment["HECHA_SHEET_CODE_KEYS_FILE"]))
    ticket = ticket_of("S", code, [one.key for one in keys])
    assert ticket is not None
    key = bytes.fromhex(Path(environment["HECHA_LEDGER_KEY_FILE"]).read_text().strip())
    return query_code(key, ticket.head.sheet, ticket.head.serial)


def print_guide(browser: Browser, name: str, out: Path) -> Path:
    """A guide as a PDF of A4 pages, with the pictures that lie in `out`."""
    there = [one for one in pictures_in(name) if (out / one).exists()]
    style = _PRINT.replace("MOST", _MOST.get(name, "75mm"))
    body = guide(name, "", there).html
    source = out / f"{name}.html"
    source.write_text(
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><style>{style}</style>{body}</html>',
        "utf-8",
    )
    page = browser.new_context().new_page()
    page.goto(source.as_uri())
    page.pdf(path=out / f"{name}.pdf", prefer_css_page_size=True, print_background=True)
    page.context.close()
    source.unlink()
    return out / f"{name}.pdf"


def make(browser: Browser, demo: Path, out: Path, told: Callable[[Path], None]) -> None:
    """Every picture and every printed copy."""
    out.mkdir(parents=True, exist_ok=True)
    camera = Camera(browser, demo, out)
    camera.hand_in()
    for name in SHOTS:
        told(camera.take(name))
    for name in NAMES:
        told(print_guide(browser, name, out))


def main(arguments: list[str]) -> None:
    """Make everything from the demo in one folder into another."""
    demo, out = map(Path, arguments)
    found = next(path for name in CHROMIUM if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        make(browser, demo, out, print)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
