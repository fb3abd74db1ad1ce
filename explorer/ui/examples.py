"""Pictures that need no upload."""

import weakref

from explorer.examples import own_examples, stored_examples
from explorer.ui.cache import cached
from explorer.ui.models import run
from realnvp import RealNVP
from realnvp.images import Picture


def offered_examples(flow: RealNVP, checkpoint: str) -> dict[str, Picture]:
    """By name: those that lie beside the checkpoint or, where there are none, its own samples."""
    return stored_examples(checkpoint) or cached(
        "own_examples", (checkpoint, weakref.ref(flow)), lambda: run(own_examples, flow)
    )
