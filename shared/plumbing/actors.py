"""Actor tokens at the services that own the data: signed by accounts, believed by their key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nameko.extensions import DependencyProvider

from shared.contracts.actors import PREFIX, Actor, body_of, parts_of, token_of
from shared.kernel.clock import Clock, utc_now
from shared.kernel.errors import ActorRefusedError
from shared.kernel.ids import ActorToken
from shared.plumbing.environment import environment_of
from shared.plumbing.identity import Identity
from shared.plumbing.settings import SettingsError, load


@dataclass(frozen=True, slots=True)
class ActorSettings:
    """Whose word is believed."""

    actor_keys: tuple[str, ...] = field(
        metadata={"help": "public keys of accounts, 64 hex digits each; old and new at a change"}
    )


class Actors:
    """Tells who sent a command."""

    def __init__(self, keys: Iterable[bytes], *, clock: Clock = utc_now) -> None:
        """Take accounts' public keys, 32 bytes each."""
        self._keys = [Ed25519PublicKey.from_public_bytes(key) for key in keys]
        self._clock = clock

    def of(self, token: ActorToken) -> Actor:
        """Who a token stands for.

        Raises:
            ActorRefusedError: not signed by accounts, or expired.
        """
        actor, body, signature = parts_of(token)
        if not any(_is_signed(key, body, signature) for key in self._keys):
            raise ActorRefusedError("forged")
        if self._clock() >= actor.expires_at:
            raise ActorRefusedError("expired")
        return actor


def actors_of(environment: Mapping[str, str], *, clock: Clock = utc_now) -> Actors:
    """Who the settings of an environment believe.

    Raises:
        SettingsError: no key is named, or one has not 32 bytes.
    """
    settings = load(ActorSettings, environment)
    try:
        return Actors([bytes.fromhex(key) for key in settings.actor_keys], clock=clock)
    except ValueError:
        raise SettingsError("HECHA_ACTOR_KEYS must list keys of 64 hex digits") from None


class ActorsProvider(DependencyProvider):  # type: ignore[misc]  # nameko ships no types
    """Injects `Actors`; refuses to start without a key to believe."""

    def setup(self) -> None:
        """Read the keys once.

        Raises:
            SettingsError: none, or not 32 bytes each.
        """
        self._actors = actors_of(environment_of(self.container.config))

    def get_dependency(self, _worker: object) -> Actors:
        """The service's one object."""
        return self._actors


def sign(actor: Actor, identity: Identity) -> ActorToken:
    """An actor's token, signed by accounts."""
    body = body_of(actor)
    return token_of(body, identity.sign(PREFIX + body))


def _is_signed(key: Ed25519PublicKey, body: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, PREFIX + body)
    except InvalidSignature:
        return False
    return True
