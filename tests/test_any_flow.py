"""A flow that is no RealNVP: its protocol, how a server gets it, and what the pages make of it."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import other_flow
import pytest
import torch
from app_pages import (
    Offered,
    open_page,
    shown_recipe,
    written_by,
)
from flows import random_pictures, small_flow
from PIL import Image
from streamlit.testing.v1 import AppTest

import realnvp
from explorer.pages import VIEWS
from explorer.ui import models
from explorer.ui.lesson.handout import handout
from explorer.views.recipe import read_recipe
from realnvp import ModelConfig, RealNVP
from realnvp.__main__ import main
from realnvp.any_flow import AnyFlow, Flow, FlowError
from realnvp.direction_file import write_directions
from realnvp.doctor import findings_of_flow
from realnvp.explore.directions import LABEL, PRINCIPAL, Directions
from realnvp.flow import dequantize, log_normal
from realnvp.own_flows import FLOWS, name_flows, open_flow, own_flows, reference

CODE = Path(other_flow.__file__)


@pytest.fixture(autouse=True)
def _nothing_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realnvp.own_flows._opened", set())
    monkeypatch.setenv(FLOWS, "")  # taken back after the test, whatever that names


@pytest.fixture
def other(checkpoints: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`other` and, with levels, `levelled` stand beside the checkpoint tiny; the file of both."""
    file = tmp_path / "other_flow.py"
    shutil.copy(CODE, file)
    monkeypatch.setenv(FLOWS, f"other={file}:make;levelled={file}:levelled")
    return file


def words_of(app: AppTest) -> str:
    """Whatever stands there in words."""
    kinds = (app.info, app.markdown, app.caption, app.error, app.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


# The core


def test_a_flow_gives_back_every_byte_and_its_own_density() -> None:
    own, images = other_flow.make(), random_pictures(5)
    flow, x = AnyFlow(own), dequantize(images, None)
    assert isinstance(own, Flow)
    z = flow.encode(images)
    assert torch.equal(z, own.encode(x))
    assert torch.equal(flow.decode(z), images)
    nats = flow.bits_per_dim(images) * flow.dim * np.log(2)
    assert torch.allclose(nats, -own.log_prob(x).double())
    assert torch.allclose(flow(x)[1] + log_normal(z), own.log_prob(x), rtol=1e-4)
    bits = flow.bits_per_dim_of_latents(z)
    assert torch.allclose(bits, flow.bits_per_dim(images), rtol=1e-4)
    assert not any(weight.requires_grad for weight in flow.parameters())


def test_samples_are_those_of_any_model_of_this_seed() -> None:
    flow = AnyFlow(other_flow.make())
    noise = [torch.Generator().manual_seed(3) for _ in range(2)]
    assert torch.equal(flow.draw(4, 0.5, noise[0]), small_flow().draw(4, 0.5, noise[1]))
    shown = realnvp.show(flow.sample(4, 0.5))
    assert repr(shown) == "4 pictures, 8 × 8, colour"


def test_an_object_that_is_no_module_will_do() -> None:
    within, images = other_flow.make().requires_grad_(False), random_pictures(2)
    methods = {name: getattr(within, name) for name in ("encode", "decode", "log_prob")}
    flow = AnyFlow(SimpleNamespace(image_shape=(3, 8, 8), **methods))  # type: ignore[arg-type]
    assert torch.equal(flow.decode(flow.encode(images)), images)
    assert torch.equal(flow.bits_per_dim(images), AnyFlow(within).bits_per_dim(images))
    assert all(finding.passed for finding in findings_of_flow(flow))


@pytest.mark.parametrize("kind", [other_flow.OtherFlow, other_flow.Levelled])
def test_a_latent_laid_out_as_a_picture_comes_back(kind: type) -> None:
    flow = AnyFlow(kind())
    z = flow.draw(3)
    assert torch.equal(flow.unpicture(flow.picture(z)), z)
    assert torch.equal(flow.pack(flow.unpack(z)), z)
    mask = torch.zeros(1, 3, 8, 8, dtype=torch.bool)
    mask[:, :, :4] = True
    assert torch.equal(flow.picture(flow.unpicture(mask)), mask)


def test_deeper_levels_lie_where_their_cells_are() -> None:
    flow = AnyFlow(other_flow.Levelled())
    z = torch.zeros(1, flow.dim)
    flow.unpack(z)[1][0, :, 0, 1] = 1  # one cell of the coarse level: upper right
    there = flow.picture(z)[0].bool().any(0)
    assert there[:4, 4:].any()
    assert not there[4:].any()
    assert not there[:, :4].any()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: 3, "int has no method encode"),
        (other_flow.without_log_prob, "Identity has no method encode"),
        (other_flow.OfPictures, r"gives shape \(1, 3, 8, 8\), not \(1, 192\)"),
    ],
)
def test_what_is_no_flow_is_told_in_one_line(make: type, why: str) -> None:
    with pytest.raises(FlowError, match=why) as raised:
        AnyFlow(make())
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"image_shape": (2, 8, 8)}, "2 channels"),
        ({"image_shape": (3, 8)}, r"\(C, H, W\)"),
        ({"level_shapes": [(6, 4, 4)]}, "hold 96 numbers, the picture 192"),
    ],
)
def test_shapes_that_cannot_be_are_told(changes: dict[str, object], why: str) -> None:
    own = other_flow.make()
    for name, value in changes.items():
        setattr(own, name, value)
    with pytest.raises(FlowError, match=why):
        AnyFlow(own)


