"""ID numbers, dates and telephone numbers: digits by a grammar, never repaired."""

import math
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

from services.scan.hand.alphabet import CHECK, DASH, DIGITS, SLASH_IS_ONE, Alphabet, alphabet
from services.scan.hand.finding import Evidence, Finding, Grade, Why
from services.scan.hand.sight import Sight, Text
from services.scan.hand.slashes import meant_days
from services.scan.hand.strip import View
from shared.kernel.divisions import is_known
from shared.kernel.id_number import birth_date, id_problem, sex

# A valid number is offered only this close to the best reading of any kind, in nats: at 1 one or two
# of a hundred deliberately invalid numbers were repaired, at 0.5 none of two hundred.
_NO_REPAIR = 0.5
_CLEAR_ID = math.log(0.35)
_LEAST_ID = math.log(0.02)  # below it the cell holds no number
_SURE_DATE = 0.95  # of all that the views together leave possible
_SUPPORTED_DATE = 0.5  # where the number's own birth date says the same
_MARKED = 0.01  # of readings with a mark, for eight digits to be doubted
_SURE_PHONE = 0.95
_LEAST_NUMBER = -6.0  # nats: a text that is no number at all fits worse
_READABLE = 0.05  # below it the model's own text is shown instead of digits
_CANDIDATES = 5
_FIRST_YEAR = 1900
_LAST_YEAR = 2099

# With marks between its parts, or without any: where one was seen and the other not, the other
# may be among the digits, as a stroke that looks like a 1.
_DATE = re.compile(r"(?P<y>\d{4})[-年]+(?P<m>\d{1,2})[-月]+(?P<d>\d{1,2})[-日]*")
_DIGITS_OF_DATE = re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)")
_AFTER_YEAR = re.compile(r"\d{4}[-年]")
_HAN_DIGITS = dict(zip("〇一二三四五六七八九", "0123456789", strict=True))
_HAN_NUMBER = re.compile("[〇一二三四五六七八九]?十[一二三四五六七八九]?|[〇一二三四五六七八九]+")
_ONLY_HAN = frozenset("〇零二三四五六七八九十")  # 一 may be a dash
# One digit to a box: what is seen between the boxes says nothing.
_EIGHT_DIGITS = re.compile(r"(?P<y>\d{4})(?P<m>)(?P<d>)(?P<mm>\d\d)(?P<dd>\d\d)")
# Area codes of two digits after the nought, 010 and 02x, have numbers of eight; others of seven too.
_PHONE = re.compile(r"1[3-9]\d{9}|0(?:10|2\d)-?[2-9]\d{7}|0[3-9]\d\d-?[2-9]\d{6,7}")


def read_id(sight: Sight, evidence: Evidence) -> Finding:
    """An ID number of 18 characters (GB 11643) that the writer wrote as such, or none."""
    texts = sight.texts(_id_alphabet(), (View.WHOLE,))
    found = _valid_id(texts, evidence)
    if found is None and not _says_another(texts):
        # Further views may see the number; they may not make one: they are averaged.
        texts = sight.texts(_id_alphabet())
        found = _valid_id(texts, evidence)
    raw = _raw(texts, sight)
    if found is None:
        return Finding(raw, None, _some(texts), Grade.C, (_why_no_id(texts),))
    doubts = _doubts(found, evidence)
    grade = Grade.B if {Why.BIRTH_DATE_DIFFERS, Why.SEX_DIFFERS} & set(doubts) else Grade.A
    return Finding(raw, found, _some(texts, found), grade, doubts)


def _says_another(texts: Sequence[Text]) -> bool:
    """Whether a whole number was read clearly that does not add up: then it was written so."""
    return bool(texts) and len(texts[0].text) == 18 and texts[0].log >= _CLEAR_ID


def _valid_id(texts: Sequence[Text], evidence: Evidence) -> str | None:
    if not texts or texts[0].log < _LEAST_ID:
        return None
    near = (one for one in texts if one.log >= texts[0].log - _NO_REPAIR)
    return next((one.text for one in near if _is_id(one.text, evidence)), None)


def _is_id(text: str, evidence: Evidence) -> bool:
    last = evidence.today or date(_LAST_YEAR, 12, 31)
    if id_problem(text, today=last) is not None or not is_known(text[:2] + "0000"):
        return False
    born = birth_date(text)
    return born is not None and born.year >= _FIRST_YEAR


