"""Times on pages: Beijing's, as people read them and as browsers send them."""

from datetime import date, datetime

from flask_babel import gettext as _

from shared.kernel.clock import BEIJING


def told(at: datetime | None) -> str:
    """A moment to the minute; nothing for none."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}" if at is not None else ""


def told_short(at: datetime | None) -> str:
    """The same without the year, where only recent moments stand; nothing for none."""
    return f"{at.astimezone(BEIJING):%m-%d %H:%M}" if at is not None else ""


def day_told(day: date | None) -> str:
    """A day as officials write it; nothing for none."""
    if day is None:
        return ""
    return str(_("%(year)d年%(month)d月%(day)d日", year=day.year, month=day.month, day=day.day))


def typed(text: str) -> datetime | None:
    """What a field for a moment holds; None when it is empty.

    Raises:
        ValueError: it is no moment.
    """
    if not text.strip():
        return None
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def field(at: datetime) -> str:
    """A moment as a field of a form holds it."""
    return f"{at.astimezone(BEIJING):%Y-%m-%dT%H:%M}"
