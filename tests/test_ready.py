"""Visitors are sent to a server once a model has answered there, and not before."""

import asyncio
import json
import threading
from pathlib import Path

import pytest
from asking import Answer, get, request
from flows import small_flow
from holding import held
from patience import PATIENCE
from replicas import Handle, Lost, remote_engine

from explorer.ui import models
from explorer.ui.server import routes
from realnvp.checkpoint import WEIGHTS, save


@pytest.fixture(autouse=True)
def checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """None, of a server that has just started and tries again at once."""
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path))
    monkeypatch.setattr(routes, "AGAIN", 0.0)
    routes._tries.clear()
    return tmp_path


def damage(folder: Path) -> None:
    save(small_flow(), folder)
    (folder / WEIGHTS).write_bytes(b"nothing")


def told(answer: Answer) -> tuple[int, bool, list[str]]:
    said = json.loads(answer.body)
    return answer.status, said["ready"], said["models"]


def test_with_a_model_that_answers_it_is_ready(checkpoints: Path) -> None:
    save(small_flow(), checkpoints / "tiny")
    models.warm_up()
    assert told(get("/ready")) == (200, True, ["tiny"])


def test_a_damaged_model_answers_nobody_until_it_is_mended(checkpoints: Path) -> None:
    damage(checkpoints / "tiny")
    models.warm_up()
    assert told(get("/ready")) == (503, False, ["tiny"])
    save(small_flow(), checkpoints / "tiny")
    assert told(get("/ready")) == (200, True, ["tiny"])


def test_a_model_that_answered_and_was_damaged_does_so_no_more(checkpoints: Path) -> None:
    save(small_flow(), checkpoints / "tiny")
    assert get("/ready").status == 200
    damage(checkpoints / "tiny")
    assert get("/ready").status == 503


def test_a_model_that_comes_later_makes_it_ready(checkpoints: Path) -> None:
    models.warm_up()
    assert told(get("/ready")) == (503, False, [])
    save(small_flow(), checkpoints / "late")
    assert told(get("/ready")) == (200, True, ["late"])


def test_a_damaged_default_gives_way_to_the_next(checkpoints: Path) -> None:
    damage(checkpoints / models.DEFAULT)
    save(small_flow(), checkpoints / "tiny")
    models.warm_up()
    assert models.has_answered()
    assert told(get("/ready")) == (200, True, [models.DEFAULT, "tiny"])


def test_while_the_model_is_at_work_it_stays_ready(checkpoints: Path) -> None:
    save(small_flow(), checkpoints / "tiny")
    models.warm_up()
    with held(models.engine()):  # type: ignore[arg-type]
        assert get("/ready").status == 200


def test_all_who_ask_meanwhile_wait_for_one_try(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries, may_go = [], threading.Event()

    def slow() -> None:
        tries.append(1)
        assert may_go.wait(PATIENCE)

    async def visit() -> list[Answer]:
        asked = [asyncio.create_task(request("/ready")) for _ in range(50)]
        await asyncio.sleep(0.05)
        asked[0].cancel()  # who leaves ends it for nobody
        may_go.set()
        return await asyncio.gather(*asked[1:])

    save(small_flow(), checkpoints / "tiny")
    monkeypatch.setattr(routes, "warm_up", slow)
    assert {answer.status for answer in asyncio.run(visit())} == {503}
    assert len(tries) == 1


def test_a_try_that_failed_is_not_made_again_at_once(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    damage(checkpoints / "tiny")
    monkeypatch.setattr(routes, "AGAIN", 60.0)
    monkeypatch.setattr(routes, "warm_up", lambda: tries.append(1))
    assert [get("/ready").status for _ in range(3)] == [503] * 3
    assert len(tries) == 1


def test_of_a_cluster_it_is_the_replicas_that_must_answer(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    are_there = False

    def before(number: int) -> None:
        if not are_there:
            raise Lost

    save(small_flow(), checkpoints / "tiny")
    handle = Handle(before)
    with remote_engine(handle) as engine:
        monkeypatch.setattr(models, "engine", lambda: engine)
        models.warm_up()
        assert get("/ready").status == 503
        are_there = True
        assert get("/ready").status == 200
        assert set(handle.asked) == {"run"}
