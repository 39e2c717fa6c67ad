"""Sealing of questions and answers, bound to the question and the answer's number."""

from shared.kernel.ids import QuestionId
from shared.plumbing.column_key import ColumnSeal

QUESTION = 0  # the number of the question's own text; answers count from 1


class Vault:
    """Seals and opens texts under support's column key.

    Raises:
        ValueError: the key is not 32 bytes.
    """

    def __init__(self, key: bytes) -> None:
        self._seal = ColumnSeal(key, "support.questions.text")

    def seal(self, question: QuestionId, number: int, text: str) -> bytes:
        """One text, sealed for its row."""
        return self._seal.seal(_row(question, number), text.encode())

    def open(self, question: QuestionId, number: int, sealed: bytes) -> str:
        """The text of one row.

        Raises:
            SealedColumnError: not what `seal` made for this row.
        """
        return self._seal.open(_row(question, number), sealed).decode()


def _row(question: QuestionId, number: int) -> str:
    return f"{question}/{number}"
