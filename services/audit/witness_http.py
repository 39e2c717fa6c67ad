"""The witness over HTTP, as C2SP tlog-witness has it: the door of the level above, and the caller.

One request, `POST /add-checkpoint`: the size the caller believes the witness to know, a consistency
proof, a blank line, the checkpoint. Answers: 200 with a cosignature line, 409 with the size the
witness knows, 403, 404, 422 for what it does not countersign.
"""

import base64
import binascii

from flask import Response, request
from urllib3 import PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from services.audit.checkpoints import Submission, WitnessAwayError
from services.audit.notes import NoteError, Signature, VerifierKey, read_signature
from services.audit.witness import OwnWitness
from shared.kernel.errors_audit import WitnessRefusedError
from shared.plumbing.slow_work import slow_work
from shared.plumbing.web.app import WebApp

PATH = "/add-checkpoint"
PATIENCE_S = 10.0
MAX_PROOF = 63  # hashes, as the specification has it
MAX_BODY = 65_536
SIZE_TYPE = "text/x.tlog.size"
_STATUS = {
    "bad_submission": 400,
    "bad_note": 400,
    "bad_signature": 403,
    "unknown_log": 404,
    "other_size": 409,
    "inconsistent": 422,
}
_REASON = {status: reason for reason, status in _STATUS.items()}


class HttpWitness:
    """The witness of the level above, in another house."""

    def __init__(self, url: str, key: VerifierKey) -> None:
        """Ask at `url`, believe by `key`."""
        self._url = url.rstrip("/") + PATH
        self._key = key
        self._http = PoolManager(
            timeout=Timeout(connect=PATIENCE_S / 2, read=PATIENCE_S), retries=Retry(0)
        )

    @property
    def key(self) -> VerifierKey:
        """By which its word is believed."""
        return self._key

    def countersign(self, submission: Submission) -> Signature:
        """Its signature under the checkpoint.

        Raises:
            WitnessRefusedError: it does not countersign.
            WitnessAwayError: no answer, or not now.
        """
        slow_work("witness")
        try:
            answer = self._http.request("POST", self._url, body=written(submission))
        except HTTPError as error:
            raise WitnessAwayError(type(error).__name__) from None
        text = answer.data[:MAX_BODY].decode("utf-8", "replace")
        if answer.status in _REASON:
            known = text.strip() if answer.status == _STATUS["other_size"] else ""
            raise WitnessRefusedError(_REASON[answer.status], known)
        if answer.status != 200:
            raise WitnessAwayError(str(answer.status))
        return self._own_line(text)

    def _own_line(self, text: str) -> Signature:
        for line in text.splitlines():
            try:
                found = read_signature(line)
            except NoteError:
                continue
            if (found.name, found.key_id) == (self._key.name, self._key.id):
                return found
        raise WitnessRefusedError("bad_signature")


def witness_app(witness: OwnWitness) -> WebApp:
    """The door where logs of the level below are countersigned."""
    app = WebApp(__name__, error_page=lambda status, code: (code, status))
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY

    def add_checkpoint() -> Response:
        try:
            signature = witness.countersign(read_submission(request.get_data()))
        except WitnessRefusedError as refusal:
            status = _STATUS[refusal.reason]
            if refusal.reason == "other_size":
                return Response(f"{refusal.known_size}\n", status, content_type=SIZE_TYPE)
            return Response(f"{refusal.reason}\n", status, content_type="text/plain")
        return Response(signature.line(), 200, content_type="text/plain; charset=utf-8")

    app.add_url_rule(PATH, "add_checkpoint", add_checkpoint, methods=["POST"])
    return app


def written(submission: Submission) -> bytes:
    """A submission as it is sent."""
    lines = [f"old {submission.old_size}", *map(_encoded, submission.proof), "", submission.note]
    return "\n".join(lines).encode()


def read_submission(body: bytes) -> Submission:
    """A submission as it came.

    Raises:
        WitnessRefusedError: `bad_submission`.
    """
    try:
        head, _, note = body.decode().partition("\n\n")
        first, *lines = head.split("\n")
        word, _, size = first.partition(" ")
        proof = tuple(base64.b64decode(line, validate=True) for line in lines)
    except (UnicodeDecodeError, binascii.Error):
        raise WitnessRefusedError("bad_submission") from None
    is_number = size.isascii() and size.isdigit() and str(int(size)) == size
    if word != "old" or not is_number or len(proof) > MAX_PROOF or any(len(h) != 32 for h in proof):
        raise WitnessRefusedError("bad_submission")
    return Submission(int(size), proof, note)


def _encoded(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()
