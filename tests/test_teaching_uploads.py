"""Teach your own from pictures that a visitor sends: what is read, refused, and follows."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from app_pages import Offered, figure, open_page, shown_recipe
from flows import small_flow
from sent_files import photo
from streamlit.testing.v1 import AppTest

from explorer.ui.directions import sent
from explorer.ui.directions.sent import KEY, sides
from explorer.views.directions import DirectionsView
from explorer.views.recipe import read_recipe
from realnvp.data import DataError
from realnvp.data.zipped import folders_of
from realnvp.explore.directions import MINE
from realnvp.explore.learnt_directions import taught
from realnvp.fitting import fit
from realnvp.images import open_image
from realnvp.inference import fold

pytestmark = pytest.mark.usefixtures("checkpoints")
MANY = 2**20


def zipped(**files: bytes) -> bytes:
    """Files by their paths, with __ for / ."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/") + ".png", data)
    return buffer.getvalue()


def two_folders(yes: str = "smile", no: str = "no-smile", count: int = 3) -> bytes:
    names = [(folder, n) for folder in (yes, no) for n in range(count)]
    files = {f"mine__{folder}__{n}": photo(seed=i) for i, (folder, n) in enumerate(names)}
    return zipped(**files)


def send(app: AppTest, name: str, data: bytes, *others: tuple[str, bytes]) -> AppTest:
    """One more file, or some at once, as the browser adds them to its list."""
    for file in ((name, data), *others):
        app.file_uploader(key=KEY).upload(*file, "application/octet-stream")
    app.run()
    assert not app.exception
    return app


def lists(app: AppTest) -> tuple[list[str], list[str]]:
    yes, no = (app.multiselect(key=f"taught_{side}").value for side in ("yes", "no"))
    return yes, no


def test_two_folders_in_a_zip_teach_a_direction(
    offered: Offered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = send(open_page("directions.py"), "faces.zip", two_folders())
    assert lists(app) == (
        ["upload 0.png", "upload 1.png", "upload 2.png"],
        ["upload 0 2.png", "upload 1 2.png", "upload 2 2.png"],
    )
    assert any("Yes is the folder **smile**, no is **no\\-smile**" in c.value for c in app.caption)
    assert figure(app, "3 yes, 3 no")
    flow = fold(small_flow())

    def latents(seeds: range) -> torch.Tensor:
        pictures = [open_image(photo(seed=seed)).pixels for seed in seeds]
        return torch.cat([flow.encode(fit(p, (8, 8), 3)[0]) for p in pictures])

    share = float(taught(MINE, latents(range(3)), latents(range(3, 6))).figures)
    (words,) = [m.value for m in app.markdown if "leave-one-out" in m.value]
    assert f"**{100 * share:.0f} %** of your 6 pictures" in words
    assert "It goes from **no\\-smile** to **smile**" in words

    # It is chosen, it moves the picture, and a program that has the files makes the same.
    app.slider(key=f"amount_{MINE}").set_value(2.0).run()
    assert not app.exception
    recipe, pixels = offered[-1]
    assert recipe["taught_yes"] == ["upload 0.png", "upload 1.png", "upload 2.png"]
    for seed in range(6):
        name = f"{seed % 3}{' 2' if seed >= 3 else ''}.png"
        (tmp_path / name).write_bytes(photo(seed=seed))
    monkeypatch.chdir(tmp_path)
    flow.name = "tiny"
    made = read_recipe({"directions": DirectionsView}, recipe).view.run(flow)
    assert np.array_equal(made.pixels, pixels)
    assert shown_recipe(app) == recipe


def test_pictures_one_by_one_become_what_is_chosen() -> None:
    app = open_page("directions.py")
    for number, side in enumerate(("Yes", "Yes", "No", "No")):
        app.segmented_control(key="teach_side").set_value(side).run()
        app = send(app, f"p{number}.png", photo(seed=number))
    assert lists(app) == (["upload p1.png", "upload p0.png"], ["upload p3.png", "upload p2.png"])
    assert any("of your 4 pictures" in m.value for m in app.markdown)
    assert f"amount_{MINE}" in [slider.key for slider in app.slider]


def test_several_at_once_are_taken_and_the_bad_ones_named() -> None:
    bad = [("x.png", b"no picture"), ("y.png", b"nor this")]
    app = send(
        open_page("directions.py"), "a.png", photo(), bad[0], ("b.png", photo(seed=1)), bad[1]
    )
    assert lists(app) == (["upload a.png", "upload b.png"], [])
    (said,) = [error.value.replace("\\", "") for error in app.error]
    assert said.startswith("x.png: ")
    assert said.endswith("1 more was refused.")
    app.segmented_control(key="teach_side").set_value("No").run()
    app = send(app, "c.png", photo(seed=2))
    assert lists(app) == (["upload a.png", "upload b.png"], ["upload c.png"])
    assert not app.error


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("x.png", b"no picture", "x.png"),
        ("x.zip", b"PK\x03\x04nothing", "damaged"),
        ("x.zip", zipped(a__1=photo()), "there are 1"),
        ("x.zip", zipped(a__1=photo(), b__1=photo(), c__1=photo()), "there are 3"),
        ("x.zip", zipped(a=photo(), b=photo()), "no folder of pictures"),
        ("x.zip", zipped(a__1=photo(), a__2=photo(), b__1=photo()), "b: 1 of its pictures"),
        (
            "x.zip",
            zipped(a__1=photo(), a__2=b"x", b__1=photo(), b__2=photo()),
            "a: 1 of its pictures",
        ),
    ],
)
def test_what_cannot_be_used_is_one_line_and_loses_nothing(
    name: str, data: bytes, why: str
) -> None:
    app = send(open_page("directions.py"), "good.png", photo())
    app = send(app, name, data)
    (said,) = [error.value.replace("\\", "") for error in app.error]
    assert why in said
    assert "\n" not in said
    assert lists(app) == (["upload good.png"], [])


