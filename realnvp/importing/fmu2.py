"""Weights of github.com/fmu2/realNVP: the state dict of what its train.py pickles whole."""

import torch
from torch import Tensor

from realnvp.config import ModelConfig, Variant
from realnvp.importing.layers import (
    Theirs,
    batch_norm,
    channels_of,
    convolution,
    statistics,
    under,
)
from realnvp.importing.model import Model, places
from realnvp.masks import ChannelMask, Mask
from realnvp.model_files import CheckpointError

WHOLE = (
    "is a whole pickled model, which is not unpickled here, as that runs what code it likes; if you"
    ' trust it, this makes weights of it, in the folder of their code: python -c "import torch;'
    " from train import Hyperparameters; torch.save(torch.load('FILE', map_location='cpu',"
    " weights_only=False).state_dict(), 'weights.pt')\""
)
EPS = 1e-5
SIZES = {5: (64, 64)}  # of CelebA and their larger ImageNet; fewer levels are for 32 x 32


def convert(state: dict[str, Tensor], size: tuple[int, int] | None = None) -> Model:
    """Their weights by our names.

    Args:
        state: by their names.
        size: (H, W) of the pictures it was trained on, which no weight tells; if None, that of the
            set for which they have as many levels.

    Raises:
        CheckpointError: if a weight is missing, or has no place here.
        ConfigError: if the size does not fit the levels.
    """
    theirs = Theirs(state)
    num_levels = _levels(theirs)
    first = "s1_ckbd.0.coupling"
    _refuse_others(theirs, first)
    net = f"{first}.block.1"
    width = len(convolution(Theirs(state), f"{net}.in_block.conv")["gain"])
    deeper = len(convolution(Theirs(state), "s1_chan.0.coupling.block.1.in_block.conv")["gain"])
    followed = _has_batch_norms(theirs)
    config = ModelConfig(
        channels=channels_of(theirs, f"{first}.in_bn.weight"),
        image_size=size or SIZES.get(num_levels, (32, 32)),
        num_levels=num_levels,
        width=width,
        num_blocks=theirs.count(f"{net}.core_block."),
        variant=Variant(
            input_gain=True,
            log_scale_offset=True,
            double_width=deeper == 2 * width,
            batch_norm=followed,
            batch_norm_eps=EPS if followed else Variant.batch_norm_eps,
            batch_norm_all=followed,
        ),
    )
    weights: dict[str, Tensor] = {}
    for place, name in zip(places(config), _names(num_levels), strict=True):
        part = _conditioner(theirs, name, config.num_blocks)
        changed = len(part["conv_out.gain"]) // 2
        for ours, other in (("max_log_scale", "scale"), ("log_scale_offset", "scale_shift")):
            one = theirs.take(f"{name}.{other}")  # for all channels
            weights[place.coupling + ours] = one.expand(changed)[:, None, None].clone()
        weights |= {f"{place.coupling}net.{own}": value for own, value in part.items()}
        after = statistics(theirs, f"{name}.out_bn")  # there even where it is never used
        if place.norm is not None:
            norm = _batch_norm(after, place.mask)
            weights |= {place.norm + own: value for own, value in norm.items()}
    theirs.finish()
    return Model(config, weights)


def _levels(theirs: Theirs) -> int:
    levels = 0
    while f"s{levels + 1}_ckbd.0.coupling.in_bn.weight" in theirs:
        levels += 1
    if levels < 2:
        raise CheckpointError("it has no s1_ckbd and s2_ckbd: not a model of this implementation")
    return levels


def _refuse_others(theirs: Theirs, first: str) -> None:
    """Options of theirs that make another network.

    Raises:
        CheckpointError: if one was set.
    """
    if f"{first}.scale" not in theirs:
        raise CheckpointError("its couplings only shift (affine=0): they have no scale to bring in")
    blocks = f"{first}.block.1.core_block.0"
    if f"{blocks}.in_block.0.weight" not in theirs:
        raise CheckpointError("its conditioners have no residual blocks (res_blocks=0)")
    if f"{blocks}.res_block.6.conv.bias" in theirs:
        raise CheckpointError("its residual blocks have a bottleneck (bottleneck=1): 1x1, 3x3, 1x1")


