import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from services.gateway.domain import Face, PhotoKey, Verdict, VerdictState, receipt_of
from services.gateway.house import verdict_from
from services.gateway.pages.sentences import _REASONS, _REFUSALS, N_
from shared.contracts.scan_commands import PageState, PageVerdict, PhotoState
from shared.kernel.ids import ObjectId, SheetId
from shared.kernel.origin_words import origin_words
from shared.kernel.sheet_code import CodeType, SheetCode
from shared.plumbing.web.language import catalog
from tests.unit.gateway.fakes import CLOSED, ELSEWHERE, OPEN, World, a_code

CODE = a_code()
KEY = "0f" * 16
PHOTO = ObjectId("ab" * 16)
ROOM = Path("services/gateway")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def visitor(world: World) -> FlaskClient:
    return world.client()


def result_of(visitor: FlaskClient, *, code: str = CODE, key: str = KEY, lang: str = "zh") -> str:
    receipt = receipt_of(SheetCode(code), PhotoKey(key))
    return visitor.get(f"/s/{code}/photos/{key}?receipt={receipt}&lang={lang}").text


@pytest.mark.parametrize("path", [f"/S/{CODE}", f"/s/{CODE}", f"/s/{CODE.lower()}", f"/S/{CODE}/"])
def test_the_page_shows_whose_sheet_it_is_and_where_the_photo_goes(
    visitor: FlaskClient, path: str
) -> None:
    page = visitor.get(path).text

    assert "王*明" in page
    assert "三年级2班" in page
    assert "2026年3月31日" in page
    assert "照片加密后只存入广东省学籍核查的专用存储，不送往任何其他地方" in page


def test_a_code_typed_with_lookalikes_opens_the_same_page(visitor: FlaskClient) -> None:
    typed = CODE.replace("0", "O").replace("1", "l")

    assert visitor.get(f"/s/{typed}").status_code == 200


def test_the_page_stands_without_an_answer_from_the_house(
    world: World, visitor: FlaskClient
) -> None:
    world.house.known_face = None
    page = visitor.get(f"/s/{CODE}")

    assert page.status_code == 200
    assert "现在查不到学生姓名，不影响上传" in page.text
    assert 'type="file"' in page.text


def forged() -> list[str]:
    last = "0" if CODE[-1] != "0" else "1"
    return [
        CODE[:-1] + last,
        CODE[:-1],
        "A" * 21,
        "U" * 21,
        "..%2f..%2fetc",
        a_code(type_=CodeType.COVER),
        a_code(ELSEWHERE),
        "随便写写",
    ]


@pytest.mark.parametrize("code", forged())
def test_a_forged_or_foreign_code_opens_nothing_and_is_not_repeated(
    visitor: FlaskClient, code: str
) -> None:
    page = visitor.get(f"/s/{code}")

    assert page.status_code == 404
    assert "王" not in page.text
    assert code not in page.text


def test_a_wrong_code_gets_help(visitor: FlaskClient) -> None:
    assert "没有找到这张确认表" in visitor.get(f"/s/{'A' * 21}").text


def test_a_cover_tells_guardians_to_scan_their_own_sheet(visitor: FlaskClient) -> None:
    page = visitor.get(f"/B/{a_code(type_=CodeType.COVER)}")

    assert page.status_code == 200
    assert "家长请扫描自己孩子确认表上的二维码" in page.text


def test_a_closed_campaign_says_when_it_ended_and_whom_to_ask(visitor: FlaskClient) -> None:
    page = visitor.get(f"/s/{a_code(CLOSED)}")

    assert page.status_code == 410
    assert "结束日期：2025年6月30日" in page.text
    assert "请联系孩子就读的学校" in page.text
    assert "深圳市南山区第二实验学校" in page.text
    assert 'type="file"' not in page.text


@pytest.mark.parametrize("reason", ["", *sorted({reason for _, reason in _REASONS})])
@pytest.mark.parametrize("state", VerdictState)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_verdict_has_a_page(
    world: World, visitor: FlaskClient, state: VerdictState, reason: str, lang: str
) -> None:
    world.house.known_verdict = Verdict(state, reason)
    page = result_of(visitor, lang=lang)

    assert 'role="status"' in page
    assert re.search("<h1>.{4,}</h1>", page)
    if lang == "en":
        assert not han(page.split("<main>")[1], allowed="王*明深圳市南山区第二实验学校三年级2班")


