"""The guides as they lie beside this file: Markdown of our own, turned into pages once.

Pictures and printed copies are made from a running house (`python -m tests.browser.guides`) and lie
in a folder of the operator's; a guide without them is whole, it only shows less.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from shared.kernel.authority import Role

_ROOM = Path(__file__).parent / "guides"
# In the order of the walk from the school to the family.
NAMES = ("registrar", "teacher", "guardian")
_FOR = {
    Role.REGISTRAR: "registrar",
    Role.ENTRY_CLERK: "registrar",
    Role.SCHOOL_LEADER: "registrar",
    Role.HOMEROOM_TEACHER: "teacher",
}


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide."""

    name: str
    title: str
    html: str  # of our own text: holds nothing that a visitor wrote
    pictures: tuple[str, ...]  # file names it shows


def guide_for(role: Role | None) -> str:
    """The guide of a role; the registrar's tells the whole walk."""
    return _FOR.get(role, NAMES[0]) if role is not None else NAMES[0]


def source_of(name: str) -> str:
    """The Markdown of a guide."""
    return (_ROOM / f"{name}.md").read_text("utf-8")


@cache
def title_of(name: str) -> str:
    """What a guide is called."""
    return source_of(name).splitlines()[0].removeprefix("# ")


def guide(name: str, address: str, there: Sequence[str]) -> Guide:
    """A guide as HTML.

    Args:
        name: one of `NAMES`.
        address: what stands before a picture's file name.
        there: the pictures there are; others are left out with their captions.
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(source_of(name))
    pictures = _point_pictures(tokens, address, set(there))
    html = reader.renderer.render(tokens, reader.options, {})
    return Guide(name, title_of(name), html, pictures)


def pictures_in(name: str) -> tuple[str, ...]:
    """The file names of a guide's pictures."""
    return tuple(one for one, _ in _pictures(MarkdownIt("commonmark").parse(source_of(name))))


def _point_pictures(tokens: list[Token], address: str, there: set[str]) -> tuple[str, ...]:
    shown = []
    for name, inline in _pictures(tokens):
        if name in there:
            inline.attrSet("src", f"{address}{name}")
            shown.append(name)
        else:
            inline.type, inline.tag, inline.content = "text", "", ""
    return tuple(shown)


def _pictures(tokens: list[Token]) -> list[tuple[str, Token]]:
    children = (child for token in tokens for child in token.children or ())
    return [(str(one.attrGet("src")), one) for one in children if one.type == "image"]