def _has_batch_norms(theirs: Theirs) -> bool:
    """Whether couplings are followed by one: else (coupling_bn=0) it is there, and counts none."""
    after, inside = (
        theirs.left.get(f"s1_ckbd.0.coupling.{norm}.num_batches_tracked")
        for norm in ("out_bn", "in_bn")
    )
    return after is None or inside is None or int(after) > 0 or int(inside) == 0


def _names(num_levels: int) -> list[str]:
    """Of all couplings, in the order in which a picture meets them."""
    names: list[str] = []
    for level in range(1, num_levels):
        parts = ("ckbd", "chan")
        names += [f"s{level}_{part}.{i}.coupling" for part in parts for i in range(3)]
    return names + [f"s{num_levels}_ckbd.{i}.coupling" for i in range(4)]


def _conditioner(theirs: Theirs, name: str, num_blocks: int) -> dict[str, Tensor]:
    """By the names in `Conditioner`: theirs gives the shift first, the raw log-scale after it."""
    net = f"{name}.block.1"
    weights = under("norm_in", batch_norm(theirs, f"{name}.in_bn"))
    conv_in = convolution(theirs, f"{net}.in_block.conv")
    weights |= under("conv_in", conv_in)
    for i in range(num_blocks):
        block, ours = f"{net}.core_block.{i}", f"blocks.{i}"
        weights |= under(f"{ours}.norm_in", batch_norm(theirs, f"{block}.in_block.0"))
        weights |= under(f"{ours}.conv_in", convolution(theirs, f"{block}.res_block.0.conv"))
        weights |= under(f"{ours}.norm_out", batch_norm(theirs, f"{block}.res_block.1"))
        weights |= under(f"{ours}.conv_out", convolution(theirs, f"{block}.res_block.3.conv"))
    for i, skip in enumerate(_skips(theirs, net, num_blocks, conv_in["gain"])):
        weights |= under(f"skips.{i}", skip)
    weights |= under("norm_out", batch_norm(theirs, f"{net}.out_block.0"))
    out = convolution(theirs, f"{net}.out_block.2.conv")
    swapped = {part: torch.cat(value.chunk(2)[::-1]) for part, value in out.items()}
    return weights | under("conv_out", swapped)


def _skips(theirs: Theirs, net: str, num_blocks: int, like: Tensor) -> list[dict[str, Tensor]]:
    """Of every block; without them (skip=0) the last block's output goes on, and it alone."""
    if f"{net}.in_skip.conv.bias" in theirs:
        names = ["in_skip", *(f"core_skips.{i}" for i in range(num_blocks))]
        return [convolution(theirs, f"{net}.{name}.conv") for name in names]
    same = torch.eye(len(like), dtype=like.dtype)[:, :, None, None]
    none = torch.zeros_like(like)
    gains = [*[none] * num_blocks, none + 1]
    return [{"direction": same, "gain": gain, "bias": none} for gain in gains]


def _batch_norm(after: dict[str, Tensor], mask: Mask) -> dict[str, Tensor]:
    """By the names in `FlowBatchNorm`, whose channels are all; theirs are those that change."""
    mean, var = after["running_mean"], after["running_var"]
    if isinstance(mask, ChannelMask):
        kept_mean, kept_var = torch.zeros_like(mean), torch.ones_like(var)
        both = [(kept_mean, mean), (kept_var, var)]
        mean, var = (torch.cat(pair if mask.keep_first else pair[::-1]) for pair in both)
    return {
        "running_mean": mean[:, None, None],
        "running_var": var[:, None, None],
        "num_batches": after["num_batches_tracked"],
    }
