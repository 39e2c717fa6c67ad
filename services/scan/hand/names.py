"""Names: Chinese characters as the model sees them, never corrected towards common ones.

The names a campaign wants to mend are rare ones: whatever knows which names are usual would
write the usual one instead.
"""

import math
from collections.abc import Sequence

from services.scan.hand.alphabet import DASH, DIGITS, Alphabet, alphabet, classes
from services.scan.hand.dots import parts_of
from services.scan.hand.finding import Evidence, Finding, Grade, Why
from services.scan.hand.model import hand_model
from services.scan.hand.numbers import printed_doubts
from services.scan.hand.sight import VIEWS, Sight, Text
from services.scan.hand.simplified import simplified
from shared.kernel.names import is_name

SURE = 0.98  # of all that the views together leave possible
_LEAST_NAME = -4.0  # nats: what is no name fits worse
_PER_STEP = 8  # characters of a step that may be part of the name
_LEAST = -9.0  # nats: less likely ones never are
_CANDIDATES = 5
_DOT = "·"  # between the parts of minority names
_SHORTEST_PART = 2  # characters
_GAP = math.log(0.02)  # of a space in one view: names without a dot have a thousandth of it
_DOTS = "·•・.．﹒‧∙⋅"
# Of letters only those that no digit looks like: buildings and entrances have them.
_IN_ADDRESSES = {
    "-": DASH["-"].replace("一", ""),
    "#": "#＃",
    "A": "AaＡ",
    "C": "CcＣ",
    "E": "EeＥ",
}
_FIRST, _LAST = "\u3400", "\U000323af"  # Chinese characters with all extensions


def read_name(sight: Sight, evidence: Evidence) -> Finding:
    """A name as written; pre-filled for a clerk to confirm at best, never more."""
    parts = parts_of(sight.ink)
    sights = [sight] if len(parts) == 1 else [Sight(part) for part in parts]
    read = [_part(one) for one in sights]
    raw = _DOT.join(texts[0].text if texts else "" for texts in read).strip(_DOT)
    named = _joined(read)
    if not named:
        shown = _texts(read[0]) if len(read) == 1 else ()
        return Finding(raw or sight.greedy(), None, shown, Grade.C, (Why.UNSURE,))
    best = named[0]
    plain = simplified(best.text)
    doubts = printed_doubts(best.text, evidence.printed)
    doubts += (Why.TRADITIONAL,) if plain != best.text else ()
    candidates = tuple(dict.fromkeys((best.text, plain, *_texts(named))))[:_CANDIDATES]
    is_best = best.text == raw and len(best.text) > 1 and not _may_hide_a_dot(sights, best.text)
    if not is_best or best.share < SURE or best.log < _LEAST_NAME:
        return Finding(raw, None, candidates, Grade.C, (*doubts, Why.UNSURE))
    return Finding(raw, best.text, candidates, Grade.B, doubts)


def _part(sight: Sight) -> tuple[Text, ...]:
    return sight.texts(_seen_characters(sight, with_numbers=False), VIEWS)


def _joined(read: Sequence[Sequence[Text]]) -> list[Text]:
    """The names that the parts make: the best of each, then others of one part at a time."""
    named = [[one for one in texts if is_name(one.text)] for texts in read]
    if not all(named):
        return []
    ways = [[texts[0] for texts in named]]
    for place, texts in enumerate(named):
        ways += [[*ways[0][:place], one, *ways[0][place + 1 :]] for one in texts[1:_CANDIDATES]]
    found = [
        Text(
            _DOT.join(one.text for one in way),
            min(one.log for one in way),
            math.prod(one.share for one in way),
        )
        for way in ways
    ]
    return [found[0], *sorted(found[1:], key=lambda one: -one.share)]


def _may_hide_a_dot(sights: Sequence[Sight], text: str) -> bool:
    """Whether a gap is seen where a dot may be too pale, or a part is too short to be one."""
    if _DOT in text:
        return min(len(part) for part in text.split(_DOT)) < _SHORTEST_PART
    space = classes()[" "]
    seen = max(float(sights[0].probs(view)[:, space].max()) for view in VIEWS)
    return len(text) >= 2 * _SHORTEST_PART and seen > _GAP


def read_text(sight: Sight) -> Text:
    """One line of an address: characters, numbers and what stands between them."""
    texts = sight.texts(_seen_characters(sight, with_numbers=True), VIEWS)
    return texts[0] if texts else Text("", -99.0)


def _seen_characters(sight: Sight, *, with_numbers: bool) -> Alphabet:
    """An alphabet of the characters the model thinks of anywhere in this strip."""
    known = hand_model().alphabet
    found: set[int] = set()
    for view in VIEWS:
        probs = sight.probs(view)
        top = probs.argpartition(-_PER_STEP, axis=1)[:, -_PER_STEP:]
        for row, places in zip(probs, top, strict=True):
            found.update(int(place) for place in places if row[place] > _LEAST)
    symbols = {known[place]: known[place] for place in sorted(found) if is_chinese(known[place])}
    if with_numbers:
        return alphabet({**symbols, **DIGITS, **_IN_ADDRESSES})
    if any(known[place] in _DOTS for place in found):
        symbols[_DOT] = "".join(one for one in _DOTS if one in classes())
    return alphabet(symbols)


def is_chinese(character: str) -> bool:
    """Whether it is one Chinese character."""
    return len(character) == 1 and _FIRST <= character <= _LAST


def _texts(texts: "list[Text] | tuple[Text, ...]") -> tuple[str, ...]:
    return tuple(one.text for one in texts if one.text)[:_CANDIDATES]
