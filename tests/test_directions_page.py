"""The page Directions: sliders, a walk, a pad, a lesson; what is shown is what its recipe makes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch
from app_pages import Offered, figure, figures, open_page, sent
from flows import small_flow
from PIL import Image
from streamlit.testing.v1 import AppTest

import explorer.ui.directions.reading
from explorer.ui.directions.reading import _of_others, _of_the_asked
from explorer.views.directions import DirectionsPad, DirectionsView, Moves, Sliders, Walk
from explorer.views.latents import FromSeed
from explorer.views.recipe import Recipe, RecipeError, read_recipe
from realnvp.checkpoint import save
from realnvp.direction_file import FILE, write_directions
from realnvp.explore.directions import LABEL, MINE, PRINCIPAL, Directions, steer
from realnvp.explore.learnt_directions import taught
from realnvp.inference import fold
from realnvp.looks.net import FeatureNet, NetConfig
from realnvp.looks.reading import probabilities
from realnvp.looks.store import load_net, save_net
from realnvp.viz import image_grid

pytestmark = pytest.mark.usefixtures("checkpoints")

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("Smiling", "Blond hair", "PCA 1")
LESSON = {
    "taught_yes": ["sample 0 no. 1", "sample 0 no. 3", "example sample 2"],
    "taught_no": ["sample 0 no. 2", "sample 7 no. 16"],
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model with three directions."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "tiny")
    write_directions(folder / "tiny", known())
    return folder


def known(dim: int = 192) -> Directions:
    vectors = torch.randn(3, dim, generator=torch.Generator().manual_seed(0))
    vectors = torch.nn.functional.normalize(vectors, dim=1).half().float()
    vectors = torch.nn.functional.normalize(vectors, dim=1)
    numbers = torch.tensor([0.5, -0.25, 0.0]), torch.tensor([2.0, 3.0, 4.0])
    figures = torch.tensor([0.75, 0.5, 0.01])
    return Directions(NAMES, (LABEL, LABEL, PRINCIPAL), vectors, *numbers, figures)


def moved(app: AppTest) -> dict:
    return figure(app, "before and after")


def test_on_arrival_the_first_direction_is_moved(offered: Offered) -> None:
    app = open_page("directions.py")
    assert not app.exception
    assert not app.info
    assert moved(app)["alt"].endswith("Smiling +2.0")
    labels = [slider.label for slider in app.slider]
    assert labels[:2] == ["Smiling · 75 %", "Blond hair · 50 %"]
    words = " ".join(markdown.value for markdown in app.markdown)
    assert "Blond hair" in words
    assert "moved along" in words
    flow = fold(small_flow())
    a = flow.draw(1, 0.7, torch.Generator().manual_seed(1))
    z = torch.cat([a, steer(known().pick(["Smiling"]), a, [2.0], keep_norm=True)])
    assert np.array_equal(offered[-1][1], image_grid(flow.decode(z), 2, gap=2))


def test_a_slider_moves_the_picture_and_reset_takes_it_back() -> None:
    app = open_page("directions.py")
    before = moved(app)["source"]
    app.slider(key="amount_Blond hair").set_value(-3.0).run()
    assert "Smiling +2.0, Blond hair −3.0" in moved(app)["alt"]
    assert moved(app)["source"] != before
    app.button(key="directions_reset").click().run()
    assert not app.exception
    assert moved(app)["alt"].endswith("not moved")
    assert [slider.value for slider in app.slider[:2]] == [0.0, 0.0]


@pytest.mark.parametrize(
    "link",
    [
        {"directions": "<b>", "taught_yes": ["sample 0 no. 1"] * 3, "taught_no": "sample 0 no. 1"},
        {
            "amount_Smiling": "nan",
            "directions_view": "Fly",
            "taught_yes": ["sample 0 no. 99", "sample ٣ no. 1", "tray x", "example ../x", "<i>"],
            "teach_seed": "1e300",
        },
    ],
)
def test_what_a_link_cannot_mean_falls_back(link: dict) -> None:
    app = open_page("directions.py", **link)
    assert not app.exception
    assert moved(app)


@pytest.mark.parametrize(
    "changes",
    [
        {"channels": 1, "label_kind": "class", "num_labels": 10},
        {"label_kind": "attributes", "num_labels": 2, "label_names": ("Smiling", "Glasses")},
    ],
)
def test_conditional_models_work_without_a_file_of_directions(
    changes: dict, own_models: Path
) -> None:
    save(small_flow(**changes), own_models / "tiny")
    (own_models / "tiny" / FILE).unlink()
    app = open_page("directions.py")
    assert not app.exception
    assert "python -m realnvp directions tiny" in app.info[0].value
    assert moved(app)["alt"].endswith("not moved")
    assert app.segmented_control(key="directions_view").options == ["Sliders"]
    app = open_page("directions.py", directions=MINE, amount_Mine="2", **LESSON)
    assert not app.exception
    assert moved(app)["alt"].endswith("Mine +2.0")
    assert app.segmented_control(key="directions_view").options == ["Sliders", "Walk"]


def test_a_damaged_file_of_directions_leaves_the_page_usable(own_models: Path) -> None:
    (own_models / "tiny" / FILE).write_bytes(b"nothing")
    app = open_page("directions.py")
    assert not app.exception
    assert "damaged" in app.error[0].value
    assert moved(app)


def test_a_lesson_gives_a_direction_with_its_accuracy_and_cosines() -> None:
    app = open_page("directions.py", directions=["Smiling", MINE], **LESSON)
    assert not app.exception
    flow = fold(small_flow())
    drawn = flow.draw(16, 0.7, torch.Generator().manual_seed(0))
    own = flow.sample(8, temperature=0.7, generator=torch.Generator().manual_seed(0))
    yes = torch.cat([drawn[[0, 2]], flow.encode(own[1:2])])
    other = flow.draw(16, 0.7, torch.Generator().manual_seed(7))
    share = float(taught(MINE, yes, torch.cat([drawn[1:2], other[15:]])).figures)
    (words,) = [m.value for m in app.markdown if "leave-one-out" in m.value]
    assert f"**{100 * share:.0f} %** of your 5 pictures" in words
    assert "Smiling" in words
    assert f"Mine · {100 * share:.0f} %" in [slider.label for slider in app.slider]
    sheet = figure(app, "3 yes, 2 no")
    assert sheet["labels"][:3] == ["✓ yes", "✗ no", "✓ yes"]


def test_a_walk_has_a_in_the_middle() -> None:
    app = open_page("directions.py", directions_view="Walk", along="Blond hair", reach="1.5")
    assert not app.exception
    shown = figure(app, "7 frames of seed 1, T = 0.70, Blond hair from −1.5 to +1.5")
    assert shown["titles"][3].startswith("Blond hair +0.0")


def test_the_same_direction_twice_on_the_pad_is_one_kind_line() -> None:
    app = open_page("directions.py", directions_view="Pad", pad_across="Smiling", pad_up="Smiling")
    assert not app.exception
    assert "the same direction" in app.info[0].value


def test_the_pad_is_over_two_directions() -> None:
    app = open_page("directions.py", directions_view="Pad", x="0.5")
    assert not app.exception
    (pad,) = [data for data in sent(app) if isinstance(data, dict) and "scales" in data]
    assert [scale["name"] for scale in pad["scales"]] == ["Smiling", "Blond hair"]
    assert figures(app)


KINDS = {"directions": DirectionsView}
WAYS: dict[str, Moves] = {
    "sliders": Sliders(
        moves=(("Blond hair", -1.5), (MINE, 0.7), ("PCA 1", 0.0)),
        orthogonal=True,
        keep_norm=False,
    ),
    "walk": Walk(along="Smiling", reach=2.5, frames=5),
    "walk in a level": Walk(along="Smiling", reach=2.5, frames=5),
    "pad": DirectionsPad(across="PCA 1", up="Smiling", orthogonal=True, x=0.25, y=-0.5),
}


def recipe_of(name: str) -> Recipe:
    taught = {side: tuple(words) for side, words in LESSON.items()} if name == "sliders" else {}
    levels = (2,) if name.endswith("in a level") else (1, 2, 3)
    view = DirectionsView(a=FromSeed(seed=3), way=WAYS[name], levels=levels, **taught)
    return Recipe("tiny", view)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """What the programs of all views write, run in one fresh Python."""
    folder = tmp_path_factory.mktemp("programs")
    save(small_flow(), folder / "tiny")
    write_directions(folder / "tiny", known())
    for name in WAYS:
        (folder / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REALNVP_CHECKPOINTS", str(folder))
        for name in WAYS:
            (folder / name / "program.py").write_text(recipe_of(name).python(), "utf-8")
    command = "import os, runpy, sys\nfor path in sys.argv[1:]:\n    os.chdir(path)"
    command += "\n    runpy.run_path('program.py')"
    subprocess.run(
        [sys.executable, "-c", command, *(str(folder / name) for name in WAYS)],
        check=True,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "REALNVP_CHECKPOINTS": str(folder)},
    )
    return {name: np.array(Image.open(folder / name / "directions.png")) for name in WAYS}


@pytest.mark.parametrize("name", WAYS)
def test_a_link_restores_the_view_and_a_program_its_pixels(
    name: str, offered: Offered, programs: dict[str, np.ndarray]
) -> None:
    _, _, query = recipe_of(name).link().partition("?")
    app = open_page("directions.py", **parse_qs(query))
    assert not app.exception
    recipe, pixels = offered[-1]
    assert recipe == recipe_of(name).json()
    assert np.array_equal(programs[name], pixels)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"directions_view": "Fly"}, "one of"),
        ({"moves": ["Smiling"]}, "moves"),
        ({"moves": [["a", 1.0], ["a", 2.0]]}, "differ"),
        ({"moves": [["x" * 150, 1.0]]}, "moves"),
        ({"moves": [["a", "x"]]}, "moves"),
        ({"orthogonal": 1}, "orthogonal"),
        ({"x": 0.5}, "unknown here"),
        ({"directions_view": "Walk"}, "along"),
    ],
)
def test_what_a_recipe_cannot_say_is_refused(change: dict, message: str) -> None:
    recipe = recipe_of("sliders").json()
    with pytest.raises(RecipeError, match=message):
        read_recipe(KINDS, recipe | {"way": recipe["way"] | change})


@pytest.mark.parametrize("words", [[], LESSON["taught_yes"][:1]])
def test_a_recipe_of_mine_tells_what_it_was_taught_from(words: list[str]) -> None:
    with pytest.raises(RecipeError, match="2 of taught_yes and of taught_no"):
        read_recipe(KINDS, recipe_of("sliders").json() | {"taught_yes": words})


def test_what_is_shown_of_angles_is_of_what_a_is_moved_along() -> None:
    def angles(**query: str) -> list[list[float]]:
        app = open_page("directions.py", directions=["Smiling", "Blond hair"], **query)
        (chart,) = [c for c in app.get("plotly_chart") if c.proto.id.endswith("-cosines")]
        return json.loads(chart.proto.spec)["data"][0]["z"]

    whole, free = angles()[0][1], angles(orthogonal="true")[0][1]
    assert abs(free) < 1e-6 < abs(whole)
    assert angles(levels="")[0][1] == 0
    assert angles(levels="1")[0][1] != pytest.approx(whole, abs=1e-6)


def reader(bias: float, scale: float = 0.0, name: str = "x", **changes: object) -> None:
    """A net of the labels that directions are named after, among the models.

    Args:
        bias: of all its logits.
        scale: of the weights that it reads pictures with; 0 reads the same off all of them.
    """
    names = {"label_names": ("Smiling", "Blond_Hair", "Hat"), "attributes": True} | changes
    torch.manual_seed(0)
    net = FeatureNet(NetConfig(image_size=(8, 8), width=4, **({"channels": 3} | names)))
    with torch.no_grad():
        net.labels.weight.mul_(scale)
        net.labels.bias.fill_(bias)
    net.card = {"test_accuracy": 0.875}
    save_net(net, name)


def reading(app: AppTest) -> str:
    charts = [c.proto for c in app.get("plotly_chart")]
    return next((c.alt for c in charts if c.id.endswith("-directions_reading")), "")


def test_what_is_read_off_the_pictures_stands_beside_the_scores(own_models: Path) -> None:
    reader(0.0, scale=4000.0)
    link = {"directions": ["Smiling"], "amount_Smiling": "4"}
    app = open_page("directions.py", **link)
    assert not app.exception
    flow, net = fold(small_flow()), load_net("x")
    a = flow.draw(1, 0.7, torch.Generator().manual_seed(1))
    z = torch.cat([a, steer(known().pick(["Smiling"]), a, [4.0], keep_norm=True)])
    before, after = probabilities(net, flow.decode(z))
    changes = (100 * (after - before)).tolist()
    assert max(map(abs, changes)) > 1
    (chart,) = [c for c in app.get("plotly_chart") if c.proto.id.endswith("-directions_reading")]
    (bars,) = json.loads(chart.proto.spec)["data"]
    assert sorted(bars["x"]) == pytest.approx(sorted(changes), abs=0.01)
    assert abs(bars["x"][0]) == max(map(abs, bars["x"]))
    (words,) = [m.value for m in app.markdown if "Smiling was asked for" in m.value]
    shares = f"from {100 * float(before[0]):.0f} % to {100 * float(after[0]):.0f} %"
    assert shares in words
    assert "right for 88 % of labels" in " ".join(c.value for c in app.caption)


def test_what_was_asked_for_has_a_bar_however_little_it_moves(
    own_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader(0.0)
    monkeypatch.setattr(explorer.ui.directions.reading, "BARS", 1)
    link = {"directions": ["Blond hair"], "amount_Blond hair": "4"}
    assert "Blond hair" in reading(open_page("directions.py", **link))
    monkeypatch.setattr(explorer.ui.directions.reading, "BARS", 2)
    assert reading(open_page("directions.py", **link)).count(" +0") == 2


def test_a_change_of_5_points_on_the_chart_is_one_in_the_words() -> None:
    assert "**Shirt\N{NO-BREAK SPACE}−5**" in _of_others([("Shirt", -0.046)], alone=False)
    assert "by 5 points" in _of_others([("Shirt", -0.044)], alone=False)


def test_a_digit_is_told_from_the_numbers_beside_it() -> None:
    assert "**“4”\N{NO-BREAK SPACE}−60**" in _of_others([("4", -0.6)], alone=False)
    assert _of_the_asked("1", 0.01, 0.99) == "“1” was asked for and goes **from 1 % to 99 %**."


@pytest.mark.parametrize("view", ["Sliders", "Walk", "Pad"])
def test_every_way_to_move_is_read(view: str, own_models: Path) -> None:
    reader(0.0, scale=4000.0)
    app = open_page("directions.py", directions_view=view, x="0.5", y="0.5")
    assert not app.exception
    assert "Smiling" in reading(app)


def test_a_classifier_that_sees_no_change_says_so_and_what_moved_in_the_latent_alone(
    own_models: Path,
) -> None:
    reader(0.0)
    link = {"directions": ["Smiling"], "amount_Smiling": "4"}
    (words,) = [
        m.value for m in open_page("directions.py", **link).markdown if "asked for and" in m.value
    ]
    assert "Smiling was asked for and stays about the same: **from 50 % to 50 %**" in words
    assert "nothing else changes by 5 points" in words
    assert "moves in the latent" not in words  # at right angles, or nearly so
    alike = known()
    alike.vectors[1] = torch.nn.functional.normalize(alike.vectors[0] + alike.vectors[1], dim=0)
    write_directions(own_models / "tiny", alike)
    app = open_page("directions.py", **link)
    (words,) = [m.value for m in app.markdown if "asked for and" in m.value]
    assert "Blond hair moves in the latent (+" in words
    assert words.endswith("and hardly in the picture.")


@pytest.mark.parametrize(
    "changes",
    [
        {"channels": 1},
        {"label_names": ("Smiling", "Hat")},  # it knows not all of them
    ],
)
def test_what_no_net_has_learned_is_not_read(changes: dict, own_models: Path) -> None:
    app = open_page("directions.py")
    assert not app.exception
    assert reading(app) == ""
    reader(0.0, 40.0, **changes)
    app = open_page("directions.py")
    assert not app.exception
    assert reading(app) == ""
    (own_models / "features" / "x" / "model.safetensors").write_bytes(b"nothing")
    assert not open_page("directions.py").exception
