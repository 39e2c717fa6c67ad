"""Seeded synthetic pupils for the benches of paper: names and addresses as registers hold them."""

import random
from itertools import accumulate

from services.forms.render.job import ClassSheets, Copy, PupilSheet
from shared.kernel.ids import SheetId, StudentId, UnitCode

CLASS_SIZE = 50
_COMMON = 1100  # distinct characters in the names and addresses of about 3,000 pupils
_RARE = "𬱖𫟹㛃䶮喆堃翀𠅤𬸣𫍯玥犇"
_MINORITY = ("迪丽热巴·迪力木拉提", "阿卜杜热合曼·麦麦提图尔荪·阿卜杜拉江·吐尔逊买买提")


def classes(pupils: int, *, seed: int = 7) -> tuple[ClassSheets, ...]:
    """Classes of 50 with covers: 2 % long minority names, 3 % long addresses, 3 % rare names."""
    rng = random.Random(seed)
    alphabet = rng.sample(_everyday_characters(), _COMMON)
    made = []
    for place in range(0, pupils, CLASS_SIZE):
        size = min(CLASS_SIZE, pupils - place)
        number = place // CLASS_SIZE
        made.append(
            ClassSheets(
                unit=UnitCode(f"440305017{number:04d}"),
                school_name="深圳市南山区育才第三小学",
                class_name=f"{'一二三四五六'[number % 6]}年级（{number // 6 + 1}）班",
                pupils=tuple(_pupil(rng, alphabet, place + one, one + 1) for one in range(size)),
                cover=_copy(rng),
            )
        )
    return tuple(made)


def _everyday_characters() -> list[str]:
    """The 3,755 characters of GB 2312, level 1."""
    rows = (bytes([row, cell]) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return [code.decode("gb2312") for code in rows if code <= b"\xd7\xf9"]


def _copy(rng: random.Random) -> Copy:
    return Copy(SheetId(f"{rng.getrandbits(48):012x}"), 1, f"{rng.randrange(10**13):013d}")


def _pupil(rng: random.Random, alphabet: list[str], place: int, number: int) -> PupilSheet:
    birth = f"20{rng.randrange(10, 19)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
    id_number = f"440305{birth}{rng.randrange(10_000):04d}"
    return PupilSheet(
        student=StudentId(f"{place:032x}"),
        copy=_copy(rng),
        record_version=1,
        student_number=f"G{id_number}",
        number_in_class=number,
        values={
            "name": _name(rng, alphabet),
            "sex": rng.choice("男女"),
            "birth_date": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
            "id_type": "居民身份证",
            "id_number": id_number,
            "ethnic_group": rng.choice(("汉族", "汉族", "汉族", "壮族", "维吾尔族")),
            "nationality": "中国",
            "overseas_status": "否",
            "birthplace": "广东省深圳市南山区",
            "native_place": rng.choice(("湖南省长沙市岳麓区", "广东省深圳市南山区")),
            "hukou_place": _address(rng, alphabet, 24),
            "hukou_type": rng.choice(("农业户口", "非农业户口", "居民户口")),
            "political_status": "群众",
            "health": "健康或良好",
            "present_address": _address(
                rng, alphabet, rng.randrange(80, 119) if rng.random() < 0.03 else 32
            ),
            "phone": _phone(rng),
            "guardian1_name": _name(rng, alphabet),
            "guardian1_relation": "父亲",
            "guardian1_phone": _phone(rng),
            "guardian2_name": _name(rng, alphabet),
            "guardian2_relation": "母亲",
            "guardian2_phone": _phone(rng),
            "enrolment_status": "在读",
        },
    )


def _drawn(rng: random.Random, alphabet: list[str], count: int) -> list[str]:
    """Characters as frequent as words are: the nth falls off like 1/n."""
    weights = list(accumulate(1 / place for place in range(3, len(alphabet) + 3)))
    return rng.choices(alphabet, cum_weights=weights, k=count)


def _name(rng: random.Random, alphabet: list[str]) -> str:
    draw = rng.random()
    if draw < 0.02:
        return rng.choice(_MINORITY)
    if draw < 0.05:
        return rng.choice(alphabet) + rng.choice(_RARE) + rng.choice(_RARE)
    return "".join(_drawn(rng, alphabet, rng.choice((2, 3, 3))))


def _address(rng: random.Random, alphabet: list[str], length: int) -> str:
    body = "".join(_drawn(rng, alphabet[:400], length - 16))
    return f"广东省深圳市南山区{body}{rng.randrange(1, 999)}号{rng.randrange(101, 999)}"


def _phone(rng: random.Random) -> str:
    return f"13{rng.randrange(10**9):09d}"
