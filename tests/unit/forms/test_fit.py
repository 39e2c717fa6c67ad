import os
import subprocess
import sys
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forms.render.file import render_file
from services.forms.render.fit import SIZES, fit, line_width
from services.forms.render.fonts import FontChain, find_chain
from services.forms.render.sheet import HostTooLongError, qr_version_for
from services.forms.render.symbol import SymbolError, symbol_path
from shared.kernel.errors import TooManySheetsError
from shared.layout.conversions import to_points
from shared.layout.model import Rect
from shared.layout.typeset import LINE_HEIGHT
from tests.unit.forms.paper import UNPRINTABLE, a_job, a_pupil, printed

VALUE = Rect(0, 0, 540, 80)
ADDRESS = Rect(0, 0, 540, 115)


@cache
def chain() -> FontChain:
    return FontChain(find_chain())


texts = st.text(
    st.one_of(
        st.sampled_from("深圳市南山区育才小学·），。、"),
        st.sampled_from("0123456789ABCxyz -/"),
        st.sampled_from(["𠀀", UNPRINTABLE, "㛃"]),
    ),
    min_size=1,
    max_size=160,
)


@settings(max_examples=300, deadline=None)
@given(text=texts, rect=st.sampled_from([VALUE, ADDRESS, Rect(0, 0, 70, 80)]))
def test_a_text_fits_whole_or_is_refused_whole(text: str, rect: Rect) -> None:
    fitted = fit(chain(), text, rect, 95, 55)
    if fitted is None:
        return

    assert "".join(fitted.lines) == text
    assert fitted.size in SIZES
    for line in fitted.lines:
        assert line_width(chain(), line, fitted.size) <= to_points(rect.w) + 1e-6
    assert len(fitted.lines) * LINE_HEIGHT * fitted.size / 10 <= to_points(rect.h) + 1e-6


@settings(max_examples=200, deadline=None)
@given(
    words=st.lists(st.from_regex(r"[深圳南山]{1,4}[，。、）·]{0,2}", fullmatch=True), min_size=1)
)
def test_no_line_starts_with_a_closing_sign(words: list[str]) -> None:
    fitted = fit(chain(), "".join(words), ADDRESS, 95, 55)

    assert fitted is None or not [line for line in fitted.lines if line[0] in "，。、）·"]


@pytest.mark.parametrize(
    ("text", "size", "lines"),
    [
        ("深" * 16, 95, 1),
        ("迪丽热巴·迪力木拉提", 95, 1),
        ("买买提" * 10, 95, 2),
    ],
)
def test_names_stay_large(text: str, size: int, lines: int) -> None:
    fitted = fit(chain(), text, VALUE, 95, 55)

    assert (fitted.size, len(fitted.lines)) == (size, lines)


def test_a_house_number_is_not_torn_apart() -> None:
    fitted = fit(chain(), "广东省深圳市南山区科技南路12345678号", VALUE, 95, 55)

    assert any("12345678" in line for line in fitted.lines)


def test_118_characters_fit_into_an_address_row_and_140_do_not() -> None:
    assert fit(chain(), "深" * 118, ADDRESS, 95, 55) is not None
    assert fit(chain(), "深" * 140, ADDRESS, 95, 55) is None


@pytest.mark.parametrize(("length", "version"), [(1, 3), (15, 3), (16, 4), (35, 4)])
def test_the_host_s_length_chooses_the_symbol(length: int, version: int) -> None:
    assert qr_version_for("A" * length) == version
    assert symbol_path(f"HTTPS://{'A' * length}/S/{'0' * 21}", version)


def test_a_host_no_symbol_carries_is_refused_before_printing() -> None:
    with pytest.raises(HostTooLongError):
        qr_version_for("A" * 36)


def test_a_text_too_long_for_the_symbol_is_loud() -> None:
    with pytest.raises(SymbolError):
        symbol_path("A" * 60, 3)


def test_the_same_job_gives_the_same_bytes_in_another_process() -> None:
    code = (
        "from tests.unit.forms.paper import *\n"
        "print(printed(a_pupil(1, name='迪丽·𠀀'), a_pupil(2), cover=True).sha256)"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    here = printed(a_pupil(1, name="迪丽·𠀀"), a_pupil(2), cover=True).sha256

    assert hashes == {here}


def test_a_file_of_too_many_sheets_is_refused() -> None:
    with pytest.raises(TooManySheetsError):
        render_file(a_job(*[a_pupil(1)] * 5001))
