"""Names: Chinese characters as the model sees them, never corrected towards common ones.

The names a campaign wants to mend are rare ones: whatever knows which names are usual would
write the usual one instead.
"""

from services.scan.hand.alphabet import DASH, DIGITS, Alphabet, alphabet, classes
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
    texts = sight.texts(_seen_characters(sight, with_numbers=False), VIEWS)
    named = [one for one in texts if is_name(one.text)]
    raw = texts[0].text if texts and texts[0].text else sight.greedy()
    if not named:
        return Finding(raw, None, _texts(texts), Grade.C, (Why.UNSURE,))
    best = named[0]
    plain = simplified(best.text)
    doubts = printed_doubts(best.text, evidence.printed)
    doubts += (Why.TRADITIONAL,) if plain != best.text else ()
    candidates = tuple(dict.fromkeys((best.text, plain, *_texts(named))))[:_CANDIDATES]
    is_best = best is texts[0] and len(best.text) > 1
    if not is_best or best.share < SURE or best.log < _LEAST_NAME:
        return Finding(raw, None, candidates, Grade.C, (*doubts, Why.UNSURE))
    return Finding(raw, best.text, candidates, Grade.B, doubts)


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