def test_it_takes_neither_labels_nor_another_size() -> None:
    flow = AnyFlow(other_flow.make())
    with pytest.raises(ValueError, match="no labels"):
        flow.encode(random_pictures(1), torch.tensor([1]))
    with pytest.raises(ValueError, match="8 × 8, not 16 × 16"):
        flow.sample(1, size=(16, 16))


# Where it comes from


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a.b:make", ("b", "a.b", "make")),
        ("x/my flow.py:make", ("my flow", "x/my flow.py", "make")),
        ("Glow=C:\\x\\glow.py:f", ("Glow", "C:\\x\\glow.py", "f")),
        ("Glow=x=1/glow.py:f", ("Glow", "x=1/glow.py", "f")),
    ],
)
def test_a_reference_names_code(text: str, expected: tuple[str, ...]) -> None:
    assert reference(text) == expected


@pytest.mark.parametrize(
    "text", ["", "make", "a b:make", "a:make()", "a/b.txt:make", "../x=a:make", "=a:make", "a:b:"]
)
def test_what_names_no_code_is_refused(text: str) -> None:
    with pytest.raises(FlowError, match="a flow "):
        reference(text)


def test_a_flow_that_is_named_stands_among_the_models(checkpoints: Path, tmp_path: Path) -> None:
    odd = tmp_path / "a;b.py"
    for file in (tmp_path / "mine.py", odd):
        shutil.copy(CODE, file)
    name_flows([f"{tmp_path / 'mine.py'}:make", "two=other_flow:levelled"])
    assert list(own_flows()) == ["mine", "two"]
    for texts, why in (
        (["tiny=other_flow:make"], "a model called tiny"),
        (["other_flow:make", "other_flow:levelled"], "a model called other_flow"),
        (["missing.py:make"], "no file missing.py"),
        ([f"{odd}:make"], "cannot have ;"),
    ):
        with pytest.raises(FlowError, match=why):
            name_flows(texts)
    assert list(own_flows()) == ["mine", "two"]


