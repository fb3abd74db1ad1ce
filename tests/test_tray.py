"""The tray keeps what is pinned, pickers offer it, and a recipe opens its page."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from app_pages import figure, figures, trigger, unfold
from app_pages import press as press_tile
from flows import MODELS, random_pictures, small_flow
from patience import PATIENCE
from sent_files import photo
from streamlit.testing.v1 import AppTest

from explorer.tray.pins import MAX_PINS, Pin, from_bytes, to_bytes, with_pin
from explorer.tray.workspace import FILE, Workspace
from explorer.ui import address, pinned, uses
from explorer.ui.tray import IN_SIGHT
from explorer.views.latents import FromExample, FromFile, FromSeed, FromTray
from explorer.views.recipe_files import RECIPE
from realnvp.checkpoint import save
from realnvp.image_encoding import to_png

pytestmark = pytest.mark.usefixtures("checkpoints", "data_folder")


@pytest.fixture(scope="module")
def models(models_of_each_kind: Path) -> Path:
    return models_of_each_kind


def page() -> None:
    """A page as the app has them: the tray beside two pickers."""
    import streamlit as st

    from explorer.ui import address
    from explorer.ui.latent_picker import latent_picker
    from explorer.ui.models import checkpoint_names, flow_of
    from explorer.ui.recipe import open_recipe
    from explorer.ui.tray import pin_button, tray
    from explorer.views.latents import FromSeed

    address.arrive("here")
    names = checkpoint_names()
    checkpoint = st.selectbox("Checkpoint", names, key="checkpoint", bind="query-params")
    tray(checkpoint)
    with st.sidebar:
        open_recipe()
    flow = flow_of(checkpoint)
    for key, seed in (("a", 1), ("b", 2)):
        first = FromSeed(seed=seed)
        made = latent_picker(flow, checkpoint, key, title=key.upper(), default=first)
        st.session_state[f"{key}_source"] = made  # for the test to see
        pin_button(made.pin(checkpoint), key=f"{key}_pinned")


def visit(checkpoint: str = "tiny", **query: str) -> AppTest:
    app = AppTest.from_function(page, default_timeout=PATIENCE)
    app.query_params.update(query | {"checkpoint": checkpoint})
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def names(app: AppTest) -> list[str]:
    return [made.name for made in app.session_state[pinned.STATE].pins]


def source(app: AppTest, key: str = "a") -> Any:
    return app.session_state[f"{key}_source"]


def some_pins(count: int) -> list[Pin]:
    pictures = random_pictures(count)
    return [Pin(f"p{i}", "tiny", torch.zeros(192), None, x, {}) for i, x in enumerate(pictures)]


def open_tray(app: AppTest, data: bytes) -> AppTest:
    unfold(app, "Open")
    (uploader,) = [u for u in app.file_uploader if u.key.startswith("tray_file_")]
    file = ("tray.safetensors", data, "application/octet-stream")
    uploader.set_value(file).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_empty_on_arrival(model: str) -> None:
    app = visit(model)
    assert not app.error
    assert not app.warning
    flow = small_flow(**MODELS[model])
    for key, seed in (("a", 1), ("b", 2)):
        made = source(app, key)
        assert torch.equal(made.z, flow.draw(1, 0.7, torch.Generator().manual_seed(seed)))
        assert torch.equal(made.image, flow.decode(made.z, made.labels))
        assert figure(app, f"{key.upper()}: seed {seed}")["alt"]
    assert "Press a picture" in app.sidebar.caption[0].value


def test_a_pin_is_the_latent_that_was_shown() -> None:
    app = press(visit(a_seed="7", a_temperature="1.2"), "a_pinned")
    (made,) = app.session_state[pinned.STATE].pins
    assert torch.equal(made.z, source(app).z[0])
    assert torch.equal(made.image, source(app).image[0])
    assert made.recipe == {"from": "Sample", "seed": 7, "temperature": 1.2, "picture": 1}
    assert "Tray (1 of 24)" in [found.proto.popover.label for found in app.get("popover")]
    assert "seed 7" in figure(app, "Pinned:")["alt"]


def test_a_pin_survives_a_reload_and_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    app = press(press(visit(), "a_pinned"), "b_pinned")
    key = app.query_params["tray"]
    again = visit(tray=key)
    assert names(again) == names(app)
    monkeypatch.setattr(pinned, "_workspace_in", lambda folder: Workspace(Path(folder)))
    restarted = visit(tray=key, a_from="Tray", a_pin="seed 2, T = 0.70")
    assert names(restarted) == names(app)
    assert torch.equal(source(restarted).z, source(app, "b").z)


def test_no_tray_is_stored_before_something_is_pinned(tmp_path: Path) -> None:
    app = visit()
    assert "tray" not in app.query_params
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("key", ["x" * 22, "../../etc/passwd", ""])
def test_a_key_that_opens_nothing_is_not_taken_over(key: str) -> None:
    app = press(visit(tray=key), "a_pinned")
    assert app.query_params["tray"] != key
    assert len(names(app)) == 1


def test_two_tabs_share_a_tray() -> None:
    first = press(visit(), "a_pinned")
    second = press(visit(tray=first.query_params["tray"]), "b_pinned")
    assert names(run(first)) == names(second) == ["seed 1, T = 0.70", "seed 2, T = 0.70"]
    press(first, "tray_remove")
    press(second, "a_pinned")
    assert len(names(second)) == 2


def test_two_tabs_at_the_same_moment_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app, save_pins = press(visit(), "a_pinned"), Workspace.save

    def beaten(workspace: Workspace, key: str, pins: list[Pin], after: int | None) -> int:
        """Another tab saves between this one's look at the tray and its own save."""
        monkeypatch.setattr(Workspace, "save", save_pins)
        found = workspace.load(key)
        assert found is not None
        workspace.save(key, with_pin(found[1], replace(found[1][0], name="other")))
        return workspace.save(key, pins, after)

    monkeypatch.setattr(Workspace, "save", beaten)
    press(app, "b_pinned")
    assert names(app) == ["seed 1, T = 0.70", "other", "seed 2, T = 0.70"]
    assert names(visit(tray=app.query_params["tray"])) == names(app)


