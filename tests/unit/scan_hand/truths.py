"""Values that are written into simulated cells, drawn by seed."""

from datetime import date, timedelta

import numpy as np

from shared.contracts.fields import national
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
    """A mobile number."""
    return f"1{'3578'[int(rng.integers(4))]}{int(rng.integers(10**9)):09d}"


def a_name(rng: np.random.Generator, *, is_rare: bool = False) -> str:
    """A name of two to four characters."""
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
    if codes == "sex":
        labels = labels[:2]
    elif codes == "ethnic":
        labels = labels[:56]
    return labels[int(rng.integers(len(labels)))]


def _a_day(rng: np.random.Generator) -> date:
    return date(2003, 1, 1) + timedelta(days=int(rng.integers(0, 6000)))


def _pick(rng: np.random.Generator, characters: str) -> str:
    return characters[int(rng.integers(len(characters)))]
