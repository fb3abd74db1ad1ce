"""Many pictures with their latents: those that came with a model, or samples of its own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from realnvp.default_labels import labels_in_turn
from realnvp.explore.one_pass import encode_with_bits
from realnvp.flow import RealNVP
from realnvp.labels import words_of

PICTURES = 400  # samples of a model that came without pictures
TEMPERATURE, SEED = 0.7, 0  # of those
BATCH = 50  # pictures of one call

# Runs a function on each part, in order; pages give one that goes through the model's thread.
Run = Callable[[Callable, Sequence[slice]], Iterable]


@dataclass(frozen=True, eq=False)
class AtlasSet:
    """Pictures to make a map of.

    Args:
        images: uint8 (N, C, H, W).
        labels: as the flow takes them, or None.
        words: what each shows, for people; "" where nobody knows.
        source: where they are from, with their terms; "" for samples of the model itself.
        files: the name of each one's file, with its folders; empty where they are from none.
    """

    images: Tensor
    labels: Tensor | None
    words: tuple[str, ...]
    source: str
    files: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, eq=False)
class Atlas(AtlasSet):
    """An `AtlasSet` with what a model makes of it.

    Args:
        z: (N, D).
        bits_per_dim: (N,), with every byte at the middle of its bin.
    """

    z: Tensor
    bits_per_dim: Tensor


def in_turn(function: Callable, parts: Sequence[slice]) -> Iterable:
    """The plain `Run`."""
    return map(function, parts)


def encode_set(flow: RealNVP, given: AtlasSet | None, run: Run = in_turn) -> Atlas:
    """Encode a set of pictures; without one, decode `PICTURES` of the model's own samples.

    Args:
        given: pictures of the trained size, with labels if the model takes any.
    """
    if given is None:
        return _own(flow, run)

    def encoded(rows: slice) -> tuple[Tensor, Tensor]:
        z, bits = encode_with_bits(flow, given.images[rows], _at(given.labels, rows))
        return z.cpu(), bits

    z, bits = zip(*run(encoded, _parts(len(given.images))), strict=True)
    of_set = given.images, given.labels, given.words, given.source
    return Atlas(*of_set, torch.cat(z), torch.cat(bits), files=given.files)


def _own(flow: RealNVP, run: Run) -> Atlas:
    z = flow.draw(PICTURES, TEMPERATURE, torch.Generator().manual_seed(SEED))
    labels = labels_in_turn(flow.config, PICTURES)

    def decoded(rows: slice) -> tuple[Tensor, Tensor]:
        images = flow.decode(z[rows], _at(labels, rows))
        return images, flow.bits_per_dim(images, _at(labels, rows))

    images, bits = zip(*run(decoded, _parts(PICTURES)), strict=True)
    words = words_of(flow.config.label_names, labels, PICTURES)
    return Atlas(torch.cat(images), labels, words, "", z, torch.cat(bits))


def _parts(n: int) -> list[slice]:
    return [slice(start, start + BATCH) for start in range(0, n, BATCH)]


def _at(labels: Tensor | None, rows: slice) -> Tensor | None:
    return None if labels is None else labels[rows]
