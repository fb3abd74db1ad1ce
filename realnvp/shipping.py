"""From a trained model to a checkpoint folder whose card was measured, not written down."""

import io
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from realnvp import checkpoint
from realnvp.atomic_file import write_file
from realnvp.data import ImageSet
from realnvp.default_labels import labels_in_turn
from realnvp.default_temperature import default_temperature, in_words
from realnvp.devices import device_name
from realnvp.doctor.checkpoint_under_test import CheckpointUnderTest
from realnvp.doctor.whole import check_precision, check_round_trips
from realnvp.evaluation import Evaluation, RoundTrip
from realnvp.explore.samples import draw_samples
from realnvp.flow import RealNVP
from realnvp.inference import fold
from realnvp.model_files import weights_hash
from realnvp.nets import parameter_count
from realnvp.plain import first_few
from realnvp.viz import image_grid, to_rgb

SHEET_TEMPERATURES = (0.5, 0.7, 0.85, 1.0)
SHEET_COLUMNS, SHEET_ROWS = 12, 2  # of each temperature
HALF_MAY_COST = 0.005  # bits/dim
TO_FILL_IN = "TO FILL IN"
_COMPLETE_IT = f"put your words where it says {TO_FILL_IN}, and ship again"
HALF_MAY_ERR = 0.5  # of the doctor's limits: other machines round otherwise


@dataclass(frozen=True)
class About:
    """What only a person can say of a model.

    Args:
        title: a few words, "Faces, 32 × 32".
        summary: a sentence.
        data, terms, split: of the images it was trained on.
        limits: sentences on what it cannot do.
        under_represents: whom or what the data shows too seldom.
        paper_bits_per_dim: the paper's figure, where it is of the same data.
        paper_note: what to keep in mind beside that figure.
        temperature: that the pages start at, or one for each level, finest first: where `evaluate
            --looks` and the eye like its samples best.
        subject: "faces" where each picture is one face, framed as CelebA's are: a box around an
            upload then starts on a face.
    """

    title: str
    summary: str
    data: str
    terms: str
    split: str
    limits: tuple[str, ...] = ()
    under_represents: str | None = None
    paper_bits_per_dim: float | None = None
    paper_note: str | None = None
    temperature: float | tuple[float, ...] | None = None
    subject: str | None = None


def read_about(path: Path, data: ImageSet) -> About:
    """`About` from a JSON object of the same entries.

    Raises:
        ValueError: if it is no such object, or if something is still to be filled in. Where there
            is no file, a first one is written.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        about = About(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(_first_about(data), indent=2, ensure_ascii=False) + "\n")
        raise ValueError(f"{where} is written, with what is known: {_COMPLETE_IT}") from None
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path.name}: {error}") from None
    if open_entries := [name for name, value in asdict(about).items() if TO_FILL_IN in str(value)]:
        raise ValueError(f"{where}: {', '.join(open_entries)}: {_COMPLETE_IT}")
    return about


def _first_about(data: ImageSet) -> dict[str, Any]:
    """What the data says of itself; the rest is to be filled in."""
    height, width = data.size
    parts = f"{len(data.train):,} train, {len(data.test):,} test"
    kinds = "attributes" if data.has_attributes else "classes"
    few = first_few(data.label_names, 10)
    labels = f", with {kinds}: {few}" if data.label_names else ""
    about = About(
        title=f"{data.name}, {height} × {width}",
        summary=f"{TO_FILL_IN}: what it draws, in a sentence",
        data=f"{data.name}{labels}; {TO_FILL_IN}: who made it, and when",
        terms=f"{TO_FILL_IN}: the licence of the pictures",
        split=f"{parts}; {TO_FILL_IN}: official, or your own",
        limits=(f"{TO_FILL_IN}: what it cannot do, a sentence each",),
        under_represents=f"{TO_FILL_IN}: whom or what the data shows too seldom, or null",
    )
    return {name: value for name, value in asdict(about).items() if value is not None}


def save_smallest(
    flow: RealNVP, folder: Path, measure: Callable[[RealNVP], Evaluation]
) -> tuple[RealNVP, Evaluation]:
    """Save in half precision if that costs little; give what was saved.

    Little is less than HALF_MAY_COST, and all that the doctor looks at comes back, and has its bits
    counted, within HALF_MAY_ERR of the doctor's limits.

    Args:
        measure: a flow on the test part.

    Returns:
        The flow as it is stored, with its evaluation.
    """
    full = measure(flow)
    checkpoint.save(flow, folder, half=True)
    stored = checkpoint.load_folder(folder).to(flow.device)
    if _is_exact(stored, folder / "examples"):
        half = measure(stored)
        if half.mean - full.mean < HALF_MAY_COST:
            return stored, half
    checkpoint.save(flow, folder)
    return flow, full


def _is_exact(flow: RealNVP, examples: Path) -> bool:
    tested = CheckpointUnderTest(flow, examples)
    checks = check_round_trips, check_precision
    findings = [finding for check in checks for finding in check(tested)]
    return all(cast(float, f.measured) <= HALF_MAY_ERR * cast(float, f.limit) for f in findings)


def card_of(
    flow: RealNVP,
    about: About,
    training: dict[str, Any],
    *,
    command: str,
    hardware: str,
    test: Evaluation,
    train: Evaluation,
    trip: RoundTrip,
    quantiles: list[float],
    weights: Path,
) -> dict[str, Any]:
    """The card: what was measured beside what was said. Figures that decide are not rounded."""
    data = {key: training[key] for key in ("left_out", "notes") if key in training}
    return (
        asdict(about)
        | data
        | {
            "command": command,
            "hardware": hardware,
            "steps": training["step"],
            "minutes": round(training["seconds"] / 60, 1),
            "batch_size": training["train"]["batch_size"],
            "parameters": parameter_count(flow),
            "weights_sha256": weights_hash(weights.parent),
            "weights_bytes": weights.stat().st_size,
            "test_bits_per_dim": test.mean,
            "test_standard_error": test.standard_error,
            "test_images": test.images,
            "train_bits_per_dim": train.mean,
            "train_standard_error": train.standard_error,
            "train_images": train.images,
            "draws": test.draws,
            "round_trip_logits": trip.logits,
            "round_trip_wrong_bytes": trip.wrong_bytes,
            "decode_64_ms": round(decode_milliseconds(fold(flow)), 1),
            "decode_device": device_name(flow.device),
            "test_quantiles": [round(value, 5) for value in quantiles],
        }
    )


def decode_milliseconds(flow: RealNVP) -> float:
    """Median time to decode 64 latents; fold the flow first for what the app does."""
    z = flow.draw(64, 0.7, torch.Generator().manual_seed(0))
    labels = labels_in_turn(flow.config, 64)
    times = []
    for _ in range(8):  # the first one warms up
        start = time.perf_counter()
        flow.decode(z, labels)
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[1:])


def save_sheet(flow: RealNVP, path: Path) -> None:
    """Samples of one seed at SHEET_TEMPERATURES, the coolest on top, as PNG."""
    count = SHEET_COLUMNS * SHEET_ROWS
    labels = labels_in_turn(flow.config, count)
    drawn = [draw_samples(flow, count, t, 0, labels).images for t in SHEET_TEMPERATURES]
    _save_picture(path, image_grid(torch.cat(drawn), SHEET_COLUMNS, gap=2))


def save_examples(folder: Path, images: Tensor, names: list[str]) -> None:
    """Pictures, uint8 (N, C, H, W), as PNG files for the app to offer."""
    folder.mkdir(exist_ok=True)
    for name, pixels in zip(names, to_rgb(images), strict=True):
        _save_picture(folder / f"{name}.png", pixels)


def _save_picture(path: Path, pixels: np.ndarray) -> None:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", optimize=True)
    write_file(path, buffer.getvalue())


def markdown_of(name: str, flow: RealNVP, card: dict[str, Any]) -> str:
    """The card to read, beside samples.png."""
    return "\n".join(_markdown(name, flow, card)) + "\n"


def _cell(text: str) -> str:
    """Text in a cell of a table: names in it may be anyone's."""
    return text.replace("|", "\\|")


