"""The page Encode: whatever is sent comes back, and its bits add up as they are shown."""

import io
import json
import runpy
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import torch
from app_pages import Offered, figure, figures, metric, open_page, pixels_of
from flows import random_pictures, small_flow
from PIL import Image
from sent_files import photo
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from explorer.pages import VIEWS
from explorer.tray.pins import Pin, to_bytes
from explorer.ui import pinned
from explorer.views.encode import Encode
from explorer.views.latents import FromExample
from explorer.views.pictures import Example, File, Pinned
from explorer.views.recipe import Recipe, RecipeError, read_recipe
from realnvp.checkpoint import save
from realnvp.fitting import fit
from realnvp.inference import fold

CLASSES = {"channels": 1, "label_kind": "class", "num_labels": 3}
NAMES = {"label_names": ("Coat", "T-shirt/top", "Bag")}
ATTRIBUTES = {"label_kind": "attributes", "num_labels": 2, "label_names": ("Smiling", "Hat")}
LOOKS = ["Levels", "Spread", "Where the bits go", "Map of the bits", "Noise"]

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model with two examples."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "tiny")
    add_examples(folder, "first", "second")
    return folder


def add_examples(checkpoints: Path, *names: str) -> None:
    folder = checkpoints / "tiny" / "examples"
    folder.mkdir(exist_ok=True)
    for seed, name in enumerate(names):
        (folder / f"{name}.png").write_bytes(photo(8, 8, seed))


def charts(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def test_every_byte_comes_back() -> None:
    app = open_page("encode.py")
    assert metric(app, "Bytes equal") == "192 of 192"
    assert metric(app, "Largest error") == "0 / 255"
    x, z = figure(app, "first at 8 × 8"), figure(app, "Latent of first")
    (back,) = [f for f in figures(app) if f["alt"] == "first, encoded and decoded"]
    assert x["source"] == back["source"] != z["source"]
    assert "no byte differs" in figure(app, "Error of first")["alt"]


def test_an_upload_is_shown_and_nothing_beside_a_bad_one() -> None:
    app = open_page("encode.py", source="Upload")
    app.file_uploader(key="upload").set_value(("mine.png", photo(8, 8), "image/png")).run()
    good = figure(app, "mine.png at 8 × 8")
    assert not app.error

    app.file_uploader(key="upload").set_value(("bad.png", photo(40)[:45], "image/png")).run()
    (error,) = app.error
    assert "bad.png" in error.value.replace("\\", "")  # it is plain text in Markdown
    assert "cut off" in error.value
    assert "\n" not in error.value
    assert not figures(app)
    assert not app.metric
    app.file_uploader(key="upload").set_value(None).run()
    assert not app.error
    assert figure(app, "mine.png at 8 × 8")["source"] == good["source"]


def test_examples_lie_in_the_checkpoints_folder(own_models: Path) -> None:
    (own_models / "tiny" / "examples" / "third.png").write_bytes(b"damaged")
    app = open_page("encode.py")
    assert app.selectbox(key="example").options == ["first", "second"]
    assert figure(app, "Example: first, second")["pressed"] == 0
    app.selectbox(key="example").select("second").run()
    figure(app, "second at 8 × 8")
    assert figure(app, "Example: first, second")["pressed"] == 1


def test_until_something_is_sent_the_picture_before_stays() -> None:
    app = open_page("encode.py", example="second")
    for source in ("Upload", "Camera", "Tray"):
        app.segmented_control(key="source").set_value(source).run()
        assert not app.exception
        figure(app, "second at 8 × 8")
    assert "tray is empty" in app.caption[0].value


def test_the_crop_is_shown_and_moved() -> None:
    app = open_page("encode.py", source="Upload")
    app.file_uploader(key="upload").set_value(("wide.png", photo(60, 20), "image/png")).run()
    assert (
        "20 × 20 pixels from 20, 0"
        in figure(app, "wide.png, with a box around the part that is used")["alt"]
    )
    assert not app.slider(key="left_right").disabled
    assert app.slider(key="up_down").disabled
    whole = figure(app, "wide.png at 8 × 8")["source"]
    app.slider(key="zoom").set_value(2.0).run()
    assert "10 × 10 pixels from 25, 5" in figure(app, "the part that is used")["alt"]
    app.slider(key="left_right").set_value(100.0).run()
    app.slider(key="up_down").set_value(0.0).run()
    assert "10 × 10 pixels from 50, 0" in figure(app, "the part that is used")["alt"]
    assert figure(app, "wide.png at 8 × 8")["source"] != whole


def test_the_box_stands_where_the_sliders_put_it() -> None:
    app = open_page("encode.py", zoom="2", left_right="100", up_down="25")
    shown = figure(app, "first, with a box around the part that is used")
    assert shown["box"] == [4, 1, 8, 5]
    assert (shown["width"], shown["height"], shown["largest"]) == (8, 8, [8, 8])
    assert "{box}" in shown["caption"]


def test_a_box_that_was_let_go_moves_the_sliders_and_the_picture() -> None:
    app = open_page("encode.py", source="Upload")
    app.file_uploader(key="upload").set_value(("wide.png", photo(60, 20), "image/png")).run()
    # What the box's callback does; a browser test drags the box itself.
    app.session_state["zoom"], app.session_state["left_right"] = 20 / 13, 100 * 33.5 / 47
    app.run()
    assert figure(app, "the part that is used")["box"] == [33, 3, 46, 16]
    assert "13 × 13 pixels from 33, 3" in figure(app, "the part that is used")["alt"]


def test_the_first_upload_gets_the_box_of_the_link_and_the_next_its_middle() -> None:
    app = open_page("encode.py", source="Upload", zoom="2", left_right="0")
    app.file_uploader(key="upload").set_value(("bad.png", b"no picture", "image/png")).run()
    app.file_uploader(key="upload").set_value(("wide.png", photo(60, 20), "image/png")).run()
    assert figure(app, "wide.png, with a box")["box"] == [0, 5, 10, 15]
    app.file_uploader(key="upload").set_value(("next.png", photo(60, 20), "image/png")).run()
    assert figure(app, "next.png, with a box")["box"] == [20, 0, 40, 20]


def test_a_photo_from_the_camera_is_encoded() -> None:
    app = open_page("encode.py", source="Camera")
    data = photo(40, 30, kind="JPEG")
    app.camera_input(key="camera").set_value(("photo.jpg", data, "image/jpeg")).run()
    assert not app.exception
    assert not app.error
    assert figure(app, "photo.jpg, with a box")["box"] == [5, 0, 35, 30]
    x = pixels_of(figure(app, "photo.jpg at 8 × 8")["source"], "RGB")
    taken = np.array(Image.open(io.BytesIO(data)))
    assert np.array_equal(x, fit(taken, (8, 8), 3)[0][0].permute(1, 2, 0).numpy())
    assert metric(app, "Bytes equal") == "192 of 192"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("scan.tif", "TIFF"), ("PHOTO.JPG", "JPEG"), ("photo", "JPEG"), ("a.txt", "AVIF")],
)
def test_the_content_of_an_upload_decides_not_its_name(name: str, kind: str) -> None:
    app = open_page("encode.py", source="Upload")
    app.file_uploader(key="upload").set_value((name, photo(60, 20, kind=kind), "")).run()
    assert not app.error
    figure(app, f"{name} at 8 × 8")


