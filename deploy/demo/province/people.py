"""Names, numbers and addresses of people who do not exist."""

import random
from datetime import date, timedelta

from shared.kernel.id_number import check_character

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
_DOUBLE_SURNAMES = ("欧阳", "上官", "司徒", "诸葛", "皇甫")
_GIVEN = "子轩浩宇欣怡梓涵思远佳雨晨曦一诺嘉懿明哲俊杰雅静文博天翔若兮语彤可馨书瑶睿恩泽楷瑞安宁景行知远亦凡芷若诗琪婉清"
# Characters that printers and old registers stumble over, some beyond the basic plane.
RARE = ("𬱖", "𫟹", "㛃", "䶮", "喆", "堃", "翀", "𠅤", "𬸣", "𫍯")
# Transcribed names with the interpunct as four programs write it; the last has 30 characters.
LONG_NAMES = (
    "阿卜杜热合曼·麦麦提伊力",
    "古丽巴哈尔•阿卜杜克热木",
    "扎西多吉・才让卓玛",
    "买买提明·阿卜杜外力·吐尔逊江",
    "阿卜杜克日木江·阿卜杜热依木·麦麦提图尔荪托合提尼亚孜江孜克",
)
_STREETS = ("海滨路", "明德街", "青松巷", "人民中路", "书院街", "学府大道")
_LONG_ADDRESS = (
    "演示省星海市东港区滨海新城街道海天一色社区幸福里小区东苑三期十八号楼二单元二十六层"
    "二六零三室（原东港镇大湾村民委员会第九村民小组渔港路一百二十七号附三号，"
    "靠近第一小学东门公交站牌，邮差请走西侧小巷再左转上坡，门前有两棵大榕树）"
)


def pupil_name(rng: random.Random) -> str:
    """An ordinary name of two or three characters, sometimes four."""
    surname = rng.choice(_DOUBLE_SURNAMES) if rng.random() < 0.01 else rng.choice(SURNAMES)
    return surname + "".join(rng.sample(_GIVEN, 1 if rng.random() < 0.2 else 2))


def long_address() -> str:
    """An address of exactly 100 characters."""
    return _LONG_ADDRESS[:100]


def address(rng: random.Random, county_name: str) -> str:
    """An ordinary address."""
    return f"演示省{county_name}{rng.choice(_STREETS)}{rng.randrange(1, 300)}号{rng.randrange(1, 30)}栋{rng.randrange(101, 2000)}室"


def birth_date(rng: random.Random, age: int, school_year: int) -> date:
    """A birthday of somebody of this age on 1 September of the school year."""
    return date(school_year - age, 8, 31) - timedelta(days=rng.randrange(365))


class NumberMaker:
    """Draws numbers no two people share; the regions in them do not exist."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def id_number(self, region: str, born: date, sex: str) -> str:
        """A resident ID number with the right check character; `sex` by GB/T 2261.1."""
        while True:
            order = self._rng.randrange(100) * 10 + self._rng.randrange(5) * 2 + (sex == "1")
            body = f"{region}{born:%Y%m%d}{order:03d}"
            if body not in self._taken:
                self._taken.add(body)
                return body + check_character(body)

    def student_number(self, letter: str, region: str, born: date) -> str:
        """A J or L student number, for pupils without a usable ID number."""
        while True:
            number = f"{letter}{region}{born:%Y%m%d}{self._rng.randrange(10_000):04d}"
            if number not in self._taken:
                self._taken.add(number)
                return number


def phone(rng: random.Random) -> str:
    """A mobile number out of one block."""
    return f"1990000{rng.randrange(10_000):04d}"
