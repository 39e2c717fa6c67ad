"""What a guardian meets behind the sheet's code, on a real phone's browser."""

import re
import time
from pathlib import Path

import pytest
import urllib3
from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Route, expect

from deploy.rehearse.photos.paper import coloured
from deploy.rehearse.photos.photo import photograph
from deploy.rehearse.printed import page_picture
from services.gateway.domain import ticket_of
from shared.layout.registry import layout
from shared.plumbing.code_keys import load_code_keys
from tests.browser.conftest import Demo, open_page
from tests.browser.sheets import printed_sheet

VERDICT_MS = 15_000
FIRST_VIEW_BYTES = 25 * 1024
SLOW = 400_000 / 8  # bytes a second
SLOW_MS = 60_000
LEAN_BYTES = 160_000  # three seconds of such a line
_WEIGH_WHAT_IS_SENT = """() => {
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (body) {
        window.sentBytes = body.size;
        return send.call(this, body);
    };
}"""


@pytest.fixture(scope="session")
def photo(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clear photo of the first sheet to try."""
    keys = load_code_keys(Path(demo.environment["HECHA_SHEET_CODE_KEYS_FILE"]))
    ticket = ticket_of("S", demo.codes[0], [one.key for one in keys])
    pdf, sheet = printed_sheet(demo, lambda one: one.sheet == ticket.head.sheet)
    page = coloured(page_picture(pdf, sheet.pages[0]))
    taken = photograph(page, level="easy", seed=99, layout=layout(sheet.layout))
    path = tmp_path_factory.mktemp("photo") / "sheet.jpg"
    path.write_bytes(taken.jpeg)
    return path


def test_the_page_says_whose_sheet_it_is_and_fits_a_narrow_phone(
    demo: Demo, browser: Browser
) -> None:
    page = open_page(browser, demo.page())

    expect(page.get_by_text("家长请", exact=False).or_(page.get_by_text("拍照"))).not_to_have_count(
        0
    )
    assert re.search(r"[\u4e00-\u9fff]\*", page.inner_text("body"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_page_in_larger_letters_fits_a_narrow_phone_and_can_be_used_by_everybody(
    demo: Demo, browser: Browser, locale: str
) -> None:
    page = open_page(browser, demo.page(), locale=locale)
    before = page.locator("main p").first.evaluate(
        "(p) => parseFloat(getComputedStyle(p).fontSize)"
    )
    page.get_by_role("link", name="大字" if locale == "zh-CN" else "Larger letters").click()

    large = page.locator("main p").first.evaluate("(p) => parseFloat(getComputedStyle(p).fontSize)")
    assert large >= before * 1.25
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_page_has_no_accessibility_violations(
    demo: Demo, browser: Browser, locale: str
) -> None:
    page = open_page(browser, demo.page(), locale=locale)

    found = Axe().run(page).response["violations"]

    assert [one["id"] for one in found] == []


@pytest.mark.main_journey
def test_a_photo_is_sent_and_its_verdict_shown(demo: Demo, browser: Browser, photo: Path) -> None:
    page = open_page(browser, demo.page())
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.set_input_files("input[type=file]", str(photo))

    expect(page.get_by_text(re.compile("[0-9A-Z]{4}-[0-9A-Z]{4}")).first).to_be_visible(
        timeout=VERDICT_MS
    )
    expect(page.locator("body")).to_contain_text("已收到并识别", timeout=VERDICT_MS)
    assert errors == []


def test_a_missing_signature_is_told_after_the_sheet_was_recognised(
    demo: Demo, browser: Browser, photo: Path
) -> None:
    page = open_page(browser, demo.page())

    page.set_input_files("input[type=file]", str(photo))

    expect(page.locator("body")).to_contain_text("没有看到签名", timeout=VERDICT_MS)
    expect(page.locator("#preview")).to_be_visible()
    outlined = page.evaluate(
        """() => {
            const canvas = document.getElementById('preview');
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            let green = 0;
            for (let i = 0; i < data.length; i += 4)
                green += data[i] === 7 && data[i + 1] === 128 && data[i + 2] === 74;
            return green;
        }"""
    )
    assert outlined > 500  # the sheet's own edges, found and shown


@pytest.mark.main_journey
def test_the_same_without_scripts(demo: Demo, browser: Browser, photo: Path) -> None:
    page = open_page(browser, demo.page(), java_script_enabled=False)

    page.set_input_files("input[type=file]", str(photo))
    page.click("button[type=submit], input[type=submit]")

    assert "receipt=" in page.url
    for _ in range(30):
        if "已收到并识别" in page.inner_text("body"):
            break
        page.wait_for_timeout(500)
        page.goto(page.url)
    assert "已收到并识别" in page.inner_text("body")


def test_another_pupils_photo_is_told_without_telling_whose(
    demo: Demo, browser: Browser, photo: Path
) -> None:
    page = open_page(browser, demo.page(1))
    own = page.inner_text("body")

    page.set_input_files("input[type=file]", str(photo))

    expect(page.locator("body")).to_contain_text("不是这位学生的表", timeout=VERDICT_MS)
    masked = set(re.findall(r"[\u4e00-\u9fff]\*[\u4e00-\u9fff]?", page.inner_text("body")))
    assert masked == set(re.findall(r"[\u4e00-\u9fff]\*[\u4e00-\u9fff]?", own))


def test_the_first_view_is_small_enough_for_a_slow_line(demo: Demo) -> None:
    http = urllib3.PoolManager()
    headers = {"Accept-Encoding": "gzip"}
    answer = http.request("GET", demo.page(), headers=headers, preload_content=False)
    body = answer.read(decode_content=False)
    text = http.request("GET", demo.page()).data.decode()
    size = len(body)
    for path in set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', text)):
        asset = http.request("GET", demo.base + path, headers=headers, preload_content=False)
        size += len(asset.read(decode_content=False))

    assert size <= FIRST_VIEW_BYTES


def test_a_slow_phone_on_a_slow_line_sends_a_shrunk_photo_and_gets_its_verdict(
    demo: Demo, browser: Browser, photo: Path
) -> None:
    page = open_page(browser, demo.page())
    phone = page.context.new_cdp_session(page)
    phone.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    phone.send("Network.enable")
    line = {"offline": False, "latency": 100, "downloadThroughput": SLOW, "uploadThroughput": SLOW}
    phone.send("Network.emulateNetworkConditions", line)
    page.reload()  # the page comes as slowly as the photo will go
    page.evaluate(_WEIGH_WHAT_IS_SENT)
    began = time.monotonic()
    page.set_input_files("input[type=file]", str(photo))

    expect(page.locator("#number")).to_be_visible(timeout=SLOW_MS)
    taken = time.monotonic()
    expect(page.locator("#state")).to_have_attribute(
        "data-tone", re.compile("good|warn"), timeout=VERDICT_MS
    )
    told = time.monotonic()
    print(f"receipt after {taken - began:.1f} s, verdict after {told - began:.1f} s")
    assert 0 < page.evaluate("window.sentBytes") <= LEAN_BYTES
    phone.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def test_a_good_line_carries_the_whole_of_the_photo(
    demo: Demo, browser: Browser, photo: Path
) -> None:
    page = open_page(browser, demo.page())
    page.evaluate(_WEIGH_WHAT_IS_SENT)

    page.set_input_files("input[type=file]", str(photo))

    expect(page.locator("#number")).to_be_visible(timeout=VERDICT_MS)
    assert page.evaluate("window.sentBytes") > LEAN_BYTES


def test_a_line_that_breaks_is_tried_again_and_the_photo_arrives(
    demo: Demo, browser: Browser, photo: Path
) -> None:
    page = open_page(browser, demo.page(1))
    broken: list[str] = []

    def once(route: Route) -> None:
        if route.request.method == "PUT" and not broken:
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/photos/**", once)
    page.set_input_files("input[type=file]", str(photo))

    expect(page.locator("#number")).to_be_visible(timeout=VERDICT_MS)
    assert len(broken) == 1


def test_a_blurred_photo_is_doubted_before_it_is_sent(
    demo: Demo, browser: Browser, photo: Path, tmp_path: Path
) -> None:
    blurred = tmp_path / "blurred.jpg"
    Image.open(photo).filter(ImageFilter.GaussianBlur(12)).save(blurred)
    page = open_page(browser, demo.page())
    puts: list[str] = []
    page.on("request", lambda one: puts.append(one.url) if one.method == "PUT" else None)
    page.set_input_files("input[type=file]", str(blurred))

    expect(page.locator("#anyway")).to_be_visible(timeout=VERDICT_MS)
    expect(page.locator("#retake")).to_be_visible()
    assert puts == []
