"""The page Anatomy: every step is the model's own, and is found again by its link."""

import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
import torch
from app_pages import Offered, open_page, sent, written_by
from flows import small_flow
from streamlit.testing.v1 import AppTest

import explorer.ui.anatomy.stepping
import explorer.ui.recipe
from explorer.examples import examples
from explorer.pages import VIEWS
from explorer.step_maps import CHANNELS, LAYOUTS
from explorer.ui.anatomy.explanation import _of_logit
from explorer.ui.anatomy.pictures import signed
from explorer.ui.anatomy.variables import exact
from explorer.ui.anatomy.words import FORMULAS, NOTICE
from explorer.views.anatomy import Anatomy, OfPicture, OfSample
from explorer.views.pictures import Example
from explorer.views.recipe import Recipe, RecipeError, read_recipe
from realnvp.checkpoint import save
from realnvp.explore.trace import round_trip, trace_back
from realnvp.inference import fold

MODELS: dict[str, dict[str, object]] = {
    "colour": {},
    "grey classes": {
        "channels": 1,
        "image_size": (28, 28),
        "label_kind": "class",
        "num_labels": 3,
        "label_names": ("Coat", "T-shirt/top", "Bag"),
    },
    "attributes, 2 levels": {
        "num_levels": 2,
        "label_kind": "attributes",
        "num_labels": 2,
        "label_names": ("Smiling", "Hat"),
    },
    "4 levels": {"num_levels": 4, "image_size": (16, 16)},
}

pytestmark = pytest.mark.usefixtures("checkpoints")


def drawn(app: AppTest) -> dict[str, Any]:
    """All steps, as they went to the browser."""
    (found,) = [data for data in sent(app) if isinstance(data, dict) and "pictures" in data]
    return found


def staged(app: AppTest) -> dict[str, Any]:
    """What the stage shows of them."""
    (found,) = [data for data in sent(app) if isinstance(data, dict) and "marks" in data]
    return found


def table(app: AppTest) -> dict[str, list[str]]:
    """The numbers of the pixel, by their names."""
    (text,) = [m.value for m in app.markdown if m.value.startswith("| | ")]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    return {name: cells for name, *cells in rows}


@pytest.mark.parametrize("model", MODELS)
def test_every_model_makes_the_round_trip(model: str, own_models: Path, offered: Offered) -> None:
    flow = small_flow(**MODELS[model])
    save(flow, own_models / "tiny")
    app = open_page("anatomy.py")
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1
    data, stage = drawn(app), staged(app)
    count = 2 * (16 * (flow.config.num_levels - 1) + 10)
    assert len(data["steps"]) == count
    assert data["latent"] == count // 2
    assert sum(group["count"] for group in data["groups"]) == count
    assert stage["name"] == data["name"]
    assert stage["step"] == 3
    assert "level 1, coupling 1" in data["steps"][2]["title"]
    assert data["steps"][0]["look"] == data["steps"][-1]["look"]  # every byte is back
    assert offered[-1][0]["step"] == 3


def test_the_total_is_the_sum_of_what_is_shown() -> None:
    total = {"nats": Decimal(0), "bits": Decimal(0)}
    for step in drawn(open_page("anatomy.py"))["steps"]:
        numbers = re.findall(r"([−+]?[\d,]+\.\d) (nats|bits)", step["words"])
        assert len(numbers) == 4
        for (own, unit), (so_far, _) in zip(numbers[:2], numbers[2:], strict=True):
            own, so_far = (Decimal(n.replace("−", "-").replace(",", "")) for n in (own, so_far))
            total[unit] += own
            assert total[unit] == so_far


def test_the_numbers_of_a_pixel_are_those_of_the_model() -> None:
    app = open_page("anatomy.py", step="5", row="2", column="4")
    flow = fold(small_flow())
    image = torch.from_numpy(examples(flow, "tiny")["sample 1"].pixels).permute(2, 0, 1)[None]
    step = round_trip(flow, image)[4]
    shown = table(app)
    assert shown[""] == ["changed"] * 3
    for channel in range(3):
        x, s, factor, t, y = (shown[n][channel] for n in ("x", "s", "exp(s)", "t", "y"))
        assert step.log_scale is not None
        assert step.shift is not None
        assert x == exact(float(step.before.active[channel, 2, 4]))
        assert s == exact(float(step.log_scale[channel, 2, 4]))
        assert t == exact(float(step.shift[channel, 2, 4]))
        x, factor, t, y = (np.float32(n.replace("−", "-")) for n in (x, factor, t, y))
        assert x * factor + t == y
    assert any("e^{" in latex.value for latex in app.latex)


