"""The page Compare: four families on the same digits; what is shown is what a recipe makes."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from app_pages import figure, figures, open_page, pixels_of, press, shown_recipe
from flows import small_flow
from PIL import Image
from small_baselines import NUMERALS, save_families

from explorer.pages import VIEWS
from explorer.tray.pins import Pin
from explorer.ui import pinned
from explorer.ui.compare import between, meaning, samples, training
from explorer.ui.compare.digit import _way_back
from explorer.ui.compare.measures import Strip, grey_share, named, strip_of
from explorer.ui.compare.samples import Look
from explorer.views.compare import (
    PIXELS,
    Compare,
    LatentSpace,
    MeaningfulLatents,
    Realism,
    Reversibility,
)
from explorer.views.latents import FromExample, FromSeed
from explorer.views.recipe import Recipe, RecipeError, read_recipe
from realnvp.baselines import KINDS, PixelCNN, load_baseline
from realnvp.baselines.side_by_side import costs, round_trips, walks
from realnvp.checkpoint import load, save
from realnvp.looks.net import FeatureNet, NetConfig
from realnvp.looks.store import save_net
from realnvp.numerals import numeral

pytestmark = pytest.mark.usefixtures("checkpoints")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One model of each family."""
    folder = tmp_path_factory.mktemp("models")
    save_families(folder)
    return folder


def test_arrives_with_pictures_of_all_four() -> None:
    app = open_page("compare.py")
    assert not app.exception
    shown = [data["alt"] for data in figures(app)]
    for title in ("RealNVP", "VAE", "GAN", "PixelCNN"):
        assert any(f"16 pictures of {title}, seed 0" in alt for alt in shown)


def test_the_table_has_what_the_cards_say() -> None:
    app = open_page("compare.py")
    table = app.table[0].value.set_index("family")
    assert list(table.loc["Exact likelihood"]) == [
        "✓ · ✓ ≤ 1.25",
        "✗ · ✗ ≤ 2.50",
        "✗ · ✗",
        "✓ · ✓ 0.75",
    ]
    assert list(table.loc["Efficiency"]) == ["✓ · ✓ 1", "✓ · ✓ 1", "✓ · ✓ 1", "= · ✗ 64"]
    assert list(table.loc["Latent space"]) == ["✓ · ✓ 64", "✓ · ✓ 3", "✗ · ✓ 3", "✗ · ✗"]
    assert list(table.loc["Realism"]) == ["= · =", "= · ✗", "✗ · ✓", "✓ · ="]


def test_a_seed_and_a_temperature_are_restored_by_a_link() -> None:
    app = open_page("compare.py", seed="7", temperature="0.5")
    assert "seed 7, temperature 0.50" in figure(app, "pictures of RealNVP")["alt"]
    other = open_page("compare.py", seed="8", temperature="0.5")
    for title in ("RealNVP", "VAE", "GAN", "PixelCNN"):
        words = f"pictures of {title},"
        assert figure(app, words)["source"] != figure(other, words)["source"]


def test_times_are_measured_for_one_picture_and_for_64() -> None:
    app = open_page("compare.py", look="Efficiency")
    assert not app.exception
    _, table = app.table
    assert list(table.value["family"]) == ["RealNVP", "VAE", "GAN", "PixelCNN"]
    assert list(table.value["passes one after the other"]) == ["1", "1", "1", "64"]
    assert all(cell.endswith(" ms") for cell in table.value["64 pictures"])


def test_times_that_were_kept_do_not_say_that_they_are_new() -> None:
    app = open_page("compare.py", look="Efficiency")
    before = app.table[1].value
    app.run()
    assert app.table[1].value.equals(before)
    (words,) = [text.value for text in app.markdown if text.value.startswith("Measured ")]
    assert "just now" not in words


