"""Trays outlive the server; a store that fails says so in one line and hurts no other tray."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from flows import random_pictures

from explorer.ids import is_id, new_id
from explorer.tray.pins import Pin
from explorer.tray.workspace import (
    FILE,
    KEPT_DAYS,
    OutdatedError,
    Workspace,
    WorkspaceError,
    data_folder,
)

DAY = 24 * 3600


def pins(count: int) -> list[Pin]:
    generator = torch.Generator().manual_seed(count)
    return [
        Pin(f"pin {index}", "tiny", torch.randn(192, generator=generator), None, picture, {})
        for index, picture in enumerate(random_pictures(count, seed=count))
    ]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path)
    yield workspace
    workspace.close()


def stored(workspace: Workspace, key: str) -> list[Pin]:
    found = workspace.load(key)
    assert found is not None
    return found[1]


def test_a_tray_outlives_the_server(workspace: Workspace, tmp_path: Path) -> None:
    key, kept = new_id(), pins(3)
    workspace.save(key, kept)
    again = Workspace(tmp_path)
    found = stored(again, key)
    again.close()
    assert [pin.name for pin in found] == ["pin 0", "pin 1", "pin 2"]
    assert all(torch.equal(a.z, b.z) for a, b in zip(found, kept, strict=True))


def test_nothing_is_written_before_something_is_kept(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "data")
    assert workspace.load(new_id()) is None
    assert workspace.version(new_id()) == 0
    assert not (tmp_path / "data").exists()


def test_every_change_has_a_version(workspace: Workspace) -> None:
    key = new_id()
    assert workspace.version(key) == 0
    assert [workspace.save(key, pins(count)) for count in (1, 2, 0)] == [1, 2, 3]
    assert workspace.load(key) == (3, [])


def test_pins_made_from_an_older_version_replace_nothing(workspace: Workspace) -> None:
    key = new_id()
    workspace.save(key, pins(1), after=0)
    workspace.save(key, pins(2), after=1)
    with pytest.raises(OutdatedError, match="changed elsewhere"):
        workspace.save(key, pins(3), after=1)
    assert workspace.version(key) == 2
    assert len(stored(workspace, key)) == 2


@pytest.mark.parametrize(
    "key", ["", "short", "../" * 8, "x" * 21, "x" * 23, "x' OR '1'='1' --    ", None, 22, "é" * 22]
)
def test_what_is_no_key_opens_nothing(workspace: Workspace, key: object) -> None:
    workspace.save(new_id(), pins(1))
    assert not is_id(key)
    assert workspace.load(key) is None  # type: ignore[arg-type]
    with pytest.raises(WorkspaceError):
        workspace.save(key, [])  # type: ignore[arg-type]


def test_keys_are_long_and_differ() -> None:
    keys = {new_id() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(is_id(key) for key in keys)


def test_what_nobody_used_for_long_is_forgotten(workspace: Workspace, tmp_path: Path) -> None:
    old, used = new_id(), new_id()
    workspace.save(old, pins(1))
    workspace.save(used, pins(1))
    with sqlite3.connect(tmp_path / FILE) as database:
        back = time.time() - (KEPT_DAYS - 1) * DAY
        database.execute("UPDATE trays SET used = ?", (back,))
    database.close()
    assert workspace.load(used) is not None  # opening it is using it
    assert workspace.forget_old(time.time() + 2 * DAY) == 1
    assert workspace.load(old) is None
    assert workspace.load(used) is not None


def test_a_new_server_forgets_what_is_old(workspace: Workspace, tmp_path: Path) -> None:
    key = new_id()
    workspace.save(key, pins(1))
    with sqlite3.connect(tmp_path / FILE) as database:
        database.execute("UPDATE trays SET used = 0")
    database.close()
    again = Workspace(tmp_path)
    assert again.load(key) is None
    again.close()


def refused(workspace: Workspace, tmp_path: Path) -> None:
    """Saving fails with one line that names no path."""
    with pytest.raises(WorkspaceError) as error:
        workspace.save(new_id(), pins(1))
    assert "\n" not in str(error.value)
    assert str(tmp_path) not in str(error.value)


def test_a_full_store_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path, max_total=200_000)
    keys: list[str] = []

    def fill() -> None:
        while len(keys) < 100:
            key = new_id()
            workspace.save(key, pins(8))
            keys.append(key)

    with pytest.raises(WorkspaceError, match="at the moment"):
        fill()
    assert keys
    assert all(len(stored(workspace, key)) == 8 for key in keys)
    assert (tmp_path / FILE).stat().st_size <= 200_000
    workspace.close()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    workspace = Workspace(tmp_path / "file" / "data")
    refused(workspace, tmp_path)
    assert workspace.load(new_id()) is None


def test_a_store_that_is_read_only_is_one_line(workspace: Workspace, tmp_path: Path) -> None:
    workspace.save(new_id(), pins(1))
    assert workspace._database is not None
    workspace._database.execute("PRAGMA query_only = 1")  # a mode of the file would not stop root
    refused(workspace, tmp_path)


@pytest.mark.parametrize("data", [b"no database" * 500, b"SQLite format 3\x00" + bytes(5000)])
def test_a_damaged_store_is_one_line(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE).write_bytes(data)
    workspace = Workspace(tmp_path)
    refused(workspace, tmp_path)
    with pytest.raises(WorkspaceError):
        workspace.load(new_id())


@pytest.mark.parametrize("value", [b"nothing", "text", 5, b""])
def test_a_damaged_tray_leaves_the_others(
    workspace: Workspace, tmp_path: Path, value: object
) -> None:
    good, bad = new_id(), new_id()
    workspace.save(good, pins(1))
    workspace.save(bad, pins(1))
    with sqlite3.connect(tmp_path / FILE) as database:
        database.execute("UPDATE trays SET pins = ?, used = 'x' WHERE id = ?", (value, bad))
    database.close()
    with pytest.raises(WorkspaceError, match="damaged"):
        workspace.load(bad)
    assert len(stored(workspace, good)) == 1


def test_many_threads_may_use_it(workspace: Workspace) -> None:
    keys, shared = [new_id() for _ in range(8)], new_id()

    def work(index: int) -> list[int]:
        for count in range(5):
            workspace.save(keys[index], pins(count))
            workspace.save(shared, pins(index))
        return [len(stored(workspace, keys[index])), len(stored(workspace, shared))]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(work, range(8)))
    assert [own for own, _ in found] == [4] * 8
    assert workspace.version(shared) == 40


def test_two_servers_may_share_it(workspace: Workspace, tmp_path: Path) -> None:
    other, key = Workspace(tmp_path), new_id()
    workspace.save(key, pins(1))
    assert len(stored(other, key)) == 1
    other.save(key, pins(2))
    assert len(stored(workspace, key)) == 2
    other.close()


def test_the_folder_can_be_chosen_or_switched_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REALNVP_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.setenv("REALNVP_DATA", "off")
    assert data_folder() is None
    monkeypatch.delenv("REALNVP_DATA")
    folder = data_folder()
    assert folder is not None
    assert folder.parts[-2:] == ("data", "app")
