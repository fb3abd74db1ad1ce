"""A view goes through JSON, an address and a program unchanged, and draws what they say."""

import ast
import json
import runpy
import zipfile
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch
from flows import random_pictures, small_flow
from PIL import Image

from explorer.step_maps import LAYOUTS
from explorer.tray.pins import Pin, to_bytes
from explorer.views.anatomy import Anatomy, OfSample
from explorer.views.atlas import Atlas
from explorer.views.atlas_sets import SentSet, ServerSet
from explorer.views.axes import Axes, Side
from explorer.views.compare import Compare, LatentSpace, Realism, Reversibility
from explorer.views.directions import DirectionsPad, DirectionsView, Sliders, Walk
from explorer.views.encode import Encode
from explorer.views.interpolate import Interpolate, Manifold, OverLevels, OverPlane, Pad
from explorer.views.interpolate import Path as PathView
from explorer.views.latents import FromExample, FromFile, FromSeed, FromTray, stands_alone
from explorer.views.likelihood import Likelihood, OutOfDistribution, TypicalSet
from explorer.views.models import SideBySide
from explorer.views.multiscale import (
    Compress,
    Maps,
    Multiscale,
    Paste,
    Relabel,
    Resample,
    Swap,
    Warmed,
    Zero,
)
from explorer.views.pictures import Example, File, Pinned
from explorer.views.recipe import Recipe, RecipeError, read_query, read_recipe
from explorer.views.repair import (
    Boxed,
    Colourise,
    Denoise,
    Enlarge,
    HalfMissing,
    Painted,
    Repair,
)
from explorer.views.sample import Sample
from explorer.views.slope import Slope
from explorer.views.toy import Toy
from explorer.views.types import file_name
from explorer.views.view import View
from realnvp.atlas_file import write_atlas
from realnvp.checkpoint import save
from realnvp.direction_file import write_directions
from realnvp.explore.directions import LABEL, MINE, Directions
from realnvp.explore.paths import BETWEEN
from realnvp.image_encoding import to_png
from realnvp.toy import DATASETS
from realnvp.toy.training import WIDTHS
from realnvp.toy.views import STRAIGHT