def test_a_link_to_somebody_else_s_uploads_says_that_they_are_not_here() -> None:
    words = {"taught_yes": ["upload a.png", "upload b.png"], "taught_no": ["upload c.png"]}
    app = open_page("directions.py", **words)
    assert not app.exception
    assert any("3 pictures in the lists are not here" in info.value for info in app.info)
    app = open_page("directions.py", taught_yes=["upload ../a.png", "upload .a"])
    assert not app.exception
    assert lists(app)[0] == []


def test_more_than_there_is_room_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "MAX_KEPT", 20_000)
    app = send(open_page("directions.py"), "a.png", photo())
    app = send(app, "b.png", photo(seed=1))
    assert "smaller pictures will do" in app.error[0].value
    assert lists(app) == (["upload a.png"], [])


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("smile", "no-smile"), ("smile", "no-smile")),
        (("No", "Yes"), ("Yes", "No")),
        (("glasses", "without glasses"), ("glasses", "without glasses")),
        (("with_hat", "bare"), ("with_hat", "bare")),
        (("cats", "dogs"), ("cats", "dogs")),
        (("notes", "cats"), ("cats", "notes")),
    ],
)
def test_folders_say_which_is_yes(names: tuple[str, str], told: tuple[str, str]) -> None:
    assert sides(*names) == sides(*reversed(names)) == told


def test_a_zip_of_folders_is_read_within_limits() -> None:
    buffer = io.BytesIO(zipped(a__1=photo(), a__2=photo(), b__1=photo()))
    found = folders_of(buffer, "x.zip", 1, MANY)
    assert found == {"a": {"1.png": photo()}, "b": {"1.png": photo()}}
    with pytest.raises(DataError, match="unpacks to more than"):
        folders_of(buffer, "x.zip", 2, len(photo()))
