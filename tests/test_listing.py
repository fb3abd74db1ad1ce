"""Which files are pictures of a set, and what links may lead to."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from realnvp.data import load_images
from realnvp.data.listing import Others, ending, walk


def touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def picture(path: Path, value: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((8, 8, 3), value, np.uint8)).save(path, "PNG")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("a.PNG", "png"),
        ("a.b.JpEg", "jpeg"),
        ("README", ""),
        ("img.0001", ""),
        ("cat.jpg_large", ""),
        ("notes.txt", "txt"),
        ("a.", ""),
    ],
)
def test_an_ending_is_a_few_letters_after_the_last_dot(name: str, found: str) -> None:
    assert ending(name) == found


def test_the_listing_is_sorted_and_ends(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    names = ["a.png", "a/b.png", "a/b/c.JPG", "a-b.gif", "a0.bmp", "z/ä.webp", "z/b.jpeg"]
    touch(root, *names, ".h.png", ".d/x.png", "a/no.txt", "a/png")
    touch(outside, "o.png")
    (root / "a" / "up").symlink_to(root)
    (root / "above").symlink_to(tmp_path)
    (root / "self.png").symlink_to("self.png")
    (root / "far").symlink_to(outside)
    (root / "z" / "again").symlink_to(outside)
    (outside / "round").symlink_to(outside)
    (outside / "back").symlink_to(root / "a")
    os.mkfifo(root / "pipe.png")
    assert list(walk(root)) == sorted([*names, "far/o.png", "self.png"])


def test_what_systems_leave_behind_is_passed_over_without_a_word(tmp_path: Path) -> None:
    left_behind = ["._a.png", ".DS_Store", "__MACOSX/a.png", "Thumbs.db", "sub/DESKTOP.INI"]
    touch(tmp_path, "a.png", "a.png~", "@eaDir/a.png", *left_behind)
    others = Others()
    assert list(walk(tmp_path, on_other=others.add)) == ["a.png"]
    assert str(others) == ""


def test_other_files_are_counted_by_their_endings(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.txt", "c/d.TXT", "e.csv", "LICENSE")
    others = Others()
    assert list(walk(tmp_path, on_other=others.add)) == ["a.png"]
    assert str(others) == "4 other files passed over (.txt, without an ending, .csv)"


def test_content_decides_where_a_name_has_no_ending(tmp_path: Path) -> None:
    for name in ("photo", "img.0001", "cat.jpg_large", "not_so.txt"):
        picture(tmp_path / name)
    (tmp_path / "README").write_text("no picture")
    assert list(walk(tmp_path)) == ["cat.jpg_large", "img.0001", "photo"]


def test_links_are_followed_and_nothing_comes_twice(tmp_path: Path) -> None:
    root, store = tmp_path / "set", tmp_path / "store"
    picture(store / "deep" / "1.png", 1)
    picture(store / "2.png", 2)
    picture(store / "blob.bin", 3)
    picture(root / "own.png", 4)
    picture(root / ".cache" / "5.png", 5)
    links = {
        "a.png": store / "2.png",
        "a-again.png": store / "2.png",
        "blob.png": store / "blob.bin",  # by itself nobody would find it
        "hidden.png": root / ".cache" / "5.png",
        "own-again.png": root / "own.png",
        "sub": store / "deep",
        "whole": store,  # what is in it is here already, but for nothing
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    assert list(walk(root)) == ["a-again.png", "blob.png", "hidden.png", "own.png", "sub/1.png"]
    images = load_images(root)
    values = [*images.train[:, 0, 0, 0].tolist(), *images.test[:, 0, 0, 0].tolist()]
    assert sorted(values) == [1, 2, 3, 4, 5]


def test_a_set_of_links_alone_is_a_set(tmp_path: Path) -> None:
    for i in range(4):
        picture(tmp_path / "store" / f"{i}", i)
    (tmp_path / "set").mkdir()
    for i in range(4):
        (tmp_path / "set" / f"{i}.png").symlink_to(tmp_path / "store" / f"{i}")
    (tmp_path / "set" / "gone.png").symlink_to(tmp_path / "nowhere")
    images = load_images(tmp_path / "set")
    assert len(images.train) + len(images.test) == 4
    assert images.left_out.files == (
        ("gone.png", "The file cannot be read: no such file or directory."),
    )
