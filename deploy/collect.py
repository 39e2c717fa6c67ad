"""Fetches a printed file as a registrar does: with its download code, sealed on the way."""

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from deploy.desk import Desk
from shared.contracts.forms_commands import Collected, CollectRequest
from shared.kernel.ids import ActorToken
from shared.plumbing.objects import fetch
from shared.plumbing.opening import open_body
from shared.sealing.context import ObjectContext, Rendition, Suite
from shared.sealing.wrapping import PASSING, print_info


def collect(desk: Desk, job: str, download_code: str, actor: ActorToken) -> bytes:
    """The PDF of a print job; the code works once.

    Raises:
        DomainError: not ready, a wrong code, or collected before.
        NotSealedError: what lies in the bucket is not what was printed.
    """
    key = X25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw().hex()
    request = CollectRequest(actor, job, download_code, public)
    told = desk.ask("forms", "collect", request, Collected)
    data_key = PASSING.decrypt(bytes.fromhex(told.wrapped_key), key, info=print_info(job))
    context = ObjectContext(
        Suite(told.suite), told.province, told.campaign, told.object, Rendition(told.rendition)
    )
    return open_body(fetch(told.url), data_key, context)
