"""A classifier that had no part in any of the families, to say which pictures it can name."""

from torch import Tensor

from explorer.ui.cache import cached
from explorer.ui.compare.measures import named
from explorer.ui.compare.subject import Subject
from explorer.ui.feature_nets import first_net
from explorer.ui.models import run_locally
from realnvp.looks.net import FeatureNet
from realnvp.looks.store import list_nets


def how_many_named(subject: Subject, images: Tensor, *, key: str) -> int | None:
    """How many of the pictures, uint8 (N, 1, H, W), have a name to it; None where it is not there.

    Args:
        key: of its own for each place on the page.
    """
    net = _classifier(subject)
    if net is None:
        return None
    signature = subject.signature(id(net), images.numpy().tobytes())
    return cached(f"{key}_named", signature, lambda: run_locally(named, net, images))


def _classifier(subject: Subject) -> FeatureNet | None:
    """The feature net that has learned the classes of the baselines' pictures, if one is there."""
    sets = {model.card.get("data") for model in subject.models.values()}
    channels = subject.flow.config.channels
    # Only those that are named after the pictures are opened for it.
    return first_net(
        [name for name in list_nets() if name in sets],
        lambda net: net.config.channels == channels and not net.config.attributes,
    )
