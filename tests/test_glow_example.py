"""The worked example of docs/any-flow.md: a multi-scale Glow of normflows."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from app_pages import Offered, open_page, written_by
from flows import random_pictures

from explorer.pages import VIEWS
from explorer.views.recipe import read_recipe
from realnvp.any_flow import AnyFlow, Flow
from realnvp.doctor import findings_of_flow
from realnvp.flow import dequantize
from realnvp.own_flows import FLOWS

DOCS = Path(__file__).resolve().parent.parent / "docs"
EXAMPLE = DOCS / "examples" / "glow_flow.py"


@pytest.fixture(scope="module")
def example() -> ModuleType:
    pytest.importorskip("normflows", reason="`pip install normflows` brings it")
    found = importlib.util.spec_from_file_location("glow_example", EXAMPLE)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture
def named(checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example stands beside the checkpoint tiny; its file lies where nothing else does."""
    file = tmp_path / "glow_flow.py"
    file.write_bytes(EXAMPLE.read_bytes())
    monkeypatch.setattr("realnvp.own_flows._opened", set())
    monkeypatch.setenv(FLOWS, f"{file}:make_flow")
    return file


def test_the_docs_have_the_code_that_is_tested() -> None:
    text, code = (path.read_text(encoding="utf-8") for path in (DOCS / "any-flow.md", EXAMPLE))
    assert f"```python\n{code}```\n" in text


def test_it_is_what_the_protocol_asks_for(example: ModuleType) -> None:
    own = example.make_flow()
    flow, images = AnyFlow(own), random_pictures(4, side=16)
    assert isinstance(own, Flow)
    assert torch.equal(flow.decode(flow.encode(images)), images)
    # Two levels: what is factored out first is the finest.
    assert flow.shapes() == [(6, 8, 8), (24, 4, 4)]
    assert flow.config.num_levels == 2


def test_its_latents_are_noise_under_a_base_that_has_learnt(example: ModuleType) -> None:
    """log p is that of normflows, whose latents have a mean and a deviation."""
    own, x = example.make_flow(), dequantize(random_pictures(4, side=16), None)
    with torch.no_grad():
        for base in own.glow.q0:
            base.loc += 0.5
            base.log_scale -= 0.7
    flow = AnyFlow(own)
    theirs = own.glow.log_prob(x / 256, None) - flow.dim * np.log(256)
    assert torch.allclose(flow.log_prob(x), theirs.float())
    assert all(finding.passed for finding in findings_of_flow(flow))
    with torch.no_grad():
        levels = own.glow.inverse_and_log_det(x / 256)[0]
        prior = sum(base.log_prob(z) for z, base in zip(levels, own.glow.q0, strict=True))
        z = flow.encode(random_pictures(4, side=16))
        scales = sum(float(base.log_scale.sum()) for base in own.glow.q0)
    ours = -0.5 * (z.square() + np.log(2 * np.pi)).sum(1)
    assert torch.allclose(ours - scales, prior, rtol=1e-4)


def test_its_weights_are_trained_and_read_again(
    example: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(example, "WEIGHTS", tmp_path / "glow.pt")
    images = random_pictures(64, side=16) // 8 + 100  # far from what it begins with
    before = AnyFlow(example.make_flow()).bits_per_dim(images).mean()
    example.train(images, steps=4)
    read = AnyFlow(example.make_flow())
    assert read.bits_per_dim(images).mean() < before
    assert torch.equal(read.decode(read.encode(images)), images)


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("sample", {}),
        ("encode", {}),
        ("interpolate", {"view": "Path"}),
        ("atlas", {}),
        ("likelihood", {}),
        ("directions", {"directions_view": "Sliders"}),
        ("repair", {"steps": "2"}),
        ("multiscale", {"show": "Resample"}),
    ],
)
def test_the_pages_show_it_and_a_program_gives_the_same_bytes(
    page: str,
    link: dict[str, str],
    example: ModuleType,
    named: Path,
    offered: Offered,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = open_page(f"{page}.py", checkpoint="glow_flow", **link)
    assert not app.exception
    assert not app.error
    recipe, pixels = offered[-1]
    assert recipe["checkpoint"] == "glow_flow"
    program = read_recipe(VIEWS, recipe).python()
    monkeypatch.delenv(FLOWS)
    drawn = written_by(program, named.parent, monkeypatch)[VIEWS[page].file]
    assert np.array_equal(drawn, pixels)
