"""The loop that trains a feature net on a set's labels."""

import math
import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from realnvp.data import ImageSet, batches
from realnvp.looks.net import BATCH, FeatureNet, NetConfig
from realnvp.looks.parts import kept_from_net
from realnvp.nets import parameter_count

SHIFT = 2  # pixels that pictures are moved by, at most, in learning


@dataclass(frozen=True)
class Plan:
    """How a feature net is trained.

    Args:
        steps: of `batch_size` pictures; over them the learning rate falls to zero, half a cosine.
        rate: learning rate at first.
        flip: mirror half of the pictures.
        seed: of weights, order, mirroring and shifts.
    """

    steps: int = 1500
    batch_size: int = 64
    rate: float = 2e-3
    flip: bool = False
    seed: int = 0


def learn(data: ImageSet, plan: Plan, width: int = 24) -> FeatureNet:
    """A trained net, frozen; steps, seconds and test accuracy are on its card.

    Raises:
        ValueError: if the set has no labels, or too few pictures for a batch.
    """
    if data.train_labels is None or data.test_labels is None:
        raise ValueError(f"{data.name} has no labels to learn features from")
    config = NetConfig(data.channels, data.size, data.label_names, data.has_attributes, width)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        # Channels last: on thin maps convolutions are faster so.
        net = FeatureNet(config).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    seen = np.setdiff1d(np.arange(len(data.train)), kept_from_net(data))
    images, labels = data.train[seen], data.train_labels[seen]
    started = time.monotonic()
    _train(net, images, labels, plan)
    net.eval().requires_grad_(False)
    net.card = {
        "data": data.name,
        "steps": plan.steps,
        "batch_size": plan.batch_size,
        "rate": plan.rate,
        "seed": plan.seed,
        "seconds": round(time.monotonic() - started),
        "parameters": parameter_count(net),
    }
    return net


def accuracy(net: FeatureNet, images: np.ndarray, labels: np.ndarray) -> float:
    """The share of labels that are right; of attributes, over all of them."""
    parts = torch.from_numpy(images).split(BATCH)
    with torch.inference_mode():
        logits = torch.cat([net(part) for part in parts])
    right = (logits > 0) == (torch.from_numpy(labels) > 0) if labels.ndim == 2 else None
    right = logits.argmax(1) == torch.from_numpy(labels) if right is None else right
    return float(right.double().mean())


def _train(net: FeatureNet, images: np.ndarray, labels: np.ndarray, plan: Plan) -> None:
    adam = torch.optim.AdamW(net.parameters(), lr=plan.rate, weight_decay=1e-2, fused=True)
    generator = torch.Generator().manual_seed(plan.seed)
    net.train()
    step = 0
    while step < plan.steps:
        for batch, wanted in batches(
            images, plan.batch_size, generator=generator, labels=labels, flip=plan.flip
        ):
            if step == plan.steps:
                break
            assert wanted is not None
            for group in adam.param_groups:
                group["lr"] = plan.rate * 0.5 * (1 + math.cos(math.pi * step / plan.steps))
            logits = net(_shifted(batch, generator))
            loss = (
                F.binary_cross_entropy_with_logits(logits, wanted.to(logits.dtype))
                if net.config.attributes
                else F.cross_entropy(logits, wanted)
            )
            adam.zero_grad(set_to_none=True)
            loss.backward()
            adam.step()
            step += 1


def _shifted(images: Tensor, generator: torch.Generator) -> Tensor:
    """The batch moved by up to `SHIFT` pixels each way, its border continued; as floats."""
    height, width = images.shape[2:]
    wide = F.pad(images.float(), (SHIFT,) * 4, mode="replicate")
    down, right = torch.randint(0, 2 * SHIFT + 1, (2,), generator=generator).tolist()
    return wide[:, :, down : down + height, right : right + width]