@pytest.mark.parametrize(
    ("page", "key", "link"),
    [
        ("encode.py", "upload", {"source": "Upload"}),
        ("encode.py", "camera", {"source": "Camera"}),
        ("likelihood.py", "upload", {"source": "Upload"}),
        ("anatomy.py", "upload", {"source": "Upload"}),
        ("interpolate.py", "b_upload", {"view": "Path", "b_from": "Upload"}),
        ("directions.py", "a_upload", {"a_from": "Upload"}),
        ("multiscale.py", "a_upload", {"a_from": "Upload"}),
    ],
)
def test_a_file_that_the_server_no_longer_has_is_to_be_sent_again(
    monkeypatch: pytest.MonkeyPatch, page: str, key: str, link: dict[str, str]
) -> None:
    """As after a restart: the browser tells of a file, and it is not here."""
    app = open_page(page, **link)
    assert not app.warning
    sent = "photo.jpg", photo(40, 30, kind="JPEG"), "image/jpeg"
    widget = app.camera_input if key == "camera" else app.file_uploader
    monkeypatch.setattr(MemoryUploadedFileManager, "get_files", lambda *_, **__: [])
    widget(key=key).set_value(sent).run()
    assert not app.exception
    (warning,) = app.warning
    assert "Please send it again" in warning.value
    assert not [f for f in figures(app) if "photo.jpg" in f["alt"] or " at 8 × 8" in f["alt"]]
    monkeypatch.undo()


