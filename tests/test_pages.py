"""Every page runs with a tiny untrained model; links restore a view; bad input loses nothing."""

from pathlib import Path

import pytest
import torch
from app_pages import figure, figures, open_page, press, unfold
from flows import MODELS, random_pictures, small_flow

import explorer.ui.models
from explorer.tray.pins import MAX_NAME, MAX_PINS, Pin
from explorer.ui import pinned
from explorer.ui.controls import clamp, level_names
from realnvp import NonFiniteError, RealNVP
from realnvp.checkpoint import WEIGHTS, save

PAGES = ["home.py", "sample.py", "encode.py"]

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model with a card."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "tiny", {"title": "A tiny model", "test_bits_per_dim": 7.5})
    return folder


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_with_one_title_and_a_picture(page: str, model: str, own_models: Path) -> None:
    save(small_flow(**MODELS[model]), own_models / "tiny")
    app = open_page(page)
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1
    assert figures(app)
    assert all(figure["alt"] for figure in figures(app))


def test_the_sidebar_tells_model_device_and_time() -> None:
    app = open_page("sample.py")
    assert app.sidebar.selectbox[0].value == "tiny"
    words = " ".join(caption.value for caption in app.sidebar.caption)
    for part in ("A tiny model", "8 × 8 RGB, D = 192", "7.50 bits/dim", "CPU", "Last model call"):
        assert part in words


def test_what_is_in_a_menu_is_sent_once_it_is_opened() -> None:
    app = open_page("sample.py")
    assert not app.code
    assert not app.file_uploader
    link, program, source, recipe = (code.value for code in unfold(app, "Recipe").code)
    assert "/sample" in link
    assert "view.run(flow)" in program
    assert source.startswith("def draw(")
    assert '"page": "sample"' in recipe
    (tray,) = unfold(app, "Open").file_uploader
    assert tray.label == "Tray from a file"
    assert {u.label for u in unfold(app, "Open a recipe").file_uploader} == {
        tray.label,
        "PNG or JSON",
    }


def test_moving_temperature_changes_the_picture() -> None:
    app = open_page("sample.py")
    before = figure(app, "64 samples at temperature 0.70")
    app.slider(key="temperature").set_value(1.0).run()
    after = figure(app, "64 samples at temperature 1.00")
    assert before["source"] != after["source"]


def test_a_seed_can_be_drawn_and_taken_back() -> None:
    app = open_page("sample.py", seed="7")
    assert not app.warning
    before = figure(app, "seed 7")
    app.button(key="seed_new").click().run()
    assert app.number_input(key="seed").value != 7
    assert figures(app)[0]["source"] != before["source"]
    assert not app.warning
    app.button(key="seed_back").click().run()
    assert figure(app, "seed 7")["source"] == before["source"]


def test_a_seed_that_was_typed_is_one_to_go_back_to() -> None:
    app = open_page("sample.py", seed="7")
    app.number_input(key="seed").set_value(9.0).run()
    app.number_input(key="seed").set_value(11.0).run()
    for seed in (9, 7):
        app.button(key="seed_back").click().run()
        assert figure(app, f"seed {seed}")
    assert app.button(key="seed_back").disabled


def test_a_fraction_is_the_number_that_the_field_shows() -> None:
    assert figure(open_page("sample.py", seed="3.7"), "seed 4")  # %.0f rounds


def test_a_link_restores_the_view() -> None:
    link = {"temperature": "0.3", "seed": "42", "pictures": "16", "order": "lowest first"}
    first, again = open_page("sample.py", **link), open_page("sample.py", **link)
    shown = figure(first, "16 samples at temperature 0.30, seed 42, lowest first")
    assert figures(again)[0]["source"] == shown["source"]


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ({"temperature": "99"}, "temperature 0.70"),
        ({"temperature": "-1"}, "temperature 0.70"),
        ({"temperature": "nan"}, "temperature 0.70"),
        ({"temperature": "warm"}, "temperature 0.70"),
        ({"seed": "-5"}, "seed 0"),
        ({"seed": "9" * 400}, "seed 0"),
        ({"seed": "nan"}, "seed 0"),
        ({"pictures": "1000000"}, "64 samples"),
        ({"order": "<script>"}, "as drawn"),
        ({"checkpoint": "../../etc"}, "64 samples"),
    ],
)
def test_what_a_link_cannot_mean_falls_back(link: dict[str, str], shown: str) -> None:
    app = open_page("sample.py", **link)
    assert not app.exception
    assert shown in figures(app)[0]["alt"]