def test_the_costs_of_a_digit_are_those_of_the_core(own_models: Path) -> None:
    app = open_page("compare.py", look="Exact likelihood", a_from="Sample", a_seed="3")
    assert not app.exception
    flow = load("numerals")
    z = flow.draw(1, 0.7, torch.Generator().manual_seed(3))
    models = {kind: load_baseline(kind) for kind in KINDS}
    expected = costs(flow, models, flow.decode(z))
    values = app.table[1].value
    assert list(values["family"]) == ["RealNVP", "PixelCNN", "VAE", "GAN"]
    name = values.columns[1]
    shown = [f"{expected.flow:.3f}", f"{expected.pixelcnn:.3f}", f"≤ {expected.bound:.3f}", "–"]
    assert list(values[name]) == shown
    assert any("**Undecided**" in text.value for text in app.markdown)


@pytest.mark.parametrize("look", ["Exact likelihood", "Assumptions"])
def test_the_name_of_a_pin_is_words_alone(look: str) -> None:
    name = "![x](https://elsewhere.example/a.png)"
    flow = load("numerals")
    z = flow.draw(1, 0.7, torch.Generator().manual_seed(3))
    pin = Pin(name, "numerals", z[0], None, flow.decode(z)[0], {})
    app = open_page("compare.py", pin, look=look, a_from="Tray")
    assert not app.exception
    written = [text.value for text in app.markdown]
    written += [str(head) for table in app.table for head in table.value.columns]
    told = [words for words in written if "elsewhere" in words]
    assert told
    assert not any("](https" in words for words in told)


def test_what_is_said_of_the_way_back_follows_from_the_bytes() -> None:
    image = torch.zeros(1, 1, 2, 2, dtype=torch.uint8)
    assert "every byte returns" in _way_back(image, image)
    off = image.clone()
    off[0, 0, 1, 1] = 3
    words = _way_back(off, image)
    assert "every byte returns" not in words
    assert "1 of 4 byte differs, by 3.0 of 255" in words


def test_only_two_families_bring_a_picture_back() -> None:
    app = open_page("compare.py", look="Reversibility")
    assert not app.exception
    assert "no byte differs" in figure(app, "Error of RealNVP")["alt"]
    assert "bytes differ" in figure(app, "Error of VAE")["alt"]
    assert not [data for data in figures(app) if "GAN" in data["alt"]]


def test_three_families_go_between_two_digits() -> None:
    app = open_page("compare.py", look="Latent space", frames="5", seed="2")
    assert not app.exception
    assert "5 frames from sample 1 to sample 8 by RealNVP" in figure(app, "by RealNVP")["alt"]
    assert "5 frames from sample 1 to sample 8 by VAE" in figure(app, "by VAE")["alt"]
    assert "two codes of seed 2 by GAN" in figure(app, "by GAN")["alt"]


def test_what_lies_half_way_stands_beside_the_average_of_the_pixels() -> None:
    app = open_page(
        "compare.py", look="Meaningful latents", frames="5", a_from="Sample", a_seed="3"
    )
    assert not app.exception
    flow, net = load("numerals"), load_baseline("pixelcnn")
    assert isinstance(net, PixelCNN)
    strip = figure(app, "Average of the pixels")
    pixels = pixels_of(strip["source"], "RGB").astype(float)
    width = flow.config.image_size[1]
    first, middle, last = (pixels[:, at * (width + 2) :][:, :width] for at in (0, 2, 4))
    assert np.abs((first + last) / 2 - middle).max() <= 0.5
    cost = float(net.pixel_bits(torch.from_numpy(middle[None, None, :, :, 0]).byte()).mean())
    assert f"middle costs {numeral(cost, '.2f')} bits/dim" in strip["caption"]
    words = [text.value for text in app.markdown]
    assert any("RealNVP ✓ · ✓, VAE = · ✓, GAN ✗ · =, PixelCNN ✗ · ✗" in text for text in words)
    (notice,) = [text for text in words if "What to notice" in text]
    assert f"Average of the pixels {numeral(cost, '.2f')}" in notice