def test_nothing_stands_beside_a_photo_that_is_damaged() -> None:
    app = open_page("encode.py", source="Camera")
    data = photo(40, 30, kind="JPEG")
    app.camera_input(key="camera").set_value(("photo.jpg", data, "image/jpeg")).run()
    app.camera_input(key="camera").set_value(("photo.jpg", data[:200], "image/jpeg")).run()
    (error,) = app.error
    assert "photo.jpg" in error.value.replace("\\", "")
    assert not figures(app)
    app.camera_input(key="camera").set_value(None).run()
    assert not app.error
    figure(app, "photo.jpg at 8 × 8")


def test_another_picture_starts_with_its_middle() -> None:
    app = open_page("encode.py", zoom="2", left_right="0")
    assert (
        "4 × 4 pixels from 0, 2"
        in figure(app, "first, with a box around the part that is used")["alt"]
    )
    app.selectbox(key="example").select("second").run()
    assert (
        "8 × 8 pixels from 0, 0"
        in figure(app, "second, with a box around the part that is used")["alt"]
    )
    assert app.slider(key="zoom").value == 1


@pytest.mark.parametrize(
    "link",
    [
        {"zoom": "1e9"},
        {"zoom": "nan"},
        {"left_right": "-4"},
        {"up_down": "<b>"},
        {"source": "Disk"},
        {"example": "../../etc/passwd"},
        {"look": "Elsewhere"},
        {"look": "Map of the bits", "cell": "99"},
    ],
)
def test_what_a_link_cannot_mean_falls_back(link: dict[str, str]) -> None:
    app = open_page("encode.py", **link)
    assert not app.exception
    assert (
        "8 × 8 pixels from 0, 0"
        in figure(app, "first, with a box around the part that is used")["alt"]
    )


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_opens_and_only_that(look: str) -> None:
    app = open_page("encode.py", look=look)
    assert not app.exception
    assert not app.error
    assert len(charts(app)) == {"Spread": 2, "Where the bits go": 1, "Noise": 1}.get(look, 0)
    assert any("Level 1" in f["alt"] for f in figures(app)) is (look == "Levels")
    assert any("Map of" in f["alt"] for f in figures(app)) is (look == "Map of the bits")


@pytest.mark.parametrize("look", ["Levels", "Map of the bits"])
@pytest.mark.parametrize("model", [CLASSES | NAMES, ATTRIBUTES, {"num_levels": 1}])
def test_every_kind_of_model_is_shown(model: dict, look: str, own_models: Path) -> None:
    save(small_flow(**model), own_models / "tiny")
    app = open_page("encode.py", look=look)
    assert not app.exception
    assert not app.error
    assert "no byte differs" in figure(app, "Error of first")["alt"]


def test_levels_say_their_norm_beside_that_of_noise() -> None:
    app = open_page("encode.py")
    flow = small_flow()
    picture = Image.open(io.BytesIO(photo(8, 8)))
    image = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None]
    names = ["Level 1 (finest)", "Level 2", "Level 3 (coarsest)"]
    for name, level in zip(names, flow.unpack(flow.encode(image)), strict=True):
        norm, root = float(level.norm()), level.numel() ** 0.5
        words = f"‖z‖ = {norm:.1f} where √D = {root:.1f}: {norm / root:.3f}"
        assert words in figure(app, f"{name} of the latent")["alt"]


@pytest.mark.parametrize("finely", ["false", "true"])
def test_what_is_shown_of_the_bits_adds_up_to_the_total(finely: str) -> None:
    app = open_page("encode.py", look="Where the bits go", finely=finely)
    (chart,) = charts(app)
    *parts, total = [Decimal(text.replace("−", "-")) for text in chart["data"][0]["text"]]
    assert sum(parts) == total == Decimal(metric(app, "Bits/dim"))
    assert len(parts) == (3 + 2 * 16 + 3 if finely == "true" else 3 + 2 * 3 + 3)

    app.session_state["bits_table"] = True
    app.run()
    (table,) = [m.value for m in app.markdown if m.value.startswith("| | bits/dim |")]
    cells = [row.strip("| ").split(" | ") for row in table.splitlines()[2:]]
    numbers = [Decimal(number.strip("*").replace("−", "-")) for _, number in cells]
    lines = [
        n for (name, _), n in zip(cells, numbers, strict=True) if not name.startswith("\u2003")
    ]
    assert sum(lines[:-1]) == lines[-1] == total
    assert sum(name.startswith("\u2003") for name, _ in cells) == (32 if finely == "true" else 0)


def test_maps_average_to_the_numbers_beside_them() -> None:
    app = open_page("encode.py", look="Map of the bits", cell="1")
    total = figure(app, "Map of total, averaged over 1 × 1")
    assert f"mean {metric(app, 'Bits/dim')} bits/dim" in total["alt"]
    app.segmented_control(key="cell").set_value(4).run()
    assert figure(app, "Map of total, averaged over 4 × 4")["source"] != total["source"]