def test_pins_can_be_renamed_moved_removed_and_brought_back() -> None:
    app = press(press(visit(), "a_pinned"), "b_pinned")
    app.number_input(key="a_seed").set_value(3.0).run()
    press(app, "a_pinned")
    assert names(app) == ["seed 1, T = 0.70", "seed 2, T = 0.70", "seed 3, T = 0.70"]
    app.text_input(key="tray_name").set_value('  <b>"nose"</b>\n').run()
    assert names(app)[2] == '<b>"nose"</b>'
    press(app, "tray_up")
    assert names(app)[1] == '<b>"nose"</b>'
    press(app, "tray_down")
    assert names(app)[2] == '<b>"nose"</b>'
    assert app.button(key="tray_down").disabled
    app.text_input(key="tray_name").set_value("seed 1, T = 0.70").run()
    assert names(app)[2] == "seed 1, T = 0.70 (2)"
    app.text_input(key="tray_name").set_value("  ").run()
    assert names(app)[2] == "seed 1, T = 0.70 (2)"
    press(app, "tray_remove")
    assert len(names(app)) == 2
    press(app, "tray_undo")
    assert len(names(app)) == 3
    press(app, "tray_clear")
    assert names(app) == []
    press(app, "tray_undo")
    assert len(names(app)) == 3
    assert len(names(visit(tray=app.query_params["tray"]))) == 3


def test_a_pin_in_use_stays_in_use_under_another_name() -> None:
    app = press(press(visit(), "a_pinned"), "b_pinned")
    first, second = names(app)
    app.selectbox(key="a_from").select("Tray").run()
    app.selectbox(key="a_pin").select(second).run()
    before = source(app)
    app.text_input(key="tray_name").set_value("nose").run()
    assert names(app) == [first, "nose"]
    assert app.selectbox(key="a_pin").value == "nose"
    assert torch.equal(source(app).z, before.z)


def toasts(app: AppTest) -> list[str]:
    """Without what keeps a name from being Markdown."""
    return [toast.value.replace("\\", "") for toast in app.toast]


