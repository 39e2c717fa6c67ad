"""What is kept of a printed file beside its copies: findings, fonts, layouts. No names."""

from dataclasses import dataclass

import msgspec

from services.forms.render.job import PrintedFile
from shared.contracts.forms_commands import PrintFinding


@dataclass(frozen=True, slots=True)
class Report:
    """The part of a manifest that is no row of its own."""

    findings: tuple[PrintFinding, ...] = ()
    fonts: tuple[tuple[str, str], ...] = ()
    layouts: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, printed: PrintedFile) -> "Report":
        """The report of a finished file."""
        findings = tuple(
            PrintFinding(one.sheet, one.student, one.mark, one.fields, one.code_points)
            for one in printed.findings
        )
        return cls(findings, printed.fonts, printed.layouts)

    @classmethod
    def read(cls, kept: bytes | None) -> "Report":
        """What the books hold; nothing yet gives an empty report."""
        return cls() if kept is None else msgspec.json.decode(kept, type=cls)

    def written(self) -> bytes:
        """As the books hold it."""
        return msgspec.json.encode(self)
