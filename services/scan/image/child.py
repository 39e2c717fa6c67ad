"""What a child that reads pictures does first: load the decoders, then bound itself."""

import importlib
import resource

_DECODERS = ("services.scan.image.pages", "services.scan.image.view")
# Of this a quarter is libraries; the dearest picture within the limits takes half of the rest.
MAX_MEMORY_BYTES = 1_280 << 20


def prepare() -> None:
    """Let a hostile picture run out of memory alone, and leave nothing of a pupil's in a core file.

    A decoder that asks for more fails like on any damaged file, or dies and is replaced.
    """
    for module in _DECODERS:  # here, because their parents never decode
        importlib.import_module(module)
    resource.setrlimit(resource.RLIMIT_DATA, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
