"""All steps as pictures for the browser, which then needs nobody to go through them."""

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import numpy as np

from explorer.figures.whole_flow import shape_in_words
from explorer.step_maps import GAP, LAYOUTS, PIXELS, Panel, panels
from explorer.ui.anatomy.diagram import diagram
from explorer.ui.anatomy.subject import Subject
from explorer.ui.cache import cached, shared
from explorer.ui.models import spinner
from explorer.ui.web import element
from realnvp.explore.steps import Step
from realnvp.explore.trace_numbers import log_dets
from realnvp.image_encoding import data_url
from realnvp.numerals import numeral
from realnvp.viz import to_rgb

_keep = element("anatomy.pictures")

WORDS = {
    "mask": "mask: white is left alone",
    "s": "s, its sum is the log-det",
    "t": "t",
    "factored out": "factored out",
}
CAPTIONS = {
    ("split", "mask"): "white goes on, blue is factored out",
    ("logit", "s"): "log slope, dark is flat",
    ("batch norm", "s"): "log of the scale",
}


def send(subject: Subject, layout: str) -> str:
    """Send the pictures of all steps to the browser, once; gives the name they have there."""
    name = f"{subject.digest}-{LAYOUTS.index(layout)}"

    def drawn() -> bytes:
        return json.dumps({"name": name} | _drawn(subject.steps, layout)).encode()

    def made() -> bytes:
        with spinner(subject.steps[0].before.picture.numel() > 1024, "Drawing every step"):
            return shared(name, drawn)

    # Bytes go as they are. What is no text yet, Streamlit writes twice in each run: 6 ms.
    _keep(key="anatomy_pictures", data=cached("anatomy_drawn", name, made))
    return name


def _drawn(steps: Sequence[Step], layout: str) -> dict[str, Any]:
    """Pictures, each different one once, and for every step which of them it shows."""
    pictures: dict[tuple[tuple[int, ...], bytes], int] = {}
    urls: list[str] = []

    def place(pixels: np.ndarray) -> int:
        at = pictures.setdefault((pixels.shape, pixels.tobytes()), len(urls))
        if at == len(urls):
            urls.append(data_url(pixels))
        return at

    nats, bits = log_dets(steps, "nats"), log_dets(steps, "bits")
    count, (height, width) = len(steps), steps[0].before.picture.shape[1:]
    stacked = layout == PIXELS and len(steps[0].before.picture) > 1
    shown = [
        {
            "title": title(step, index, count),
            "words": _words(step, nats[index], bits[index]),
            "kind": step.kind,
            "bar": float(nats[index][0]),
            "look": place(to_rgb(step.after.image[None])[0]),
            "panels": [_plain(step, panel, place) for panel in panels(step, layout)],
        }
        for index, step in enumerate(steps)
    ]
    return {
        "pictures": urls,
        "size": [height, width],
        # Channels below each other are tall: five maps in a row, else three.
        "row": 5 if stacked else 3,
        "room": 132 if stacked else 208,
        "latent": sum(not step.back for step in steps),
        "gap": GAP,
        "steps": shown,
        "groups": list(_groups(steps)),
        "flow": diagram(steps),
    }


def title(step: Step, index: int, count: int) -> str:
    """ "Step 5 of 84: level 1, coupling 2 (checkerboard, keeps odd pixels)"."""
    return f"Step {index + 1} of {count}: {'back through ' if step.back else ''}{step.name}"


def _words(step: Step, nats: tuple[Decimal, Decimal], bits: tuple[Decimal, Decimal]) -> str:
    own, so_far = (f"{signed(n)} nats ({signed(b)} bits)" for n, b in zip(nats, bits, strict=True))
    words = f"log-det of this step {own} · in total so far {so_far}"
    if step.kept is None:
        return words
    share = f"{int(step.kept.sum()):,} of {step.kept.numel():,}"
    return f"{words} · " + (f"{share} go on" if step.kind == "split" else f"{share} left alone")


def signed(value: Decimal) -> str:
    """With its sign, unless it is zero, a true minus, and commas."""
    return numeral(value, "+,") if value else f"{abs(value)}"


def _plain(step: Step, panel: Panel, place: Callable[[np.ndarray], int]) -> dict[str, Any]:
    return {
        "name": panel.name,
        "caption": _caption(step, panel.name),
        "at": place(panel.pixels),
        "width": panel.pixels.shape[1],
        "height": panel.pixels.shape[0],
        "columns": panel.columns,
        "size": list(panel.size),
    }


def _caption(step: Step, name: str) -> str:
    """ "t" or "before, 3 × 32 × 32"."""
    if name in WORDS:
        return CAPTIONS.get((step.kind, name), WORDS[name])
    state = step.before if name == "before" else step.after
    return f"{name}, {shape_in_words(state.active.shape)}"


def _groups(steps: Sequence[Step]) -> Iterator[dict[str, Any]]:
    """Stretches of steps that belong to one level, with their numbers."""
    for (level, _), members in groupby(steps, lambda step: (step.level, step.back)):
        yield {"name": "x" if level is None else f"level {level + 1}", "count": len(list(members))}
