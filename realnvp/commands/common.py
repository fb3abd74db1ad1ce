"""Arguments that several commands take, turned into models, pictures and latents."""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import numpy as np
import torch
from torch import Tensor

from realnvp import checkpoint
from realnvp.any_flow import FlowError
from realnvp.atomic_file import check_writable, write_tensors
from realnvp.checkpoint import CheckpointError
from realnvp.commands.numbers import whole
from realnvp.config import ModelConfig, shown
from realnvp.data import ImageSet, load_images
from realnvp.default_temperature import default_temperature
from realnvp.devices import best_device, device_named, round_as_float32
from realnvp.fitting import fit
from realnvp.flow import RealNVP
from realnvp.images import ImageError, open_file
from realnvp.inference import fold
from realnvp.labels import label_names, labels_of
from realnvp.own_flows import Reference, make, reference

DEFAULT = "(default: %(default)s)"
MODELS_OWN = "(default: the model's own, as its card says)"


def add_commands(
    parser: argparse.ArgumentParser, modules: Mapping[str, ModuleType]
) -> list[argparse.ArgumentParser]:
    """A command for each module, told by its docstring; the chosen one's `run` is `options.act`.

    Each takes --threads besides its own arguments; `set_threads` heeds it.
    """
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    made = []
    for name, module in modules.items():
        text = (module.__doc__ or "").strip()
        command = commands.add_parser(
            name,
            help=text.splitlines()[0],
            description=text,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(command)
        command.add_argument(
            "--threads", type=whole(1, 1024), help="CPU threads (default: one per core)"
        )
        command.set_defaults(act=module.run)
        made.append(command)
    return made


class UsageError(ValueError):
    """Words that are no command; one line."""


class Parser(argparse.ArgumentParser):
    """One line for what is wrong; how it is meant to be used is what --help is for."""

    def error(self, message: str) -> NoReturn:
        line = re.sub(r"^argument (--[a-z0-9-]+): ", r"\1 ", message)
        raise UsageError(f"{self.prog}: {line} (--help explains)")


def set_threads(options: argparse.Namespace) -> None:
    if options.threads:
        torch.set_num_threads(options.threads)


def add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model",
        metavar="MODEL",
        help="name of a checkpoint, a folder of one, or code: my_flow.py:make_flow",
    )
    parser.add_argument("--device", help="cpu, cuda or mps (default: the best that is there)")


def model_folder(options: argparse.Namespace) -> Path:
    """Where the model is that the options name: a checkpoint's name first, else a folder."""
    if options.model in checkpoint.list_checkpoints():
        return checkpoint.checkpoint_folder(options.model)
    folder = Path(options.model)
    if not folder.is_dir():
        names = ", ".join(checkpoint.list_checkpoints()) or "none"
        raise CheckpointError(
            f"no checkpoint and no folder {options.model!r}; checkpoints: {names}"
        )
    return folder


def code_of(model: str) -> Reference | None:
    """The code that makes the model, where what was named is code and no folder."""
    if Path(model).is_dir():
        return None
    try:
        return reference(model)
    except FlowError:
        return None


def folder_beside(options: argparse.Namespace) -> Path:
    """Where to write what belongs to that model; for a bundled one, the user's own folder of it."""
    if code := code_of(options.model):
        return checkpoint.checkpoints_folder() / code.name
    if options.model in checkpoint.list_checkpoints():
        return checkpoint.checkpoints_folder() / options.model
    return model_folder(options)


def open_model(options: argparse.Namespace) -> RealNVP:
    """The model that the options name, on their device."""
    round_as_float32()
    device = device_named(options.device) if options.device else best_device()
    if code := code_of(options.model):
        return make(code).to(device)
    return checkpoint.load_folder(model_folder(options)).to(device)


def open_folded(options: argparse.Namespace) -> RealNVP:
    """`open_model` in the form that the app runs: faster, and the same pictures to the byte."""
    return fold(open_model(options))


def size(text: str) -> tuple[int, int]:
    """(H, W) of "32", a square, or of "48x32", height x width."""
    sides = text.lower().replace("×", "x").split("x")
    if len(sides) > 2 or not all(side.strip().isdecimal() and int(side) for side in sides):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no size; expected pixels as 32, or height x width as 48x32"
        )
    return int(sides[0]), int(sides[-1])


def add_size(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size",
        type=size,
        metavar="PIXELS",
        help="side of a square, or height x width as 48x32 (default: the data's)",
    )


def tell(images: ImageSet, all_in: str = "") -> None:
    """Say on stderr what was assumed of a set, and what was left out of it.

    Args:
        all_in: where the names of all that was left out are.
    """
    for note in images.notes:
        print(f"{images.name}: {note}", file=sys.stderr)
    if images.left_out:
        print(f"{images.name}: {images.left_out}", file=sys.stderr)
        for line in images.left_out.lines(all_in):
            print(line, file=sys.stderr)