def _why_no_id(texts: Sequence[Text]) -> Why:
    is_whole = bool(texts) and len(texts[0].text) == 18
    return Why.CHECK_DIGIT if is_whole else Why.UNSURE


def _doubts(number: str, evidence: Evidence) -> tuple[Why, ...]:
    doubts = list(printed_doubts(number, evidence.printed))
    if evidence.birth_date is not None:
        agrees = birth_date(number) == evidence.birth_date
        doubts.append(Why.BIRTH_DATE_AGREES if agrees else Why.BIRTH_DATE_DIFFERS)
    if evidence.sex is not None and sex(number) != evidence.sex:
        doubts.append(Why.SEX_DIFFERS)
    return tuple(doubts)


def printed_doubts(value: str, printed: str | None) -> tuple[Why, ...]:
    """How a value stands to the one printed beside the cell."""
    if printed is None or len(printed) != len(value):
        return ()
    differing = sum(a != b for a, b in zip(value, printed, strict=True))
    return ((Why.AS_PRINTED,), (Why.NEAR_PRINTED,))[differing] if differing < 2 else ()


def read_date(sight: Sight, evidence: Evidence) -> Finding:
    """A day, written with or without separators; suggested as 2012-05-06.

    One whose slashes look like ones is suggested for a clerk to look at, never more.
    """
    is_han = bool(set(sight.greedy()) & _ONLY_HAN)
    texts = sight.texts(_han_date_alphabet() if is_han else _date_alphabet())
    raw = _raw(texts, sight)
    found = _found_date(texts, raw, evidence)
    if found.suggestion is not None:
        return found
    slashed = _slashed(texts)
    is_past = evidence.today is None or (slashed or "") <= evidence.today.isoformat()
    if slashed is None or not is_past:
        return found
    candidates = tuple(dict.fromkeys((slashed, *found.candidates)))[:_CANDIDATES]
    return Finding(raw, slashed, candidates, Grade.B, printed_doubts(slashed, evidence.printed))


def _slashed(texts: Sequence[Text]) -> str | None:
    """The one day that the texts mean when slashes may look like ones; None of several, or none."""
    years = range(_FIRST_YEAR, _LAST_YEAR + 1)

    def only(text: str) -> str | None:
        days = meant_days(text, years)
        return min(days).isoformat() if len(days) == 1 else None

    days = _merged(texts, only)
    if not days or texts[0].log < _LEAST_NUMBER:
        return None
    is_sure = days[0].share >= _SURE_DATE and days[0].text == only(texts[0].text)
    return days[0].text if is_sure else None


def _may_be_slashed(texts: Sequence[Text]) -> bool:
    """Whether digits are read that are fewer with slashes, and some text shows a mark more.

    20081213 is the thirteenth of December, or 2008/2/3: where a reading with a mark means the
    latter, nobody knows.
    """
    years = range(_FIRST_YEAR, _LAST_YEAR + 1)
    days = meant_days(texts[0].text, years)
    if len(days) < 2:
        return False
    marks, others = texts[0].text.count("-"), days - {_day(texts[0].text)}
    marked = (one for one in texts[1:] if one.text.count("-") > marks)
    return sum(one.share for one in marked if meant_days(one.text, years) & others) > _MARKED


def _found_date(texts: Sequence[Text], raw: str, evidence: Evidence) -> Finding:
    days = _merged(texts, lambda text: day.isoformat() if (day := _day(text)) else None)
    if not days:
        return Finding(raw, None, _some(texts), Grade.C, (Why.NO_SUCH_DATE,))
    best = days[0].text
    ordered = [one.text for one in days]
    agrees = evidence.birth_date is not None and evidence.birth_date.isoformat() == best
    doubts = printed_doubts(best, evidence.printed)
    doubts += (Why.BIRTH_DATE_AGREES,) if agrees else ()
    is_best_reading = _day(texts[0].text) is not None
    gate = _SUPPORTED_DATE if agrees and is_best_reading else _SURE_DATE
    is_sure = is_best_reading and days[0].share >= gate and texts[0].log >= _LEAST_NUMBER
    if not is_sure or (not agrees and _may_be_slashed(texts)):
        return Finding(raw, None, tuple(ordered[:_CANDIDATES]), Grade.C, (*doubts, Why.UNSURE))
    if evidence.today is not None and best > evidence.today.isoformat():
        return Finding(raw, None, (best,), Grade.C, (*doubts, Why.NO_SUCH_DATE))
    return Finding(raw, best, tuple(ordered[:_CANDIDATES]), Grade.A, doubts)


