"""The child's side of a `ProcessPool`: read a job, do it, answer, until the socket closes.

Started as a module with the number of its socket. It imports no eventlet and speaks with
plain reads and writes, which is all that a locked child is still allowed.
"""

import os
import sys
import traceback

from shared.kernel.errors import DomainError
from shared.plumbing.offload_wire import (
    Answer,
    Call,
    Outcome,
    find,
    pack_message,
    pack_result,
    read_call,
    receive,
    unpack_arguments,
)


def serve(fd: int) -> None:
    """Answer jobs until the other side is gone."""
    os.set_blocking(fd, True)  # a green parent made it non-blocking
    while True:
        try:
            call = read_call(receive(lambda size: os.read(fd, min(size, 1 << 20))))
        except (EOFError, ConnectionError):
            return
        _write(fd, pack_message(_answer(call)))


def _answer(call: Call) -> Answer:
    if not call.function:
        return Answer(Outcome.DONE)
    try:
        f = find(call.function)
        arguments = unpack_arguments(f, call.arguments) if call.arguments else ()
        return Answer(Outcome.DONE, pack_result(f(*arguments)))
    except DomainError as refusal:
        said = tuple(str(argument) for argument in refusal.args)
        return Answer(Outcome.REFUSED, b"", type(refusal).__qualname__, _place(refusal), said)
    except Exception as error:  # the job's failure, told by type and place only
        return Answer(Outcome.FAILED, b"", type(error).__qualname__, _place(error))


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""


def _write(fd: int, message: bytes) -> None:
    view = memoryview(message)
    while view:
        view = view[os.write(fd, view) :]


if __name__ == "__main__":
    serve(int(sys.argv[1]))
