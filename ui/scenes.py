"""What pads are dragged over, kept for the route that decodes it."""

import secrets
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

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

    def decode(
        self, flow: RealNVP, xs: Sequence[float], ys: Sequence[float], *, with_bits: bool = False
    ) -> Frames:
        """The pictures there; to be called on the model's thread."""
        z, labels = self.points(xs, ys)
        return frames_of(flow, z, labels, with_bits=with_bits)


class Scenes:
    """Scenes by unguessable tokens; may be called from many threads.

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
        self._kept: OrderedDict[str, tuple[float, Scene]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, scene: Scene, token: str | None = None) -> str:
        """Keep it under a token, a new one unless it replaces another; gives the token."""
        token = token or secrets.token_urlsafe(16)
        with self._lock:
            self._use(token, scene)
            while len(self._kept) > self._places:
                self._kept.popitem(last=False)
        return token

    def find(self, token: str) -> Scene | None:
        """The scene; None if there is none, or no longer."""
        with self._lock:
            self._drop_old()
            if token not in self._kept:
                return None
            _, scene = self._kept[token]
            self._use(token, scene)
            return scene

    def _use(self, token: str, scene: Scene) -> None:
        self._kept[token] = (self._clock(), scene)
        self._kept.move_to_end(token)

    def _drop_old(self) -> None:
        end = self._clock() - self._seconds
        while self._kept and next(iter(self._kept.values()))[0] < end:
            self._kept.popitem(last=False)


@st.cache_resource(show_spinner=False)
def scenes() -> Scenes:
    """Those of this server."""
    return Scenes()