def test_the_app_refuses_what_is_no_flow(
    checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["app", "--flow", "nothing"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "not 'nothing'" in line


def test_code_that_fails_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FlowError) as raised:
        open_flow("other_flow:failing")
    assert str(raised.value) == (
        "other_flow: failing failed with ZeroDivisionError: no <b>flow</b>"
    )
    assert "Traceback" in caplog.text  # for whoever wrote it


def test_a_realnvp_that_code_makes_stays_one(tmp_path: Path) -> None:
    file = tmp_path / "made.py"
    file.write_text(
        "from flows import small_flow\n\n\ndef make():\n    return small_flow()\n", encoding="utf-8"
    )
    flow, images = open_flow(f"{file}:make"), random_pictures(2)
    assert flow.has_couplings
    assert torch.allclose(flow.encode(images), small_flow().encode(images), atol=1e-4)


def test_a_cluster_runs_nobody_s_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "engine", lambda: SimpleNamespace(here=None))
    with pytest.raises(FlowError, match="not on a cluster"):
        models._made(reference("other_flow:failing"), "cpu")


# The doctor


@pytest.mark.parametrize(
    "kind", [other_flow.OtherFlow, other_flow.Levelled, other_flow.OfOnePrecision]
)
def test_the_doctor_finds_nothing_wrong_with_a_sound_flow(kind: type) -> None:
    found = list(findings_of_flow(AnyFlow(kind())))
    assert [finding.passed for finding in found] == [True] * 5


@pytest.mark.parametrize(
    ("made", "check"),
    [
        ("of_units", "log p against the Jacobian"),
        ("of_batches", "latent, alone and in a batch"),
        ("without_gradient", "decode has a gradient"),
    ],
)
def test_the_doctor_names_what_is_wrong(
    made: str, check: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", f"other_flow:{made}"]) == 1
    failed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("FAIL")]
    assert any(check in line for line in failed)
    if made == "of_units":
        assert "it lacks − D ln 256" in failed[0]


def test_commands_take_code_for_a_model(own_models: Path, tmp_path: Path) -> None:
    data, labels = str(tmp_path / "data.npz"), np.arange(100) % 2
    pictures = {part: random_pictures(100, seed=len(part)).numpy() for part in ("train", "test")}
    by_rows = {part: images.transpose(0, 2, 3, 1) for part, images in pictures.items()}
    np.savez(data, train_labels=labels, test_labels=labels, **by_rows)
    sheet = str(tmp_path / "x.png")
    for words in (
        ["sample", "other_flow:make", "--number", "4", "--out", sheet],
        ["encode", "other_flow:make", sheet, "--out", str(tmp_path / "z.safetensors")],
        ["interpolate", "other_flow:make", "seed:1", "seed:2", "--out", str(tmp_path / "x.webp")],
        ["evaluate", "other_flow:make", data, "--draws", "1"],
        ["directions", "other_flow:make", data, "--components", "2"],
        ["atlas", "other_flow:make", data, "--source", "noise", "--terms", "none"],
    ):
        assert main(words) == 0, words
    assert (own_models / "other_flow" / "directions.safetensors").exists()
    assert (own_models / "other_flow" / "atlas.png").exists()


# The pages

SEVEN = {
    "sample": {},
    "encode": {},
    "interpolate": {"view": "Path"},
    "atlas": {},
    "likelihood": {},
    "directions": {
        "directions_view": "Sliders",
        "directions": "mine",
        "amount_mine": "2",
        "taught_yes": ["sample 1 no. 1", "sample 1 no. 2"],
        "taught_no": ["sample 1 no. 3", "sample 1 no. 4"],
    },
    "repair": {"steps": "2"},
}


