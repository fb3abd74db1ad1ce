"""What is dragged through in the browser, kept for the routes that decode it."""

import hashlib
import secrets
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import streamlit as st
from torch import Tensor

from realnvp import RealNVP
from realnvp.explore.frames import Frames, frames_of
from realnvp.explore.pads import Points

PLACES = 256  # a scene of 64x64 pictures holds 200 kB
SECONDS = 1800.0  # kept after its last use


@dataclass(frozen=True, eq=False)
class Scene:
    """A surface of latents.

    Args:
        flow: held weakly: a model that is no longer used is not kept alive by its pads.
        points: latents and labels at `xs` and `ys`, as `realnvp.explore.pads` has them.
    """

    flow: weakref.ref[RealNVP]
    points: Callable[[Sequence[float], Sequence[float]], Points]

    def decode(self, flow: RealNVP, xs: Sequence[float], ys: Sequence[float]) -> Frames:
        """The pictures there, without bits/dim; to be called on the model's thread."""
        z, labels = self.points(xs, ys)
        return frames_of(flow, z, labels, with_bits=False)


@dataclass(frozen=True, eq=False)
class Grid:
    """Tiles that follow sliders.

    Args:
        flow: held weakly, as a `Scene` has it.
        draw: a model's pictures, uint8 (N, C, H, W), at the sliders' values; called on its thread.
        ranges: lowest and highest value of each slider.
        columns: of tiles.
    """

    flow: weakref.ref[RealNVP]
    draw: Callable[[RealNVP, Sequence[float]], Tensor]
    ranges: Sequence[tuple[float, float]]
    columns: int


class Scenes:
    """Scenes and grids by unguessable tokens; may be called from many threads.

    Args:
        places: of one more, the one unused for longest is dropped.
        seconds: after which an unused one is dropped.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        places: int = PLACES,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places, self._seconds, self._clock = places, seconds, clock
        self._kept: OrderedDict[str, tuple[float, Scene | Grid]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, scene: Scene | Grid, token: str | None = None) -> str:
        """Keep it under a token, a new one unless it replaces another; gives the token."""
        token = token or secrets.token_urlsafe(16)
        with self._lock:
            self._use(token, scene)
            while len(self._kept) > self._places:
                self._kept.popitem(last=False)
        return token

    def find(self, token: str) -> Scene | Grid | None:
        """The scene; None if there is none, or no longer."""
        with self._lock:
            self._drop_old()
            if token not in self._kept:
                return None
            _, scene = self._kept[token]
            self._use(token, scene)
            return scene

    def _use(self, token: str, scene: Scene | Grid) -> None:
        self._kept[token] = (self._clock(), scene)
        self._kept.move_to_end(token)

    def _drop_old(self) -> None:
        end = self._clock() - self._seconds
        while self._kept and next(iter(self._kept.values()))[0] < end:
            self._kept.popitem(last=False)


def token_of(scene: Scene | Grid, made_of: str, key: str) -> str:
    """The token of what this visitor drags through under this key, with this scene behind it.

    Args:
        made_of: the digest of all that the scene depends on besides its model.
    """
    slot, wanted = f"{key}_token", (made_of, scene.flow)
    seen, token = st.session_state.get(slot, (None, None))
    known = token is not None and scenes().find(token) is not None
    if not known or seen != wanted:
        token = scenes().put(scene, token if known else None)
        st.session_state[slot] = wanted, token
    return token


def digest(parts: Iterable[Tensor | str | float | None]) -> str:
    """The same for the same parts."""
    hashed = hashlib.blake2b(digest_size=16)
    for part in parts:
        hashed.update(part.numpy().tobytes() if isinstance(part, Tensor) else repr(part).encode())
    return hashed.hexdigest()


@st.cache_resource(show_spinner=False)
def scenes() -> Scenes:
    """Those of this server."""
    return Scenes()
