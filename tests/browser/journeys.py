"""What a clerk and a leader do on their pages, by the keyboard alone, counted act by act."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from shared.kernel.authority import Role
from tests.browser.desk_process import NEW, TO_ENTER, kind_of

ROOT = Path(__file__).parents[2]
_A_SHEET = re.compile("/entry/sheets/")
A_DOCUMENT: Any = {"name": "page.jpg", "mimeType": "image/jpeg", "buffer": b"a page"}
_PATIENCE_MS = 90_000  # on a machine that may be crowded


@dataclass
class Hands:
    """Presses keys and counts them; characters of a value are counted by themselves."""

    page: Page
    keys: int = 0
    characters: int = 0

    def press(self, *keys: str) -> None:
        """Keys that do something."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        """A value."""
        self.page.keyboard.type(text)
        self.characters += len(text)


@contextmanager
def serving(folder: Path, role: Role) -> Iterator[str]:
    """The address of the pages for one role, in a process of their own."""
    command = [sys.executable, "-m", "tests.browser.desk_process", str(folder), role.value]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        if process.stdout is not None:
            process.stdout.close()
        # Not waited for: beside the browser's loop a patched wait never returns.
        process.returncode = -signal.SIGKILL


def signed_in(browser: Browser, base: str, path: str, **options: Any) -> Page:
    """A page after signing in; the answers are fakes, so any password is taken."""
    settings = {"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN", **options}
    page = browser.new_context(**settings).new_page()
    page.goto(f"{base}/sign-in")
    page.fill("#login", "s1.01")
    page.fill("#password", "any that is long enough")
    page.press("#password", "Enter")
    page.wait_for_selector(".menu", state="attached")
    page.goto(base + path)
    return page


def enter_all(page: Page) -> Hands:
    """Enter every sheet of the list, each by the fewest keys its kind allows."""
    hands = Hands(page)
    hands.press("Enter")  # the list's own button
    for _ in TO_ENTER:
        # Playwright's own waiting for an address never ends under a patched standard library.
        expect(page).to_have_url(_A_SHEET, timeout=_PATIENCE_MS)
        expect(page.locator("#work")).to_be_visible(timeout=_PATIENCE_MS)
        sheet = page.url.partition("/sheets/")[2].partition("?")[0]
        _enter(page, hands, kind_of(int(sheet, 16)))
        expect(page).not_to_have_url(re.compile(rf"/sheets/{sheet}"), timeout=_PATIENCE_MS)
    return hands


def _enter(page: Page, hands: Hands, kind: str) -> None:
    if kind == "stray":
        hands.press("F4", "Enter")
    else:
        _type(page, hands, kind)
        hands.press("Enter")
    if kind == "proven":
        expect(page.locator("#prove-name")).to_be_focused(timeout=_PATIENCE_MS)
        hands.press("Tab")
        page.set_input_files("#file-name", A_DOCUMENT)  # the system's own dialogue, not counted
        hands.press("Tab", "Enter")
    expect(page.locator("#next")).to_be_focused(timeout=_PATIENCE_MS)
    hands.press("F9")


def _type(page: Page, hands: Hands, kind: str) -> None:
    field = {"chosen": "health", "proven": "name"}.get(kind, "phone")
    value = page.locator(f"#value-{field}")
    expect(value).to_be_focused(timeout=_PATIENCE_MS)
    if kind == "suggested":
        hands.press("F2")
    elif kind == "chosen":
        hands.press("ArrowDown", "ArrowDown")
    else:
        hands.type(NEW[field])
    expect(value).to_have_value(NEW[field])


def decide_all(page: Page, *, returned: int, rejected: int) -> tuple[Hands, int]:
    """Decide until nothing waits; the first few go back or are refused. Gives how many there were."""
    hands, decided = Hands(page), 0
    while page.locator("form.verdict").count():
        entry = page.locator("form.verdict").get_attribute("action")
        if decided < returned:
            hands.press("r", "ArrowDown", "Enter")
        elif decided < returned + rejected:
            hands.press("x", "ArrowDown", "ArrowDown", "Enter")
        else:
            hands.press("a")
        page.wait_for_function(
            "old => document.readyState === 'complete'"
            " && document.querySelector('form.verdict')?.getAttribute('action') !== old",
            arg=entry,
            timeout=_PATIENCE_MS,
        )
        decided += 1
    return hands, decided