@pytest.mark.parametrize("name", ["other", "levelled"])
@pytest.mark.parametrize("page", SEVEN)
def test_a_page_works_with_any_flow_and_its_program_gives_the_same_bytes(
    page: str, name: str, other: Path, offered: Offered, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(f"{page}.py", checkpoint=name, **SEVEN[page])
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="checkpoint").value == name
    recipe, pixels = offered[-1]
    assert recipe["checkpoint"] == name
    program = read_recipe(VIEWS, recipe).python()
    assert str(other.parent) not in program
    assert "fold" not in program
    monkeypatch.delenv(FLOWS)  # a program knows of no server
    view = VIEWS[page]
    drawn = written_by(program, other.parent, monkeypatch)[view.file]
    assert np.array_equal(drawn, pixels)


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("interpolate", {}),
        ("interpolate", {"view": "Pad", "over": "a plane"}),
        ("interpolate", {"view": "Manifold"}),
        ("directions", {}),
        ("encode", {"look": "Levels"}),
        ("encode", {"look": "Spread"}),
        ("encode", {"look": "Noise"}),
        ("likelihood", {"likelihood": "Typical set"}),
        ("likelihood", {"likelihood": "Out of distribution"}),
        ("repair", {"steps": "2", "missing": "Half", "moves": "pixels"}),
        ("atlas", {"projection": "t-SNE", "place": "true"}),
        ("axes", {}),
        ("home", {}),
        ("models", {}),
        ("lesson", {}),
        ("compare", {}),
    ],
)
def test_other_views_open_with_any_flow(page: str, link: dict[str, str], other: Path) -> None:
    app = open_page(f"{page}.py", checkpoint="other", **link)
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="checkpoint").value == "other"


def test_costs_of_any_flow_add_up(other: Path) -> None:
    app = open_page("encode.py", checkpoint="other", look="Where the bits go")
    assert not app.exception
    (sentence,) = [m.value for m in app.markdown if m.value.startswith("The prior of the latent")]
    (bits,) = [metric.value for metric in app.metric if metric.label == "Bits/dim"]
    assert sentence.endswith(f"in sum {bits}.")


@pytest.mark.parametrize(
    ("page", "name", "what"),
    [
        ("anatomy", "other", "couplings"),
        ("anatomy", "levelled", "couplings"),
        ("multiscale", "other", "levels"),
    ],
)
def test_a_page_that_needs_more_says_what_and_who_has_it(
    page: str, name: str, what: str, other: Path
) -> None:
    app = open_page(f"{page}.py", checkpoint=name)
    assert not app.exception
    (said,) = [info.value for info in app.info]
    assert what in said
    assert name in said
    assert "such as tiny" in said
    app.selectbox(key="checkpoint").set_value("tiny").run()
    assert not app.exception
    assert not app.info


@pytest.mark.parametrize("look", ["Where the bits go", "Map of the bits"])
def test_a_tab_that_needs_couplings_says_who_has_them(look: str, other: Path) -> None:
    app = open_page("encode.py", checkpoint="other", look=look)
    assert not app.exception
    assert [info.value for info in app.info if "such as tiny" in info.value]


@pytest.mark.parametrize("show", ["Every level", "Resample", "Swap", "Paste", "Maps", "Compress"])
def test_levels_of_another_flow_are_taken_apart(show: str, other: Path) -> None:
    app = open_page("multiscale.py", checkpoint="levelled", show=show)
    assert not app.exception
    assert not app.error
    assert shown_recipe(app)["experiment"]["show"] == show


@pytest.mark.parametrize(("name", "shown"), [("other", False), ("levelled", True)])
def test_controls_of_levels_are_there_for_levels(name: str, shown: bool, other: Path) -> None:
    app = open_page("sample.py", checkpoint=name)
    assert ("Link levels" in [toggle.label for toggle in app.toggle]) == shown
    app = open_page("directions.py", checkpoint=name)
    assert ("Move in levels" in [group.label for group in app.get("button_group")]) == shown
    app = open_page("axes.py", checkpoint=name)
    offered = {option for box in app.selectbox for option in box.options}
    assert ("level 2" in offered) == shown
    assert ("level 1" in offered) == shown


def test_only_a_realnvp_draws_pictures_of_another_size(other: Path) -> None:
    for name in ("tiny", "other"):
        app = open_page("sample.py", checkpoint=name, times="2")
        assert not app.exception
        labels = [group.label for group in app.get("button_group")]
        assert ("Size" in labels) == (name == "tiny")
        assert shown_recipe(app)["times"] == (2 if name == "tiny" else 1)