def test_a_latent_that_is_pinned_already_is_not_pinned_again() -> None:
    app = press(press(visit(), "b_pinned"), "a_pinned")
    first, second = names(app)
    press(app, "b_pinned")
    assert names(app) == [first, second]
    assert toasts(app) == ["seed 2, T = 0.70 is already in the tray."]
    assert app.session_state["tray_chosen"] == first
    assert not app.warning


def test_a_latent_is_known_by_itself_and_not_by_its_name() -> None:
    app = press(visit(), "a_pinned")
    app.text_input(key="tray_name").set_value("nose").run()
    press(app, "a_pinned")
    assert names(app) == ["nose"]
    assert toasts(app) == ["nose is already in the tray."]


def test_a_latent_that_another_tab_pinned_is_not_pinned_again() -> None:
    first = press(visit(), "a_pinned")
    second = visit(tray=first.query_params["tray"])
    press(first, "b_pinned")
    press(second, "b_pinned")
    assert names(second) == names(first) == ["seed 1, T = 0.70", "seed 2, T = 0.70"]
    assert "already" in toasts(second)[0]


def test_the_same_picture_under_another_label_is_another_latent() -> None:
    app = press(visit("digits", a_class="3"), "a_pinned")
    app.selectbox(key="a_class").select("4").run()
    press(app, "a_pinned")
    assert len(names(app)) == 2


def test_what_was_removed_can_be_brought_back_after_a_pin_that_was_there_already() -> None:
    app = press(press(visit(), "a_pinned"), "b_pinned")
    press(app, "tray_remove")
    press(app, "a_pinned")
    press(app, "tray_undo")
    assert len(names(app)) == 2


def test_a_file_that_was_opened_before_adds_nothing() -> None:
    app = open_tray(visit(), to_bytes(some_pins(2)))
    open_tray(app, to_bytes(some_pins(3)))
    assert names(app) == ["p0", "p1", "p2"]
    assert toasts(app) == ["1 from the file; 2 of it in the tray already."]


def test_a_full_tray_says_so_and_loses_nothing() -> None:
    app = open_tray(visit(), to_bytes(some_pins(MAX_PINS)))
    assert len(names(app)) == MAX_PINS
    press(app, "a_pinned")
    (warning,) = app.warning
    assert "holds 24" in warning.value
    assert "Remove some first" in warning.value
    assert toasts(app) == ["The tray is full. seed 1, T = 0.70 was not pinned."]
    assert len(names(app)) == MAX_PINS
    run(app)  # what to do stays until the next change
    assert app.warning[0].value == warning.value
    press(app, "tray_remove")
    assert not app.warning
    press(app, "a_pinned")
    assert len(names(app)) == MAX_PINS


def test_a_file_joins_what_is_there_and_a_bad_one_changes_nothing() -> None:
    app = press(visit(), "a_pinned")
    for data in (b"", b"nothing", to_bytes(some_pins(2))[:-9]):
        open_tray(app, data)
        (warning,) = app.warning
        assert "\n" not in warning.value
        assert names(app) == ["seed 1, T = 0.70"]
    open_tray(app, to_bytes(some_pins(2)))
    assert not app.warning
    assert names(app) == ["seed 1, T = 0.70", "p0", "p1"]


def test_the_tray_can_be_saved() -> None:
    app = press(visit(), "a_pinned")
    pins = app.session_state[pinned.STATE].pins
    (found,) = from_bytes(to_bytes(pins))
    assert torch.equal(found.z, source(app).z[0])
    assert "Save" in [button.proto.label for button in app.get("download_button")]


def test_a_pinned_latent_is_used_from_the_tray_and_taken_out_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = press(press(visit(), "a_pinned"), "b_pinned")
    # This small app has no such page; what counts is where it goes, and with what.
    went: list[tuple[str, address.Query]] = []
    monkeypatch.setattr(address, "_turn_to", lambda *given: went.append(given) or address.stop())
    press_tile(app, "tray_pins", 1, "encode")
    run(app)
    press_tile(app, "tray_pins", 0, "directions")
    run(app)
    second, first = went
    assert second[0] == "encode"
    assert second[1].items() >= {"source": "Tray", "pinned": "seed 2, T = 0.70"}.items()
    assert first[0] == "directions"
    assert first[1].items() >= {"a_from": "Tray", "a_pin": "seed 1, T = 0.70"}.items()
    press_tile(app, "tray_pins", 0, "remove")
    assert names(app) == ["seed 2, T = 0.70"]


