"""How the two other implementations are loaded and called, in the words of their own train.py."""

import importlib
import importlib.util
import sys
import unittest.mock
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from realnvp import ModelConfig
from realnvp.transforms import Logit


@dataclass(frozen=True)
class Implementation:
    """One implementation, ready to be timed.

    Args:
        prepare: uint8 images to what its functions take; not timed.
        encode: what `prepare` gave, to latents.
        latents: a number of images, to what its decode takes; not timed.
        decode: to images.
        train_step: one step of its optimizer on what `prepare` gave.
    """

    prepare: Callable[[Tensor], Any]
    encode: Callable[[Any], object]
    latents: Callable[[int], Tensor]
    decode: Callable[[Tensor], object]
    train_step: Callable[[Any], object]

    def call(self, task: str, images: Tensor) -> Callable[[], object]:
        """The task as a function without arguments."""
        if task == "decode":
            return partial(self.decode, self.latents(len(images)))
        function = self.encode if task == "encode" else self.train_step
        return partial(function, self.prepare(images))


def chrischute_code(folder: Path) -> tuple[Any, Any]:
    """`models` and `util` of github.com/chrischute/real-nvp, from the folder it was cloned into.

    Written for PyTorch 1.0, whose convolutions gave contiguous maps whatever came in; today it
    stops at a `view` of maps that are not. Its squeeze is made to give contiguous ones.
    """
    _require(folder / "models" / "real_nvp" / "real_nvp.py")
    sys.path.insert(0, str(folder))
    try:
        models, util = importlib.import_module("models"), importlib.import_module("util")
    finally:
        sys.path.remove(str(folder))
    inner: Any = importlib.import_module("models.real_nvp.real_nvp")
    inner.squeeze_2x2 = lambda *args, **kwargs: util.squeeze_2x2(*args, **kwargs).contiguous()
    return models, util


def fmu2_code(folder: Path) -> Any:
    """realnvp.py of github.com/fmu2/realNVP, from the folder it was cloned into."""
    _require(folder / "realnvp.py")
    # Not by its name: that is the name of our own package.
    spec = importlib.util.spec_from_file_location("fmu2_realnvp", folder / "realnvp.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def chrischute(folder: Path, config: ModelConfig, device: torch.device) -> Implementation:
    """github.com/chrischute/real-nvp, from the folder it was cloned into.

    Its couplings have neither a batch norm behind them nor the mask as an input channel; else the
    architecture is ours. Its encode dequantizes and takes logits, its sampling ends in a sigmoid.
    """
    models, util = chrischute_code(folder)

    def build() -> torch.nn.Module:
        with no_warnings():
            net = models.RealNVP(2, config.channels, config.width, config.num_blocks)
        return _shaken(net).to(device)

    net, trained = build().eval(), build().train()
    loss_of = models.RealNVPLoss()
    groups = util.get_param_groups(trained, 5e-5, norm_suffix="weight_g")
    optimizer = torch.optim.Adam(groups, lr=1e-5)

    @torch.no_grad()
    def encode(x: Tensor) -> object:
        return net(x, reverse=False)

    @torch.no_grad()
    def decode(z: Tensor) -> object:
        return torch.sigmoid(net(z, reverse=True)[0])

    def step(x: Tensor) -> float:
        optimizer.zero_grad()
        loss = loss_of(*trained(x, reverse=False))
        value = loss.item()
        loss.backward()
        util.clip_grad_norm(optimizer, 100.0)
        optimizer.step()
        return value

    return Implementation(
        prepare=lambda images: (images / 255).to(device),
        encode=encode,
        latents=partial(_normal, config, device),
        decode=decode,
        train_step=step,
    )


def fmu2(folder: Path, config: ModelConfig, device: torch.device) -> Implementation:
    """github.com/fmu2/realNVP, from the folder it was cloned into.

    Its own CIFAR-10 model does not double the feature maps after a squeeze, as the paper does and
    its other models do: those parts are built again, by its own functions, with twice the maps.
    Logits are taken beforehand and not timed, its data_utils.py needs torchvision.
    """
    module = fmu2_code(folder)
    options = SimpleNamespace(
        base_dim=config.width,
        res_blocks=config.num_blocks,
        bottleneck=False,
        skip=True,
        weight_norm=True,
        coupling_bn=True,
        affine=True,
    )
    channels, (size, _) = config.channels, config.image_size
    picture = SimpleNamespace(name="cifar10", channel=channels, size=size)
    zero, one = torch.tensor(0.0, device=device), torch.tensor(1.0, device=device)
    prior = torch.distributions.Normal(zero, one)

    def build() -> Any:
        with no_warnings(), cuda_where_there_is(device):
            net = module.RealNVP(picture, prior, options)
            double = 2 * config.width
            net.s1_chan = net.channelwise_combo(4 * channels, double, options)
            net.s2_ckbd = net.checkerboard_combo(
                2 * channels, double, size // 2, options, final=True
            )
        return _shaken(net).to(device)

    net, trained = build().eval(), build().train()
    optimizer = torch.optim.Adamax(trained.parameters(), lr=1e-5, betas=(0.9, 0.999), eps=1e-7)
    logit = Logit(config.alpha)

    @torch.no_grad()
    def encode(prepared: tuple[Tensor, Tensor]) -> object:
        return net.f(prepared[0])

    @torch.no_grad()
    def decode(z: Tensor) -> object:
        return torch.sigmoid(net.g(z))

    def step(prepared: tuple[Tensor, Tensor]) -> float:
        optimizer.zero_grad()
        log_likelihood, weight_scale = trained(prepared[0])
        loss = -(log_likelihood + prepared[1]).mean() + 5e-5 * weight_scale
        value = loss.item()
        loss.backward()
        optimizer.step()
        return value

    return Implementation(
        prepare=lambda images: logit((images + 0.5).to(device)),
        encode=encode,
        latents=partial(_normal, config, device),
        decode=decode,
        train_step=step,
    )


def _normal(config: ModelConfig, device: torch.device, batch: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    shape = (batch, config.channels, *config.image_size)
    return 0.7 * torch.randn(shape, generator=generator).to(device)


def _shaken(net: torch.nn.Module) -> torch.nn.Module:
    """Small random weights, as ours have."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.copy_(0.1 * torch.randn(parameter.shape, generator=generator))
    return net


def _require(file: Path) -> None:
    if not file.is_file():
        raise ValueError(f"{file.name} is not in the folder given for it")


@contextmanager
def no_warnings() -> Iterator[None]:
    """Their weight norm is deprecated; it works."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def cuda_where_there_is(device: torch.device) -> Iterator[None]:
    """Its constructors call .cuda() on masks: let that mean "to this device"."""
    with unittest.mock.patch.object(torch.Tensor, "cuda", lambda tensor: tensor.to(device)):
        yield
