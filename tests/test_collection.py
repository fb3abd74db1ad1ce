"""A folder of pictures, encoded into Parquet parts: the right numbers, each file once."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from flows import random_pictures, small_flow
from PIL import Image
from pyarrow import parquet

import realnvp
from realnvp.__main__ import main
from realnvp.checkpoint import save
from realnvp.collection import plan, ray_engine, score, worker
from realnvp.collection.manifest import claimed
from realnvp.collection.parts import finished, finished_names
from realnvp.collection.reading import ahead
from realnvp.commands import encode_folder
from realnvp.commands.common import open_folded
from realnvp.data import listing
from realnvp.data.listing import walk
from realnvp.flow import RealNVP

COUNT = 21


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkpoints")
    save(small_flow(num_levels=2), folder / "tiny")
    save(small_flow(num_levels=2, label_kind="class", num_labels=3), folder / "classes")
    return folder


@pytest.fixture(scope="module")
def opened() -> Callable[[argparse.Namespace], RealNVP]:
    """`open_folded` that remembers: most of a small run is folding."""
    known: dict[str, RealNVP] = {}

    def remembered(options: argparse.Namespace) -> RealNVP:
        if options.model not in known:
            known[options.model] = open_folded(options)
        return known[options.model]

    return remembered


@pytest.fixture(autouse=True)
def _small_parts(
    checkpoints: Path,
    opened: Callable[[argparse.Namespace], RealNVP],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Parts of 8 files, 4 at once."""
    monkeypatch.setattr(plan, "PART_FILES", 8)
    monkeypatch.setattr(score, "CHUNK", 4)
    monkeypatch.setattr(encode_folder, "open_folded", opened)
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(checkpoints))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """COUNT pictures of noise, in two folders."""
    for index, image in enumerate(random_pictures(COUNT)):
        write(tmp_path / "pictures" / "ab"[index % 2] / f"{index:02}.png", image)
    return tmp_path / "pictures"


def write(path: Path, image: torch.Tensor) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image.permute(1, 2, 0).numpy()).save(path)


def encode(folder: Path, out: Path, *words: str, model: str = "tiny") -> int:
    return main(["encode", model, str(folder), "--out", str(out), *words])


def rows(out: Path) -> list[dict]:
    """All parts, by the names of the files."""
    return parquet.read_table(out).sort_by("file").to_pylist()


def refused(capsys: pytest.CaptureFixture, folder: Path, out: Path, *words: str) -> str:
    assert encode(folder, out, *words) == 2
    line = capsys.readouterr().err
    assert len(line.splitlines()) == 1
    return line