def test_a_kept_pixel_is_said_to_be_left_alone() -> None:
    app = open_page("anatomy.py", step="5", row="2", column="5")
    shown = table(app)
    assert shown["x"] == shown["y"]
    assert shown["s"] == ["–"] * 3
    assert any("Left alone" in caption.value for caption in app.caption)


def test_a_pixel_that_is_factored_out_is_said_to_be() -> None:
    app = open_page("anatomy.py", step="25", row="0", column="1")
    assert any("factored out" in caption.value for caption in app.caption)


def test_going_on_changes_the_step_and_nothing_that_was_sent() -> None:
    app = open_page("anatomy.py")
    before = drawn(app)
    app.slider(key="step").set_value(9).run()
    assert staged(app)["step"] == 9
    assert drawn(app) == before
    app.segmented_control(key="layout").set_value(CHANNELS).run()
    assert drawn(app)["name"] != before["name"]
    captions = [panel["caption"] for panel in drawn(app)["steps"][8]["panels"]]
    assert captions == ["before, 3 × 8 × 8", "after, 12 × 4 × 4"]


def test_a_sample_goes_from_its_latent_to_the_picture() -> None:
    app = open_page("anatomy.py", start="a sample", seed="5", step="42")
    data = drawn(app)
    assert len(data["steps"]) == 42
    assert data["latent"] == 0
    assert all("back through" in step["title"] for step in data["steps"])
    assert staged(app)["subject"] == "seed 5, T = 0.70"
    first = data["pictures"][data["steps"][-1]["look"]]
    app.number_input(key="seed").set_value(6.0).run()
    assert drawn(app)["pictures"][drawn(app)["steps"][-1]["look"]] != first


def test_another_model_under_the_same_name_is_drawn_anew(own_models: Path) -> None:
    app = open_page("anatomy.py", start="a sample")
    before = drawn(app)
    save(small_flow(seed=1), own_models / "tiny")
    app.run()
    assert drawn(app)["name"] != before["name"]
    assert drawn(app)["pictures"] != before["pictures"]


def test_at_the_latent_the_density_is_given() -> None:
    app = open_page("anatomy.py", step="42")
    flow = small_flow()
    image = torch.from_numpy(examples(flow, "tiny")["sample 1"].pixels).permute(2, 0, 1)[None]
    bits = float(flow.bits_per_dim(image))
    assert any(f"**{bits:.3f} bits/dim**" in text.value for text in app.markdown)


def test_another_model_may_have_fewer_steps(own_models: Path) -> None:
    save(small_flow(num_levels=2), own_models / "two")
    app = open_page("anatomy.py", checkpoint="tiny", step="84", row="7")
    assert staged(app)["step"] == 84
    app.sidebar.selectbox[0].select("two").run()
    assert not app.exception
    assert staged(app)["step"] == 52


@pytest.mark.parametrize(
    "link",
    [{"step": "0", "row": "-1", "layout": "?"}, {"step": "9999", "row": "nan", "column": "8"}],
)
def test_what_a_link_cannot_mean_falls_back(link: dict[str, str]) -> None:
    app = open_page("anatomy.py", **link)
    assert not app.exception
    stage = staged(app)
    assert (stage["step"], stage["row"], stage["column"]) == (3, 4, 5)


def test_the_code_at_work_is_shown() -> None:
    assert {kind for kind, _ in FORMULAS} == {kind for kind, _ in NOTICE}
    app = open_page("anatomy.py")
    app.session_state["anatomy_code"] = True
    app.run()
    code = [block.value for block in app.code if "class " in block.value]
    assert any("class AffineCoupling(Transform)" in text for text in code)
    assert any("class FoldedCoupling(AffineCoupling)" in text for text in code)


SAMPLE = OfSample(seed=7, temperature=0.9, label="Bag")
EXAMPLE, PART = Example(example="sample 2"), Example(example="sample 3", zoom=2.0, up_down=0.0)
PIXEL = {"row": 1, "column": 2}


