"""Values that are written into simulated cells, drawn by seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from shared.contracts.fields import Field, FieldType, national
from shared.kernel.divisions import full_name
from shared.kernel.id_number import check_character

_REGIONS = (
    "110105",
    "320106",
    "440305",
    "440305",
    "430102",
    "510107",
    "610113",
    "330106",
    "210202",
)
_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
_DOUBLE = ("欧阳", "上官", "司马", "诸葛")
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红鹏飞宇浩轩子涵梓欣怡佳琪雨桐晨曦思睿诗婷志远俊熙博文嘉豪可馨语彤建国海燕春梅晓东雪莹天佑若琳一诺依然奕辰"
_RARE = "堃喆彧晟煊祎玥珺昊旻淼焱翀犇瑄筱璟懿骞翯昕钰"
_ROADS = ("科技路", "人民路", "中山大道", "解放街", "学府花园", "东风村", "建设北路", "新华小区")


_PHRASES = ("绘画", "钢琴", "无", "篮球", "已迁出", "见附件", "同上", "学校门口")
_LANDLINES, _DOTTED = 0.125, 0.0625
_AREA_CODES = ("010", "021", "020", "0755", "0731", "0898", "0991", "0871")
_PARTS = (
    "阿依古丽",
    "买买提",
    "古丽",
    "热依汗",
    "次仁",
    "旺姆",
    "努尔兰",
    "阿卜杜拉",
    "帕提古丽",
    "扎西",
)
_WORDS = 56  # of a code list that are ever written: those offered first


class TextKind(StrEnum):
    """What sort of text stands in a cell; the first nine as `scan` reads them."""

    NAME = "name"
    ID = "id"
    DATE = "date"
    PHONE = "phone"
    ADDRESS = "address"
    ETHNIC = "ethnic"
    HUKOU = "hukou"
    SEX = "sex"
    YES_NO = "yesno"
    CODE = "code"  # a word of any other list
    DIGITS = "digits"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Written:
    """What a guardian writes, and what a clerk would keep of it."""

    text: str
    stored: str
    kind: TextKind


_LISTS = {
    "ethnic": TextKind.ETHNIC,
    "hukou": TextKind.HUKOU,
    "sex": TextKind.SEX,
    "yes_no": TextKind.YES_NO,
}
_OF_KIND = {kind: codes for codes, kind in _LISTS.items()}
_TYPES = {
    FieldType.NAME: TextKind.NAME,
    FieldType.ID_NUMBER: TextKind.ID,
    FieldType.DATE: TextKind.DATE,
    FieldType.PHONE: TextKind.PHONE,
    FieldType.ADDRESS: TextKind.ADDRESS,
    FieldType.DIVISION: TextKind.ADDRESS,
    FieldType.DIVISION_ADDRESS: TextKind.ADDRESS,
    FieldType.DIGITS: TextKind.DIGITS,
    FieldType.INTEGER: TextKind.DIGITS,
}
# Of an ID number that is written into a cell: how often it does not add up.
INVALID_SHARE, RARE_SHARE = 0.08, 0.15


def kind_of_field(field: Field) -> TextKind:
    """What sort of text a change of this field is."""
    if field.codes:
        return _LISTS.get(field.codes, TextKind.CODE)
    return _TYPES.get(field.type, TextKind.TEXT)


def a_change(field: Field, rng: np.random.Generator, *, in_boxes: bool = False) -> Written:
    """A change of a field, as written into free space or one character to a box."""
    kind = kind_of_field(field)
    if kind is TextKind.DATE and in_boxes:
        day = _a_day(rng)
        return Written(f"{day:%Y%m%d}", day.isoformat(), kind)
    if kind is TextKind.PHONE and in_boxes:
        mobile = a_mobile(rng)  # the boxes are as many as its digits
        return Written(mobile, mobile, kind)
    if kind is TextKind.ADDRESS and field.type is FieldType.DIVISION:
        region = an_address(rng)[1]
        return Written(region, region, kind)
    if kind is TextKind.CODE:
        return _short(a_word(rng, field.codes or "yes_no"), kind, rng)
    return a_text(kind, rng)


def a_text(kind: TextKind, rng: np.random.Generator) -> Written:
    """A text of a kind."""
    if kind is TextKind.DATE:
        written, stored = a_date(rng)
        return Written(written, stored, kind)
    if kind in _OF_KIND:
        return _short(a_word(rng, _OF_KIND[kind]), kind, rng)
    makers = {
        TextKind.NAME: lambda: a_name(rng, is_rare=bool(rng.random() < RARE_SHARE)),
        TextKind.ID: lambda: an_id(rng, is_valid=bool(rng.random() >= INVALID_SHARE)),
        TextKind.PHONE: lambda: a_phone(rng),
        TextKind.ADDRESS: lambda: an_address(rng)[0],
        TextKind.CODE: lambda: a_word(rng, "relation"),
        TextKind.DIGITS: lambda: str(int(rng.integers(1, 100_000))),
        TextKind.TEXT: lambda: _PHRASES[int(rng.integers(len(_PHRASES)))],
    }
    text = makers[kind]()
    return Written(text, text, kind)


def _short(label: str, kind: TextKind, rng: np.random.Generator) -> Written:
    """A word as people write it: often without the ending that the list gives it."""
    text = label
    for ending in ("户口", "族"):
        if label.endswith(ending) and len(label) > len(ending) and rng.random() < 0.25:
            text = label.removesuffix(ending)
    return Written(text, label, kind)


def an_id(rng: np.random.Generator, *, is_valid: bool = True) -> str:
    """An ID number; an invalid one has another check character."""
    born = _a_day(rng)
    body = f"{_REGIONS[int(rng.integers(len(_REGIONS)))]}{born:%Y%m%d}{int(rng.integers(1000)):03d}"
    check = check_character(body)
    if is_valid:
        return body + check
    others = [one for one in "0123456789X" if one != check]
    if rng.random() < 0.3:
        return body + others[int(rng.integers(10))]
    place = int(rng.integers(6, 17))  # one digit slipped
    digit = str((int(body[place]) + int(rng.integers(1, 10))) % 10)
    return body[:place] + digit + body[place + 1 :] + check


def a_date(rng: np.random.Generator) -> tuple[str, str]:
    """A day as it is written, and as it is stored."""
    day = _a_day(rng)
    form = int(rng.integers(5))
    written = (
        f"{day:%Y-%m-%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
    )[form]
    return written, day.isoformat()


def a_phone(rng: np.random.Generator) -> str:
    """A mobile number; one of eight is of a landline, with its area code."""
    if rng.random() >= _LANDLINES:
        return a_mobile(rng)
    code = _AREA_CODES[int(rng.integers(len(_AREA_CODES)))]
    digits = 8 if len(code) == 3 or rng.random() < 0.5 else 7
    first = 10 ** (digits - 1)
    return f"{code}-{int(rng.integers(2 * first, 9 * first))}"


def a_mobile(rng: np.random.Generator) -> str:
    """A mobile number."""
    return f"1{'3578'[int(rng.integers(4))]}{int(rng.integers(10**9)):09d}"


def a_name(rng: np.random.Generator, *, is_rare: bool = False) -> str:
    """A name of two to four characters; one of sixteen is a minority name with its dot."""
    if not is_rare and rng.random() < _DOTTED:
        return "·".join(_PARTS[int(place)] for place in rng.choice(len(_PARTS), 2, replace=False))
    double = rng.random() < 0.06
    surname = _DOUBLE[int(rng.integers(4))] if double else _pick(rng, _SURNAMES)
    given = "".join(_pick(rng, _GIVEN) for _ in range(int(rng.integers(1, 3))))
    return surname + (given[:-1] + _pick(rng, _RARE) if is_rare else given)


def an_address(rng: np.random.Generator) -> tuple[str, str]:
    """An address and its region."""
    region = full_name(_REGIONS[int(rng.integers(len(_REGIONS)))]) or ""
    road = _ROADS[int(rng.integers(len(_ROADS)))]
    return f"{region}{road}{int(rng.integers(1, 300))}号", region


def a_word(rng: np.random.Generator, codes: str) -> str:
    """A label of a code list."""
    labels = [label for _, label in national().code_lists[codes].values]
    labels = labels[: 2 if codes == "sex" else _WORDS]
    return labels[int(rng.integers(len(labels)))]


def _a_day(rng: np.random.Generator) -> date:
    return date(2003, 1, 1) + timedelta(days=int(rng.integers(0, 6000)))


def _pick(rng: np.random.Generator, characters: str) -> str:
    return characters[int(rng.integers(len(characters)))]
