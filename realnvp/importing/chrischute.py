"""Weights of github.com/chrischute/real-nvp: `ckpts/best.pth.tar`, its entry "net"."""

from torch import Tensor

from realnvp.config import ModelConfig, Variant
from realnvp.importing.layers import Theirs, batch_norm, channels_of, convolution, under
from realnvp.importing.model import Model, places
from realnvp.masks import CheckerboardMask
from realnvp.model_files import CheckpointError

WHOLE = (
    "holds more than weights, which is not unpickled here; torch.save({'net': net.state_dict()},"
    " 'weights.pt') in their code writes a file that is read"
)
SIZE = (32, 32)  # of CIFAR-10, the set of their train.py
# Where both halves of a picture go: their couplings begin with the other half, shift before they
# scale and have no batch norm behind them; their conditioners see no mask plane.
VARIANT = Variant(
    swap_masks=True, mask_plane=False, input_gain=True, shift_first=True, batch_norm=False
)


def convert(state: dict[str, Tensor], size: tuple[int, int] | None = None) -> Model:
    """Their weights by our names.

    Args:
        state: by their names.
        size: (H, W) of the pictures it was trained on, which no weight tells; SIZE if None.

    Raises:
        CheckpointError: if a weight is missing, or has no place here.
        ConfigError: if the size does not fit the levels.
    """
    theirs = Theirs(state)
    first = "flows.in_couplings.0.st_net"
    config = ModelConfig(
        channels=channels_of(theirs, f"{first}.in_norm.weight"),
        image_size=size or SIZE,
        num_levels=1 + max(name.count("next_block.") for name in state),
        width=channels_of(theirs, f"{first}.in_conv.conv.weight_g"),
        num_blocks=theirs.count(f"{first}.blocks."),
        alpha=_alpha(theirs),
        variant=VARIANT,
    )
    weights: dict[str, Tensor] = {}
    for place, name in zip(places(config), _names(config.num_levels), strict=True):
        # Under a checkerboard half of what is seen is 0: they double the rest. Exact, and so here.
        double = 2.0 if isinstance(place.mask, CheckerboardMask) else 1.0
        net = _conditioner(theirs, f"{name}.st_net", config.num_blocks, double)
        weights |= {f"{place.coupling}net.{part}": value for part, value in net.items()}
        # One number a channel is its own direction: g v / |v| is g, with the sign of v.
        gain, direction = (theirs.take(f"{name}.rescale.weight_{part}") for part in "gv")
        weights[f"{place.coupling}max_log_scale"] = gain * direction.sign()
    theirs.finish()
    return Model(config, weights)


def _alpha(theirs: Theirs) -> float:
    """Their logits are of (1 + c (2 x / 256 - 1)) / 2: alpha is (1 - c) / 2, 0.05 for their 0.9."""
    if "data_constraint" not in theirs:
        return ModelConfig.alpha
    constraint = theirs.take("data_constraint")
    if constraint.numel() != 1:
        raise CheckpointError(f"data_constraint has shape {tuple(constraint.shape)}, not (1,)")
    return round((1 - float(constraint)) / 2, 7)  # float32 has no more of 0.9


def _names(num_levels: int) -> list[str]:
    """Of all couplings, in the order in which a picture meets them."""
    names: list[str] = []
    level = "flows"
    for _ in range(num_levels - 1):
        names += [f"{level}.{part}_couplings.{i}" for part in ("in", "out") for i in range(3)]
        level += ".next_block"
    return names + [f"{level}.in_couplings.{i}" for i in range(4)]


def _conditioner(theirs: Theirs, name: str, num_blocks: int, double: float) -> dict[str, Tensor]:
    """By the names in `Conditioner`: theirs has the same layers in the same order."""
    weights = under("norm_in", batch_norm(theirs, f"{name}.in_norm", double))
    weights |= under("conv_in", convolution(theirs, f"{name}.in_conv.conv"))
    weights |= under("skips.0", convolution(theirs, f"{name}.in_skip.conv"))
    for i in range(num_blocks):
        block = f"{name}.blocks.{i}"
        weights |= under(f"blocks.{i}.norm_in", batch_norm(theirs, f"{block}.in_norm"))
        weights |= under(f"blocks.{i}.conv_in", convolution(theirs, f"{block}.in_conv.conv"))
        weights |= under(f"blocks.{i}.norm_out", batch_norm(theirs, f"{block}.out_norm"))
        weights |= under(f"blocks.{i}.conv_out", convolution(theirs, f"{block}.out_conv.conv"))
        weights |= under(f"skips.{i + 1}", convolution(theirs, f"{name}.skips.{i}.conv"))
    weights |= under("norm_out", batch_norm(theirs, f"{name}.out_norm"))
    return weights | under("conv_out", convolution(theirs, f"{name}.out_conv.conv"))
