"""A set of one's own as an atlas: pictures in a zip or a folder, or a collection in Parquet."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from realnvp.collection.opened import is_parquet, read_collection
from realnvp.config import ModelConfig
from realnvp.data.imageset import DataError
from realnvp.data.left_out import LeftOut
from realnvp.data.named_pictures import NamedPictures, read_named
from realnvp.explore.atlas import FEWEST
from realnvp.explore.encode_set import Atlas, AtlasSet, Run, encode_set, in_turn
from realnvp.flow import RealNVP
from realnvp.labels import label_names, labels_of

MOST = 20_000  # pictures of a map


@dataclass(frozen=True, eq=False)
class OwnSet:
    """An atlas with what is to be said of its making.

    Args:
        left_out: files that have no place on the map.
        notes: what was assumed, a sentence each.
        of: pictures of which those on the map were chosen by a fixed seed; 0 where they are all.
    """

    atlas: Atlas
    left_out: LeftOut
    notes: tuple[str, ...]
    of: int


def open_own(
    flow: RealNVP,
    fingerprint: str,
    path: Path,
    name: str,
    *,
    strict: bool = False,
    run: Run = in_turn,
    progress: Callable[[float], object] = lambda share: None,
) -> OwnSet:
    """What lies there as an atlas of at most `MOST` pictures.

    Parquet brings its latents; all else is brought to the model's size and encoded. For a model of
    classes the folder says the class, where it is called like one.

    Args:
        fingerprint: SHA-256 of the model's weights, which a Parquet must have been written with.
        name: of the set, for people.
        strict: with limits for what a visitor sends to a server.

    Raises:
        DataError: one line on why it cannot be opened.
    """
    config = flow.config
    if is_parquet(path):
        found = read_collection(path, fingerprint, config, MOST, strict=strict)
        _check(path, len(found.files))
        labels = _by_label(config, found.label, len(found.files))
        words = found.words
        atlas = Atlas(
            found.images, labels, words, name, found.z, found.bits_per_dim, files=found.files
        )
        return OwnSet(atlas, LeftOut(), found.notes, found.of)
    pictures = read_named(
        path, config.image_size, config.channels, MOST, strict=strict, progress=progress
    )
    _check(path, len(pictures.files))
    labels, notes = _by_folder(config, pictures)
    images = torch.from_numpy(pictures.images)
    given = AtlasSet(images, labels, pictures.words, name, files=pictures.files)
    atlas = encode_set(flow, given, run)
    return OwnSet(atlas, pictures.left_out, (*pictures.notes, *notes), pictures.of)


def _check(path: Path, count: int) -> None:
    if count < FEWEST:
        raise DataError(path, f"{count} pictures; a map takes {FEWEST} at least")


def _by_label(config: ModelConfig, label: str, count: int) -> Tensor | None:
    """What a whole collection was encoded with, as its label's words say."""
    if config.label_kind is None:
        return None
    if config.label_kind == "class":
        return labels_of(config, label, count)
    return labels_of(config, [] if label in ("", "none") else label.split(", "), count)


def _by_folder(
    config: ModelConfig, pictures: NamedPictures
) -> tuple[Tensor | None, tuple[str, ...]]:
    """Labels for the flow, and what was assumed for them."""
    count = len(pictures.files)
    if config.label_kind is None:
        return None, ()
    if config.label_kind == "attributes":
        note = "The pictures are encoded as if they had none of the model's attributes."
        return labels_of(config, [], count), (note,)
    names = label_names(config)
    known = [names.index(word) if word in names else -1 for word in pictures.words]
    strange = sum(row < 0 for row in known)
    labels = torch.tensor([max(row, 0) for row in known])
    if not strange:
        return labels, ()
    note = f"{strange:,} pictures are in no folder of one of the model's classes"
    return labels, (f"{note}: they are encoded as {names[0]}.",)