def test_numbers_are_those_of_the_model(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert encode(folder, tmp_path / "out") == 0
    found = rows(tmp_path / "out")
    assert [row["file"] for row in found] == sorted(
        f"{'ab'[index % 2]}/{index:02}.png" for index in range(COUNT)
    )
    images = random_pictures(COUNT)[[int(row["file"][2:4]) for row in found]]
    flow = realnvp.load("tiny")
    z, bits = flow.encode(images), flow.bits_per_dim(images)
    columns = {
        name: torch.tensor([row[name] for row in found]) for name in ("latent", "norm_ratio")
    }
    torch.testing.assert_close(columns["latent"], z, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(columns["norm_ratio"], z.square().mean(1).sqrt())
    measured = torch.tensor([row["bits_per_dim"] for row in found], dtype=torch.float64)
    torch.testing.assert_close(measured, bits, rtol=1e-5, atol=1e-5)
    assert "21 pictures, 0 of them left out" in capsys.readouterr().out


def test_parts_say_where_they_come_from(folder: Path, tmp_path: Path) -> None:
    assert encode(folder, tmp_path / "out", "--label", "2", model="classes") == 0
    paths = sorted(path.name for path in (tmp_path / "out").glob("*.parquet"))
    assert paths == [f"part-00000{number}.parquet" for number in range(3)]
    columns = parquet.read_schema(tmp_path / "out" / paths[1])
    assert columns.field("latent").type == pa.list_(pa.float32(), 192)
    assert columns.metadata[b"model"] == b"classes"
    assert columns.metadata[b"label"] == b"2"
    assert len(columns.metadata[b"weights_sha256"]) == 64
    flow, images = realnvp.load("classes"), random_pictures(COUNT)[:1]
    expected = flow.bits_per_dim(images, torch.tensor([2]))
    assert rows(tmp_path / "out")[0]["bits_per_dim"] == pytest.approx(expected.item(), abs=1e-5)


def test_a_picture_has_the_same_numbers_whatever_stands_beside_it(
    folder: Path, tmp_path: Path
) -> None:
    write(tmp_path / "alone" / "b" / "07.png", random_pictures(COUNT)[7])
    (folder / "a" / "00.png").write_bytes(b"damaged")
    for one in ("pictures", "alone"):
        assert encode(tmp_path / one, tmp_path / f"{one}-out") == 0
    (alone,) = rows(tmp_path / "alone-out")
    assert alone in rows(tmp_path / "pictures-out")


def test_a_file_that_is_no_picture_is_left_out_and_named_with_its_reason(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    (folder / "empty.png").touch()
    (folder / "text.jpg").write_text("no picture")
    (folder / "broken.webp").symlink_to("nowhere")
    (folder / os.fsdecode(b"a\xff.gif")).touch()
    (folder / "notes.txt").write_text("is not asked about")
    (folder / "Thumbs.db").write_text("is not even counted")
    out = tmp_path / "out"
    assert encode(folder, out) == 0
    assert len(rows(out)) == COUNT
    assert None not in [value for row in rows(out) for value in row.values()]
    said = capsys.readouterr()
    assert "25 pictures, 4 of them left out" in said.out
    assert "21 are in" in said.out
    assert "1 other file passed over (.txt)" in said.err
    assert "4 of 25 files left out: 2 × The file is empty;" in said.err
    listed = (out / "_left_out.txt").read_text().splitlines()
    assert [line.split("\t")[0] for line in listed] == [
        "a\\xff.gif",
        "broken.webp",
        "empty.png",
        "text.jpg",
    ]
    assert listed[1].endswith("\tThe file cannot be read: no such file or directory.")
    for line in listed:
        assert f"  {line.replace(chr(9), ': ')}\n" in said.err
    assert encode(folder, out) == 0
    again = capsys.readouterr()
    assert "0 pictures" in again.out
    assert "  text.jpg: This is no picture" in again.err


@pytest.mark.parametrize("names", [[], ["a.png", "b/c.jpg"]])
def test_where_nothing_is_left_the_command_fails_with_the_reasons(
    names: list[str], tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    for name in names:
        (tmp_path / "set" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "set" / name).touch()
    (tmp_path / "set").mkdir(exist_ok=True)
    assert encode(tmp_path / "set", tmp_path / "out") == 2
    said = capsys.readouterr().err.splitlines()
    assert f"no picture in {tmp_path / 'set'} can be encoded" in said[-1]
    named = [line for line in said if line.endswith(": The file is empty.")]
    assert named == [f"  {name}: The file is empty." for name in names]


def test_a_picture_that_goes_away_meanwhile_is_left_out(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shards(files: Iterable[str], *rest: Any) -> Iterator[plan.Shard]:
        listed = list(files)
        (folder / "b" / "05.png").unlink()
        return real(listed, *rest)

    real = plan.shards
    monkeypatch.setattr(encode_folder, "shards", shards)
    assert encode(folder, tmp_path / "out") == 0
    assert len(rows(tmp_path / "out")) == COUNT - 1
    assert (tmp_path / "out" / "_left_out.txt").read_text().startswith("b/05.png\t")


def test_a_model_that_gives_no_number_is_a_reason_too() -> None:
    flow = small_flow()
    flow.multiscale.levels[0].transforms[0].max_log_scale.fill_(1e38)
    found = score.score(flow, ["a.png"], [random_pictures(1)], None, 4)
    assert found.reasons == ["The model gives no finite number for this picture."]


def test_a_run_that_failed_goes_on_where_it_was(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    assert encode(folder, whole) == 0
    with monkeypatch.context() as patch:
        patch.setattr(worker, "score", stopped_after(3))
        with pytest.raises(KeyboardInterrupt):
            encode(folder, out)
    assert [part.count for part in finished(out)] == [8]
    assert not list(out.glob(".*.part"))
    read: list[Path] = []
    monkeypatch.setattr(
        worker, "read", lambda path, config: read.append(path) or real(path, config)
    )
    real = realnvp.collection.reading.read
    capsys.readouterr()
    assert encode(folder, out) == 0
    assert len(read) == COUNT - 8
    assert "13 pictures" in capsys.readouterr().out
    for path in whole.glob("*.parquet"):
        assert parquet.read_table(path).equals(parquet.read_table(out / path.name))


def stopped_after(calls: int):
    """`score`, interrupted."""
    left = iter(range(calls))

    def interrupted(*words: object, **others: object) -> object:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return score.score(*words, **others)

    return interrupted


def test_a_killed_run_loses_nothing(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    program = """
import os, signal, sys
from realnvp.__main__ import main
from realnvp.collection import plan, score, worker
plan.PART_FILES, score.CHUNK, calls = 8, 4, []
def killed(*words, **others):
    calls.append(1)
    if len(calls) == 4:  # a part is finished, half of the next one begun
        os.kill(os.getpid(), signal.SIGKILL)
    return score.score(*words, **others)
worker.score = killed
main(["encode", "tiny", *sys.argv[1:], "--threads", "1"])
"""
    words = [sys.executable, "-c", program, str(folder), "--out", str(out)]
    ended = subprocess.run(words, cwd=Path(__file__).parents[1], capture_output=True)
    assert ended.returncode == -signal.SIGKILL
    assert len(list(out.glob(".*.part"))) == 1
    assert encode(folder, out) == 0
    assert not list(out.glob(".*.part"))
    assert encode(folder, tmp_path / "whole") == 0
    assert rows(out) == rows(tmp_path / "whole")


def test_new_pictures_are_picked_up(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out = tmp_path / "out"
    assert encode(folder, out, "--bits-only") == 0
    (folder / "b" / "01.png").unlink()  # what is gone is no reason to do anything
    for name in ("a/00a.png", "a/zz.png", "b/07.jpg", "c/1.png"):
        write(folder / name, random_pictures(1, seed=5)[0])
    capsys.readouterr()
    assert encode(folder, out, "--bits-only") == 0
    assert "4 pictures, 0 of them left out" in capsys.readouterr().out
    write(folder / "a" / "00b.png", random_pictures(1, seed=6)[0])
    assert encode(folder, out, "--bits-only") == 0
    names = [row["file"] for row in rows(out)]
    assert names == sorted({*walk(folder), "b/01.png"})
    assert list(finished_names(finished(out))) == names


def test_bits_only_leaves_latents_and_thumbnails_out(folder: Path, tmp_path: Path) -> None:
    assert encode(folder, tmp_path / "out", "--bits-only") == 0
    assert encode(folder, tmp_path / "with") == 0
    found = rows(tmp_path / "with")
    for row in found:
        del row["latent"], row["thumbnail"]
    assert rows(tmp_path / "out") == found


def test_other_options_are_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out = tmp_path / "out"
    assert encode(folder, out, "--label", "1", model="classes") == 0
    capsys.readouterr()
    begun = "was begun with other options: "
    assert encode(folder, out, "--label", "2", model="classes") == 2
    assert f"{begun}label 1, now 2" in capsys.readouterr().err
    assert encode(folder / "a", out, "--label", "1", model="classes") == 2
    assert f"{begun}folder" in capsys.readouterr().err
    assert f"{begun}weights_sha256" in refused(capsys, folder, out)
    words = ("--label", "1", "--bits-only")
    assert encode(folder, out, *words, model="classes") == 2
    assert f"{begun}bits_only False, now True" in capsys.readouterr().err
    (out / "_manifest.json").unlink()
    assert "no _manifest.json" in refused(capsys, folder, out)


def test_the_same_weights_under_another_name_go_on(
    folder: Path, tmp_path: Path, checkpoints: Path
) -> None:
    assert encode(folder, tmp_path / "out") == 0
    copy = shutil.copytree(checkpoints / "tiny", tmp_path / "copy")
    assert encode(folder, tmp_path / "out", model=str(copy)) == 0


def test_two_runs_do_not_write_to_one_folder(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    with claimed(tmp_path / "out", {}):
        assert "another run is writing" in refused(capsys, folder, tmp_path / "out")


def test_a_damaged_part_is_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    out = tmp_path / "out"
    assert encode(folder, out) == 0
    (out / "part-000001.parquet").write_bytes(b"PAR1")
    capsys.readouterr()
    assert "part-000001.parquet is damaged" in refused(capsys, folder, out)
    (out / "part-000001.parquet").unlink()
    assert encode(folder, out) == 0
    assert len(rows(out)) == COUNT


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "a folder of pictures needs --out"),
        (["--out", "x", "--sheet", "y.png"], "--sheet is for picture files"),
        (["--out", "x", "--workers", "2"], "--workers is for --engine ray"),
        (["--out", "x", "--label", "1"], "takes no --label"),
    ],
)
def test_options_that_do_not_fit_are_one_line(
    words: list[str], line: str, folder: Path, capsys: pytest.CaptureFixture
) -> None:
    assert main(["encode", "tiny", str(folder), *words]) == 2
    assert line in capsys.readouterr().err


def test_classes_and_single_files_are_asked_for_what_they_need(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    assert encode(folder, tmp_path / "out", model="classes") == 2
    assert "--label says which" in capsys.readouterr().err
    assert "for one folder" in refused(capsys, folder / "a" / "00.png", tmp_path, "--bits-only")


def test_a_folder_that_cannot_be_looked_into_is_told_of(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
) -> None:
    def scandir(place: Path) -> object:
        if place.name == "a":
            raise PermissionError(13, "Permission denied", str(place))
        return real(place)

    real = os.scandir
    monkeypatch.setattr(listing.os, "scandir", scandir)
    errors: list[OSError] = []
    assert all(name.startswith("b/") for name in walk(folder, errors.append))
    assert [error.filename for error in errors] == [str(folder / "a")]
    with pytest.raises(PermissionError):
        list(walk(folder / "a"))
    assert encode(folder, tmp_path / "out") == 0
    assert "  a/: The file cannot be read: permission denied." in capsys.readouterr().err


def test_few_pictures_are_in_memory_however_many_there_are() -> None:
    begun: list[int] = []
    held: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        for taken, answer in enumerate(ahead(pool, lambda i: begun.append(i) or i, range(500), 7)):
            assert answer == taken
            held.append(len(begun) - taken)
    assert max(held) <= 8  # seven ahead, and the one that was just taken
    assert len(held) == 500


def test_an_actor_makes_the_same_parts(folder: Path, tmp_path: Path, checkpoints: Path) -> None:
    """What Ray runs on its machines, without Ray."""
    out, local = tmp_path / "out", tmp_path / "local"
    out.mkdir()
    (folder / os.fsdecode(b"a\xff.gif")).touch()
    assert encode(folder, local) == 0
    place = checkpoints / "tiny"
    weights = parquet.read_schema(local / "part-000000.parquet").metadata[b"weights_sha256"]
    job = worker.Job(folder, out, None, False, 4, {"weights_sha256": weights.decode()})
    parts = ray_engine._write_plan(
        out / ray_engine.PLAN, plan.shards(walk(folder), iter(()), set())
    )
    actor = ray_engine.Actor(ray_engine.Model(place, weights.decode(), "cpu"), job)
    made = actor({"id": np.arange(parts)})
    assert made["count"].tolist() == [8, 8, 6]
    assert made["failed"].tolist() == [0, 1, 0]
    assert rows(out) == rows(local)
    with pytest.raises(ValueError, match="another file on this machine"):
        ray_engine.Actor(ray_engine.Model(place, "0" * 64, "cpu"), job)


def test_ray_is_asked_for_where_it_is_missing(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    line = refused(capsys, folder, tmp_path / "out", "--engine", "ray")
    assert "pip install -r requirements-cluster.txt" in line
    assert "ray" not in {name.partition(".")[0] for name in vars(encode_folder)}


@pytest.mark.filterwarnings("ignore")  # Ray's own
def test_ray_makes_the_same_parts_and_goes_on(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray.data", reason="Ray is not installed: requirements-cluster.txt")
    local, out = tmp_path / "local", tmp_path / "out"
    assert encode(folder, local) == 0
    assert encode(folder, out, "--engine", "ray", "--workers", "2") == 0
    assert len(rows(out)) == COUNT
    (out / "part-000001.parquet").unlink()
    assert encode(folder, out) == 0
    assert rows(out) == rows(local)
