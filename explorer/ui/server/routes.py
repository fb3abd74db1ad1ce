"""HTTP routes beside Streamlit's own."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from torch import Tensor

from explorer.engine import Busy, Call
from explorer.ui.models import checkpoint_names, engine, has_answered, warm_up
from explorer.ui.scenes import Grid, Scene, scenes
from explorer.ui.server.class_routes import CLASS_ROUTES
from realnvp import NonFiniteError, RealNVP
from realnvp.any_flow import FlowError
from realnvp.explore.frames import norm_ratios
from realnvp.image_encoding import to_webp
from realnvp.viz import GAP, image_grid, to_rgb

DECODERS = 32  # threads that wait for the model: the server's own stay free
WAITING = 64  # pictures that may be on their way; one more is turned away
AGAIN = 5.0  # seconds after which a server that no model has answered tries once more
MAX_NUMBER = 32  # characters
NO_STORE = {"Cache-Control": "no-store"}

_waiters = ThreadPoolExecutor(DECODERS, "pad")
_in_flight: set[str] = set()  # tokens
_tries: deque[tuple[float, Future[None]]] = deque(maxlen=1)  # the last, and when it began


async def ready(request: Request) -> Response:
    """Whether visitors can be sent here: the start-up is over and a model has answered.

    One that came later, or was mended, is tried first. The models that are named are on disk.
    """
    names = checkpoint_names()
    if names and not has_answered():
        await asyncio.shield(asyncio.wrap_future(_try()))
    is_ready = has_answered()
    return JSONResponse({"ready": is_ready, "models": names}, 200 if is_ready else 503)


def _try() -> Future[None]:
    """A warm-up, for all who ask meanwhile and within `AGAIN` seconds: anybody may ask."""
    now = time.monotonic()
    if _tries:
        began, last = _tries[0]
        if not last.done() or now < began + AGAIN:
            return last
    _tries.append((now, _waiters.submit(warm_up)))
    return _tries[0][1]


async def pad(request: Request) -> Response:
    """The picture at x and y of a scene, as lossless WebP.

    The server knows what is decoded; the browser sends a token and two numbers, in [-1, 1] or taken
    to its nearest end. Answers 400 to what is no number, 404 to an unknown token, 410 if its model
    is gone, 429 while a picture of that token is on its way, 503 if too many are waiting.
    """
    try:
        x, y = (_number(request.query_params.get(name, ""), name, -1.0, 1.0) for name in "xy")
    except ValueError as error:
        return _line(str(error), 400)
    scene = scenes().find(request.path_params["token"])
    if not isinstance(scene, Scene):
        return _line("This pad is not known here, or no longer.", 404)
    return await _in_turn(request, scene, lambda flow: _point(scene, flow, x, y))


async def tiles(request: Request) -> Response:
    """The tiles of a grid with its sliders at the values v, one each, as lossless WebP.

    Answers as `pad` does; values out of a slider's range are taken to its nearest end.
    """
    grid = scenes().find(request.path_params["token"])
    if not isinstance(grid, Grid):
        return _line("These tiles are not known here, or no longer.", 404)
    texts = request.query_params.getlist("v")
    if len(texts) != len(grid.ranges):
        return _line("v must be there once for each slider.", 400)
    try:
        values = [_number(text, "v", *ends) for text, ends in zip(texts, grid.ranges, strict=True)]
    except ValueError as error:
        return _line(str(error), 400)
    return await _in_turn(request, grid, lambda flow: _tiles(grid, flow, values))


def _number(text: str, name: str, low: float, high: float) -> float:
    """A number of the query, clamped.

    Raises:
        ValueError: if it is missing, no number or not finite; one line.
    """
    try:
        value = float(text) if len(text) <= MAX_NUMBER else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a number from {low:g} to {high:g}.")
    return min(max(value, low), high)


async def _in_turn(
    request: Request, scene: Scene | Grid, draw: Callable[[RealNVP], Response]
) -> Response:
    """What `draw` makes of the scene's model, one at a time for each token."""
    token = request.path_params["token"]
    if token in _in_flight:
        return _line("One picture at a time.", 429)
    if len(_in_flight) >= WAITING:
        return _line("Many people are dragging at the moment.", 503)
    _in_flight.add(token)
    # By the future, not here: when the visitor leaves, a decode that has begun goes on to its end.
    drawn = _waiters.submit(_drawn, scene, draw)
    drawn.add_done_callback(lambda _: _in_flight.discard(token))
    return await asyncio.wrap_future(drawn)


def _drawn(scene: Scene | Grid, draw: Callable[[RealNVP], Response]) -> Response:
    """On a thread that may wait for the model's."""
    flow = scene.flow()
    if flow is None:
        return _line("The model of this view is gone.", 410)
    start = time.perf_counter()
    try:
        response = draw(flow)
    except Busy as error:
        return _line(str(error), 503)
    except torch.OutOfMemoryError:
        return _line("The memory of the computer is full at the moment.", 503)
    except FlowError as error:  # whatever somebody's code does
        return _line(f"{error}.", 422)
    except NonFiniteError as error:
        return _line(f"The model left the numbers it can hold: {error}.", 422)
    spent = 1000 * (time.perf_counter() - start)
    response.headers["Server-Timing"] += f", all;dur={spent:.1f}"
    return response


def _point(scene: Scene, flow: RealNVP, x: float, y: float) -> Response:
    z, labels = scene.points([x], [y])
    call = engine().decode(flow, z, labels)
    return _picture(to_rgb(call.value)[0], call, {"Norm-Ratio": f"{float(norm_ratios(z)[0]):.3f}"})


def _tiles(grid: Grid, flow: RealNVP, values: Sequence[float]) -> Response:
    call = engine().call(grid.draw, flow, values)
    return _picture(image_grid(call.value, grid.columns, GAP), call)


def _picture(
    pixels: np.ndarray, call: Call[Tensor], headers: Mapping[str, str] | None = None
) -> Response:
    timing = {"Server-Timing": f"decode;dur={call.milliseconds:.1f}"}
    return Response(
        to_webp(pixels),
        media_type="image/webp",
        headers={**NO_STORE, **timing, **(headers or {})},
    )


def _line(text: str, status: int) -> Response:
    return PlainTextResponse(text, status, NO_STORE)


ROUTES: list[BaseRoute] = [
    Route("/ready", ready),
    Route("/pad/{token}", pad),
    Route("/tiles/{token}", tiles),
    *CLASS_ROUTES,
]