def open_images(config: ModelConfig, path: str) -> ImageSet:
    """The images at the model's size, with the labels it wants; says what was left out.

    Raises:
        ValueError: if the model cannot take them.
    """
    chosen = list(config.label_names) if config.label_kind == "attributes" else None
    labelled = config.label_kind is not None
    data = load_images(path, size=config.image_size, labels=chosen, labelled=labelled)
    tell(data)
    if (data.channels, config.channels) == (1, 3):
        data = replace(data, train=data.train.repeat(3, axis=1), test=data.test.repeat(3, axis=1))
    if data.channels != config.channels:
        raise ValueError(f"{data.name} has {data.channels} channels, the model {config.channels}")
    if config.label_kind and data.train_labels is None:
        raise ValueError(f"{data.name} has no labels, and this model wants them")
    return _as_the_model_counts(config, data) if config.label_kind == "class" else data


def _as_the_model_counts(config: ModelConfig, data: ImageSet) -> ImageSet:
    """The same classes by the model's numbers: in a set with fewer of them, they are others.

    Raises:
        ValueError: if it knows no class of a name.
    """
    if data.train_labels is None or data.test_labels is None:
        return data
    known, own = config.label_names, data.label_names
    plain = own == tuple(map(str, range(len(own))))  # a set without names
    if not known or own == known[: len(own)] or (plain and len(own) <= len(known)):
        return data
    if unknown := [name for name in own if name not in known]:
        few = ", ".join(unknown[:3])
        raise ValueError(f"{data.name} has classes that this model does not know: {few}")
    number = np.array([known.index(name) for name in own])
    return replace(
        data,
        train_labels=number[data.train_labels],
        test_labels=number[data.test_labels],
        label_names=known,
    )


def open_pictures(config: ModelConfig, paths: list[str]) -> Tensor:
    """Files as uint8 (N, C, H, W): the largest part in the middle, brought to the model's size."""
    pictures = []
    for path in paths:
        try:
            picture = open_file(Path(path))
        except ImageError as error:
            raise ValueError(f"{path}: {error}") from None
        if picture.notes:
            print(f"{path}: {'; '.join(picture.notes)}", file=sys.stderr)
        pictures.append(fit(picture.pixels, config.image_size, config.channels)[0])
    return torch.cat(pictures)


def add_label(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--label",
        help="conditional models: a class by name or number, or attributes with commas between",
    )


def open_label(config: ModelConfig, text: str | None, n: int) -> Tensor | None:
    """--label for n pictures, as the flow takes it; None for an unconditional model.

    Raises:
        ValueError: if the model knows no such label; lists those it knows.
    """
    if config.label_kind is None:
        if text is not None:
            raise ValueError("this model is unconditional: it takes no --label")
        return None
    names = label_names(config)
    known = {name.lower(): index for index, name in enumerate(names)}
    known |= {str(index): index for index in range(len(names))}
    wanted = [part.strip().lower() for part in (text or "").split(",") if part.strip()]
    for part in wanted:
        if part not in known:
            raise ValueError(f"no label {part!r}; there are: {', '.join(names)}")
    chosen = [names[known[part]] for part in wanted]
    if config.label_kind == "attributes":
        return labels_of(config, chosen, n)
    if len(wanted) > 1:
        raise ValueError("one class at a time: --label takes one name")
    return labels_of(config, chosen[0] if chosen else None, n)


def check_out(option: str, path: Path | None, *endings: str) -> None:
    """Tell before the work if a file cannot be written, or its ending means another format.

    Raises:
        ValueError: naming the endings that will do.
        OSError: if nothing can be written there.
    """
    if path is None:
        return
    if path.suffix and path.suffix.lower() not in endings:
        known = " or ".join(endings)
        raise ValueError(f"{option} must end in {known}, not in {shown(path.suffix)}")
    check_writable(path)


def save_latents(path: Path, z: Tensor, images: Tensor, labels: Tensor | None) -> None:
    """Latents with their pictures as safetensors, and the labels that decoding them takes."""
    tensors = {"z": z, "images": images}
    if labels is not None:
        tensors["labels"] = labels
    write_tensors(path, tensors)


def temperature_of(flow: RealNVP, options: argparse.Namespace) -> float | Sequence[float]:
    """--temperature, or the model's own."""
    own = default_temperature(flow.card, flow.config.num_levels)
    return own if options.temperature is None else options.temperature


def temperatures(text: str) -> float | list[float]:
    """One number, or one per level with commas between, finest first."""
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no number, and no numbers with commas between"
        ) from None
    return values[0] if len(values) == 1 else values
