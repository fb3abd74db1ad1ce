"""Recipes and trays that somebody sends: one line of error, or a view that a page can show."""

import ast
import json
import random
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit
import torch
from app_pages import figures, open_page, unfold
from flows import MODELS, random_pictures
from fuzz import changed, damaged, is_one_line, nested, rounds
from sent_files import png_chunk
from streamlit.testing.v1 import AppTest

import explorer.ui.recipe
from explorer.pages import VIEWS
from explorer.tray.pins import DESCRIPTION, Pin, PinError, from_bytes, to_bytes
from explorer.ui import pinned
from explorer.views.recipe import RecipeError, read_recipe
from explorer.views.recipe_files import RECIPE, read_json_recipe, read_png_recipe
from realnvp.image_encoding import to_png

SAMPLE = {"page": "sample", "checkpoint": "tiny", "temperature": 0.3, "seed": 42, "pictures": 16}
SAMPLE |= {"order": "as drawn"}
# Views that a page shows only when it is asked to.
LINKS = {
    "models": [{"models_view": "Side by side"}],
    "sample": [{"linked": "false", "times": "2"}],
    "encode": [{"zoom": "3", "example": "sample 2"}],
    "anatomy": [{"start": "a sample", "layout": "as channels"}],
    "axes": [{"rows_setting": "level 1", "columns_setting": "seed"}],
    "interpolate": [{"view": "Path"}, {"view": "Manifold"}]
    + [{"view": "Pad", "over": over} for over in ("four latents", "a plane", "two levels")],
    "repair": [
        {"missing": missing, "steps": "1"}
        for missing in ("Paint", "Box", "Half", "Colour", "Detail", "Noise")
    ],
    "multiscale": [
        {"show": show, "a_from": "Example", "checkpoint": checkpoint}
        for show, checkpoint in zip(
            ("Zero", "Temperature", "Swap", "Compress", "Paste", "Maps", "Label"),
            ("tiny", "digits", "faces") * 3,
            strict=False,
        )
    ],
}

pytestmark = pytest.mark.usefixtures("checkpoints")


def opened(*recipe: Any, how: Callable[..., None] = explorer.ui.recipe._how) -> None:
    """The menu Recipe as if it was pressed before: a page needs no second run to show it."""
    streamlit.session_state[f"{recipe[-1]}_recipe"] = True
    how(*recipe)