def _day(text: str) -> date | None:
    text = _in_digits(text)
    found = _DATE.fullmatch(text.strip("-"))
    if found is None and _AFTER_YEAR.match(text) is None:
        # One digit to a box: what is seen between the boxes says nothing.
        found = _DIGITS_OF_DATE.fullmatch(text.replace("-", ""))
    if found is None:
        return None
    try:
        value = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    return value if _FIRST_YEAR <= value.year <= _LAST_YEAR else None


def _in_digits(text: str) -> str:
    """A date with its Chinese numerals as digits: 二〇一三年十二月五日 as 2013年12月5日."""
    return _HAN_NUMBER.sub(lambda found: _number(found[0]), text)


def _number(han: str) -> str:
    tens, ten, ones = han.partition("十")
    if not ten:
        return "".join(_HAN_DIGITS[one] for one in han)
    return f"{_HAN_DIGITS.get(tens, '1')}{_HAN_DIGITS.get(ones, '0')}"


def read_phone(sight: Sight, evidence: Evidence) -> Finding:
    """A telephone number. It has no check digit, so it is never more than a draft."""
    texts = sight.texts(_phone_alphabet())
    raw = _raw(texts, sight)
    phones = _merged(texts, _dense)
    if not phones or not _PHONE.fullmatch(phones[0].text):
        return Finding(raw, None, _some(phones), Grade.C, (Why.NO_PHONE,))
    value = phones[0].text
    doubts = printed_doubts(value, evidence.printed)
    if phones[0].share < _SURE_PHONE or texts[0].log < _LEAST_NUMBER:
        return Finding(raw, None, _some(phones), Grade.C, (*doubts, Why.UNSURE))
    return Finding(raw, value, _some(phones), Grade.B, doubts)


def _merged(texts: Sequence[Text], meant: Callable[[str], str | None]) -> tuple[Text, ...]:
    """What texts mean, each with the probability of all its spellings, best first."""
    sums: dict[str, tuple[float, float]] = {}
    for one in texts:
        value = meant(one.text)
        if value:
            probability, share = sums.get(value, (0.0, 0.0))
            sums[value] = (probability + one.probability, share + one.share)
    found = [
        Text(value, math.log(max(probability, 1e-300)), share)
        for value, (probability, share) in sums.items()
    ]
    return tuple(sorted(found, key=lambda one: -one.share))


def _dense(phone: str) -> str:
    """A mobile number without the gaps people leave; an area code keeps its dash."""
    phone = phone.strip("-")
    joined = phone.replace("-", "")
    if joined.startswith("1"):
        return joined
    return phone if phone.count("-") == 1 else joined


def _raw(texts: Sequence[Text], sight: Sight) -> str:
    if texts and texts[0].text and texts[0].probability > _READABLE:
        return texts[0].text
    return sight.greedy()


def _some(texts: Sequence[Text], first: str | None = None) -> tuple[str, ...]:
    ordered = ([first] if first else []) + [one.text for one in texts if one.text]
    return tuple(dict.fromkeys(ordered))[:_CANDIDATES]


@cache
def _id_alphabet() -> Alphabet:
    return alphabet({**_digits(), **CHECK})


@cache
def _date_alphabet() -> Alphabet:
    # Small dots are lost in photos: the gap around them is what the model sees.
    gaps = {"-": DASH_OR_SLASH["-"] + " "}
    return alphabet({**DIGITS, **gaps, "年": "年", "月": "月", "日": "日曰号號"})


@cache
def _han_date_alphabet() -> Alphabet:
    numerals = {one: one for one in "一二三四五六七八九十"}
    zero = {"〇": "〇零○OoＯ0◯"}  # noqa: RUF001  # what the model sees
    return alphabet({**zero, **numerals, "年": "年", "月": "月", "日": "日曰号號"})


@cache
def _phone_alphabet() -> Alphabet:
    return alphabet({**DIGITS, **DASH_OR_SLASH})


DASH_OR_SLASH = {"-": DASH["-"] + SLASH_IS_ONE + "()（）"}


def _digits() -> dict[str, str]:
    return {**DIGITS, "1": DIGITS["1"] + SLASH_IS_ONE}