def test_a_card_says_what_it_is(other: Path) -> None:
    said = words_of(open_page("models.py", checkpoint="levelled"))
    assert "Two levels" in said
    assert "doctor levelled=other_flow.py:levelled" in said
    assert "such as" not in said
    app = open_page("models.py", checkpoint="levelled")
    app.session_state["details_levelled"] = True
    table = app.run().table[0].value.to_string()
    assert "levelled=other_flow.py:levelled" in table
    assert "another kind than RealNVP" in table
    assert "residual" not in table
    assert str(other.parent) not in said


def test_the_hand_out_draws_a_realnvp(other: Path) -> None:
    page = handout(AnyFlow(other_flow.make()), [1, 2], "en")
    assert page == handout(RealNVP(ModelConfig()), [1, 2], "en")


def test_models_beside_each_other_are_checkpoints(other: Path) -> None:
    app = open_page("models.py", checkpoint="other", models_view="Side by side")
    assert not app.exception
    assert app.selectbox(key="left").options == ["tiny"]


@pytest.mark.parametrize("made", ["failing", "of_pictures", "without_log_prob"])
def test_a_flow_that_cannot_be_made_stops_no_server(
    made: str, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FLOWS, f"broken={other}:{made}")
    app = open_page("sample.py", checkpoint="broken")
    assert not app.exception
    (said,) = [error.value for error in app.error]
    assert said.startswith("broken\\: ")
    assert "<b>" not in said.replace("\\<b\\>", "")
    app = open_page("models.py", checkpoint="tiny")
    assert not app.exception
    assert [error.value for error in app.error if error.value.startswith("broken\\: ")]


def test_a_search_that_cannot_follow_decode_says_so(
    other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FLOWS, f"stiff={other}:without_gradient")
    app = open_page("repair.py", checkpoint="stiff", steps="2")
    assert not app.exception
    assert [error.value for error in app.error if "decode has no gradient" in error.value]


def test_what_lies_beside_a_checkpoint_may_lie_beside_a_flow(
    own_models: Path, other: Path, offered: Offered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(own_models))
    vectors, ones = torch.eye(192)[:2], torch.ones(2)
    directions = Directions(
        ("Hat", "PCA 1"), (LABEL, PRINCIPAL), vectors, 0 * ones, ones, 0.9 * ones
    )
    write_directions(own_models / "other", directions)
    (own_models / "other" / "examples").mkdir()
    pixels = random_pictures(1)[0].permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(own_models / "other" / "examples" / "noise.png")
    app = open_page("encode.py", checkpoint="other")
    assert app.selectbox(key="example").options == ["noise"]
    app = open_page("directions.py", checkpoint="other", directions="Hat", amount_Hat="3")
    assert not app.exception
    recipe, pixels = offered[-1]
    assert recipe["way"]["moves"] == [["Hat", 3.0]]
    program = read_recipe(VIEWS, recipe).python()
    monkeypatch.delenv(FLOWS)
    drawn = written_by(program, other.parent, monkeypatch)["directions.png"]
    assert np.array_equal(drawn, pixels)


def test_a_changed_file_is_read_again(other: Path) -> None:
    before = open_page("models.py", checkpoint="levelled")
    text = other.read_text(encoding="utf-8").replace("Two levels", "Another title")
    other.write_text(text, encoding="utf-8")
    after = open_page("models.py", checkpoint="levelled")
    assert "Two levels" in words_of(before)
    assert "Another title" in words_of(after)


def test_a_visitor_names_no_code(other: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap.py"
    trap.write_text("from pathlib import Path\nPath('sprung').touch()\n", encoding="utf-8")
    for text in (f"{trap}:make", f"trap={trap}:make", "trap"):
        app = open_page("sample.py", checkpoint=text)
        assert not app.exception
        assert app.selectbox(key="checkpoint").value in ("tiny", "other", "levelled")
    assert not list(tmp_path.glob("**/sprung"))
    assert not Path("sprung").exists()
