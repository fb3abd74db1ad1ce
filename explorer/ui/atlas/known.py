"""The atlas of a model, made once for all visitors."""

import hashlib
import threading
import weakref
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import streamlit as st
from torch import Tensor

from explorer.ui.card import plain
from explorer.ui.models import LOOK_UP, changed_at, run, spinner
from explorer.ui.web import element
from realnvp import CheckpointError, RealNVP
from realnvp.atlas_file import FACTS, SHEET, read_atlas
from realnvp.checkpoint import beside
from realnvp.explore.atlas import Projection, project_pca
from realnvp.explore.encode_set import Atlas, encode_set
from realnvp.explore.tsne import place_among, tsne
from realnvp.image_encoding import data_url
from realnvp.viz import image_grid

_element = element("atlas.sheet")

T = TypeVar("T")

COLUMNS = 25  # of the sheet in the browser
WORDS = "Going through the pictures, once for all visitors"


class _Encoding:
    """Of one model: who holds the lock makes it, the others look how far it is."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.done = 0.0  # share


# By model, and by atlas: all go when nobody has the model any more.
_encodings: weakref.WeakKeyDictionary[RealNVP, _Encoding] = weakref.WeakKeyDictionary()
_atlases: weakref.WeakKeyDictionary[RealNVP, tuple[object, Atlas]] = weakref.WeakKeyDictionary()
_made: weakref.WeakKeyDictionary[Atlas, dict[str, Any]] = weakref.WeakKeyDictionary()
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)  # by what is made


def known_atlas(flow: RealNVP, checkpoint: str) -> Atlas:
    """Of the pictures beside the model; where there are none, or they are damaged, of samples."""
    changed = _changed(checkpoint)
    known = _atlases.get(flow)
    if known is not None and known[0] == changed:
        return known[1]
    going = _encodings.setdefault(flow, _Encoding())
    with _alone(going):
        known = _atlases.get(flow)  # by now, perhaps
        if known is None or known[0] != changed:
            known = _atlases[flow] = changed, _encoded_set(flow, checkpoint, going)
    return known[1]


@contextmanager
def _alone(going: _Encoding) -> Iterator[None]:
    """One visitor at a time; the others see how far it is, and may leave.

    When the one who makes it leaves, the next begins anew.
    """
    is_mine = going.lock.acquire(blocking=False)
    try:  # from here on: Streamlit ends a run wherever something is shown
        if not is_mine:
            with _bar() as show:
                while not (is_mine := going.lock.acquire(timeout=LOOK_UP)):
                    show(going.done)
        yield
    finally:
        if is_mine:
            going.lock.release()


def _encoded_set(flow: RealNVP, checkpoint: str, going: _Encoding) -> Atlas:
    try:
        given = read_atlas(checkpoint, flow.config)
    except CheckpointError as error:
        st.error(f"{plain(str(error))}. The page goes on with samples.")
        given = None

    def with_progress(function: Callable, parts: Sequence[slice]) -> Iterator[Any]:
        """Each part is a call of its own: others' come between."""
        going.done = 0.0
        with _bar() as show:
            for done, part in enumerate(parts, start=1):
                yield run(function, part)
                going.done = done / len(parts)
                show(going.done)

    return encode_set(flow, given, with_progress)


@contextmanager
def _bar() -> Iterator[Callable[[float], None]]:
    """Shows a share that is done, until the end of this; each time the visitor may leave."""
    shown = 0.0
    bar = st.progress(shown, WORDS)

    def show(share: float) -> None:
        nonlocal shown
        if share != shown:
            bar.progress(share, WORDS)
            shown = share
        st.session_state.get("milliseconds")  # where nothing is sent, a run is ended by reading

    with spinner(True, ""):
        yield show
    bar.empty()


def _changed(checkpoint: str) -> object:
    """The same until a file of the atlas is another."""
    files = (beside(checkpoint, file) for file in (SHEET, FACTS))
    return checkpoint, *((file, changed_at(file)) for file in files)


def kept(atlas: Atlas, name: str, make: Callable[[], T]) -> T:
    """What was made of an atlas under this name before, or is now; on this thread, one at a time.

    It needs no model: those who wait for one do not wait for this.
    """
    made = _made.setdefault(atlas, {})
    if name not in made:
        with _locks[name]:
            if name not in made:
                made[name] = make()
    return made[name]


def pca_of(atlas: Atlas) -> Projection:
    """Its two main axes."""
    return kept(atlas, "PCA", lambda: project_pca(atlas.z))


def projected(atlas: Atlas, projection: str) -> Tensor:
    """Points of the map, (N, 2)."""
    if projection == "PCA":
        return pca_of(atlas).points
    with spinner(True, "t-SNE moves the points until neighbours lie together"):
        return kept(atlas, projection, lambda: tsne(atlas.z))


def placed_at(atlas: Atlas, projection: str, z: Tensor) -> tuple[float, float]:
    """Where a latent, (1, D), that is not in the atlas lies on its map."""
    if projection == "PCA":
        point = pca_of(atlas).place(z)[0]
    else:
        point = place_among(projected(atlas, projection), atlas.z, z)
    x, y = point.tolist()
    return x, y


def send_sheet(atlas: Atlas) -> None:
    """All pictures to the browser, once, to be drawn from by the map: it changes far more often."""
    name, source = kept(atlas, "sheet", lambda: _sheet(atlas))
    _element(key="atlas_sheet", data={"name": name, "sheet": source}, height="content")


def sheet_name(atlas: Atlas) -> str:
    """The name under which the map finds the sheet."""
    return kept(atlas, "sheet", lambda: _sheet(atlas))[0]


def _sheet(atlas: Atlas) -> tuple[str, str]:
    source = data_url(image_grid(atlas.images, COLUMNS))
    return hashlib.blake2b(source.encode(), digest_size=8).hexdigest(), source