def test_a_notice_of_realism_names_who_is_ahead_only_where_the_pictures_say_so() -> None:
    looks = {"RealNVP": Look(16, 3, 0.31), "VAE": Look(16, 2, 0.44), "GAN": Look(16, 10, 0.22)}
    real = Look(12, 11, 0.3)
    words = samples.notice(looks, real, 1.0)
    assert "GAN 10, RealNVP 3, VAE 2; and to 11 of 12 test digits. GAN is ahead here" in words
    assert "more in those of VAE, whose edges are softer; less in those of GAN" in words
    assert "trained as it draws at temperature 1" not in words
    cooled = looks | {"RealNVP": Look(16, 8, 0.33)}
    words = samples.notice(cooled, real, 0.5)
    assert "GAN and RealNVP are ahead here" in words
    assert "is at 0.5 here" in words
    close = {"RealNVP": Look(16, 7, 0.33), "VAE": Look(16, 2, 0.27)}
    words = samples.notice(close, real, 1.0)
    assert "None is clearly ahead" in words
    assert "No family is 5 points from that" in words
    assert "GAN" not in words


def test_a_notice_of_realism_without_a_classifier_and_without_digits_says_less() -> None:
    words = samples.notice({"RealNVP": Look(16, None, None)}, None, 1.0)
    assert words == "**What to notice.** Count the digits that you could name at once."


def test_a_notice_of_meaning_lists_who_is_below_the_pixels_as_a_sentence_does() -> None:
    costs = {"RealNVP": 1.33, "VAE": 1.6, "GAN": 1.2, PIXELS: 2.75}
    assert "GAN, RealNVP and VAE cost less than the average" in meaning._notice(costs)


def test_a_record_whose_first_steps_the_chart_cuts_off_says_so() -> None:
    words = training._notice({"VAE": ([1.0, 2.0], {"bits/dim": [5.0, 1.3]})})
    assert "VAE's bits/dim from 5.00 to 1.30" in words
    assert "the charts leave out the height of their first eighth" in words


def test_a_notice_of_latent_space_names_the_evenest_only_where_it_is() -> None:
    strips = {"RealNVP": Strip(20, 45, 100), "VAE": Strip(15, 33, 100), "GAN": Strip(9, 37, 100)}
    words = between.notice(strips, 9)
    assert "8 steps of 12.5 %" in words
    assert "VAE 33 %, GAN 37 %, RealNVP 45 %. VAE and GAN change most evenly here" in words
    words = between.notice({"RealNVP": Strip(20, 20, 100), "VAE": Strip(15, 24, 100)}, 6)
    assert "none jumps more than the rest" in words
    assert "RealNVP" not in between.notice({"RealNVP": Strip(3, 5, 0)}, 5)  # A is B


def test_the_notices_of_compare_are_made_of_what_the_pictures_hold() -> None:
    images = torch.tensor([0, 63, 64, 191, 192, 255], dtype=torch.uint8).reshape(1, 1, 2, 3)
    assert grey_share(images) == 0.5
    assert grey_share(torch.zeros_like(images)) is None
    frames = torch.tensor([0, 10, 40], dtype=torch.uint8).reshape(3, 1, 1, 1).expand(-1, 1, 2, 2)
    assert strip_of(frames) == Strip(mean=20, largest=30, apart=40)
    net = FeatureNet(NetConfig(1, (8, 8), ("0", "1"), width=4)).eval()
    with torch.no_grad():
        net.labels.bias[:] = torch.tensor([9.0, 0.0])
        net.labels.weight.zero_()
    digits = torch.zeros(3, 1, 8, 8, dtype=torch.uint8)
    assert named(net, digits) == 3
    net.labels.bias.data.zero_()  # either class with a half
    assert named(net, digits) == 0