@pytest.mark.parametrize(
    ("forged", "shown"),
    [(99.0, 1.5), (-9, 0.0), (float("nan"), 0.7), (float("inf"), 1.5), ("warm", 0.7), (None, 0.7)],
)
def test_a_forged_number_is_clamped(forged: object, shown: float) -> None:
    assert clamp(forged, 0.0, 1.5, 0.7) == shown


def test_ordering_shows_the_most_likely_first() -> None:
    app = open_page("sample.py", order="lowest first", bits="true", pictures="16")
    bits = [float(text) for text in figures(app)[0]["labels"]]
    assert len(bits) == 16
    assert bits == sorted(bits)


@pytest.mark.usefixtures("each_kind")
def test_a_class_can_be_chosen() -> None:
    app = open_page("sample.py", checkpoint="digits")
    before = figure(app, "each in turn")
    app.selectbox(key="class").select("3").run()
    assert figures(app)[0]["source"] != before["source"]
    assert figures(app)[0]["alt"].endswith(", 3")


def test_a_damaged_checkpoint_leaves_the_others_usable(own_models: Path) -> None:
    save(small_flow(), own_models / "damaged")
    (own_models / "damaged" / WEIGHTS).write_bytes(b"nothing")
    app = open_page("sample.py", checkpoint="damaged")
    (error,) = app.error
    assert "damaged" in error.value
    assert str(own_models) not in error.value.replace("\\", "")
    app.sidebar.selectbox[0].select("tiny").run()
    assert not app.error
    assert figures(app)


def test_without_a_checkpoint_the_page_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path / "none"))
    app = open_page("sample.py")
    assert not app.exception
    assert "realnvp train" in app.info[0].value


def test_a_value_that_is_not_finite_is_one_line(
    own_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise NonFiniteError("level 1, coupling 2 gave 3 values")

    monkeypatch.setattr(RealNVP, "decode", fails)
    app = open_page("sample.py")
    assert not app.exception
    assert "level 1, coupling 2" in app.error[0].value


def test_a_device_without_memory_is_left_for_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    decode = RealNVP.decode

    def short(self: RealNVP, *args: object) -> torch.Tensor:
        if explorer.ui.models.engine().device.type != "cpu":
            raise torch.OutOfMemoryError("full")
        return decode(self, *args)

    monkeypatch.setattr(RealNVP, "decode", short)
    app = open_page("sample.py")
    monkeypatch.setattr(explorer.ui.models.engine(), "device", torch.device("meta"))
    monkeypatch.setattr(RealNVP, "to", lambda self, *_: self)
    app.slider(key="temperature").set_value(1.0).run()
    assert not app.exception
    assert explorer.ui.models.engine().device.type == "cpu"
    figure(app, "temperature 1.00")


def test_a_cpu_without_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise torch.OutOfMemoryError("full")

    monkeypatch.setattr(RealNVP, "decode", full)
    app = open_page("sample.py")
    assert not app.exception
    assert "memory" in app.error[0].value


def test_a_full_tray_says_so_and_opens_nobody_else_s_latent() -> None:
    app = open_page("sample.py")
    full = [
        Pin(f"old {index}", "tiny", torch.zeros(192), None, random_pictures(1)[0], {})
        for index in range(MAX_PINS)
    ]
    app.session_state[pinned.STATE] = pinned.Tray(tuple(full))
    press(app, "tiles", 3, "interpolate")
    assert not app.exception
    assert app.title[0].value == "Sample"
    assert "a_pin" not in app.session_state
    assert f"A tray holds {MAX_PINS} latents" in app.warning[0].value


def test_a_sample_of_many_levels_can_be_pinned(own_models: Path) -> None:
    save(
        small_flow(image_size=(64, 64), num_levels=7, width=1, num_blocks=0),
        own_models / "tiny",
    )
    app = open_page("sample.py", linked="false", pictures="16", seed="123456")
    press(app, "tiles", 10)
    assert not app.exception
    (made,) = app.session_state[pinned.STATE].pins
    assert made.name.startswith("seed 123456, no. 11, T = 0.70, 0.70")
    assert len(made.name) <= MAX_NAME


@pytest.mark.parametrize(
    ("page", "key"), [("sample.py", "pictures"), ("likelihood.py", "likelihood")]
)
def test_a_forged_empty_choice_is_the_default(page: str, key: str) -> None:
    app = open_page(page)
    (widget,) = [group for group in app.get("button_group") if group.key == key]
    widget.set_value(None).run()
    assert not app.exception


def test_levels_are_named_by_their_place() -> None:
    assert level_names(1) == ["level 1"]
    assert level_names(3) == ["level 1 (finest)", "level 2", "level 3 (coarsest)"]
