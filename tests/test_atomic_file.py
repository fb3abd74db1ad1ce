"""A file is written whole or not at all, for whom the umask lets, and a link or a device stays."""

import errno
import json
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from flows import small_flow
from safetensors.torch import load_file
from small_runs import SHORT, run

from realnvp import atomic_file
from realnvp.atomic_file import check_writable, clean, new_file, write_file, write_tensors
from realnvp.checkpoint import CONFIG, WEIGHTS, save
from realnvp.training.state import STATE


@pytest.fixture
def _open_umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("_open_umask")
def test_files_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    save(small_flow(), tmp_path / "model")
    run(tmp_path / "run").train()
    write_tensors(tmp_path / "z.safetensors", {"z": torch.zeros(2)})
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {CONFIG, WEIGHTS, STATE, "z.safetensors", "log.jsonl"} <= {path.name for path in files}
    assert {path.name: oct(mode(path)) for path in files} == {p.name: "0o640" for p in files}


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_file(path, "old")

    def fail() -> None:
        with new_file(path) as file:
            file.write(b"half of the n")
            raise KeyError("something else")

    with pytest.raises(KeyError):
        fail()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_full_disk_is_said_of_the_file_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    write_file(path, "old")

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_file(path, "new")
    assert caught.value.filename == str(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "z.safetensors", tmp_path / "link"
    target.write_bytes(b"old")
    link.symlink_to(target)
    write_tensors(link, {"z": torch.ones(3)})
    assert link.is_symlink()
    assert torch.equal(load_file(target)["z"], torch.ones(3))

    fresh = tmp_path / "fresh"
    fresh.symlink_to(tmp_path / "there" / "new")  # to nothing yet
    write_file(fresh, "new")
    assert fresh.is_symlink()
    assert (tmp_path / "there" / "new").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fresh", "link", "there"]


def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_file(pipe, "to whom it may concern")
    reader.join()
    assert read == [b"to whom it may concern"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_full_device_is_said_and_stays() -> None:
    with pytest.raises(OSError, match="No space left on device") as caught:
        write_file(Path("/dev/full"), "x")
    assert caught.value.filename == "/dev/full"
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


@pytest.mark.parametrize("write", [lambda path: write_file(path, "x"), check_writable])
@pytest.mark.parametrize("where", ["folder", "missing/a.txt", "file/a.txt", "round"])
def test_where_no_file_can_be_is_said_of_the_file_itself(
    where: str, write: object, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("old")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    with pytest.raises(OSError, match=r"\[Errno") as caught:
        write(tmp_path / where)
    assert caught.value.filename == str(tmp_path / where)
    assert caught.value.strerror
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder", "round"]


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("ü" * 120 + ".png")
    write_file(path, "x")
    assert path.read_text() == "x"


def test_two_that_write_one_file_leave_one_of_both(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with new_file(path) as first, new_file(path) as second:
        first.write(b"1" * 5000)
        second.write(b"2" * 3000)
        first.write(b"1" * 5000)
    assert path.read_bytes() == b"1" * 10_000
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_what_a_killed_run_had_begun_is_removed(tmp_path: Path) -> None:
    begun = run(tmp_path)
    begun.save()
    left = tmp_path / f".{STATE}.01234567.part"
    left.write_bytes(b"half")
    folder = tmp_path / ".folder.part"
    folder.mkdir()
    assert run(tmp_path, SHORT).clock == begun.clock
    assert not left.exists()
    clean(tmp_path)
    assert folder.exists()


def test_a_file_that_somebody_reads_is_replaced_when_they_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, tries, replace = tmp_path / "a.txt", [], Path.replace

    def in_use(part: Path, place: Path) -> Path:
        """As on Windows."""
        tries.append(place)
        if len(tries) < 3:
            raise PermissionError(errno.EACCES, "another process is using this file")
        return replace(part, place)

    monkeypatch.setattr(Path, "replace", in_use)
    write_file(path, "new")
    assert path.read_text() == "new"
    monkeypatch.setattr(atomic_file, "_PATIENCE", 0)
    tries.clear()
    with pytest.raises(PermissionError, match="using this file"):
        write_file(path, "newer")
    assert path.read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_name_that_is_no_utf_8_can_stand_in_a_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"gr\xfcn.npz")
    write_file(tmp_path / "command.txt", f"train {name}\n")
    assert (tmp_path / "command.txt").read_text("utf-8") == "train gr\\udcfcn.npz\n"
    write_file(tmp_path / "about.json", json.dumps({"data": name}, ensure_ascii=False))
    assert json.loads((tmp_path / "about.json").read_text("utf-8")) == {"data": name}
