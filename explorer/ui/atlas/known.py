"""The atlas of a model, made once for all visitors."""

import hashlib
import threading
import weakref
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
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
from realnvp.explore.clusters import hdbscan, k_means
from realnvp.explore.encode_set import Atlas, encode_set
from realnvp.explore.maps import points_of
from realnvp.explore.own_set import OwnSet
from realnvp.explore.tsne import place_among
from realnvp.image_encoding import data_url
from realnvp.viz import image_grid

_element = element("atlas.sheet")

T = TypeVar("T")
Key = tuple[weakref.ReferenceType[RealNVP], Hashable]  # a model, and what says which set

COLUMNS = 25  # of the sheet in the browser
LARGE = 1000  # pictures; of more the browser asks for those in sight
KEPT = 3  # sets of visitors: one of 20,000 pictures of 3 × 32 × 32 takes 300 MB
WORDS = "Going through the pictures, once for all visitors"


class Encoding:
    """Of one model: who holds the lock makes it, the others look how far it is."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.done = 0.0  # share

    def run(self, function: Callable, parts: Sequence[slice]) -> Iterator[Any]:
        """As `encode_set` asks for; each part is a call of its own: others' come between."""
        self.done = 0.0
        with _bar() as show:
            for done, part in enumerate(parts, start=1):
                yield run(function, part)
                self.done = done / len(parts)
                show(self.done)


# By model, and by atlas: all go when nobody has the model any more.
_own_encodings: defaultdict[Key, Encoding] = defaultdict(Encoding)
_own: OrderedDict[Key, OwnSet] = OrderedDict()
_encodings: weakref.WeakKeyDictionary[RealNVP, Encoding] = weakref.WeakKeyDictionary()
_atlases: weakref.WeakKeyDictionary[RealNVP, tuple[object, Atlas]] = weakref.WeakKeyDictionary()
_made: weakref.WeakKeyDictionary[Atlas, dict[str, Any]] = weakref.WeakKeyDictionary()
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)  # by what is made


def known_atlas(flow: RealNVP, checkpoint: str) -> Atlas:
    """Of the pictures beside the model; where there are none, or they are damaged, of samples."""
    changed = _changed(checkpoint)
    known = _atlases.get(flow)
    if known is not None and known[0] == changed:
        return known[1]
    going = _encodings.setdefault(flow, Encoding())
    with _alone(going):
        known = _atlases.get(flow)  # by now, perhaps
        if known is None or known[0] != changed:
            known = _atlases[flow] = changed, _encoded_set(flow, checkpoint, going)
    return known[1]


def own_set(flow: RealNVP, key: Hashable, open_it: Callable[[Encoding], OwnSet]) -> OwnSet:
    """A set of a visitor's own, for all who open the same; the latest `KEPT` stay.

    Args:
        key: the same for the same pictures alone.
        open_it: raises DataError where it cannot be opened.
    """
    whole = weakref.ref(flow), key
    going = _own_encodings[whole]
    with _alone(going):
        if whole not in _own:
            _own[whole] = open_it(going)
        _own.move_to_end(whole)
        while len(_own) > KEPT:
            _own_encodings.pop(_own.popitem(last=False)[0], None)
        return _own[whole]


@contextmanager
def _alone(going: Encoding) -> Iterator[None]:
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


def _encoded_set(flow: RealNVP, checkpoint: str, going: Encoding) -> Atlas:
    try:
        given = read_atlas(checkpoint, flow.config)
    except CheckpointError as error:
        st.error(f"{plain(str(error))}. The page goes on with samples.")
        given = None
    return encode_set(flow, given, going.run)


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
    with spinner(True, f"{projection} moves the points until neighbours lie together"):
        return kept(atlas, projection, lambda: points_of(atlas.z, projection))


def clusters_of(
    atlas: Atlas, number: int, points: Tensor | None = None, projection: str = ""
) -> Tensor:
    """The cluster of each picture, int64 (N,).

    Args:
        number: of k-means' clusters; with points, the fewest of a cluster of HDBSCAN's.
        points: of the map by this projection, (N, 2).
    """
    with spinner(True, "Looking for clusters"):
        if points is None:
            return kept(atlas, f"k-means {number}", lambda: k_means(atlas.z, number))
        name = f"HDBSCAN {number} {projection}"
        return kept(atlas, name, lambda: hdbscan(points, number))


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
    if is_large(atlas):
        return  # they are sent as they come in sight
    name, source = kept(atlas, "sheet", lambda: _sheet(atlas))
    _element(key="atlas_sheet", data={"name": name, "sheet": source}, height="content")


def sheet_name(atlas: Atlas) -> str:
    """The name under which the map finds the sheet; the same for the same pictures alone."""
    if is_large(atlas):
        return kept(atlas, "name", lambda: _digest(atlas.images.numpy().tobytes()))
    return kept(atlas, "sheet", lambda: _sheet(atlas))[0]


def is_large(atlas: Atlas) -> bool:
    """Whether there are too many pictures to send all of them."""
    return len(atlas.images) > LARGE


def _sheet(atlas: Atlas) -> tuple[str, str]:
    source = data_url(image_grid(atlas.images, COLUMNS))
    return _digest(source.encode()), source


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()