def test_noise_is_drawn_many_times() -> None:
    app = open_page("encode.py", look="Noise")
    assert " ± " in metric(app, "Bits/dim, mean over 32 draws")
    *_, middle = charts(app)[0]["data"]
    assert f"{middle['y'][0]:.3f}" == app.metric[2].value


def test_nothing_is_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("encode.py")
    monkeypatch.setattr("explorer.views.encode.report_on", lambda *_: pytest.fail("asked again"))
    app.query_params["look"] = "Spread"
    assert not app.run().exception


def test_without_quantiles_in_the_card_nothing_is_said_of_a_rank(own_models: Path) -> None:
    assert "Among test pictures" not in {m.label for m in open_page("encode.py").metric}
    save(small_flow(), own_models / "tiny", {"test_quantiles": [0.0, 1.0, 2.0]})
    add_examples(own_models, "first")
    assert metric(open_page("encode.py"), "Among test pictures") == "all need fewer bits"


def test_an_example_is_encoded_under_the_class_in_its_name(own_models: Path) -> None:
    save(small_flow(**CLASSES, **NAMES), own_models / "tiny")
    add_examples(own_models, "Bag 17", "T-shirt or top 4", "something")
    app = open_page("encode.py")
    assert app.selectbox(key="example").value == "Bag 17"
    assert app.selectbox(key="class_of_picture").value == "Bag"
    app.selectbox(key="example").select("T-shirt or top 4").run()
    assert app.selectbox(key="class_of_picture").value == "T-shirt/top"
    app.selectbox(key="class_of_picture").select("Coat").run()
    assert app.selectbox(key="class_of_picture").value == "Coat"
    app.selectbox(key="example").select("something").run()
    assert app.selectbox(key="class_of_picture").value == "Coat"


def test_each_list_of_pictures_has_labels_of_its_own(own_models: Path) -> None:
    save(small_flow(**CLASSES, **NAMES), own_models / "tiny")
    add_examples(own_models, "Bag 17")
    app = open_page("encode.py")
    app.button(key="encode_pin").click().run()
    app.selectbox(key="class_of_picture").select("Coat").run()
    app.button(key="encode_pin").click().run()
    made = app.session_state[pinned.STATE].pins
    assert [int(pin.labels) for pin in made] == [2, 0]
    app.segmented_control(key="source").set_value("Tray").run()
    assert app.selectbox(key="class_of_picture").value == "Bag"
    app.selectbox(key="pinned").select(made[1].name).run()
    assert app.selectbox(key="class_of_picture").value == "Coat"
    app.segmented_control(key="source").set_value("Example").run()
    assert app.selectbox(key="class_of_picture").value == "Bag"


def test_a_link_may_say_another_class(own_models: Path) -> None:
    save(small_flow(**CLASSES, **NAMES), own_models / "tiny")
    add_examples(own_models, "Bag 17")
    app = open_page("encode.py", class_of_picture="Coat")
    assert app.selectbox(key="class_of_picture").value == "Coat"
    bits = metric(app, "Bits/dim")
    assert metric(open_page("encode.py", class_of_picture="Bag"), "Bits/dim") != bits


@pytest.mark.parametrize(
    ("model", "names"),
    [(CLASSES | NAMES, ["<b>Coat</b>", "T-shirt/top", "Bag"]), (ATTRIBUTES, ["Smiling", "Hat"])],
)
def test_other_labels_are_compared(model: dict, names: list[str], own_models: Path) -> None:
    save(small_flow(**model), own_models / "tiny")
    app = open_page("encode.py", look="Labels")
    assert not app.exception
    (bars,) = charts(app)[0]["data"]
    assert bars["y"] == names


def test_a_pinned_picture_is_encoded_anew(own_models: Path) -> None:
    app = open_page("encode.py", example="second")
    app.button(key="encode_pin").click().run()
    (made,) = app.session_state[pinned.STATE].pins
    assert made.recipe == {"from": "Example", "example": "second"}
    assert torch.equal(made.z[None], fold(small_flow()).encode(made.image[None]))
    app.segmented_control(key="source").set_value("Tray").run()
    assert app.selectbox(key="pinned").value == "second"
    assert "no byte differs" in figure(app, "Error of second")["alt"]


