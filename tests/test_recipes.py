"""A recipe is checked, its link restores the view, and its program writes the page's pixels."""

import ast
import json
import os
import random
import runpy
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
import torch
from flows import random_pictures, save_models, small_flow
from patience import PATIENCE
from PIL import Image
from sent_files import png_chunk
from small_baselines import save_families
from streamlit.testing.v1 import AppTest

import explorer.ui.recipe
from explorer.pages import VIEWS
from explorer.tray.pins import Pin, to_bytes
from explorer.views.latents import AnyLatent, FromExample, FromFile, FromSeed, FromTray, read_latent
from explorer.views.program import literal
from explorer.views.recipe import RecipeError, read_recipe
from explorer.views.recipe_files import RECIPE, read_json_recipe, read_png_recipe
from explorer.views.view import kinds_of
from realnvp import load
from realnvp.image_encoding import to_png
from realnvp.labels import LabelError, label_entry, labels_of
from realnvp.viz import to_rgb

ROOT = Path(__file__).resolve().parent.parent
MODELS: dict[str, dict[str, object]] = {
    "tiny": {},
    "digits": {"channels": 1, "label_kind": "class", "num_labels": 10},
    "faces": {
        "label_kind": "attributes",
        "num_labels": 3,
        "label_names": ("Smiling", 'Say "hi"', "it's, well, long"),
    },
}
SAMPLE = {
    "page": "sample",
    "checkpoint": "tiny",
    "temperature": 0.3,
    "seed": 42,
    "pictures": 16,
    "order": "lowest first",
}
ENCODE = {"page": "encode", "checkpoint": "tiny"}
# As the pages write them. A page that is not among them joins as it is on arrival.
RECIPES: dict[str, dict[str, Any]] = {
    "sample": SAMPLE,
    "larger": SAMPLE | {"times": 2, "seed": 0},
    "each class in turn": SAMPLE | {"checkpoint": "digits", "label": "each in turn"},
    "attributes, levels of their own": SAMPLE
    | {
        "checkpoint": "faces",
        "label": ['Say "hi"', "it's, well, long"],
        "temperature": [0.2, 0.5, 1.1],
        "order": "as drawn",
    },
    "two models": {
        "page": "models",
        "checkpoint": "digits",
        "models_view": "Side by side",
        "left": "digits",
        "right": "faces",
        "temperature": 0.5,
        "seed": 3,
    },
    "an example of a class": ENCODE
    | {
        "checkpoint": "digits",
        "picture": {"source": "Example", "example": "sample 2"},
        "label": "4",
    },
}

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of each kind, with the baselines."""
    folder = tmp_path_factory.mktemp("models")
    save_models(folder, MODELS)
    save_families(folder)
    return folder


def open_link(link: str) -> AppTest:
    """The page as a visitor with this link sees it."""
    page, _, query = link.partition("?")
    app = AppTest.from_file(str(ROOT / "pages" / "router.py"), default_timeout=PATIENCE)
    app.query_params.update(parse_qs(query))
    app.switch_page(f"{page}.py").run()
    assert not app.exception
    return app


@pytest.fixture(scope="module")
def views(models: Path) -> Iterator[dict[str, tuple[dict[str, Any], np.ndarray]]]:
    """What the pages offer as PNG, recipe and pixels, when these links are opened."""
    links = {name: read_recipe(VIEWS, recipe).link() for name, recipe in RECIPES.items()}
    seen = {recipe["page"] for recipe in RECIPES.values()}
    links |= {page: f"{page}?checkpoint=tiny" for page in VIEWS if page not in seen}
    offered: list[tuple[dict[str, Any], np.ndarray]] = []
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REALNVP_CHECKPOINTS", str(models))
        patch.setenv("REALNVP_DATA", "off")
        patch.setattr(
            explorer.ui.recipe, "picture_files", lambda p, name, recipe: offered.append((recipe, p))
        )
        for name, link in links.items():
            open_link(link)
            found[name] = offered[-1]
        assert len(offered) >= len(links)
        yield found


@pytest.mark.parametrize("name", RECIPES)
def test_a_link_restores_the_view(
    name: str, views: dict[str, tuple[dict[str, Any], np.ndarray]]
) -> None:
    recipe, _ = views[name]
    assert json.loads(json.dumps(recipe)) == read_recipe(VIEWS, RECIPES[name]).json()


def test_a_program_writes_the_pixels_of_the_page(
    views: dict[str, tuple[dict[str, Any], np.ndarray]], tmp_path: Path
) -> None:
    assert {recipe["page"] for recipe, _ in views.values()} == set(VIEWS)
    for name, (recipe, _) in views.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "program.py").write_text(
            read_recipe(VIEWS, recipe).python(), encoding="utf-8"
        )
    run_all(tmp_path)
    for name, (_, pixels) in views.items():
        assert any(np.array_equal(found, pixels) for found in written(tmp_path / name)), name


def run_all(folder: Path) -> None:
    """Every program, each in its own folder, in one fresh Python."""
    command = "import os, runpy, sys\nfor path in sys.argv[1:]:\n    os.chdir(path)"
    command += "\n    runpy.run_path('program.py')"
    paths = sorted(str(path.parent) for path in folder.glob("*/program.py"))
    subprocess.run(
        [sys.executable, "-c", command, *paths],
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )


def written(folder: Path) -> list[np.ndarray]:
    return [np.array(Image.open(path)) for path in sorted(folder.glob("*.png"))]


LATENTS = {
    "sample": FromSeed(seed=4, temperature=0.5, picture=3, label="5"),
    "example": FromExample(example="sample 2", label="5"),
    "file": FromFile(file="mine.png", label="5"),
    "tray": FromTray(pin='my "3"\'s'),
}


def test_every_kind_of_latent_can_be_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = small_flow(**MODELS["digits"])
    picture = random_pictures(1, channels=1, side=8)
    pinned = Pin(LATENTS["tray"].pin, "digits", flow.draw(1)[0], torch.tensor(3), picture[0], {})
    (tmp_path / "tray.safetensors").write_bytes(to_bytes([pinned]))
    (tmp_path / "mine.png").write_bytes(to_png(picture[0].permute(1, 2, 0).repeat(1, 1, 3).numpy()))
    assert {type(latent) for latent in LATENTS.values()} == set(kinds_of(AnyLatent).values())
    monkeypatch.chdir(tmp_path)
    flow = load("digits")
    made = {}
    for name, latent in LATENTS.items():
        text = f"from explorer.views.latents import *\nlatent = {literal(latent)}\n"
        (tmp_path / "program.py").write_text(text, encoding="utf-8")
        made[name] = runpy.run_path("program.py")["latent"].make(flow)
    five = torch.tensor([5])
    drawn = flow.draw(64, 0.5, torch.Generator().manual_seed(4))
    assert torch.equal(made["sample"].z, drawn[2:3])
    assert torch.equal(made["sample"].labels, five)
    assert torch.equal(flow.decode(made["example"].z, five), made["example"].image)
    assert torch.equal(flow.decode(made["file"].z, five), picture)
    part = FromFile(file="mine.png", label="5", zoom=2.0, left_right=0.0)
    assert torch.equal(part.make(flow).image, part.cut(flow, to_rgb(picture)[0]))
    assert not torch.equal(part.make(flow).image, picture)
    assert torch.equal(made["tray"].z[0], pinned.z)
    assert torch.equal(made["tray"].labels, torch.tensor([3]))


NASTY = (
    '"); import os; os.abort() #',
    "'''\"\"\"\\",
    "a\\\nb",
    "{__import__('os')}",
    "\u2028x",
    "\x00",
    "%s{0}{name!r}",
    "'; DROP TABLE trays; --",
    "]; [print(1)][0",
    "\udc80",
)


def shape(program: str) -> str:
    """The syntax of a program with its texts left out."""
    tree = ast.parse(program)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def test_no_text_in_a_recipe_becomes_code() -> None:
    dice = random.Random(0)
    letters = "ab'\"\\\n\r\t{}()[]#;: \u2028\u202e\x00é✂%"
    texts = [*NASTY, *("".join(dice.choices(letters, k=dice.randint(1, 12))) for _ in range(100))]
    written = 0
    for text in texts:
        for recipe, place in (
            (SAMPLE, {"checkpoint": text}),
            (SAMPLE, {"label": text}),
            (SAMPLE, {"label": [text, text]}),
            (ENCODE, {"picture": {"source": "Example", "example": text}}),
            (ENCODE, {"picture": {"source": "Upload", "file": text}}),
        ):
            try:
                program = read_recipe(VIEWS, recipe | place).python()
            except RecipeError as error:
                assert "\n" not in str(error)  # noqa: PT017
                continue
            plain = json.loads(json.dumps(recipe | place).replace(json.dumps(text), '"x"'))
            assert shape(program) == shape(read_recipe(VIEWS, plain).python())
            assert text in {n.value for n in ast.walk(ast.parse(program)) if "value" in n._fields}
            written += 1
    assert written > 80


@pytest.mark.parametrize("value", [object(), {"a": 1}, b"bytes", np.float64(1.0), [print]])
def test_what_has_no_literal_is_not_written(value: object) -> None:
    with pytest.raises(TypeError):
        literal(value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"page": "evil"}, "page"),
        ({"page": ["sample"]}, "page"),
        ({"page": None}, "page"),
        ({"extra": 1}, "unknown here: 'extra'"),
        ({"checkpoint": 5}, "checkpoint"),
        ({"checkpoint": "../tiny"}, "without a folder"),
        ({"checkpoint": ""}, "checkpoint"),
        ({"temperature": "warm"}, "temperature must be a number"),
        ({"temperature": True}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"temperature": []}, "temperature"),
        ({"temperature": [0.1] * 9}, "temperature"),
        ({"temperature": [[0.1]]}, "temperature"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"seed": float("inf")}, "seed"),
        ({"seed": None}, "seed"),
        ({"pictures": 17}, "pictures"),
        ({"pictures": 16.0}, "pictures"),
        ({"times": True}, "times"),
        ({"order": "lowest"}, "order"),
        ({"label": 7}, "label"),
        ({"label": [7]}, "label"),
        ({"label": "a\nb"}, "label"),
        ({"label": "x" * 300}, "label"),
    ],
)
def test_what_a_recipe_cannot_say_is_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError, match=message) as error:
        read_recipe(VIEWS, SAMPLE | change)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 250


def test_what_a_recipe_lacks_is_as_on_arrival() -> None:
    assert read_recipe(VIEWS, {"page": "sample", "checkpoint": "tiny"}).json() == {
        "page": "sample",
        "checkpoint": "tiny",
        "temperature": 0.7,
        "seed": 0,
        "pictures": 64,
        "times": 1,
        "order": "as drawn",
        "bits": False,
    }


def test_a_recipe_without_a_model_is_refused() -> None:
    with pytest.raises(RecipeError, match="checkpoint"):
        read_recipe(VIEWS, {"page": "sample"}).json()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"temperature": 99}, {"temperature": 1.5}),
        ({"temperature": -1}, {"temperature": 0.0}),
        ({"temperature": [9, 0.5]}, {"temperature": [1.5, 0.5]}),
        ({"temperature": 10**400}, {"temperature": 1.5}),
        ({"seed": -5}, {"seed": 0}),
        ({"seed": 10**400}, {"seed": 999_999}),
        ({"seed": 7.0}, {"seed": 7}),
    ],
)
def test_numbers_are_brought_into_their_range(given: dict, kept: dict) -> None:
    assert read_recipe(VIEWS, SAMPLE | given).json() == read_recipe(VIEWS, SAMPLE).json() | kept


def test_a_link_holds_neither_files_nor_the_tray() -> None:
    link = read_recipe(
        VIEWS, ENCODE | {"picture": {"source": "Upload", "file": "me at home.png"}}
    ).link()
    assert "home" not in link
    assert "source=Upload" in link


def test_a_latent_says_what_its_picker_shows() -> None:
    assert FromSeed(seed=3, picture=5, label="7").controls("a_") == {
        "a_from": "Sample",
        "a_seed": 3.0,
        "a_temperature": 0.7,
        "a_linked": True,
        "a_picture": 5.0,
        "a_class": "7",
    }


@pytest.mark.parametrize(
    ("made", "latent"),
    [
        ({"from": "Sample", "seed": 3, "temperature": 0.7}, FromSeed(seed=3)),
        ({"from": "Sample", "temperature": [0.1, 0.2]}, FromSeed(temperature=(0.1, 0.2))),
        ({"from": "Example", "example": "first"}, FromExample(example="first")),
        ({"from": "Upload", "file": "mine.png"}, None),
        ({"from": "Tray", "pin": "nose"}, None),
        ({"from": "space"}, None),
        ({"from": ["Sample"]}, None),
        ({"from": "Sample", "seed": object()}, None),
        ({}, None),
        (None, None),
    ],
)
def test_how_a_pin_was_made_is_a_latent_if_that_needs_no_file(made: object, latent: Any) -> None:
    assert read_latent(made) == latent


@pytest.mark.parametrize(
    ("model", "label"),
    [("tiny", None), ("digits", "7"), ("digits", "each in turn"), ("faces", ["Smiling"])],
)
def test_labels_and_their_names_fit_each_other(model: str, label: Any) -> None:
    config = small_flow(**MODELS[model]).config
    labels = labels_of(config, label, 20)
    assert label_entry(config, labels) == ({} if label is None else {"label": label})


@pytest.mark.parametrize(
    ("model", "label"),
    [("tiny", "7"), ("digits", "cat"), ("digits", ["7"]), ("faces", "Smiling"), ("faces", ["No"])],
)
def test_labels_that_a_model_does_not_know_are_refused(model: str, label: Any) -> None:
    with pytest.raises(LabelError):
        labels_of(small_flow(**MODELS[model]).config, label, 4)


PIXELS = random_pictures(1)[0].permute(1, 2, 0).numpy()
PNG = to_png(PIXELS, {RECIPE: json.dumps(SAMPLE)})


def test_a_png_gives_its_recipe_back() -> None:
    assert read_png_recipe(PNG) == SAMPLE


NAME, TEXT = RECIPE.encode() + b"\0", json.dumps(SAMPLE).encode()
TEXTS = {
    "tEXt": png_chunk(b"tEXt", NAME + TEXT),
    "zTXt": png_chunk(b"zTXt", NAME + b"\0" + zlib.compress(TEXT)),
    "iTXt": png_chunk(b"iTXt", NAME + b"\0\0en\0recipe\0" + TEXT),
    "compressed iTXt": png_chunk(b"iTXt", NAME + b"\1\0\0\0" + zlib.compress(TEXT)),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_recipe_that_stands_after_the_picture_is_found(kind: str) -> None:
    plain = to_png(PIXELS)
    end = plain.rindex(b"IEND") - 4
    others = png_chunk(b"tEXt", b"Software\0another program") + png_chunk(b"zTXt", b"x\0\0damaged")
    assert read_png_recipe(plain[:end] + others + TEXTS[kind] + plain[end:]) == SAMPLE
    assert read_png_recipe(plain[:33] + TEXTS[kind] + plain[33:]) == SAMPLE
    assert read_png_recipe(plain[:end] + TEXTS[kind]) == SAMPLE  # cut off after it
    with pytest.raises(RecipeError, match="holds no recipe"):
        read_png_recipe(plain[:end] + TEXTS[kind][:-1])  # and in it
    with pytest.raises(RecipeError, match="holds no recipe"):
        read_png_recipe(plain + TEXTS[kind])  # after the end of the picture is nothing


def test_a_bomb_after_the_picture_is_one_line() -> None:
    plain = to_png(PIXELS)
    end = plain.rindex(b"IEND") - 4
    bomb = png_chunk(b"zTXt", NAME + b"\0" + zlib.compress(b" " * 10 * 2**20, 9))
    with pytest.raises(RecipeError, match="damaged"):
        read_png_recipe(plain[:end] + bomb + plain[end:])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(50),
        to_png(PIXELS),
        to_png(PIXELS, {RECIPE: "{"}),
        to_png(PIXELS, {RECIPE: "[1]"}),
        to_png(PIXELS, {RECIPE: '{"seed": NaN}'}),
        to_png(PIXELS, {RECIPE: "[" * 50_000}),
        to_png(PIXELS, {RECIPE: '{"x": ' + "9" * 50_000 + "}"}),
        to_png(PIXELS, {RECIPE: json.dumps({"x": "y" * 200_000})}),
        bytes(11 * 2**20),
    ],
)
def test_a_file_without_a_recipe_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(RecipeError) as error:
        read_png_recipe(data)
    assert "\n" not in str(error.value)


def test_no_damage_to_a_png_raises_anything_else() -> None:
    dice = random.Random(0)
    for _ in range(400):
        data = bytearray(PNG)
        at = dice.randrange(len(data))
        if dice.random() < 0.5:
            data[at] = dice.randrange(256)
        else:
            del data[at : at + dice.randint(1, 60)]
        try:
            read_recipe(VIEWS, read_png_recipe(bytes(data))).json()
        except RecipeError as error:
            assert "\n" not in str(error)  # noqa: PT017  some damage does no harm


def test_json_is_read_as_text_or_bytes() -> None:
    text = json.dumps(SAMPLE)
    assert read_json_recipe(text) == read_json_recipe(text.encode()) == SAMPLE
    with pytest.raises(RecipeError):
        read_json_recipe(b"\xff\xfe\xfa{")
