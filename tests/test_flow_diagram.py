"""The boxes of the whole flow are the steps, each once and in their order, there and back."""

import pytest
import torch
from flows import MODELS, VARIANTS, random_pictures, small_flow

from explorer.ui.anatomy.diagram import diagram
from realnvp import RealNVP
from realnvp.explore.steps import Step
from realnvp.explore.trace import round_trip, trace_back
from realnvp.inference import fold

PLAIN = {name: changes for name, changes in MODELS.items() if "label_kind" not in changes}
ALL = PLAIN | {name: {"variant": variant} for name, variant in VARIANTS.items()}


@pytest.fixture(params=ALL, ids=str)
def flow(request: pytest.FixtureRequest) -> RealNVP:
    return fold(small_flow(3, **ALL[request.param]))


def ways(flow: RealNVP) -> dict[str, list[Step]]:
    noise = torch.Generator().manual_seed(0)
    image = random_pictures(1, flow.config.channels)
    return {"both": round_trip(flow, image), "back": trace_back(flow, flow.draw(1, 0.7, noise))}


def test_every_step_is_in_one_line_of_its_level(flow: RealNVP) -> None:
    for steps in ways(flow).values():
        found: list[int] = []
        for box in diagram(steps):
            for line in box["lines"]:
                for way in ("there", "back"):
                    first, last = line.get(way, (1, 0))
                    run = steps[first - 1 : last]
                    found += range(first, last + 1)
                    assert {step.back for step in run} <= {way == "back"}
                    levels = {None if box["name"] == "x" else int(box["name"][-1]) - 1}
                    assert {step.level for step in run} <= levels
                    if "×" in line["text"]:
                        count, mask = line["text"].split(" × ")
                        couplings = [step for step in run if step.kind == "coupling"]
                        assert len(couplings) in (0, int(count))
                        assert all(f"({mask}" in step.name for step in couplings)
                        assert {step.kind for step in run} <= {"coupling", "batch norm"}
        assert sorted(found) == list(range(1, len(steps) + 1))


def test_shapes_are_those_of_the_latents(flow: RealNVP) -> None:
    for steps in ways(flow).values():
        boxes = diagram(steps)
        shapes = [" × ".join(map(str, shape)) for shape in flow.shapes()]
        assert [box["latent_shape"] for box in boxes] == [None, *shapes]
        assert [box["latent"] for box in boxes[1:]] == ["z₁", "z₂", "z₃"][: len(shapes)]
        picture = " × ".join(map(str, (flow.config.channels, *flow.config.image_size)))
        assert boxes[0]["shape"] == boxes[1]["shape"] == picture


def test_both_ways_show_the_same_boxes(flow: RealNVP) -> None:
    seen = []
    for steps in ways(flow).values():
        boxes = diagram(steps)
        seen.append([(box["name"], [line["text"] for line in box["lines"]]) for box in boxes])
    assert seen[0] == seen[1]