def test_a_misfiled_photo_never_says_whose_it_is(world: World, visitor: FlaskClient) -> None:
    world.house.known_verdict = Verdict(VerdictState.OTHER_PUPIL, "other_class")

    assert "不是这位学生的表" in result_of(visitor)


def test_without_a_verdict_the_photo_waits(world: World, visitor: FlaskClient) -> None:
    world.house.known_verdict = None

    assert "已收到，正在识别" in result_of(visitor)


def test_a_photo_nobody_sent_gets_no_receipt_and_nobody_is_asked(
    world: World, visitor: FlaskClient
) -> None:
    world.house.known_verdict = Verdict(VerdictState.READ)
    page = visitor.get(f"/s/{CODE}/photos/{KEY}?receipt=ABCD-EFGH")

    assert "还没有这张照片的结果" in page.text
    assert receipt_of(CODE, PhotoKey(KEY)) not in page.text
    assert world.house.asked == []


@pytest.mark.parametrize("found", list(PageVerdict))
@pytest.mark.parametrize("state", [PageState.MATCHED, PageState.DUPLICATE])
def test_of_a_pupils_own_sheet_every_verdict_is_told_with_its_own_sentence(
    world: World, visitor: FlaskClient, state: PageState, found: PageVerdict
) -> None:
    place = ((10, 20), (30, 20), (30, 40), (10, 40))
    verdict = verdict_from(PhotoState(PHOTO, state, verdict=found, places=(place,)))
    world.house.known_verdict = verdict

    page = result_of(visitor)

    is_trouble = found not in (PageVerdict.PENDING, PageVerdict.COMPLETE, PageVerdict.READER_DIED)
    assert ("这就是孩子的确认表，上传完成" in page) is not is_trouble
    assert ("再拍" in page) is is_trouble
    assert verdict.is_final is (found is not PageVerdict.PENDING)
    assert verdict.places == ((place,) if is_trouble else ())


def test_a_script_gets_the_verdict_as_codes_corners_and_texts(
    world: World, visitor: FlaskClient
) -> None:
    world.house.known_verdict = Verdict(VerdictState.RETAKE, "glare", ((10, 10), (990, 12)))
    receipt = receipt_of(CODE, PhotoKey(KEY))
    said = visitor.get(
        f"/s/{CODE}/photos/{KEY}?receipt={receipt}", headers={"Accept": "application/json"}
    ).json

    assert said == {
        "state": "retake",
        "reason": "glare",
        "corners": [[10, 10], [990, 12]],
        "places": [],
        "is_final": True,
        "tone": "warn",
        "may_retake": True,
        "title": "纸面有反光，请重拍",
        "advice": "请关闭闪光灯，换一个角度，避开灯光直射。",
        "receipt": receipt,
    }


@pytest.mark.parametrize("key", ["0", "0f" * 15, "zz" * 16, "0f" * 17])
def test_a_broken_photo_address_says_what_to_do(visitor: FlaskClient, key: str) -> None:
    page = visitor.get(f"/s/{CODE}/photos/{key}")

    assert page.status_code == 400
    assert "请重新扫描确认表上的二维码" in page.text


@pytest.mark.parametrize("path", ["/", "/nowhere", f"/s/{CODE}", f"/s/{CODE}/photos/{KEY}", "/B/x"])
def test_every_page_is_whole_in_english(world: World, visitor: FlaskClient, path: str) -> None:
    world.house.known_face = Face("W*", "School", "Class", None)
    page = visitor.get(f"{path}?lang=en")

    assert '<html lang="en">' in page.text
    told = re.sub('<strong lang="zh-CN">[^<]*</strong>', "", page.text)  # as on the paper
    assert han(told) == {"中", "文"}  # the way back


