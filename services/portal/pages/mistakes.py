"""What is wrong with a form: told on top with links, beside each field, typed values kept."""

from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext as _


@dataclass(frozen=True, slots=True)
class Mistake:
    """One field of a form that cannot be taken."""

    field: str
    said: str


class MistakenError(Exception):
    """A form that says nothing that could be asked of the house."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__()
        self.mistakes = mistakes


@dataclass(slots=True)
class Form:
    """The form of this request as it is read, field by field."""

    mistakes: list[Mistake] = field(default_factory=list)

    def text(self, name: str) -> str:
        """What was typed, without blanks around it."""
        return request.form.get(name, "").strip()

    def wrong(self, name: str, said: str) -> None:
        """Note a mistake; the first of a field counts."""
        if not any(one.field == name for one in self.mistakes):
            self.mistakes.append(Mistake(name, said))

    def reason(self) -> str:
        """Why; asked for wherever an act is recorded with a reason."""
        reason = self.text("reason")
        if not reason:
            self.wrong("reason", _("请写明理由，理由随这项操作记录在案。"))
        return reason

    def check(self) -> None:
        """Go on only when nothing is wrong.

        Raises:
            MistakenError: something is.
        """
        if self.mistakes:
            raise MistakenError(self.mistakes)
