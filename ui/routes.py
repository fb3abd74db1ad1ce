"""HTTP routes beside Streamlit's own."""

import asyncio
import math
import time
from concurrent.futures import ThreadPoolExecutor

import torch
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from realnvp import NonFiniteError
from realnvp.engine import Busy
from realnvp.explore.frames import norm_ratios
from realnvp.images import to_webp
from realnvp.viz import to_rgb
from ui.models import checkpoint_names, engine
from ui.scenes import Scene, scenes

DECODERS = 32  # threads that wait for the model: the server's own stay free
WAITING = 64  # pictures that may be on their way; one more is turned away
MAX_NUMBER = 32  # characters
NO_STORE = {"Cache-Control": "no-store"}

_waiters = ThreadPoolExecutor(DECODERS, "pad")
_in_flight: set[str] = set()  # tokens


async def ready(request: Request) -> Response:
    """Whether visitors can be sent here: the start-up is over and there is a model to show."""
    names = checkpoint_names()
    return JSONResponse({"ready": bool(names), "models": names}, 200 if names else 503)


async def pad(request: Request) -> Response:
    """The picture at x and y of a scene, as lossless WebP.

    The server knows what is decoded; the browser sends a token and two numbers, in [-1, 1] or taken
    to its nearest end. Answers 400 to what is no number, 404 to an unknown token, 410 if its model
    is gone, 429 while a picture of that token is on its way, 503 if too many are waiting.
    """
    try:
        x, y = _place(request, "x"), _place(request, "y")
    except ValueError as error:
        return _line(str(error), 400)
    token = request.path_params["token"]
    scene = scenes().find(token)
    if scene is None:
        return _line("This pad is not known here, or no longer.", 404)
    if token in _in_flight:
        return _line("One picture at a time.", 429)
    if len(_in_flight) >= WAITING:
        return _line("Many people are dragging at the moment.", 503)
    _in_flight.add(token)
    # By the future, not here: when the visitor leaves, a decode that has begun goes on to its end.
    decode = _waiters.submit(_decode, scene, x, y)
    decode.add_done_callback(lambda _: _in_flight.discard(token))
    return await asyncio.wrap_future(decode)


def _place(request: Request, name: str) -> float:
    """A number of the query, clamped to [-1, 1].

    Raises:
        ValueError: if it is missing, no number or not finite; one line.
    """
    text = request.query_params.get(name, "")
    try:
        value = float(text) if len(text) <= MAX_NUMBER else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{name} must be a number from -1 to 1.")
    return min(max(value, -1.0), 1.0)


def _decode(scene: Scene, x: float, y: float) -> Response:
    """On a thread that may wait for the model's."""
    flow = scene.flow()
    if flow is None:
        return _line("The model of this pad is gone.", 410)
    start = time.perf_counter()
    try:
        z, labels = scene.points([x], [y])
        call = engine().decode(flow, z, labels)
    except Busy as error:
        return _line(str(error), 503)
    except torch.OutOfMemoryError:
        return _line("The memory of the computer is full at the moment.", 503)
    except NonFiniteError as error:
        return _line(f"The model left the numbers it can hold: {error}.", 422)
    waited = 1000 * (time.perf_counter() - start) - call.milliseconds
    timing = f"decode;dur={call.milliseconds:.1f}, wait;dur={waited:.1f}"
    norm = f"{float(norm_ratios(z)[0]):.3f}"
    return Response(
        to_webp(to_rgb(call.value)[0]),
        media_type="image/webp",
        headers=NO_STORE | {"Server-Timing": timing, "Norm-Ratio": norm},
    )


def _line(text: str, status: int) -> Response:
    return PlainTextResponse(text, status, NO_STORE)


ROUTES = [Route("/ready", ready), Route("/pad/{token}", pad)]
