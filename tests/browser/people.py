"""People of a demo who sign in at the staff pages as anybody does: password, and a code."""

import time
from typing import Any

import pyotp
from playwright.sync_api import Browser, Page, expect

from deploy.demo.notes import Notes
from shared.kernel.authority import Role
from tests.browser.conftest import LAPTOP, Demo, open_page

_STEP_S = 30
_IN_MS = 15_000


def accounts(demo: Demo, role: Role) -> dict[str, Any]:
    """What the demo knows of everybody in a role, by unit."""
    found = Notes(demo.folder / "notes.json").starting("account ")
    return {name.split()[1]: kept for name, kept in found if name.rpartition(" ")[2] == role.value}


def signed_in(browser: Browser, demo: Demo, kept: Any, path: str, **options: Any) -> Page:
    """A page of the staff's edge after signing in, on a laptop unless told otherwise."""
    page: Page = open_page(browser, f"{demo.portal}/sign-in", **{"viewport": LAPTOP, **options})
    page.fill("#login", kept["login"])
    page.fill("#password", kept["password"])
    page.press("#password", "Enter")
    if "seed" in kept:
        _show_code(page, pyotp.TOTP(kept["seed"]))
    page.wait_for_selector(".menu", state="attached")
    page.goto(demo.portal + path)
    return page


def _show_code(page: Page, totp: pyotp.TOTP) -> None:
    """A code is taken once: where this half minute's was used, the next one's is."""
    for at in (time.time(), time.time() + _STEP_S):
        expect(page.locator("#code")).to_be_editable(timeout=_IN_MS)
        page.fill("#code", totp.at(int(at)))
        page.press("#code", "Enter")
        # Either the door is open, or the code was used up and the page says so.
        expect(page.locator(".menu, [role=alert]").first).to_be_attached(timeout=_IN_MS)
        if page.locator("#code").count() == 0:
            return


def with_work(demo: Demo, browser: Browser) -> tuple[str, Page]:
    """The school that has sheets left to enter, and its registrar's page with the list of them."""
    for school, kept in accounts(demo, Role.REGISTRAR).items():
        page = signed_in(browser, demo, kept, "/entry?chore=to_enter")
        if page.locator("tbody a").count():
            return school, page
    raise AssertionError("no school has anything left to enter")