def _markdown(name: str, flow: RealNVP, card: dict[str, Any]) -> Iterator[str]:
    config = flow.config
    height, width = config.image_size
    yield from (f"# {card['title']}", "", card["summary"], "", "![Samples](samples.png)", "")
    shown = ", ".join(str(t) for t in SHEET_TEMPERATURES)
    yield from (f"Samples of one seed at temperatures {shown}, from top to bottom.", "")
    yield from ("| | |", "|---|---|")
    yield f"| data | {card['data']} |"
    yield f"| terms | {card['terms']} |"
    yield f"| split | {card['split']} |"
    if lost := card.get("left_out"):
        told = ", ".join(f"{count:,} × {why}" for why, count in lost["reasons"].items())
        yield f"| left out | {lost['count']:,} of {lost['of']:,} files: {_cell(told)} |"
    for note in card.get("notes", ()):
        yield f"| note | {_cell(note)} |"
    blocks = f"{config.num_blocks} residual block{'' if config.num_blocks == 1 else 's'}"
    maps = f"{config.width} maps, {blocks}, {config.num_levels} scales"
    labels = ""
    if config.label_kind:
        labels = f"; conditional on {config.num_labels} {config.label_kind} labels"
    yield f"| model | {config.channels} × {height} × {width}, {maps}{labels} |"
    yield f"| weights | {card['parameters']:,}, {card['weights_bytes'] / 1e6:.1f} MB |"
    steps = f"{card['steps']:,} steps of {card['batch_size']} images"
    yield f"| training | {steps} in {card['minutes']:.0f} minutes on {card['hardware']} |"
    for part in ("test", "train"):
        bits = f"{card[f'{part}_bits_per_dim']:.3f} ± {card[f'{part}_standard_error']:.3f}"
        images = f"{card[f'{part}_images']:,} images, {card['draws']} noise draws"
        yield f"| bits/dim, {part} | {bits} ({images}) |"
    if card["paper_bits_per_dim"] is not None:
        note = f" ({card['paper_note']})" if card["paper_note"] else ""
        yield f"| bits/dim, paper | {card['paper_bits_per_dim']:.2f}{note} |"
    wrong = card["round_trip_wrong_bytes"]
    yield f"| round trip | {card['round_trip_logits']:.1e} in logits, {wrong} bytes differ |"
    at_first = in_words(default_temperature(card, config.num_levels))
    yield f"| temperature at first | {at_first} |"
    yield f"| 64 pictures decode in | {card['decode_64_ms']:.0f} ms ({card['decode_device']}) |"
    yield from ("", "```", card["command"], "```", "")
    if card["limits"]:
        yield from ("## What it cannot do", "")
        yield from (f"- {sentence}" for sentence in card["limits"])
        yield ""
    if card["under_represents"]:
        yield from ("## Whom the data shows too seldom", "", card["under_represents"], "")
    yield f"`realnvp.load({name!r})` opens it; `python -m realnvp doctor {name}` checks it."
