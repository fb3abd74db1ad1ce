"""What a visitor can train on: a set made here, one that lies on the server, or an upload."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from explorer.tray.workspace import data_folder
from realnvp.data import DataError, load_images
from realnvp.data.margin import margin_for
from realnvp.data.shapes import write_shapes
from realnvp.data.zipped import Unzipped, is_npz, unzip, write_split

SHAPES, UPLOAD = "shapes, drawn here", "upload"
SIDES = (16, 28, 32)
MAX_UPLOAD = 10  # MB
MIN_IMAGES = 100


@dataclass(frozen=True)
class Chosen:
    """A set to train on.

    Args:
        title: for people.
        path: an .npz file; a copy that the job may take.
        size: side of its pictures, in pixels.
        images: in the training part.
        alpha: margin of the logits that suits them.
    """

    title: str
    path: Path
    size: int
    images: int
    alpha: float


def sets_folder() -> Path | None:
    """$REALNVP_SETS: a folder of .npz image sets that visitors may train on, if there is one."""
    chosen = os.environ.get("REALNVP_SETS")
    return Path(chosen) if chosen and Path(chosen).is_dir() else None


def data_picker() -> tuple[str, int, bytes | None]:
    """Which set, at which side in pixels, and the bytes of an upload."""
    folder = sets_folder()
    found = sorted(path.stem for path in folder.glob("*.npz")) if folder else []
    names = [SHAPES, *found, UPLOAD]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        name = st.selectbox(
            "Pictures",
            names,
            key="training_set",
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
            help="Twice the side takes four times as long.",
        )
    sent = None
    if name == UPLOAD:
        file = st.file_uploader(
            "A zip of pictures, or an .npz with 'train' and 'test'",
            type=["zip", "npz"],
            key="training_file",
            max_upload_size=MAX_UPLOAD,
            help=f"At least {MIN_IMAGES} pictures. They are kept on this server with the training,"
            " and everyone who uses it sees what is made of them.",
        )
        sent = None if file is None else file.getvalue()
    return name if name in names else SHAPES, side if side in SIDES else 16, sent


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
        title = _write(path, name, side, sent)
        images = load_images(path, size=side).train
        if len(images) < MIN_IMAGES:
            raise DataError(
                title, f"{len(images)} pictures to train on; expected {MIN_IMAGES} at least"
            )
    except (DataError, ValueError) as error:
        path.unlink(missing_ok=True)
        problem = str(error).replace(path.name, "upload").replace(path.stem, "upload")
        raise DataError("train", problem) from None
    except BaseException:  # the visitor has left: Streamlit ends the script with one
        path.unlink(missing_ok=True)
        raise
    return Chosen(title, path, side, len(images), margin_for(images))


def _write(path: Path, name: str, side: int, sent: bytes | None) -> str:
    """Fill the file; gives the title."""
    if name == SHAPES:
        write_shapes(path, side)
        return "shapes"
    if name != UPLOAD:
        folder = sets_folder()
        # The name is one of those that were offered: it is looked up, never put together.
        known = {found.stem: found for found in folder.glob("*.npz")} if folder else {}
        if name not in known:
            raise DataError(name, "no longer here")
        data = load_images(known[name], size=side)
        pictures = [part.transpose(0, 2, 3, 1) for part in (data.train, data.test)]
        np.savez(path, train=pictures[0], test=pictures[1])
        return name
    if sent is None:
        raise DataError("upload", "no file yet")
    if is_npz(sent):
        path.write_bytes(sent)
        return "upload"
    write_split(path, _unzipped(sent, side).images)
    return "upload"


def _unzipped(sent: bytes, side: int) -> Unzipped:
    """The pictures of an upload, with a bar: showing it is where a visitor who leaves stops it."""
    text = "Opening the pictures"
    bar = st.progress(0.0, text)
    try:
        return unzip(sent, side, progress=lambda share: bar.progress(share, text))
    finally:
        bar.empty()
