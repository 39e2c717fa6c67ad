"""The language of a page: Chinese as written in the source, others from catalogs.

Catalogs are compiled in memory when an app starts: there is no build step to forget, and
nothing is written into a read-only image.
"""

import io
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, request
from flask_babel import Babel, get_locale

SOURCE = "zh"
KEPT_IN = "lang"  # name of the cookie, where an app keeps the choice; the guardian's keeps none
_DOMAIN = "messages"


def catalog(path: Path, language: str) -> Translations:
    """A catalog from its .po file."""
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


@cache
def _catalogs(folder: Path) -> dict[str, Translations]:
    """The catalogs of a folder by language; they are part of the program and read once."""
    found: dict[str, Translations] = {}
    for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        language = path.parent.parent.name
        read = catalog(path, language)
        found[language] = found[language].merge(read) if language in found else read
    return found


def add_languages(app: Flask, folder: Path) -> tuple[str, ...]:
    """Let an app speak every language of `folder` beside the source's; returns them all.

    `folder` holds `<language>/LC_MESSAGES/*.po`: one catalog for each group of pages, read as one.
    """
    catalogs = _catalogs(folder)
    languages = (SOURCE, *sorted(catalogs))
    babel = Babel(app, default_locale=SOURCE, locale_selector=lambda: chosen(languages))
    with app.app_context():
        cache = babel.domain_instance.cache
    for language, found in catalogs.items():
        # Filling its cache keeps Flask-Babel from looking for compiled files.
        cache[language, _DOMAIN] = found
    app.jinja_env.globals.update(language=lambda: str(get_locale()), languages=languages)
    return languages


def chosen(languages: tuple[str, ...]) -> str:
    """The visitor's language: the address decides, then a choice kept, then what the browser says."""
    for wanted in (request.args.get("lang"), request.cookies.get(KEPT_IN)):
        if wanted in languages:
            return str(wanted)
    best: Any = request.accept_languages.best_match(languages)
    return str(best) if best else SOURCE
