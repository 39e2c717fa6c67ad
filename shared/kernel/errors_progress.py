"""Refusals of progress: reports up that cannot be made, signed or judged so."""

from shared.kernel.errors import DomainError


class UnknownReportError(DomainError):
    """No report has this id; args: report."""

    code = "unknown_report"


class ReportNotReadyError(DomainError):
    """Units below have not reported; args: unit, how many."""

    code = "report_not_ready"


class ReportStateError(DomainError):
    """The report stands where this cannot be done; args: report, state or `superseded`."""

    code = "report_state"


class NoReportHereError(DomainError):
    """Units of this level do not report, or nobody stands above them; args: unit."""

    code = "no_report_here"