def test_the_numbers_of_the_notices_stand_below_the_pictures(own_models: Path) -> None:
    net = FeatureNet(NetConfig(1, (8, 8), ("0", "1"), width=4))
    net.labels.bias.data[:] = torch.tensor([90.0, 0.0])
    save_net(net, NUMERALS)
    app = open_page("compare.py")
    assert not app.exception
    (words,) = [text.value for text in app.markdown if "What to notice" in text.value]
    for title in ("RealNVP", "VAE", "GAN", "PixelCNN"):
        assert "16 of 16 named" in figure(app, f"pictures of {title}")["caption"]
        assert f"{title} 16" in words
    app = open_page("compare.py", look="Latent space", frames="5")
    assert not app.exception
    assert "no byte differs" in figure(app, "by RealNVP")["caption"]
    (words,) = [text.value for text in app.markdown if "What to notice" in text.value]
    strip = strip_of(frames_in(figure(app, "by VAE"), 5))
    assert strip.share is not None
    assert f"VAE {100 * strip.share:.0f} %" in words


def test_a_digit_of_another_family_is_encoded_when_it_is_pressed() -> None:
    app = open_page("compare.py")
    gan = figure(app, "pictures of GAN, seed 0")
    press(app, "realism", 2 * 16 + 3)
    assert not app.exception
    (pin,) = app.session_state[pinned.STATE].pins
    assert (pin.name, pin.checkpoint) == ("GAN, seed 0, no. 4", NUMERALS)
    tile = tiles_in(pixels_of(gan["source"], "RGB"))[3]
    assert np.array_equal(pin.image[0].numpy(), tile[..., 0])
    flow = load(NUMERALS)
    assert torch.equal(flow.decode(pin.z[None]), pin.image[None])
    assert torch.allclose(flow.encode(pin.image[None])[0], pin.z, atol=1e-4)


def test_a_sample_of_realnvp_is_pinned_with_the_noise_that_it_was_drawn_from() -> None:
    app = press(open_page("compare.py", seed="5"), "realism", 2)
    (pin,) = app.session_state[pinned.STATE].pins
    noise = torch.Generator().manual_seed(5)
    assert torch.equal(pin.z, load(NUMERALS).draw(16, 1.0, noise)[2])


def test_what_came_back_can_be_pressed_and_an_error_cannot() -> None:
    app = open_page("compare.py", look="Reversibility")
    assert not figure(app, "Error of VAE")["titles"]
    press(app, "reversibility", 2, "interpolate")
    assert not app.exception
    assert app.title[0].value == "Interpolate"
    (pin,) = app.session_state[pinned.STATE].pins
    assert "through VAE" in pin.name


def test_a_frame_of_another_family_opens_with_the_model_that_has_encoded_it(
    own_models: Path,
) -> None:
    save(small_flow(), own_models / "faces32")
    app = open_page("compare.py", checkpoint="faces32", look="Latent space", frames="5")
    press(app, "between_VAE", 1, "multiscale")
    assert not app.exception
    assert app.title[0].value == "Multi-scale"
    assert app.session_state["checkpoint"] == NUMERALS
    assert figure(app, "A: VAE, frame 2")


def frames_in(data: dict, count: int) -> torch.Tensor:
    """The 8x8 frames of a strip, (count, 1, 8, 8)."""
    tiles = tiles_in(pixels_of(data["source"], "RGB"))
    assert len(tiles) == count
    return torch.from_numpy(np.stack(tiles)[..., 0][:, None])


def test_assumptions_have_their_pictures() -> None:
    app = open_page("compare.py", look="Assumptions")
    assert not app.exception
    assert figure(app, "A draw of the VAE for sample 1")
    assert figure(app, "8 endings of the upper half of sample 1")


def test_records_of_the_trainings_are_drawn() -> None:
    app = open_page("compare.py", look="Stability")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 3
    assert any("10 steps in 2 minutes" in caption.value for caption in app.caption)


def test_a_record_of_realnvp_is_drawn_beside_them_and_a_damaged_one_is_not(
    own_models: Path,
) -> None:
    file = own_models / "baselines" / "realnvp.json"
    card = {"steps": 9, "minutes": 3.0, "record": {"step": [1, 5, 8], "bits_per_dim": [5, 3, 4]}}
    file.write_text(json.dumps(card), encoding="utf-8")
    app = open_page("compare.py", look="Stability")
    assert not app.exception
    assert len(app.get("plotly_chart")) == 4
    assert any("9 steps in 3 minutes" in caption.value for caption in app.caption)
    assert any("RealNVP's bits/dim from 5.00 to 4.00" in text.value for text in app.markdown)
    for text in ("[]", "{", '{"record": {"step": [1], "bits_per_dim": ["x"]}}', "9" * 70_000):
        file.write_text(text, encoding="utf-8")
        app = open_page("compare.py", look="Stability")
        assert not app.exception
        assert len(app.get("plotly_chart")) == 3


