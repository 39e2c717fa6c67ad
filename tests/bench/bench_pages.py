"""Acts per item on the staff pages, by the keyboard alone, in a real browser.

Twenty sheets of five kinds are entered and submitted, fifty changes decided one by one, and a class
of twenty sheets confirmed. What is counted is keys that do something; characters of a value that no
reading suggests are told apart.
"""

import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from shared.kernel.authority import Role
from tests.browser.desk_process import LANE, TO_ENTER
from tests.browser.journeys import Hands, decide_all, enter_all, serving, signed_in

_SAMPLED = 3


def main() -> None:
    """Print one line per figure."""
    playwright = sync_playwright().start()
    found = shutil.which("chromium") or shutil.which("google-chrome")
    browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
    with serving(Path(tempfile.mkdtemp()), Role.REGISTRAR) as base:
        page = signed_in(browser, base, "/entry")
        entered = enter_all(page)
        page.wait_for_selector("nav.chores")
        lane = Hands(page)
        page.goto(f"{base}/entry/no-change/c12")
        for _ in range(_SAMPLED):
            page.wait_for_selector("#look")
            seen = page.locator("#look").inner_text()
            lane.press("n")
            page.wait_for_function(
                "old => document.getElementById('look')?.innerText !== old", arg=seen
            )
        page.wait_for_selector("#all")
        lane.press("n")
        page.wait_for_selector("text=已确认")
    with serving(Path(tempfile.mkdtemp()), Role.SCHOOL_LEADER) as base:
        page = signed_in(browser, base, "/decide")
        decided, count = decide_all(page, returned=3, rejected=2)
    _tell("keys per sheet entered", entered.keys, len(TO_ENTER))
    _tell("characters typed per sheet entered", entered.characters, len(TO_ENTER))
    _tell("keys per sheet confirmed by class", lane.keys, len(LANE))
    _tell("keys per decision", decided.keys, count)
    print(
        f"{len(TO_ENTER)} sheets, as many of each kind: suggested, typed, chosen from a list, key data"
        " with its proof, a stray mark; no click at all"
    )
    print(f"{count} decisions, three returned and two refused with a reason", flush=True)
    os._exit(0)  # the browser's loop does not end under a patched standard library


def _tell(name: str, acts: int, items: int) -> None:
    print(f"pages: {name}\tours {acts / items:.2f} ({acts} / {items})\tpeer -\tratio -")


if __name__ == "__main__":
    main()
