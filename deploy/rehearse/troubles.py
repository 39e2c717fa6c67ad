"""What a rehearsal refuses: each with a code that the command line has a sentence for."""

from shared.kernel.errors import DomainError


class NoPrintedSheetsError(DomainError):
    """The folder or file given holds no manifest of printed sheets."""

    code = "no_printed_sheets"


class NotEmptyError(DomainError):
    """Pictures are never mixed with those of another rehearsal."""

    code = "folder_not_empty"


class NoTruthError(DomainError):
    """There is no truth to hold results against."""

    code = "no_truth"


class NoResultsError(DomainError):
    """A file of results names no picture of the rehearsal, or is none."""

    code = "no_results"
