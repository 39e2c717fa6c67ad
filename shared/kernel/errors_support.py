"""Refusals of support."""

from shared.kernel.errors import DomainError


class UnknownQuestionError(DomainError):
    """No question has this id; args: question."""

    code = "unknown_question"


class UnknownEntryError(DomainError):
    """No FAQ entry or canned answer has this number, or it was taken away; args: entry."""

    code = "unknown_entry"


class TextRefusedError(DomainError):
    """A text is empty or too long; args: the longest, in characters."""

    code = "text_refused"


class UnknownFieldError(DomainError):
    """The catalogue has no such field; args: nothing, because anything may have been sent."""

    code = "unknown_field"


class TooManyQuestionsError(DomainError):
    """The sheet has as many open questions as it may have; args: sheet."""

    code = "too_many_questions"


class NobodyAboveError(DomainError):
    """The question lies with the province: nobody stands above; args: question."""

    code = "nobody_above"


class OwnQuestionError(DomainError):
    """Nobody answers their own question; args: question."""

    code = "own_question"


class NoAnswerYetError(DomainError):
    """Only an answered question becomes an FAQ entry; args: question."""

    code = "no_answer_yet"