def test_without_baselines_one_kind_line_says_how_to_get_them(own_models: Path) -> None:
    for kind in KINDS:
        (own_models / "baselines" / kind / "config.json").unlink()
    app = open_page("compare.py")
    assert not app.exception
    assert "realnvp baselines" in app.info[0].value


def test_without_a_model_of_the_same_pictures_one_kind_line_says_so(own_models: Path) -> None:
    save(small_flow(channels=1), own_models / "numerals", {"training": {"data": "letters"}})
    app = open_page("compare.py")
    assert not app.exception
    assert "nothing to compare" in app.info[0].value


def test_a_checkpoint_of_other_pictures_gives_way_to_the_one_that_fits(
    own_models: Path,
) -> None:
    save(small_flow(), own_models / "faces32")
    app = open_page("compare.py")
    assert not app.exception
    assert any("RealNVP is the checkpoint numerals here" in c.value for c in app.caption)
    assert figure(app, "pictures of RealNVP")


def test_a_damaged_baseline_is_one_line_and_the_others_stay(own_models: Path) -> None:
    (own_models / "baselines" / "gan" / "model.safetensors").write_bytes(b"no")
    app = open_page("compare.py")
    assert not app.exception
    assert "damaged" in app.warning[0].value
    assert any("Not here: GAN" in caption.value for caption in app.caption)
    assert figure(app, "pictures of PixelCNN")
    assert not [data for data in figures(app) if "of GAN" in data["alt"]]


@pytest.mark.parametrize(
    ("kind", "look"),
    [("vae", "Assumptions"), ("gan", "Exact likelihood"), ("pixelcnn", "Latent space")],
)
def test_any_one_baseline_is_enough(own_models: Path, kind: str, look: str) -> None:
    for other in set(KINDS) - {kind}:
        (own_models / "baselines" / other / "config.json").unlink()
    assert not open_page("compare.py", look=look).exception


def test_a_conditional_model_is_conditioned_on_labels(own_models: Path) -> None:
    flow = small_flow(channels=1, label_kind="class", num_labels=3)
    save(flow, own_models / "numerals", {"training": {"data": "numerals"}})
    for look in ("Realism", "Exact likelihood", "Latent space"):
        assert not open_page("compare.py", look=look).exception


@pytest.mark.parametrize("link", [{"look": "<b>"}, {"seed": "1e300"}, {"frames": "9000"}])
def test_what_a_link_cannot_mean_falls_back(link: dict[str, str]) -> None:
    app = open_page("compare.py", **link)
    assert not app.exception
    assert figures(app)


def test_a_stopped_drawing_can_go_on() -> None:
    app = open_page("compare.py")
    app.session_state["realism_stopped"] = True
    app.number_input(key="seed").set_value(5).run()
    assert figure(app, "pictures of PixelCNN, seed 5")  # another seed starts anew


# The recipe of a view, and the pixels its program writes.

LATENTS = {"a": FromSeed(seed=4), "b": FromSeed(seed=6)}
VIEWS_SHOWN = [
    Compare(question=Realism(seed=3, temperature=0.5), baselines=KINDS),
    Compare(question=Realism(seed=3, temperature=0.5), baselines=("gan",)),
    Compare(question=Reversibility(a=FromExample(example="sample 2")), baselines=("vae",)),
    Compare(question=LatentSpace(**LATENTS, frames=5, seed=1), baselines=KINDS),
    Compare(question=MeaningfulLatents(**LATENTS, frames=5, seed=1), baselines=KINDS),
]


