"""A plane to drag in, with the picture at the place where the pointer is."""

import weakref
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from explorer.ui.cache import cached
from explorer.ui.controls import clamp, slider, whole
from explorer.ui.models import run
from explorer.ui.releases import hear, heard
from explorer.ui.scenes import Scene, digest, token_of
from explorer.ui.web import element
from explorer.views.settings import Slider
from realnvp import RealNVP
from realnvp.explore.frames import Frames
from realnvp.explore.pads import Points
from realnvp.image_encoding import data_url
from realnvp.numerals import numeral
from realnvp.viz import image_grid, to_rgb

MAP = 5  # pictures a side, each decoded at the middle of its tile

_element = element("pad")


@dataclass(frozen=True)
class Scale:
    """What one side of a pad means: `low` at -1, `high` at 1."""

    name: str
    low: float
    high: float
    digits: int = 2
    unit: str = ""

    def words(self, place: float) -> str:
        """ "φ 45°"."""
        value = self.low + (self.high - self.low) * (place + 1) / 2
        return f"{self.name} {numeral(value, f'.{self.digits}f')}{self.unit}"


def manifold_scales(degrees: int) -> tuple[Scale, Scale]:
    """Of the manifold through four latents, over a turn of so many degrees."""
    return Scale("φ′", 0, degrees, 0, "°"), Scale("φ", degrees, 0, 0, "°")


@dataclass(frozen=True, eq=False)
class Surface:
    """What a pad is dragged over.

    Args:
        name: for people.
        points: as a `Scene` has it.
        made_of: all that `points` depends on besides the model: a change draws the pad anew.
        scales: of x and of y.
        corners: short texts in its corners: top left, top right, bottom left, bottom right.
    """

    name: str
    points: Callable[[Sequence[float], Sequence[float]], Points]
    made_of: Sequence[Tensor | str | float | None]
    scales: tuple[Scale, Scale]
    corners: Sequence[str] = ()

    def words(self, x: float, y: float) -> str:
        """ "φ′ 30°, φ 60°"."""
        return ", ".join(scale.words(at) for scale, at in zip(self.scales, (x, y), strict=True))

    def digest(self) -> str:
        """The same for the same surface."""
        return digest([self.name, *self.made_of])


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A latent that a pad goes between, as a small picture that can be pressed.

    Args:
        letter: on it.
        name: for people.
        image: uint8 (1, C, H, W).
    """

    letter: str
    name: str
    image: Tensor

    def plain(self) -> dict[str, str]:
        """For the browser."""
        source = data_url(to_rgb(self.image)[0])
        return {"letter": self.letter, "name": self.name, "source": source}


def drag(
    flow: RealNVP,
    surface: Surface,
    *,
    key: str,
    draw: Callable[[float, float], Frames] | None = None,
    by_itself: bool = False,
    compact: bool = False,
    thumbnails: Sequence[Thumbnail] = (),
    sliders: DeltaGenerator | None = None,
) -> tuple[Frames, tuple[float, float]]:
    """The pad over its two sliders; gives what is at the place where it was let go, and that place.

    The sliders' keys, and the query parameters, are x and y.

    Args:
        draw: gives what is at a place, with its bits/dim; without it, the surface does, without.
        by_itself: it moves until somebody takes hold of it, has no sliders, and its place is kept
            in the session alone.
        compact: on a phone the picture is small enough to be seen while a finger is on the pad.
        thumbnails: at its corners, in the order of `Surface.corners`, or over it where it has none;
            which was pressed, `pressed_thumbnail` says.
        sliders: where they stand; under the pad without it.
    """
    pad = st.container()
    if by_itself:
        x, y = st.session_state.get(_place(key), (0.0, 0.0))
    else:
        with sliders or st.container(horizontal=True, gap="medium"):
            x = _slider("x", f"Left to right: {surface.scales[0].name}")
            y = _slider("y", f"Bottom to top: {surface.scales[1].name}")
    scene = Scene(weakref.ref(flow), surface.points)
    made_of = surface.digest()
    shown = draw(x, y) if draw else run(scene.decode, flow, [x], [y])
    height, width = flow.config.image_size
    background = cached(f"{key}_map", (made_of, scene.flow), lambda: _map(flow, scene))
    with pad:
        _element(
            key=key,
            data={
                "token": token_of(scene, made_of, key),
                "scene": made_of,
                "name": surface.name,
                "scales": [asdict(scale) for scale in surface.scales],
                "corners": list(surface.corners),
                "axes": "Drag, or press the arrow keys; with Shift they go further, Home is the"
                " middle. Each tile of the map is the picture at its middle.",
                "shape": f"{width} / {height}",
                "map": background,
                "side": MAP,
                "picture": data_url(to_rgb(shown.images)[0]),
                "x": x,
                "y": y,
                "byItself": by_itself,
                "compact": compact,
                "thumbnails": [thumbnail.plain() for thumbnail in thumbnails],
                "pressed": pressed_thumbnail(key, len(thumbnails)),
            }
            | heard(key),
            on_place_change=lambda: _released(key, by_itself),
            on_thumbnail_change=lambda: _pressed(key),
        )
    return shown, (x, y)


def _slider(key: str, label: str) -> float:
    place = "The same place as on the pad, whose sides are the slider's ends."
    return slider(Slider(label, -1.0, 1.0, 0.01, width=280, help=place), key, 0.0)


def _released(key: str, by_itself: bool = False) -> None:
    """The pad was let go: its place is kept, whatever a forged message may hold."""
    place = hear(key, st.session_state[key].place)
    if place is None:
        return
    x, y = (round(float(clamp(place.get(name), -1.0, 1.0, 0.0)), 2) for name in ("x", "y"))
    st.session_state.update({_place(key): (x, y)} if by_itself else {"x": x, "y": y})


def pressed_thumbnail(key: str, count: int) -> int:
    """The index of the one of `count` thumbnails that was pressed last; the first on arrival."""
    return whole(st.session_state.get(f"{key}_thumbnail"), 0, max(0, count - 1), 0)


def _pressed(key: str) -> None:
    """A thumbnail was pressed."""
    st.session_state[f"{key}_thumbnail"] = st.session_state[key].thumbnail


def _place(key: str) -> str:
    return f"{key}_place"


def _map(flow: RealNVP, scene: Scene) -> str:
    """Small pictures of all of it, as a data URL."""
    middles = [(2 * k + 1) / MAP - 1 for k in range(MAP)]
    made = run(scene.decode, flow, middles, middles[::-1])
    return data_url(image_grid(made.images, MAP))
