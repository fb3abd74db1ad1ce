"""Which pictures the map is of: the model's, a set that is sent here, or one on the server."""

import hashlib
import tempfile
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.ui.arrival import file_arrival
from explorer.ui.atlas.known import Encoding, known_atlas, own_set
from explorer.ui.cache import cached
from explorer.ui.card import plain
from explorer.ui.form import Form
from explorer.views import atlas as views
from explorer.views.atlas_sets import (
    SERVER,
    UPLOAD,
    AtlasPictures,
    SentSet,
    ServerSet,
    WithModel,
    fingerprint,
)
from explorer.views.types import file_name
from realnvp import RealNVP
from realnvp.data.imageset import DataError
from realnvp.data.server_sets import server_sets
from realnvp.explore.encode_set import Atlas
from realnvp.explore.own_set import MOST, OwnSet, open_own

KEY = "atlas_file"
SENT = "pictures.zip"  # where the name of what was sent is none that a view can hold


@dataclass(frozen=True, eq=False)
class Opened:
    """The pictures of the map.

    Args:
        pictures: as the view has them.
        own: what is known of a set of the visitor's own; None for the model's pictures.
    """

    pictures: AtlasPictures
    atlas: Atlas
    own: OwnSet | None = None


def open_pictures(flow: RealNVP, checkpoint: str) -> Opened:
    """The controls, and what they lead to; where that cannot be opened, the model's pictures."""
    form: Form[Any] = Form(views.Atlas, flow)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        part = form.part("pictures", but=[] if server_sets() else [SERVER])
        if part.kind is ServerSet:
            part.choose("set_name", list(server_sets()))
    found = None
    if part.kind is SentSet:
        found = _sent(flow, checkpoint)
    elif part.kind is ServerSet:
        found = _on_server(flow, checkpoint, part.view())
    return found or Opened(WithModel(), known_atlas(flow, checkpoint))


def show_own(own: OwnSet) -> None:
    """How many pictures the set has, and what became of the others."""
    atlas, count = own.atlas, len(own.atlas.images)
    line = f"{count:,} pictures of {plain(atlas.source)}."
    if own.of:
        line += (
            f" They are chosen by a fixed seed of {own.of:,}: a map shows {MOST:,} at most, so that"
            " it can be moved."
        )
    st.caption(line)
    if own.left_out:
        with st.expander(plain(str(own.left_out)), icon=":material/block:"):
            st.code("\n".join(line.strip() for line in own.left_out.lines()), None)
    for note in own.notes:
        st.caption(plain(note))


def _sent(flow: RealNVP, checkpoint: str) -> Opened | None:
    arrival = file_arrival(
        "A zip of pictures, or Parquet",
        KEY,
        "A zip of pictures, whose folders say the classes; an .npz of arrays; or a Parquet file"
        f" that `encode FOLDER` wrote with this model. Of more than {MOST:,} some are chosen.",
    )
    file = arrival.file
    if file is None:
        st.caption("Until a set is here, the map is of the model's own pictures.")
        return None
    name = file_name(file.name)
    name = SENT if name == "picture.png" and file.name != name else name
    data = file.getvalue()
    digest = cached(
        "atlas_digest", file.file_id, lambda: hashlib.blake2b(data, digest_size=16).hexdigest()
    )
    return _open(flow, checkpoint, data, SentSet(set_file=name), name, digest)


def _on_server(flow: RealNVP, checkpoint: str, chosen: ServerSet) -> Opened | None:
    path = server_sets().get(chosen.set_name)
    if path is None:
        st.warning(f"{plain(chosen.set_name)} is no longer here.", icon=":material/info:")
        return None
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _open(flow, checkpoint, path, chosen, chosen.set_name, changed)


def _open(
    flow: RealNVP,
    checkpoint: str,
    place: Path | bytes,
    pictures: AtlasPictures,
    name: str,
    state: Hashable,
) -> Opened | None:
    """What lies there, read and encoded once; None where it cannot be, which is said.

    Args:
        place: the file or folder, or the bytes of what was sent.
        name: of the set, for people.
        state: the same until what is there is another.
    """
    mark, text = fingerprint(checkpoint), "Opening the pictures"
    is_sent = isinstance(place, bytes)

    def read(going: Encoding) -> OwnSet:
        bar = st.progress(0.0, text)  # showing it is where a visitor who leaves stops it
        try:
            with _file(place) as path:
                return open_own(
                    flow,
                    mark,
                    path,
                    name,
                    strict=is_sent,
                    run=going.run,
                    progress=lambda share: bar.progress(share, text),
                )
        finally:
            bar.empty()

    try:
        own = own_set(flow, (is_sent, name, state, mark), read)
    except DataError as error:
        said = str(error).removeprefix(f"{UPLOAD}: ")
        said = f"{name}: {said}" if is_sent else said
        st.error(f"{plain(said)}. The map is of the model's own pictures.", icon=":material/block:")
        return None
    return Opened(pictures, own.atlas, own)


@contextmanager
def _file(place: Path | bytes) -> Iterator[Path]:
    """Where it lies; what was sent, as long as the block lasts."""
    if isinstance(place, Path):
        yield place
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / UPLOAD  # no name of a visitor's becomes a path
        path.write_bytes(place)
        yield path