@pytest.mark.parametrize("asked", [None, 7, {"index": 9, "name": "remove"}, {"index": 0}])
def test_what_no_tile_of_the_tray_asks_for_does_nothing(asked: Any) -> None:
    app = press(visit(), "a_pinned")
    trigger(app, "tray_pins", "act", asked)
    assert not app.exception
    assert names(app) == ["seed 1, T = 0.70"]


def test_the_tray_shows_the_newest_and_all_of_them_when_it_is_opened() -> None:
    app = open_tray(visit(), to_bytes(some_pins(IN_SIGHT + 2)))
    sight, all_of_them = [f["titles"] for f in figures(app) if "Pinned:" in f["alt"]]
    assert all_of_them == names(app)
    assert sight == names(app)[2:]


def test_a_page_offers_its_own_places_for_a_latent_first() -> None:
    labels = [action.label for action in uses.of_tray("multiscale")]
    assert labels[:2] == ["Use as A", "Use as B"]
    assert "→ Multi-scale" not in labels
    assert "→ Encode" in [action.label for action in uses.of_tray("encode")]
    assert not [action for action in uses.of_tray("sample") if "Use as" in action.label]


def test_pins_of_another_model_are_marked_and_not_offered() -> None:
    app = press(visit(), "a_pinned")
    own = figure(app, "Pinned:")
    app.selectbox(key="checkpoint").select("digits").run()
    other = figure(app, "Pinned:")
    assert other["titles"] == ["seed 1, T = 0.70, of tiny"]
    assert other["source"] != own["source"]
    app.selectbox(key="a_from").select("Tray").run()
    assert not app.exception
    assert source(app).name == "seed 1, T = 0.70"  # a sample of this model, until there is a pin
    assert source(app).image.shape[1] == 1


def test_a_pin_of_a_model_that_has_changed_is_not_offered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = press(visit(), "a_pinned")
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path / "others"))
    save(small_flow(**MODELS["digits"]), tmp_path / "others" / "tiny")
    app.selectbox(key="a_from").select("Tray").run()
    assert not app.exception
    assert source(app).image.shape[1] == 1