VIEWS = {
    "samples": Sample(seed=7, pictures=16, order="lowest first", bits=True),
    "levels of their own": Sample(temperature=(0.2, 0.5, 1.1), pictures=16),
    "larger": Sample(times=2, pictures=16),
    "axes": Axes(columns=Side(setting="level 2", range=(0.25, 1.5), cells=3)),
    "seeds and seeds of levels": Axes(rows=Side(seed=5, cells=2), seed=3, temperature=0.5),
    "encode": Encode(picture=Example(example="sample 2", zoom=2.0, up_down=0.0)),
    "encode a file": Encode(picture=File(file="me.png", left_right=100.0)),
    "encode a pin": Encode(picture=Pinned(pinned='it\'s "mine"')),
    "path": Interpolate(way=PathView(stops=3, frames=7, path="linear", c=FromSeed(seed=99))),
    "path from a file": Interpolate(way=PathView(a=FromFile(file="me.png"), b=FromSeed())),
    "manifold": Interpolate(way=Manifold(turn="full", a=FromExample(example="sample 1"))),
    "pad over four": Interpolate(way=Pad(x=0.25, y=-1.0)),
    "pad over a plane": Interpolate(way=Pad(over=OverPlane(plane=4, keep_norm=False), x=0.5)),
    "pad over levels": Interpolate(way=Pad(over=OverLevels(across=2, up=1), y=0.75)),
    "resample": Multiscale(experiment=Resample(levels=(1, 3), seed=2)),
    "zero": Multiscale(a=FromTray(pin='it\'s "mine"'), experiment=Zero()),
    "temperature": Multiscale(experiment=Warmed(factors=(0.5, 1.0, 1.5))),
    "swap": Multiscale(experiment=Swap(levels=(2,), b=FromSeed(temperature=(0.1, 1.0, 1.0)))),
    "compress": Multiscale(experiment=Compress(rows=1)),
    "paste": Multiscale(experiment=Paste(discs=((2.0, 3.5, 2.0), (6.0, 6.0, 1.0)), levels=(3,))),
    "maps": Multiscale(experiment=Maps()),
    "repair": Repair(problem=Painted(discs=((2.0, 3.5, 2.0),)), steps=3, seed=5),
    "repair a box": Repair(problem=Boxed(rows=(12.5, 50.0), columns=(25.0, 100.0)), steps=2),
    "repair a half of a file": Repair(
        picture=File(file="me.png"), problem=HalfMissing(side="upper"), steps=2
    ),
    "colourise": Repair(problem=Colourise(), steps=2, moves="pixels"),
    "enlarge": Repair(problem=Enlarge(times=2), steps=30, until=2, temperature=0.5),
    "denoise": Repair(problem=Denoise(strength=12.0), steps=2),
    "histogram": Likelihood(),
    "typical set": Likelihood(look=TypicalSet(temperature=0.5, seed=4)),
    "directions": DirectionsView(way=Sliders(moves=(("Smiling", 2.0), ("Hat", -1.5)))),
    "a walk": DirectionsView(way=Walk(along="Smiling", frames=5, reach=2.0)),
    "a pad of directions": DirectionsView(
        way=DirectionsPad(across="Hat", up=MINE, x=0.5, orthogonal=True),
        taught_yes=("sample 5 no. 1", "sample 5 no. 2", "example sample 1"),
        taught_no=("sample 5 no. 3", "sample 6 no. 1", "sample 6 no. 64"),
    ),
    "atlas": Atlas(at=3, projection="t-SNE", colour="Norm, level 1"),
    "placed on the atlas": Atlas(at=0, place=True, picture=Example(example="sample 2", zoom=3.0)),
    "a region of the atlas": Atlas(
        at=5, region=((-40.5, -40.0), (40.0, -40.0), (3.25, 40.0)), colour="Cluster (k-means)"
    ),
    "atlas of a file": Atlas(at=5, pictures=SentSet(set_file="mine.zip")),
    "atlas of the server's": Atlas(at=11, pictures=ServerSet(set_name="mine.zip")),
    "anatomy": Anatomy(step=4, layout="as channels", row=2, column=3),
    "anatomy of a sample": Anatomy(subject=OfSample(seed=3), step=99),
    "realism": Compare(question=Realism(seed=2)),
    "reversibility": Compare(question=Reversibility(a=FromSeed(seed=4))),
    "latent space": Compare(question=LatentSpace(frames=5)),
    "toy": Toy(data="rings", steps=3, couplings=2, width=8, log_scale=True, shown=("grid",)),
    "toy letters": Toy(data="text", text="it's", steps=1, couplings=2, width=8),
    "slope": Slope(inside=2.5, outside=0.7, middle=-0.4, at=1.3, seed=5),
    "side by side": SideBySide(left="tiny", right="digits", seed=4),
    "odd ones": Likelihood(look=OutOfDistribution(others=("digits",))),
}
# What an address of such a view has at least.
ARRIVAL = {"models": {"left": ["tiny"], "right": ["digits"]}}
KINDS = {type(view).page: type(view) for view in VIEWS.values()}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models with examples, one with directions and an atlas too."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "tiny")
    save(small_flow(channels=1, label_kind="class", num_labels=10), folder / "digits")
    for name in ("tiny", "digits"):  # which are out-of-distribution for the other
        (folder / name / "examples").mkdir()
        for number in (1, 2):
            pixels = random_pictures(1)[0].permute(1, 2, 0).numpy() // number
            (folder / name / "examples" / f"sample {number}.png").write_bytes(to_png(pixels))
    noise = torch.randn(2, small_flow().dim, generator=torch.Generator().manual_seed(0))
    vectors = torch.nn.functional.normalize(noise, dim=1)
    numbers = torch.zeros(2), torch.ones(2), torch.ones(2)
    known = Directions(("Smiling", "Hat"), (LABEL, LABEL), vectors, *numbers)
    write_directions(folder / "tiny", known)
    images = random_pictures(12)
    write_atlas(folder / "tiny", images, torch.arange(12) % 3, ("a", "b", "c"), "made here", "CC0")
    return folder