@pytest.mark.parametrize(
    ("model", "view"),
    [
        ("colour", Anatomy(subject=OfPicture(picture=EXAMPLE), step=60, layout=CHANNELS, **PIXEL)),
        ("grey classes", Anatomy(subject=SAMPLE, step=11, **PIXEL)),
        (
            "attributes, 2 levels",
            Anatomy(subject=OfPicture(picture=EXAMPLE, label=("Hat",)), step=18, **PIXEL),
        ),
        ("4 levels", Anatomy(subject=OfPicture(picture=PART), step=2, **PIXEL)),
    ],
)
def test_a_link_restores_the_step_and_its_program_writes_the_pixels(
    model: str,
    view: Anatomy,
    own_models: Path,
    offered: Offered,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save(small_flow(**MODELS[model]), own_models / "tiny")
    recipe = Recipe("tiny", view)
    app = open_page("anatomy.py", **parse_qs(urlsplit(recipe.link()).query))
    assert not app.exception
    made, pixels = offered[-1]
    assert read_recipe(VIEWS, made) == recipe
    written = written_by(recipe.python(), tmp_path, monkeypatch)
    assert np.array_equal(written["step.png"], pixels)


@pytest.mark.parametrize(
    "change",
    [
        {"step": "third"},
        {"layout": "sideways"},
        {"row": [1]},
        {"subject": {"start": "space"}},
        {"subject": {"start": "a sample", "picture": {"source": "Example"}}},
    ],
)
def test_what_a_recipe_cannot_say_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(RecipeError) as error:
        read_recipe(VIEWS, {"page": "anatomy", "checkpoint": "tiny"} | change)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("place", "meant"),
    [
        ({"step": 12, "release": 3}, (12, 3)),
        ({"step": -4, "release": -1}, (1, 0)),
        ({"step": float("nan"), "release": 1e300}, (1, 10**9)),
        ({"step": "<b>"}, (1, 0)),
    ],
)
def test_a_forged_release_is_clamped(
    place: dict, meant: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"stage": SimpleNamespace(place=place)}
    monkeypatch.setattr(explorer.ui.anatomy.stepping.st, "session_state", state)
    explorer.ui.anatomy.stepping._released()
    assert (state["step"], state["stage_release"]) == meant


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_press_on_any_map_finds_its_pixel(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = small_flow()
    steps = trace_back(flow, flow.draw(1, 1.0, torch.Generator().manual_seed(0)))
    marks = explorer.ui.anatomy.stepping._marks(steps, 5, 3)
    for index, maps in enumerate(marks):
        for panel, places in maps.items():
            for tile, *at in places:
                row, column = at if layout == CHANNELS else (5, 3)
                sent = {"panel": panel, "step": index + 1, "tile": tile, "row": row}
                found = pressed(steps, layout, sent | {"column": column}, monkeypatch)
                assert found == (5, 3)
    assert all(len(marks[-1][side]) == 3 for side in ("before", "after"))


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        {},
        {"panel": ["x"], "step": 1e300, "tile": -4, "row": "a", "column": None},
        {"panel": "factored out", "step": 3, "tile": 10**9, "row": 10**9, "column": 10**9},
    ],
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_forged_press_stays_inside(
    sent: object, layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = small_flow()
    steps = trace_back(flow, flow.draw(1, 1.0, torch.Generator().manual_seed(0)))
    at = pressed(steps, layout, sent, monkeypatch)
    if at is not None:
        assert 0 <= at[0] < 8
        assert 0 <= at[1] < 8


def pressed(
    steps: list, layout: str, sent: object, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, int] | None:
    state: dict[str, Any] = {"stage": SimpleNamespace(pixel=sent)}
    monkeypatch.setattr(explorer.ui.anatomy.stepping.st, "session_state", state)
    explorer.ui.anatomy.stepping._pressed(steps, layout)
    return (int(state["row"]), int(state["column"])) if "row" in state else None


@pytest.mark.parametrize(
    ("value", "text"), [("0", "0"), ("0.0", "0.0"), ("-1234.5", "−1,234.5"), ("3.0", "+3.0")]
)
def test_a_log_det_has_its_sign_but_for_zero(value: str, text: str) -> None:
    assert signed(Decimal(value)) == text


def test_what_is_said_of_the_logit_follows_from_the_numbers() -> None:
    flow = small_flow(alpha=0.001)
    steps = [
        Mock(kind="logit", back=False, log_det=-3.0),
        Mock(kind="coupling", back=False, log_det=2.0),
        Mock(kind="coupling", back=True, log_det=9.0),
    ]
    said = _of_logit(flow, steps, steps[0])
    assert said == {"span": "13.8", "size": "no log-det on the way to z is larger than this one"}
    steps[1].log_det = 4.0
    assert _of_logit(flow, steps, steps[0])["size"].startswith("of the steps on the way to z, 1 ")