def test_the_phone_decides_the_language_and_the_address_overrules_it(visitor: FlaskClient) -> None:
    english = {"Accept-Language": "en-GB,en;q=0.9"}

    assert 'lang="en"' in visitor.get(f"/s/{CODE}", headers=english).text[:60]
    assert 'lang="zh-CN"' in visitor.get(f"/s/{CODE}?lang=zh", headers=english).text[:60]
    assert 'lang="zh-CN"' in visitor.get(f"/s/{CODE}", headers={"Accept-Language": "fr"}).text[:60]
    assert (
        'lang="zh-CN"' in visitor.get(f"/s/{CODE}", headers={"Accept-Language": "zh-TW"}).text[:60]
    )


def test_no_text_of_the_pages_lacks_its_english() -> None:
    texts = extract_from_dir(
        str(ROOM),
        [("**.py", "python"), ("**.html", "jinja2")],
        keywords={"_": None, N_.__name__: None},
    )
    written = {text for _, _, text, _, _ in texts}
    english = {}
    for path in (ROOM / "translations/en/LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            english |= {str(one.id): one for one in read_po(file, locale="en") if one.id}

    assert len(written) > 80
    assert written == set(english)
    assert [
        text for text, one in english.items() if not one.string or one.fuzzy or han(one.string)
    ] == []
    assert [
        text
        for text, one in english.items()
        if re.findall(r"%\(\w+\)s", text) != re.findall(r"%\(\w+\)s", str(one.string))
    ] == []


def test_a_catalog_needs_no_build_step() -> None:
    english = catalog(ROOM / "translations/en/LC_MESSAGES/messages.po", "en")

    assert english.gettext("重试") == "Try again"


def test_chinese_texts_use_full_width_punctuation() -> None:
    texts = [text for pair in [*_REFUSALS.values(), *_REASONS.values()] for text in pair]

    assert [text for text in texts if re.search(r"[一-鿿][,;:!?.()]|[,;:!?()][一-鿿]", text)] == []


def test_pages_hold_nothing_that_runs_inline_or_comes_from_elsewhere(visitor: FlaskClient) -> None:
    for path in ("/", f"/s/{CODE}", f"/s/{CODE}/photos/{KEY}", f"/s/{'A' * 21}"):
        page = visitor.get(path)

        assert not re.search(r"<script(?![^>]*(src=|application/json))", page.text)
        assert not re.search(r"style=|<style| on[a-z]+=|https?:", page.text)
        assert page.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.headers


def test_the_face_is_escaped(world: World, visitor: FlaskClient) -> None:
    world.house.known_face = Face("<b>王", "A&B", "\"'", None)
    page = visitor.get(f"/s/{CODE}").text

    assert "<b>王" not in page
    assert "&lt;b&gt;王" in page


def test_assets_are_named_by_content_cached_for_ever_and_squeezed(visitor: FlaskClient) -> None:
    names = re.findall(r'(?:src|href)="(/assets/[^"]+)"', visitor.get(f"/s/{CODE}").text)

    assert len(names) == 3
    for name in names:
        plain = visitor.get(name)
        squeezed = visitor.get(name, headers={"Accept-Encoding": "gzip"})
        assert "immutable" in plain.headers["Cache-Control"]
        assert squeezed.headers["Content-Encoding"] == "gzip"
        assert len(squeezed.data) < len(plain.data)
    assert visitor.get("/assets/page.css").status_code == 404


@pytest.mark.parametrize(("is_ready", "status"), [(True, 200), (False, 503)])
def test_readiness_is_that_of_the_bucket(is_ready: bool, status: int) -> None:
    assert World(is_ready=is_ready).client().get("/readyz").status_code == status


@pytest.mark.parametrize(("lang", "meaning"), [("zh", ""), ("en", "old tree, red tree")])
def test_the_page_shows_the_words_that_are_on_the_paper(
    visitor: FlaskClient, lang: str, meaning: str
) -> None:
    page = visitor.get(f"/s/{CODE}?lang={lang}").text

    assert str(origin_words(SheetId("0123456789ab"), 1, OPEN)) in page
    assert meaning in page


def test_another_copy_of_a_sheet_has_other_words(visitor: FlaskClient) -> None:
    again = visitor.get(f"/s/{a_code(serial=2)}?lang=zh").text

    assert str(origin_words(SheetId("0123456789ab"), 1, OPEN)) not in again


def han(text: str, allowed: str = "") -> set[str]:
    return set(re.findall("[一-鿿]", text)) - set(allowed)
