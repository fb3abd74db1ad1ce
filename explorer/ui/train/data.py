"""What a visitor can train on: a set made here, one that lies on the server, or an upload."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from explorer.tray.workspace import data_folder
from explorer.ui.arrival import file_arrival
from realnvp.data import DataError, ImageSet, load_images
from realnvp.data.margin import margin_for
from realnvp.data.server_sets import sets_folder
from realnvp.data.shapes import write_shapes
from realnvp.data.stored_set import write_set
from realnvp.plain import first_few

SHAPES, UPLOAD = "shapes, drawn here", "upload"
SIDES = (16, 28, 32)
MIN_IMAGES = 100


@dataclass(frozen=True)
class Chosen:
    """A set to train on.

    Args:
        title: for people.
        path: an .npz file; a copy that the job may take.
        size: side of its pictures, in pixels.
        channels: 3 for colours, 1 for grey.
        images: in the training part.
        alpha: margin of the logits that suits them.
        notes: what was left out and why, and what was assumed, a line each.
    """

    title: str
    path: Path
    size: int
    channels: int
    images: int
    alpha: float
    notes: str = ""


@dataclass(frozen=True)
class Picked:
    """Which pictures a visitor has chosen.

    Args:
        name: of a set that was offered.
        side: of its pictures, in pixels.
        sent: the bytes of an upload.
        is_on_its_way: whether there is a file that is still being sent.
    """

    name: str
    side: int
    sent: bytes | None = None
    is_on_its_way: bool = False


def data_picker() -> Picked:
    """The controls, and what was chosen."""
    folder = sets_folder()
    found = sorted(path.stem for path in folder.glob("*.npz")) if folder else []
    names = [SHAPES, *found, UPLOAD]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = st.selectbox(
            "Pictures",
            names,
            key="training_set",
            bind="query-params",
            width=260,
            help="Discs, squares and triangles train fastest: after a minute look whether samples"
            " have edges, after five whether they have corners.",
        )
        side = st.segmented_control(
            "Pixels a side",
            SIDES,
            default=16,
            required=True,
            key="side",
            bind="query-params",
            help="Twice the side takes four times as long.",
        )
    name, side = name if name in names else SHAPES, side if side in SIDES else 16
    if name == UPLOAD:
        come = file_arrival(
            "A zip of pictures, or an .npz of arrays",
            "training_file",
            f"At least {MIN_IMAGES} pictures to train on, besides a tenth that is held out;"
            " folders in the zip do not matter. An .npz has 'train' and 'test', or names as in"
            " Keras and MedMNIST. All of it is kept on this server with the training,"
            " and everyone who uses it sees what is made of it.",
        )
        sent = None if come.file is None else come.file.getvalue()
        return Picked(name, side, sent, come.is_on_its_way)
    return Picked(name, side)


def prepared(name: str, side: int, sent: bytes | None) -> Chosen:
    """The set as a file of its own.

    Raises:
        DataError: if it cannot be used; one line for people.
    """
    folder = data_folder()
    if folder is None:
        raise DataError("train", "this server keeps no data, so nothing can be trained")
    folder.mkdir(parents=True, exist_ok=True)
    handle, text = tempfile.mkstemp(suffix=".npz", dir=folder)
    os.close(handle)
    path = Path(text)
    try:
        title, images = _set(path, name, side, sent)
        write_set(path, images)
        if len(images.train) < MIN_IMAGES:
            why = f". {images.left_out}" if images.left_out else ""
            raise DataError(
                title,
                f"{len(images.train)} pictures to train on; expected {MIN_IMAGES} at least{why}",
            )
    except (DataError, ValueError) as error:
        path.unlink(missing_ok=True)
        problem = str(error).replace(path.name, UPLOAD).replace(path.stem, UPLOAD)
        file, said = problem.split(": ", 1) if isinstance(error, DataError) else (name, problem)
        raise DataError(file, said) from None
    except BaseException:  # the visitor has left: Streamlit ends the script with one
        path.unlink(missing_ok=True)
        raise
    notes = "" if name == SHAPES else _told(images)
    margin = margin_for(images.train)
    return Chosen(title, path, side, images.channels, len(images.train), margin, notes)


def _set(path: Path, name: str, side: int, sent: bytes | None) -> tuple[str, ImageSet]:
    """Title and pictures; the file is there for what has to be written down to be read."""
    if name == SHAPES:
        write_shapes(path, side)
        return "shapes", load_images(path)
    if name != UPLOAD:
        folder = sets_folder()
        # The name is one of those that were offered: it is looked up, never put together.
        known = {found.stem: found for found in folder.glob("*.npz")} if folder else {}
        if name not in known:
            raise DataError(name, "no longer here")
        return name, load_images(known[name], size=side)
    if sent is None:
        raise DataError(UPLOAD, "no file yet")
    path.write_bytes(sent)
    text = "Opening the pictures"
    bar = st.progress(0.0, text)  # showing it is where a visitor who leaves stops it
    try:
        return UPLOAD, load_images(
            path, size=side, strict=True, progress=lambda share: bar.progress(share, text)
        )
    finally:
        bar.empty()


def _told(images: ImageSet) -> str:
    """What the page has to say of the pictures, as long as there is the training."""
    lines = [str(images.left_out)] if images.left_out else []
    lines += [line.strip() for line in images.left_out.lines()]
    lines += images.notes
    if images.label_names:
        few = first_few(images.label_names, 4)
        lines.append(f"Labels ({few}) are kept with the pictures; a training here does without.")
    return "\n".join(lines)
