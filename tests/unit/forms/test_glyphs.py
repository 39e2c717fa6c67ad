import numpy as np
import pypdfium2 as pdfium
import pytest

from services.forms.render.embed import preferred
from services.forms.render.fonts import FontChain, FontFile, NoFontError, find_chain
from services.forms.render.printable import printable
from tests.unit.forms.paper import SMOKE, UNPRINTABLE, a_pupil, picture, printed, slim_font

# Unified ideographs among the compatibility ones.
_UNIFIED = (0xFA11, 0xFA13, 0xFA14, 0xFA1F, 0xFA21, 0xFA23, 0xFA24, 0xFA27, 0xFA28, 0xFA29)
HAN = "学籍信息核查迪丽热巴王小明"


def ink_of(fonts: tuple[FontFile, ...], text: str) -> np.ndarray:
    """The value cell of row 1 at 300 dpi."""
    page = picture(printed(a_pupil(name=text), fonts=fonts).pdf, dpi=300)
    return page[round(487 * 300 / 254) : round(567 * 300 / 254), 632 : 632 + 640]


def expected(font: FontFile, text: str) -> np.ndarray:
    """The same glyphs drawn from their outlines by HarfBuzz, as an ink mask per em box."""
    chain = FontChain([font])
    boxes = []
    for character in text:
        glyph = chain.glyph(character)
        extents = chain.faces[0].font.get_glyph_extents(glyph.id)
        upem = chain.faces[0].face.upem
        boxes.append((extents.x_bearing / upem, extents.width / upem, extents.height / upem))
    return np.array(boxes)


@pytest.mark.parametrize("font", find_chain(), ids=lambda font: font.path.rsplit("/", 1)[-1])
def test_han_characters_print_as_themselves_with_each_face(font: FontFile) -> None:
    chain = FontChain([font])
    text = "".join(one for one in HAN if chain.glyph(one)) or "𠀀𠀁𪚥𠅤"
    text = text[:12]
    cell = ink_of((font, slim_font()), text)
    em = 9.5 * 300 / 72
    for place, (bearing, width, _) in enumerate(expected(font, text)):
        column = cell[:, round(place * em) : round((place + 1) * em)] < 160
        inked = np.flatnonzero(column.any(axis=0))
        assert inked.size, f"blank at {place}"
        assert abs(inked[0] - bearing * em) <= 2.5
        assert abs(inked[-1] + 1 - (bearing + width) * em) <= 2.5


def test_the_slim_font_prints_the_same_shapes_as_the_system_s_noto() -> None:
    system = [file for file in find_chain() if file.path.endswith(".ttc")]
    if not system:
        pytest.skip("the system has no Noto CJK")
    ours, theirs = (ink_of((font,), HAN) < 128 for font in (slim_font(), system[0]))

    assert ours.sum() > 1000
    assert (ours != theirs).sum() < 0.1 * ours.sum()


@pytest.mark.parametrize("character", SMOKE)
def test_rare_characters_of_the_common_list_need_only_the_slim_font(character: str) -> None:
    assert FontChain([slim_font()]).glyph(character) is not None
    assert (ink_of((slim_font(),), character)[:, :40] < 128).sum() > 60


def test_all_of_level_three_is_covered_with_hanazono() -> None:
    chain = FontChain(find_chain())
    if not any("HanaMin" in one.name for one in chain.faces):
        pytest.skip("the system has no Hanazono fonts")
    wide = (
        (0x3400, 0x4DB5),
        (0x4E00, 0x9FEF),
        (0x20000, 0x2A6D6),
        (0x2A700, 0x2B734),
        (0x2B740, 0x2B81D),
        (0x2B820, 0x2CEA1),
        (0x2CEB0, 0x2EBE0),
    )
    level_three = [point for first, last in wide for point in range(first, last + 1)]
    level_three += [*range(0xFA0E, 0xFA10), *_UNIFIED]

    assert len(level_three) == 87_887
    assert chain.covered(level_three) == 87_887


def test_a_chain_without_fonts_says_so() -> None:
    with pytest.raises(NoFontError):
        FontChain([])


def test_interpuncts_become_one_and_selectors_vanish_for_display_only() -> None:
    assert printable("迪丽热巴•迪力木拉提") == "迪丽热巴·迪力木拉提"
    assert printable("买买提・艾力") == "买买提·艾力"
    assert printable("葛\U000e0100城") == "葛城"
    assert printable("\ue816") == "\U00020087"


def test_a_compatibility_ideograph_stays_what_it_is() -> None:
    assert printable("\uf900") == "\uf900"


def test_a_private_character_without_a_standard_one_stays_and_is_missing() -> None:
    assert printable("\ue001") == "\ue001"
    assert FontChain([slim_font()]).glyph("\ue001") is None
    assert FontChain(find_chain()).glyph(UNPRINTABLE) is None


def test_of_characters_that_share_a_glyph_one_is_chosen_by_rule() -> None:
    assert preferred("\u2f00一") == "一"
    assert preferred("\u2022·") == "·"
    assert preferred("\u00a5A") == "A"


def test_latin_and_han_extract_as_they_were_written() -> None:
    text = printed(a_pupil(name="王A小·明9")).pdf
    document = pdfium.PdfDocument(text)
    page = document[0].get_textpage().get_text_bounded()
    document.close()

    assert "王A小·明9" in page