@pytest.mark.parametrize("view", VIEWS_SHOWN)
def test_the_program_of_a_view_writes_the_pixels_of_the_page(
    view: Compare, own_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in set(KINDS) - set(view.baselines):
        (own_models / "baselines" / kind / "config.json").unlink()
    recipe = Recipe("numerals", view)
    app = open_page("compare.py", **recipe.query())
    assert not app.exception
    assert read_recipe(VIEWS, shown_recipe(app)) == recipe
    monkeypatch.chdir(tmp_path)
    exec(compile(recipe.python(), "recipe.py", "exec"), {})
    written = np.array(Image.open(tmp_path / "compared.png"))
    tiles = [tile for data in figures(app) for tile in tiles_of(data)]
    assert same_tiles(tiles, tiles_in(written))


def tiles_in(sheet: np.ndarray) -> list[np.ndarray]:
    """The 8x8 pictures of a sheet with gaps of 2, row after row."""
    height, width = sheet.shape[:2]
    return [
        sheet[top : top + 8, left : left + 8, :3]
        for top in range(0, height, 10)
        for left in range(0, width, 10)
    ]


def tiles_of(data: dict) -> list[np.ndarray]:
    """Those of one figure; not of the pictures in the pickers."""
    is_picker = data["alt"].startswith(("A: ", "B: ", "Examples: "))
    return [] if is_picker else tiles_in(pixels_of(data["source"], "RGB"))


def same_tiles(tiles: list[np.ndarray], others: list[np.ndarray]) -> bool:
    return len(tiles) == len(others) and all(map(np.array_equal, tiles, others))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"question": {"look": "Stability"}}, "question must be from one of"),
        ({"question": {"look": "Realism", "frames": 5}}, "unknown here: 'frames'"),
        ({"baselines": ["flow"]}, "baselines.0 must be"),
        ({"baselines": "vae"}, "must be a list"),
    ],
)
def test_a_recipe_of_no_such_look_is_refused(change: dict, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        read_recipe(VIEWS, {"page": "compare", "checkpoint": "numerals"} | change)


def test_a_round_trip_is_exact_for_the_flow_alone() -> None:
    flow, models = small_flow(channels=1), {kind: load_baseline(kind) for kind in KINDS}
    image = flow.decode(flow.draw(1, 1.0, torch.Generator().manual_seed(0)))
    backs = round_trips(flow, models, image)
    assert list(backs) == ["RealNVP", "VAE"]
    assert torch.equal(backs["RealNVP"], image)
    assert not torch.equal(backs["VAE"], image)


def test_walks_start_and_end_at_what_each_family_knows_of_the_digits() -> None:
    flow, models = small_flow(channels=1), {kind: load_baseline(kind) for kind in KINDS}
    z = flow.draw(2, 1.0, torch.Generator().manual_seed(0))
    ends, strips = flow.decode(z), walks(flow, models, z, None, 5, seed=9)
    codes = models["gan"].draw(2, torch.Generator().manual_seed(9))  # type: ignore[attr-defined]
    expected = {
        "RealNVP": ends,
        "VAE": models["vae"].reconstruct(ends),  # type: ignore[attr-defined]
        "GAN": models["gan"].decode(codes),  # type: ignore[attr-defined]
    }
    assert list(strips) == list(expected)
    for title, strip in strips.items():
        assert torch.equal(strip[[0, -1]], expected[title])


def test_bits_are_those_of_the_label_that_is_chosen(own_models: Path) -> None:
    classes = small_flow(channels=1, label_kind="class", num_labels=3)
    save(classes, own_models / NUMERALS, {"training": {"data": NUMERALS}})
    app = open_page("compare.py", look="Exact likelihood", a_from="Example")
    app.selectbox(key="a_class").set_value("2").run()
    assert not app.exception
    fresh = open_page("compare.py", look="Exact likelihood", a_from="Example", a_class="2")
    assert app.table[1].value.equals(fresh.table[1].value)
    first = open_page("compare.py", look="Exact likelihood", a_from="Example", a_class="0")
    assert not app.table[1].value.equals(first.table[1].value)