@pytest.fixture(autouse=True)
def beside(checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every test runs in a folder of its own, with a picture and a tray in it."""
    monkeypatch.chdir(tmp_path)
    picture = random_pictures(1)[0]
    z = torch.randn(picture.numel(), generator=torch.Generator().manual_seed(1))
    Path("tray.safetensors").write_bytes(
        to_bytes([Pin('it\'s "mine"', "tiny", z, None, picture, {})])
    )
    with zipfile.ZipFile("mine.zip", "w") as archive:
        for index, image in enumerate(random_pictures(12)):
            archive.writestr(f"{index:02}.png", to_png(image.permute(1, 2, 0).numpy()))
    monkeypatch.setenv("REALNVP_SETS", str(tmp_path))
    Path("me.png").write_bytes(to_png(random_pictures(1, side=20)[0].permute(1, 2, 0).numpy()))


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_goes_through_json(name: str) -> None:
    recipe = Recipe("tiny", VIEWS[name])
    assert read_recipe(KINDS, json.loads(json.dumps(recipe.json()))) == recipe


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_goes_through_an_address(name: str) -> None:
    recipe = Recipe("tiny", VIEWS[name])
    page, _, query = recipe.link().partition("?")
    read = parse_qs(query)
    assert (page, read.pop("checkpoint")) == (recipe.view.page, ["tiny"])
    if "file" in name:  # an address holds none
        with pytest.raises(RecipeError, match="file"):
            read_query(type(recipe.view), read)
    else:
        assert read_query(type(recipe.view), read) == recipe.view


@pytest.mark.parametrize("page", KINDS)
def test_an_empty_address_is_the_view_on_arrival(page: str) -> None:
    least = ARRIVAL.get(page, {})
    fields = {name: texts[0] for name, texts in least.items()}
    assert read_query(KINDS[page], least) == KINDS[page](**fields)


@pytest.mark.parametrize("name", VIEWS)
def test_a_program_draws_what_the_view_draws(name: str) -> None:
    view = VIEWS[name]
    Path("program.py").write_text(Recipe("tiny", view).python(), encoding="utf-8")
    made = runpy.run_path("program.py")
    assert made["view"] == view
    drawn = made["view"].run(made.get("flow"))
    with Image.open(view.file) as saved:
        assert np.array_equal(np.array(saved), drawn.pixels)
    for file, pixels in drawn.others.items():
        with Image.open(file) as saved:
            assert np.array_equal(np.array(saved), pixels)
    assert drawn.pixels.std() > 0


def test_a_program_is_no_longer_than_it_helps() -> None:
    program = Recipe("tiny", Sample(seed=42)).python()
    assert "view = Sample(seed=42)\n" in program
    assert all(len(line) <= 100 for line in program.splitlines())
    ast.parse(program)


def test_a_view_that_needs_a_file_or_the_tray_does_not_stand_alone() -> None:
    assert stands_alone(Multiscale())
    assert not stands_alone(Multiscale(a=FromFile(file="me.png")))
    assert not stands_alone(Multiscale(experiment=Swap(b=FromTray(pin="x"))))


def test_a_conditional_view_is_conditioned_on_its_label() -> None:
    flow = small_flow(channels=1, label_kind="class", num_labels=10)
    view = Multiscale(a=FromSeed(label="3"), experiment=Relabel())
    drawn = view.run(flow)
    assert torch.equal(drawn.frames.labels, torch.arange(10))
    other = Multiscale(a=FromSeed(label="3"), experiment=Zero()).run(flow)
    assert set(other.frames.labels.tolist()) == {3}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"page": "multiscale", "a": {"from": "nowhere"}}, "a must be from one of"),
        ({"page": "multiscale", "a": {"from": "Upload", "file": "../x"}}, "a.file"),
        ({"page": "multiscale", "experiment": {"show": "Paste", "discs": [[1, 2]]}}, "discs"),
        ({"page": "multiscale", "experiment": {"show": "Zero", "levels": [1]}}, "levels"),
        ({"page": "axes", "rows": {"setting": "colour"}}, "rows.setting must be"),
        (
            {"page": "interpolate", "way": {"view": "Path", "frames": "many"}},
            "frames must be a whole",
        ),
    ],
)
def test_what_a_view_cannot_be_is_refused_in_one_line(fields: dict, words: str) -> None:
    with pytest.raises(RecipeError) as error:
        read_recipe(KINDS, {"checkpoint": "tiny"} | fields)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("it's me.JPG", "it's me.JPG"),
        *(
            (odd, "picture.png")
            for odd in ("", "../me.png", "a\\b", ".me", "a\nb", "\udc80", "x" * 201)
        ),
    ],
)
def test_a_file_has_a_name_that_a_view_can_hold(name: str, kept: str) -> None:
    assert file_name(name) == kept
    assert File(file=kept).file == kept


def test_views_are_hashable_and_frozen() -> None:
    for view in VIEWS.values():
        assert hash(view) == hash(
            type(view).model_validate_json(view.model_dump_json(by_alias=True))
        )
        for name in type(view).model_fields:
            with pytest.raises(ValueError, match="frozen"):
                setattr(view, name, None)
    assert isinstance(VIEWS["samples"], View)


def test_the_toy_offers_what_the_core_has() -> None:
    assert Toy.setting_of("data").options == DATASETS
    assert Toy.setting_of("width").options == WIDTHS
    assert Toy.setting_of("straight").options == STRAIGHT
    assert Anatomy.setting_of("layout").options == LAYOUTS
    assert PathView.setting_of("path").options == tuple(BETWEEN)
