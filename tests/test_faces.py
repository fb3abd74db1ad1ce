"""The box of a sent picture starts on a face, where a model is of faces, and stays once placed."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from app_pages import Offered, figure, open_page, press
from flows import small_flow
from sent_files import photo
from streamlit.testing.v1 import AppTest

from benchmarks.faces import apart, composed
from explorer.pages import VIEWS
from explorer.ui import pinned
from explorer.ui.crop import ON_A_FACE, sliders_of
from explorer.views.recipe import read_recipe
from realnvp import faces
from realnvp.checkpoint import save
from realnvp.faces import CENTRE, SIDE, can_find_faces, face_box, find_face, framed, is_of_faces
from realnvp.fitting import zoomed_box
from realnvp.images import open_image

CROP = import_module("explorer.ui.crop")  # explorer.ui has a function of this name
FOUND = (30, 12, 50, 32)
BOX = "with a box around the part that is used"


def test_a_frame_lies_around_the_face_as_training_pictures_lie_around_theirs() -> None:
    side = 100 / SIDE
    left, top, right, bottom = framed((200, 300, 300, 400), (900, 800), (32, 32), 8)
    assert right - left == bottom - top == round(side)
    assert abs(250 - left - CENTRE[0] * side) <= 1
    assert abs(350 - top - CENTRE[1] * side) <= 1


def test_frames_stay_inside_and_have_the_proportions_of_the_model() -> None:
    dice = np.random.default_rng(0)
    for size in ((32, 32), (20, 48), (48, 20)):
        for _ in range(200):
            height, width = (int(side) for side in dice.integers(20, 300, 2))
            side = int(dice.integers(1, min(height, width)))
            x, y = int(dice.integers(0, width - side + 1)), int(dice.integers(0, height - side + 1))
            box = framed((x, y, x + side, y + side), (height, width), size, 8.0)
            left, top, right, bottom = box
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height
            largest = min(height / size[0], width / size[1])
            scale = min(max(side / SIDE / size[0], largest / 8), largest)
            assert abs(bottom - top - scale * size[0]) <= 1
            assert abs(right - left - scale * size[1]) <= 1
            pixels = np.broadcast_to(np.uint8(0), (height, width, 3))
            stand = sliders_of(box, pixels, size)
            again = zoomed_box(
                pixels, size, stand["zoom"], stand["left_right"] / 100, stand["up_down"] / 100
            )
            assert np.abs(np.subtract(again, box)[:3]).max() <= 1
            assert abs(again[3] - box[3]) <= 3  # a pixel of the width is 2.4 of the height


def test_only_a_card_that_says_so_is_of_faces() -> None:
    assert is_of_faces({"subject": "faces"})
    assert not is_of_faces({"subject": "digits"})
    assert not is_of_faces({"data": "CIFAR-10; the run began with weights of CelebA"})


def test_without_the_extra_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faces, "_cascade", lambda: None)
    pixels = np.zeros((100, 100, 3), np.uint8)
    assert find_face(pixels) is None
    assert face_box(pixels, (32, 32), 8) is None


class Cascade:
    """Finds what it is told to, in a picture that it remembers."""

    def __init__(self, *boxes: tuple[int, ...]) -> None:
        self.boxes = np.array(boxes).reshape(-1, 4)

    def detectMultiScale(self, grey: np.ndarray, *_: object, minSize: tuple) -> np.ndarray:
        self.shape, self.least = grey.shape, minSize
        return self.boxes


def test_of_several_faces_the_largest_is_taken_in_pixels_of_the_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cascade = Cascade((10, 20, 30, 30), (100, 120, 60, 60), (300, 50, 40, 40))
    monkeypatch.setattr(faces, "_cascade", lambda: cascade)
    pixels = np.zeros((faces.LONGEST, 2 * faces.LONGEST, 3), np.uint8)
    assert find_face(pixels, smallest=100) == (200, 240, 320, 360)
    assert cascade.shape == (faces.LONGEST // 2, faces.LONGEST)
    assert cascade.least == (50, 50)
    cascade.boxes = cascade.boxes[:0]
    assert find_face(pixels) is None
    assert find_face(pixels[:3, :3]) is None


@pytest.mark.skipif(not can_find_faces(), reason="opencv-python-headless<5 is not installed")
def test_a_box_on_a_face_is_near_one_set_by_hand() -> None:
    """With a picture of the model's own, larger than any it was made at."""
    image = open_image(drawn_face()).pixels.transpose(2, 0, 1)
    off = []
    for pixels, true in composed(np.stack([image] * 4), seed=0):
        box = face_box(pixels, (32, 32), 8)
        off.append(1.0 if box is None else apart(box, true))
    assert np.median(off) < 0.25


