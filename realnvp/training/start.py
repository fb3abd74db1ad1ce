"""Weights to begin with."""

import torch
from torch import Tensor

from realnvp.flow import RealNVP

_OF_LABELS = "from_labels.weight"


def load_matching(flow: RealNVP, start: RealNVP) -> None:
    """Give a flow the weights of another one, where it has a place for them.

    Couplings are convolutions and levels are counted from the finest, so what a model has learnt of
    small pictures serves as a beginning for larger ones with a level more. Where this flow has more
    maps, the new ones begin at random and no old one listens to them, so it is the function that
    the other one is (Chen, Goodfellow and Shlens, Net2Net, 2016). It also is where this flow alone
    has labels, or others: they begin at 0. Another alpha is another picture to its couplings.

    Raises:
        ValueError: if none fits, or the layers of the two are not the same function of weights.
    """
    if flow.config.variant != start.config.variant:
        raise ValueError("the model to start from is of another variant than this one")
    own = flow.state_dict()
    known, same_labels = start.state_dict(), _labels(flow) == _labels(start)
    fitting = {
        name: fitted
        for name, value in known.items()
        if name in own and (same_labels or not name.endswith(_OF_LABELS))
        if (fitted := _fitted(name, own[name], value)) is not None
    }
    if not any(name.endswith(".direction") for name in fitting):
        raise ValueError("the model to start from shares no convolution with this one")
    new = (name for name in own if name.endswith(_OF_LABELS) and name not in fitting)
    flow.load_state_dict(own | {name: torch.zeros_like(own[name]) for name in new} | fitting)


def _labels(flow: RealNVP) -> tuple[object, ...]:
    return flow.config.label_kind, flow.config.num_labels, flow.config.label_names


def _fitted(name: str, own: Tensor, value: Tensor) -> Tensor | None:
    """`value` in the shape of `own`, or None if that takes more than new maps."""
    if own.shape == value.shape:
        return value
    dims, pairs = _dims_of_maps(name), list(zip(own.shape, value.shape, strict=False))
    wider = all(new >= old if d in dims else new == old for d, (new, old) in enumerate(pairs))
    if own.ndim != value.ndim or not wider:
        return None
    fitted = own.clone()
    fitted[: len(value)] = 0  # from new maps to old ones
    fitted[tuple(slice(old) for _, old in pairs)] = value
    return fitted


def _dims_of_maps(name: str) -> tuple[int, ...]:
    """Which dimensions of the tensor of this name count a conditioner's maps."""
    _, inside, part = name.partition(".net.")
    layer = part.split(".")[0]
    if not inside or layer == "norm_in":
        return ()
    if layer in ("conv_in", "from_labels"):
        return (0,)
    if layer == "conv_out":
        return (1,)
    return (0, 1)
