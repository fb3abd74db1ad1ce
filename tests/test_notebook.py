"""Pictures in notebooks, and the tour through the core."""

import ast
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
import torch
from flows import random_pictures
from PIL import Image

import realnvp
from realnvp.notebook import Pictures

TOUR = Path(__file__).resolve().parent.parent / "docs" / "tour.ipynb"


def test_pictures_are_shown_to_the_pixel() -> None:
    images = random_pictures(3)
    shown = realnvp.show(images, columns=2, scale=3)
    pixels = np.asarray(Image.open(io.BytesIO(shown._repr_png_())))
    size = images.shape[2]
    first = pixels[: 3 * size : 3, : 3 * size : 3, :3]
    assert np.array_equal(first, images[0].permute(1, 2, 0).numpy())
    assert pixels.shape[0] > 6 * size
    assert repr(shown) == f"3 pictures, {size} × {size}, colour"


@pytest.mark.parametrize("no", [torch.zeros(2, 3, 8, 8), torch.zeros(3, 8, 8).byte(), [1, 2]])
def test_what_is_no_picture_is_refused(no: object) -> None:
    with pytest.raises(ValueError, match="uint8 of shape"):
        realnvp.show(no)


def test_numpy_arrays_will_do() -> None:
    assert "grey" in repr(realnvp.show(np.zeros((2, 1, 8, 8), np.uint8)))


def test_the_extension_shows_tensors_of_pictures_and_leaves_all_others() -> None:
    known: dict[type, Any] = {}
    png = SimpleNamespace(for_type=known.__setitem__)
    formatters = {"image/png": png}
    realnvp.load_ipython_extension(
        SimpleNamespace(display_formatter=SimpleNamespace(formatters=formatters))
    )
    images = random_pictures(2)
    assert known[torch.Tensor](images) == Pictures(images)._repr_png_()
    assert known[torch.Tensor](images.float()) is None
    assert known[torch.Tensor](torch.zeros(0, 3, 8, 8).byte()) is None


@pytest.mark.slow
def test_the_tour_runs_from_its_first_cell_to_its_last(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.delenv("REALNVP_CHECKPOINTS", raising=False)
    tour = nbformat.read(TOUR, as_version=4)
    nbformat.validate(tour)
    names: dict[str, Any] = {}
    shown = []
    for cell in tour.cells:
        if cell.cell_type != "code":
            continue
        assert not cell.outputs, "figures in it would be of another machine"
        source = "\n".join(line for line in cell.source.splitlines() if line[:1] != "%")
        *rest, last = ast.parse(source).body
        exec(compile(ast.Module(rest, []), "tour", "exec"), names)
        if isinstance(last, ast.Expr):  # as a notebook does: it shows the value of the last line
            shown.append(eval(compile(ast.Expression(last.value), "tour", "eval"), names))
        else:
            exec(compile(ast.Module([last], []), "tour", "exec"), names)
    drawn = [value for value in shown if isinstance(value, Pictures)]
    assert len(drawn) >= 6
    assert all(value.pixels().any() for value in drawn)
    assert "bytes came back" in capsys.readouterr().out