@pytest.fixture(scope="module")
def recipes(models: Path) -> list[dict[str, Any]]:
    """What the pages offer, on arrival and in their other views."""
    found: list[dict[str, Any]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REALNVP_CHECKPOINTS", str(models))
        patch.setenv("REALNVP_DATA", "off")
        patch.setattr(explorer.ui.recipe, "_how", opened)
        for index, page in enumerate(VIEWS):
            arrival = {"checkpoint": list(MODELS)[index % len(MODELS)]}
            for link in [arrival, *LINKS.get(page, [])]:
                app = open_page(f"{page}.py", **link)
                found += [json.loads(code.value) for code in app.code if code.language == "json"]
    assert len({recipe["page"] for recipe in found}) > len(VIEWS) / 2
    return found


def followed(recipe: Any) -> bool:
    """Whether the recipe can be shown; if not, the reason must be one line."""
    try:
        text = json.dumps(recipe).encode(errors="surrogatepass")
        made = read_recipe(VIEWS, read_json_recipe(text))
        ast.parse(made.python())
        assert "?" in made.link()
        assert made.controls()["checkpoint"] == made.checkpoint
        assert read_recipe(VIEWS, made.json()) == made
    except RecipeError as error:
        assert is_one_line(str(error))  # noqa: PT017
        return False
    return True


def test_changed_recipes_are_one_line_or_a_view(recipes: list[dict[str, Any]]) -> None:
    dice = random.Random(0)
    assert all(followed(recipe) for recipe in recipes)
    good = [followed(changed(dice, dice.choice(recipes), recipes)) for _ in rounds(1500)]
    assert 0.02 < sum(good) / len(good) < 0.8


def read(data: bytes) -> bool:
    """Whether there is a recipe in a file; if not, the reason must be one line."""
    for reader in (read_png_recipe, read_json_recipe):
        try:
            read_recipe(VIEWS, reader(data)).json()
        except RecipeError as error:
            assert is_one_line(str(error))  # noqa: PT017
        else:
            return True
    return False


def test_damaged_files_are_one_line_or_a_recipe(recipes: list[dict[str, Any]]) -> None:
    dice, pixels = random.Random(0), np.zeros((4, 4, 3), np.uint8)
    texts = [json.dumps(recipe) for recipe in recipes]
    files = [to_png(pixels, {RECIPE: text}) for text in texts] + [text.encode() for text in texts]
    assert all(read(data) for data in files)
    for _ in rounds(2000):
        read(damaged(dice, dice.choice(files), files, header=80))


def with_chunks(*chunks: bytes) -> bytes:
    """A PNG with these after its header."""
    plain = to_png(np.zeros((4, 4, 3), np.uint8))
    return plain[:33] + b"".join(chunks) + plain[33:]


NAME = RECIPE.encode() + b"\0"
MUCH = zlib.compress(b" " * (10 * 2**20), 9)
SPACES = zlib.compress(b" " * 10**6, 9)
BOMBS = {
    "10 MB in a zTXt": with_chunks(png_chunk(b"zTXt", NAME + b"\0" + MUCH)),
    "10 MB in an iTXt": with_chunks(png_chunk(b"iTXt", NAME + b"\1\0\0\0" + MUCH)),
    "a thousand zTXt": with_chunks(*[png_chunk(b"zTXt", NAME + b"\0" + SPACES)] * 1000),
    "other names": with_chunks(*[png_chunk(b"zTXt", b"%d\0\0" % i + SPACES) for i in range(500)]),
    "9 MB of text": with_chunks(png_chunk(b"tEXt", NAME + b" " * 9 * 2**20)),
    "no end of lists": with_chunks(png_chunk(b"tEXt", NAME + b"[" * 90_000)),
    "no end of objects": b'{"a":' * 19_000,
    "a number of 90,000 digits": b'{"page": "sample", "seed": ' + b"9" * 90_000 + b"}",
    "a long list": json.dumps(SAMPLE | {"temperature": [0.1] * 15_000}).encode(),
    "many entries": json.dumps({str(index): index for index in range(6000)}).encode(),
    "10 MB of JSON": b'{"page": "' + b"x" * (10 * 2**20),
    "UTF-16": json.dumps(SAMPLE | {"page": "none"}).encode("utf-16"),
    "half a letter": b'{"page": "\xc3',
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_recipe_that_is_a_bomb_is_one_line_and_little_memory(name: str) -> None:
    tracemalloc.start()
    try:
        assert not read(BOMBS[name])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100 * 2**20


def send(app: AppTest, prefix: str, name: str, data: bytes) -> list[str]:
    """What the page says to a file; it must be one line each, and no traceback."""
    unfold(app, "Open" if prefix.startswith("tray") else "Open a recipe")
    (uploader,) = [u for u in app.file_uploader if u.key and u.key.startswith(prefix)]
    uploader.set_value((name, data, "x/y")).run()
    assert not app.exception
    lines = [line.value.replace("\\", "") for line in (*app.warning, *app.error, *app.info)]
    assert all(is_one_line(line) for line in lines)
    return lines


@pytest.mark.slow
def test_every_recipe_that_is_followed_has_a_page_that_shows_it(
    recipes: list[dict[str, Any]],
) -> None:
    dice = random.Random(1)
    opened = 0
    while opened < len(rounds(25)):
        recipe = changed(dice, dice.choice(recipes), recipes)
        if not followed(recipe):
            continue
        data = json.dumps(recipe).encode(errors="surrogatepass")
        app = open_page("models.py")
        said = send(app, "recipe_file_", "a.json", data)
        assert figures(app) or app.subheader or said, recipe
        assert not app.run().exception, recipe
        opened += 1


Z, IMAGE = torch.zeros(192), random_pictures(1)[0]


def tray(*names: str, recipe: Any = None, checkpoint: str = "tiny") -> bytes:
    return to_bytes([Pin(name, checkpoint, Z, None, IMAGE, recipe or {}) for name in names])


def with_description(data: bytes, described: object) -> bytes:
    """A tray's file with another description, and its header's length put right."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header["__metadata__"] = {DESCRIPTION: json.dumps(described)}
    text = json.dumps(header).encode(errors="surrogatepass")
    return len(text).to_bytes(8, "little") + text + data[8 + length :]


def test_changed_trays_are_one_line_or_pins() -> None:
    dice, good = random.Random(0), tray("one", "two", recipe=SAMPLE)
    length = int.from_bytes(good[:8], "little")
    described = json.loads(json.loads(good[8 : 8 + length])["__metadata__"][DESCRIPTION])
    results = []
    for _ in rounds(1000):
        data = with_description(good, changed(dice, described))
        try:
            results.append(len(from_bytes(data)))
        except PinError as error:
            assert is_one_line(str(error))  # noqa: PT017
            results.append(0)
    assert len(from_bytes(with_description(good, described))) == 2
    assert 0 < results.count(2) < len(results) / 2


def test_a_pin_with_any_recipe_can_be_used_on_every_page(recipes: list[dict[str, Any]]) -> None:
    dice = random.Random(2)
    data = to_bytes(
        [
            Pin(f"{index}", "tiny", Z, None, IMAGE, recipe)
            for index, recipe in enumerate(
                [{"from": dice.choice(["sample", "tray", "multiscale", 7]), "a": nested(40)}]
                + [changed(dice, {"from": "sample", "seed": 3, "temperature": 0.7})]
                + [dice.choice(recipes) for _ in range(6)]
            )
            if isinstance(recipe, dict)
        ]
    )
    for page, link in (
        ("encode.py", {"source": "Tray"}),
        ("interpolate.py", {"a_from": "Tray", "b_from": "Tray"}),
        ("multiscale.py", {"a_from": "Tray"}),
    ):
        app = open_page(page, checkpoint="tiny", **link)
        send(app, "tray_file_", "tray.safetensors", data)
        for key in ("pinned", "a_pin"):
            for box in [box for box in app.selectbox if box.key == key]:
                for name in box.options:
                    app.selectbox(key=key).select(name).run()
                    assert not app.exception
                    assert len(app.session_state[pinned.STATE].pins) == len(box.options)


EVIL = "![x](http://evil.example/a.png)"


def spoken(app: AppTest) -> Iterator[str]:
    """Texts on the page that the browser reads as Markdown."""
    kinds = ("markdown", "warning", "error", "info", "success", "toast", "caption", "subheader")
    for kind in kinds:
        for element in app.get(kind):
            yield str(element.value)


@pytest.mark.parametrize(
    "send_it",
    [
        lambda app: send(app, "tray_file_", "a.safetensors", tray(EVIL, checkpoint=EVIL)),
        lambda app: send(app, "tray_file_", "a.safetensors", tray(EVIL)),
        lambda app: send(app, "recipe_file_", "a.json", json.dumps({EVIL: 1}).encode()),
        lambda app: send(
            app, "recipe_file_", "a.json", json.dumps(SAMPLE | {"checkpoint": "![x](y)"}).encode()
        ),
        lambda app: send(app, "recipe_file_", "a.json", json.dumps(SAMPLE | {EVIL: 1}).encode()),
    ],
)
def test_a_text_in_a_file_asks_no_other_host(send_it: Callable[[AppTest], object]) -> None:
    app = open_page("multiscale.py", a_from="Tray", show="Maps")
    send_it(app)
    assert not [text for text in spoken(app) if "![x](" in text]
    app.switch_page("encode.py")
    app.query_params["source"] = "Tray"
    app.run()
    assert not app.exception
    assert not [text for text in spoken(app) if "![x](" in text]