@pytest.mark.parametrize("reason", ["off", "folder", "damaged"])
def test_without_a_store_the_tray_goes_on_in_memory(
    reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").mkdir()
    if reason == "off":
        monkeypatch.setenv("REALNVP_DATA", "off")
    elif reason == "folder":
        (tmp_path / "file").touch()
        monkeypatch.setenv("REALNVP_DATA", os.fspath(tmp_path / "file" / "data"))
    else:
        (tmp_path / "data" / FILE).write_bytes(b"no database" * 1000)
    app = press(press(visit(), "a_pinned"), "b_pinned")
    assert len(names(app)) == 2
    assert "tray" not in app.query_params
    assert [len(app.warning), reason] in ([0, "off"], [1, "folder"], [1, "damaged"])
    assert all(str(tmp_path) not in warning.value.replace("\\", "") for warning in app.warning)


def test_a_full_disk_is_one_line_and_the_tray_goes_on(tmp_path: Path) -> None:
    app = press(press(visit(), "a_pinned"), "b_pinned")
    key = app.query_params["tray"]
    workspace = pinned._workspace_in(str(tmp_path / "data"))
    room, workspace._max_pages = workspace._max_pages, 1  # no page more than there are
    workspace.close()
    open_tray(app, to_bytes(some_pins(20)))
    (warning,) = app.warning
    assert "cannot be stored" in warning.value
    assert len(names(app)) == len(names(run(app))) == 22
    assert len(names(visit(tray=key))) == 2
    workspace._max_pages = room
    workspace.close()
    press(app, "a_pinned")  # it is there already, but not on the server
    assert not app.warning
    assert names(visit(tray=key)) == names(app)
    assert len(names(app)) == 22


def test_a_picked_pin_is_what_was_pinned() -> None:
    app = visit("digits", b_seed="5", b_picture="3", b_class="7")
    press(app, "b_pinned")
    app.selectbox(key="a_from").select("Tray").run()
    one, other = source(app, "a"), source(app, "b")
    assert torch.equal(one.z, other.z)
    assert torch.equal(one.image, other.image)
    assert torch.equal(one.labels, torch.tensor([7]))
    assert one.latent == other.latent == FromSeed(seed=5, picture=3, label="7")
    noise = small_flow(**MODELS["digits"]).draw(64, 0.7, torch.Generator().manual_seed(5))
    assert torch.equal(one.z, noise[2:3])


def test_an_example_and_an_upload_are_encoded() -> None:
    app = visit(a_from="Example", b_from="Upload")
    flow = small_flow()
    assert torch.equal(flow.decode(source(app).z), source(app).image)
    assert source(app).latent == FromExample(example="sample 1")
    assert source(app, "b").name.startswith("seed 2")  # until there is a file
    app.file_uploader(key="b_upload").set_value(("mine.png", photo(20, 20), "image/png")).run()
    sent = source(app, "b")
    assert sent.latent == FromFile(file="mine.png")
    assert torch.equal(flow.decode(sent.z), sent.image)

    app.file_uploader(key="b_upload").set_value(("bad.png", photo(20, 20)[:45], "image/png")).run()
    (error,) = app.error
    assert "\n" not in error.value
    assert source(app, "b").name.startswith("seed 2")  # not what is known of the one before


def test_a_picture_under_a_list_chooses_what_it_shows() -> None:
    app = visit(a_from="Example", b_from="Tray")
    assert figure(app, "Examples: sample 1, sample 2")["pressed"] == 0
    trigger(app, "a_example_strip", "pick", 4)
    assert not app.exception
    assert app.selectbox(key="a_example").value == "sample 5"
    assert source(app).latent == FromExample(example="sample 5")
    assert figure(app, "Examples: ")["pressed"] == 4
    press(app, "a_pinned")
    trigger(app, "a_example_strip", "pick", 2)
    press(app, "a_pinned")
    first, second = names(app)
    trigger(app, "b_pin_strip", "pick", 1)
    assert source(app, "b").name == second
    trigger(app, "b_pin_strip", "pick", 0)
    assert source(app, "b").name == first
    assert app.query_params["b_pin"] == first
    trigger(app, "b_pin_strip", "pick", 9)  # which is not there
    assert source(app, "b").name == first


def test_an_upload_has_a_box_and_another_one_begins_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, data = visit(a_from="Upload"), photo(60, 40)
    app.file_uploader(key="a_upload").set_value(("mine.png", data, "image/png")).run()
    whole = source(app)
    assert figure(app, "mine.png, with a box")["box"] == [10, 0, 50, 40]
    app.slider(key="a_zoom").set_value(4.0).run()
    app.slider(key="a_left_right").set_value(0.0).run()
    assert not app.exception
    part = source(app)
    assert part.latent == FromFile(file="mine.png", zoom=4.0, left_right=0.0)
    assert figure(app, "mine.png, with a box")["box"][:3] == [0, 15, 10]
    assert not torch.equal(part.image, whole.image)
    assert torch.equal(small_flow().decode(part.z), part.image)
    (tmp_path / "mine.png").write_bytes(data)
    monkeypatch.chdir(tmp_path)
    assert torch.equal(part.latent.make(small_flow()).image, part.image)
    app.file_uploader(key="a_upload").set_value(("other.png", photo(20, 20), "image/png")).run()
    assert source(app).latent == FromFile(file="other.png")


def test_a_picker_takes_a_photo_of_the_camera() -> None:
    app = visit(b_from="Upload")
    app.segmented_control(key="b_by").set_value("Camera").run()
    assert source(app, "b").name.startswith("seed 2")  # until there is a photo
    shot = ("photo.jpg", photo(40, 30, kind="JPEG"), "image/jpeg")
    app.camera_input(key="b_camera").set_value(shot).run()
    assert not app.exception
    assert source(app, "b").latent == FromFile(file="photo.jpg")
    assert figure(app, "photo.jpg, with a box")


def test_a_latent_has_temperatures_of_its_levels() -> None:
    app = visit(a_linked="false", a_level_1="0.2", a_level_2="1", a_level_3="0.5")
    made, own = source(app), [0.2, 1.0, 0.5]
    assert made.name == "seed 1, T = 0.20, 1.00, 0.50"
    assert torch.equal(made.z, small_flow().draw(1, own, torch.Generator().manual_seed(1)))
    press(app, "a_pinned").selectbox(key="b_from").select("Tray").run()
    assert source(app, "b").latent == made.latent == FromSeed(seed=1, temperature=own)


def test_a_pin_that_cannot_be_made_again_is_one_of_the_tray() -> None:
    app = visit(a_from="Upload", b_from="Tray")
    app.file_uploader(key="a_upload").set_value(("mine.png", photo(20, 20), "image/png")).run()
    press(app, "a_pinned")
    assert source(app, "b").name == "mine.png"
    assert source(app, "b").latent == FromTray(pin="mine.png")


def test_the_model_is_asked_once_for_each_latent() -> None:
    app = visit()
    first = source(app, "b")
    app.number_input(key="a_seed").set_value(9.0).run()
    assert source(app).name == "seed 9, T = 0.70"
    assert source(app, "b").z is first.z


@pytest.mark.parametrize(
    "query",
    [
        {"a_from": "Space"},
        {"a_from": "Tray", "a_pin": "<script>"},
        {"a_from": "Example", "a_example": "../../etc/passwd"},
        {"a_seed": "9" * 400},
        {"a_seed": "-3"},
        {"a_picture": "1000000"},
        {"a_temperature": "nan"},
    ],
)
def test_what_a_link_cannot_mean_falls_back(query: dict[str, str]) -> None:
    app = visit(**query)
    assert not app.error
    assert torch.isfinite(source(app).z).all()


@pytest.mark.parametrize("kind", ["png", "json"])
def test_a_file_with_a_recipe_sets_the_view(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = {
        "page": "sample",
        "checkpoint": "tiny",
        "temperature": 99,
        "seed": 42,
        "pictures": 16,
        "order": "lowest first",
    }
    text = json.dumps(recipe)
    data = to_png(np.zeros((4, 4, 3), np.uint8), {RECIPE: text}) if kind == "png" else text.encode()
    app = visit()
    # This small app has no such page; what counts is where it goes, and with what.
    went: list[tuple[str, address.Query]] = []
    monkeypatch.setattr(address, "_turn_to", lambda *given: went.append(given) or address.stop())
    unfold(app, "Open a recipe")
    app.file_uploader(key="recipe_file_0").set_value((f"a.{kind}", data, "x/y")).run()
    assert not app.exception
    ((page, query),) = went
    assert page == "sample"
    assert query["temperature"] == "1.5"
    assert query["seed"] == "42"
    assert query["order"] == "lowest first"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "no JSON"),
        (b"\x89PNG broken", "no PNG"),
        (photo(20, 20), "no recipe"),
        (b'{"page": "sample"}', "no 'checkpoint'"),
        (json.dumps({"page": "encode", "checkpoint": "gone", "picture": {}}).encode(), "picture"),
        (
            json.dumps(
                {
                    "page": "encode",
                    "checkpoint": "gone",
                    "picture": {"source": "Example", "example": "first"},
                }
            ).encode(),
            "'gone'",
        ),
    ],
)
def test_a_file_without_a_good_recipe_is_one_line(data: bytes, message: str) -> None:
    app = unfold(visit(), "Open a recipe")
    app.file_uploader(key="recipe_file_0").set_value(("a.json", data, "x/y")).run()
    assert not app.exception
    (warning,) = app.warning
    assert message in warning.value.replace("\\", "")  # so that it means nothing in Markdown
    assert "\n" not in warning.value
