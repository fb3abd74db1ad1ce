"""The models that are measured."""

import argparse

import torch

import realnvp
from realnvp import ModelConfig, RealNVP


def add_model(parser: argparse.ArgumentParser) -> None:
    """Options that choose the model: a checkpoint, or an architecture with random weights."""
    parser.add_argument("--checkpoint", help="name of a checkpoint to measure")
    parser.add_argument("--levels", type=int, default=3, help="without one: %(default)s levels")
    parser.add_argument("--width", type=int, default=16, help="%(default)s maps")
    parser.add_argument("--blocks", type=int, default=1, help="%(default)s residual blocks")
    parser.add_argument("--size", type=int, default=32, help="%(default)s pixels a side")


def chosen_model(options: argparse.Namespace) -> RealNVP:
    """The model of the options, on the device, in evaluation mode."""
    if options.checkpoint:
        return realnvp.load(options.checkpoint).to(options.device)
    size = (options.size, options.size)
    config = ModelConfig(
        image_size=size, num_levels=options.levels, width=options.width, num_blocks=options.blocks
    )
    return random_model(config).to(options.device)


def random_model(config: ModelConfig, seed: int = 0) -> RealNVP:
    """A flow with small random weights: untrained, its couplings would be identities."""
    generator = torch.Generator().manual_seed(seed)
    flow = RealNVP(config).eval().requires_grad_(False)
    for parameter in flow.parameters():
        parameter.copy_(0.1 * torch.randn(parameter.shape, generator=generator))
    return flow


def described(flow: RealNVP) -> str:
    """ "3x32x32, 3 levels, 16 maps, 1 block", for the head of a table."""
    config = flow.config
    height, width = config.image_size
    blocks = f"{config.num_blocks} block{'s' * (config.num_blocks != 1)}"
    return (
        f"{config.channels}x{height}x{width}, {config.num_levels} levels, {config.width} maps, "
        f"{blocks}"
    )


def random_images(flow: RealNVP, n: int) -> torch.Tensor:
    """uint8 noise at the trained size, (n, C, H, W)."""
    generator = torch.Generator().manual_seed(0)
    shape = (n, flow.config.channels, *flow.config.image_size)
    return torch.randint(0, 256, shape, generator=generator, dtype=torch.uint8)