def test_a_pin_of_a_class_is_encoded_under_it(own_models: Path) -> None:
    save(small_flow(**CLASSES, **NAMES), own_models / "tiny")
    image = random_pictures(1, channels=1)
    z = small_flow(**CLASSES).encode(image, torch.tensor([2]))
    pin = Pin("mine", "tiny", z[0], torch.tensor(2), image[0], {})
    app = open_page("encode.py", pin, source="Tray")
    assert not app.exception
    assert app.selectbox(key="class_of_picture").value == "Bag"


def test_the_recipe_of_a_crop_restores_the_view(offered: Offered) -> None:
    link = {"example": "second", "zoom": "2.0", "left_right": "100", "up_down": "25"}
    open_page("encode.py", **link)
    recipe, pixels = offered[-1]
    assert recipe["picture"] == {"source": "Example", "example": "second", "zoom": 2.0} | {
        "left_right": 100.0,
        "up_down": 25.0,
    }
    open_page("encode.py", **read_recipe(VIEWS, recipe).query())
    again, same = offered[-1]
    assert again == recipe
    assert np.array_equal(pixels, same)


def test_the_latent_of_an_example_as_it_is_can_be_made_on_every_page() -> None:
    made = Encode(picture=Example(example="first"), label=("Hat",)).latent()
    assert made == FromExample(example="first", label=("Hat",))
    for picture in (Example(example="first", zoom=2.0), File(file="x.png"), Pinned(pinned="x")):
        assert Encode(picture=picture).latent() is None


def test_the_pin_of_a_part_knows_the_view_that_shows_it() -> None:
    app = open_page("encode.py", zoom="2")
    app.button(key="encode_pin").click().run()
    (made,) = app.session_state[pinned.STATE].pins
    view = Encode(picture=Example(example="first", zoom=2.0))
    assert read_recipe(VIEWS, made.recipe) == Recipe("tiny", view)


def test_programs_write_the_pixels_of_the_page(
    own_models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, offered: Offered
) -> None:
    save(small_flow(**ATTRIBUTES), own_models / "tiny")
    app = open_page("encode.py", example="second", zoom="2.0", up_down="0", attributes="Hat")
    assert not app.exception
    recipe, pixels = offered[-1]
    image = random_pictures(1)
    made = Pin("mine", "tiny", torch.zeros(192), torch.tensor([0.0, 1.0]), image[0], {})
    monkeypatch.chdir(tmp_path)
    Path("tray.safetensors").write_bytes(to_bytes([made]))
    Path("mine.png").write_bytes(photo(30, 20))
    view = read_recipe(VIEWS, recipe).view
    pictures = {
        "example": view.picture,
        "tray": Pinned(pinned="mine"),
        "file": File(file="mine.png"),
    }
    for name, picture in pictures.items():
        program = Recipe("tiny", view.model_copy(update={"picture": picture})).python()
        Path("program.py").write_text(program, encoding="utf-8")
        runpy.run_path("program.py")
        Path("encoded.png").rename(f"{name}.png")
    with Image.open(tmp_path / "example.png") as written:
        assert np.array_equal(np.array(written), pixels)
    with Image.open(tmp_path / "tray.png") as written:
        shown = np.array(written)[:, :8, :3]
        assert np.array_equal(shown, image[0].permute(1, 2, 0).numpy())
    assert (tmp_path / "file.png").exists()


EXAMPLE = {"source": "Example", "example": "first"}


@pytest.mark.parametrize(
    "odd",
    [
        {"picture": None},
        {"picture": "first"},
        {"picture": {"source": "Sample", "seed": 1, "temperature": 0.7}},
        {"picture": {"source": ["Example"], "example": "first"}},
        {"picture": EXAMPLE | {"label": "7"}},
        {"picture": EXAMPLE | {"box": [0, 0, 8, 8]}},
        {"picture": {"source": "Upload", "file": "../mine.png"}},
        {"picture": {"source": "Upload"}},
        {"picture": EXAMPLE | {"zoom": "large"}},
        {"picture": EXAMPLE | {"zoom": float("nan")}},
        {"picture": EXAMPLE, "extra": 1},
    ],
)
def test_what_a_recipe_cannot_say_is_refused(odd: dict) -> None:
    with pytest.raises(RecipeError) as error:
        read_recipe(VIEWS, {"page": "encode", "checkpoint": "tiny"} | odd)
    assert "\n" not in str(error.value)


def test_sliders_of_a_recipe_are_brought_into_their_range() -> None:
    picture = EXAMPLE | {"zoom": 99, "left_right": -1, "up_down": 10**400}
    read = read_recipe(VIEWS, {"page": "encode", "checkpoint": "tiny", "picture": picture})
    assert read.view == Encode(
        picture=Example(example="first", zoom=8.0, left_right=0.0, up_down=100.0)
    )
