"""What pages use of a model beside its weights, measured and made alike for every model."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from realnvp import checkpoint
from realnvp.atomic_file import write_file
from realnvp.checkpoint import CheckpointError
from realnvp.data import ImageSet
from realnvp.default_labels import labels_in_turn
from realnvp.direction_file import FILE, read_direction_file, write_directions
from realnvp.evaluation import Evaluation, quantiles, round_trip
from realnvp.explore.directions_of_sets import directions_of, latents_of
from realnvp.explore.samples import draw_samples
from realnvp.file_names import portable
from realnvp.flow import RealNVP
from realnvp.measuring import tensors
from realnvp.shipping import About, card_of, markdown_of, save_examples, save_sheet

Kind = Literal["test", "samples"]
EXAMPLES = 12
ROUND_TRIP_IMAGES = 256


def package_model(
    flow: RealNVP,
    folder: Path,
    data: ImageSet,
    about: About,
    training: dict[str, Any],
    *,
    name: str,
    command: str,
    hardware: str,
    test: Evaluation,
    train: Evaluation,
    examples: Kind | None,
) -> dict[str, Any]:
    """Write the measured card, the sheet of samples and the examples of a model; gives the card.

    Args:
        flow: as it is stored.
        folder: of the checkpoint, with the weights in it.
        data: its set, as the model takes it.
        training: what the card of its run says of that.
        name: that it will have.
        test, train: measured on parts of the set.
        examples: of the test part, or the model's own samples; None leaves those that are there.
    """
    images, labels = tensors(flow.config, data.test, data.test_labels)
    rows = slice(ROUND_TRIP_IMAGES)
    card = card_of(
        flow,
        about,
        training,
        command=command,
        hardware=hardware,
        test=test,
        train=train,
        trip=round_trip(flow, images[rows], None if labels is None else labels[rows]),
        quantiles=quantiles(flow, images, labels),
        weights=folder / checkpoint.WEIGHTS,
    )
    checkpoint.save_card(folder, flow.config, card)
    save_sheet(flow, folder / "samples.png")
    if examples is not None:
        save_examples(folder / "examples", *examples_of(flow, data, examples))
    write_file(folder / "README.md", markdown_of(name, flow, card))
    return card


def save_directions(
    flow: RealNVP,
    folder: Path,
    data: ImageSet,
    progress: Callable[[int], object] = lambda done: None,
) -> None:
    """Find directions in a set, and write them beside the weights in this folder.

    Args:
        flow: folded, for that is faster.
        data: its set, as the model takes it, with the labels that directions are learnt for.
        progress: told how many more images are done.

    Raises:
        CheckpointError: if they cannot be read again, as of far too many labels; none are written.
    """
    train, test = (latents_of(flow, data, data, p, None, progress) for p in ("train", "test"))
    write_directions(folder, directions_of(data.label_names, train, test))
    try:
        read_direction_file(folder / FILE, folder.name, flow.dim)
    except CheckpointError:
        (folder / FILE).unlink(missing_ok=True)
        raise


def examples_of(flow: RealNVP, data: ImageSet, kind: Kind) -> tuple[Tensor, list[str]]:
    """EXAMPLES pictures with names; of classes, each in turn."""
    if kind == "samples":
        images = draw_samples(flow, 16, 0.7, 7, labels_in_turn(flow.config, 16)).images[:EXAMPLES]
        return images, [f"sample {index + 1:02d}" for index in range(EXAMPLES)]
    images, labels = torch.from_numpy(data.test), data.test_labels
    if labels is None or labels.ndim != 1:
        return images[:EXAMPLES], [f"test {index:04d}" for index in range(len(images[:EXAMPLES]))]
    of_class = [np.flatnonzero(labels == label) for label in range(len(data.label_names))]
    # The first of every class, then the second of every class; a class may have none.
    turns = [
        (int(rows[turn]), name)
        for turn in range(EXAMPLES)
        for rows, name in zip(of_class, data.label_names, strict=True)
        if turn < len(rows)
    ][:EXAMPLES]
    names = [portable(f"{name} {row}".replace("/", " or ")) for row, name in turns]
    return images[[row for row, _ in turns]], names