def drawn_face() -> bytes:
    folder = Path(__file__).parent.parent / "checkpoints" / "faces64" / "examples"
    return sorted(folder.glob("sample *.png"))[0].read_bytes()


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose card says that it is of faces, and one of anything."""
    folder = tmp_path_factory.mktemp("models")
    save(small_flow(), folder / "people", {"subject": "faces"})
    save(small_flow(), folder / "things")
    return folder


@pytest.fixture
def searched(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, ...]]:
    """The shapes of the pictures that were searched for a face; it is always in the same box."""
    shapes: list[tuple[int, ...]] = []

    def find(pixels: np.ndarray, size: tuple[int, int], zoom: float) -> tuple[int, int, int, int]:
        shapes.append(pixels.shape)
        return FOUND

    monkeypatch.setattr(CROP, "face_box", find)
    return shapes


def send(app: AppTest, name: str, seed: int = 0) -> AppTest:
    app.file_uploader(key="upload").set_value((name, photo(90, 60, seed), "image/png"))
    return app.run()


def box(app: AppTest) -> list[int]:
    return figure(app, BOX)["box"]


def note(app: AppTest) -> bool:
    return ON_A_FACE in [caption.value for caption in app.caption]


def test_an_upload_starts_on_the_face_and_says_so(searched: list) -> None:
    app = open_page("encode.py", checkpoint="people", source="Upload")
    assert searched == []  # an example is framed already
    send(app, "me.png")
    assert box(app) == list(FOUND)
    assert note(app)
    app.run()
    assert box(app) == list(FOUND)
    assert searched == [(60, 90, 3)]
    assert not app.exception


@pytest.mark.usefixtures("searched")
def test_a_box_that_the_visitor_moved_stays_and_the_next_picture_starts_anew() -> None:
    app = send(open_page("encode.py", checkpoint="people", source="Upload"), "me.png")
    app.slider(key="zoom").set_value(2.0).run()
    moved = box(app)
    assert moved != list(FOUND)
    assert not note(app)
    for key, value in (("up_down", 50.0), ("left_right", 50.0), ("zoom", 1.0)):
        app.slider(key=key).set_value(value).run()
    assert box(app) == [15, 0, 75, 60]  # the middle, because the visitor wants it
    send(app, "next.png", seed=1)
    assert box(app) == list(FOUND)
    assert note(app)


def test_a_box_of_a_link_stays(searched: list) -> None:
    link = {"checkpoint": "people", "source": "Upload", "zoom": "2", "left_right": "0"}
    app = send(open_page("encode.py", **link), "me.png")
    assert box(app) == [0, 15, 30, 45]
    assert searched == []
    assert not note(app)


def test_where_a_model_is_of_other_things_the_box_starts_in_the_middle(searched: list) -> None:
    app = send(open_page("encode.py", checkpoint="things", source="Upload"), "me.png")
    assert box(app) == [15, 0, 75, 60]
    assert searched == []


def test_no_face_leaves_the_middle_and_says_nothing(
    searched: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CROP, "face_box", lambda *_: None)
    app = send(open_page("encode.py", checkpoint="people", source="Upload"), "me.png")
    assert box(app) == [15, 0, 75, 60]
    assert not note(app)


@pytest.mark.usefixtures("searched")
def test_the_recipe_has_the_box_on_the_face(
    offered: Offered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(open_page("encode.py", checkpoint="people", source="Upload"), "me.png")
    recipe, pixels = offered[-1]
    read = read_recipe(VIEWS, recipe)
    assert read.view.picture.zoom == pytest.approx(3)
    (tmp_path / "me.png").write_bytes(photo(90, 60))
    monkeypatch.chdir(tmp_path)
    flow = small_flow()
    assert np.array_equal(read.view.draw(flow, *read.view.made(flow)).pixels, pixels)


@pytest.mark.usefixtures("searched")
def test_the_box_of_a_latent_picker_starts_on_a_face_too() -> None:
    app = open_page("multiscale.py", checkpoint="people", a_from="Upload")
    app.file_uploader(key="a_upload").set_value(("me.png", photo(90, 60), "image/png")).run()
    assert not app.exception
    assert app.slider(key="a_zoom").value == pytest.approx(3)
    assert any(ON_A_FACE in caption.value for caption in app.caption)
    app.slider(key="a_zoom").set_value(1.0).run()
    assert not any(ON_A_FACE in caption.value for caption in app.caption)


@pytest.mark.usefixtures("searched")
def test_the_encoded_picture_can_be_pressed_and_gone_on_with() -> None:
    app = send(open_page("encode.py", checkpoint="people", source="Upload"), "me.png")
    shown = figure(app, "me.png at 8 × 8")
    assert [action["label"] for action in shown["actions"]][1:] == [
        "→ Encode",
        "→ Interpolate",
        "→ Multi-scale",
        "→ Repair",
        "→ Directions",
    ]
    assert not figure(app, "Latent of me.png")["titles"]
    for key in ("there", "back"):
        press(app, key, 0)
        (pin,) = app.session_state[pinned.STATE].pins  # it is the same latent
        assert pin.name == "me.png"
        assert pin.recipe["picture"]["zoom"] == pytest.approx(3)
