"""Models that run elsewhere answer as those of this process do; what cannot be serialized stays."""

import asyncio
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import torch
from flows import random_pictures, small_flow
from holding import held
from patience import PATIENCE, wait_until
from replicas import Full, Handle, Lost, remote_engine
from small_baselines import small_baseline
from torch import nn

import realnvp
from explorer.engine import Busy, Engine, open_engine
from explorer.engine.cluster.remote import RemoteEngine
from explorer.engine.cluster.serialization import NotSerializableError, pack, unpack
from realnvp import NonFiniteError, RealNVP
from realnvp.__main__ import main
from realnvp.baselines.store import load_baseline, save_baseline
from realnvp.checkpoint import checkpoints_folder
from realnvp.explore.trace import trace
from realnvp.inference import fold

NAME = "small"
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one conditional model."""
    monkeypatch.setenv("REALNVP_CHECKPOINTS", str(tmp_path))
    realnvp.save(small_flow(num_levels=2, label_kind="class", num_labels=3), tmp_path / NAME)
    return tmp_path / NAME


@pytest.fixture
def handle() -> Handle:
    return Handle(places=2)


@pytest.fixture
def engine(handle: Handle) -> Iterator[RemoteEngine]:
    with remote_engine(handle) as engine:
        yield engine


@pytest.fixture
def flow(checkpoint: Path, engine: RemoteEngine) -> RealNVP:
    return opened(engine)


def opened(engine: RemoteEngine) -> RealNVP:
    """The model of the checkpoint, as an app opens it."""
    flow = fold(realnvp.load(NAME))
    engine.loaded_from(flow, checkpoints_folder() / NAME)
    return flow


RAN: list[object] = []  # by functions that are serialized by their names


def note(word: object, flow: RealNVP | None = None) -> str:
    RAN.append(word)
    return threading.current_thread().name


def fail(error: BaseException) -> None:
    raise error


def fail_stubbornly() -> None:
    raise StubbornError("one", "two")


def identity(model: nn.Module) -> int:
    return id(model)


def of_weak(reference: weakref.ref) -> int:
    return reference().dim


class StubbornError(Exception):
    """Can be written and never read."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one)


def test_a_call_gives_what_the_flow_gives(engine: RemoteEngine, flow: RealNVP) -> None:
    pictures, labels = random_pictures(3), torch.tensor([0, 2, 1])
    call = engine.call(flow.encode, pictures, labels)
    assert torch.equal(call.value, flow.encode(pictures, labels))
    assert call.milliseconds > 0
    assert engine.runs_on == Engine(torch.device("cpu")).runs_on


def test_the_replica_runs_a_copy_of_its_own(engine: RemoteEngine, flow: RealNVP) -> None:
    first, second = (engine.call(identity, flow).value for _ in range(2))
    assert first == second != id(flow)


def test_a_live_view_gets_its_picture_under_its_label(engine: RemoteEngine, flow: RealNVP) -> None:
    z = flow.draw(1, 0.7, torch.Generator().manual_seed(0))
    for label in (torch.tensor([0]), torch.tensor([2])):
        assert torch.equal(engine.decode(flow, z, label).value, flow.decode(z, label))


def test_live_views_are_decoded_together(checkpoint: Path) -> None:
    handle = Handle(places=8)
    with remote_engine(handle) as engine:
        flow = opened(engine)
        z = flow.draw(5, 0.7, torch.Generator().manual_seed(0))
        labels, sizes = torch.arange(5) % 3, []
        theirs = handle.replica._models.find(next(iter(pack(flow)[1])))
        decode = theirs.decode
        theirs.decode = lambda z, labels: sizes.append(len(z)) or decode(z, labels)
        with held(handle.replica._engine):
            views = [
                threading.Thread(target=engine.decode, args=(flow, z[i : i + 1], labels[i : i + 1]))
                for i in range(5)
            ]
            for view in views:
                view.start()
            wait_until(lambda: len(handle.replica._engine._waiting) == 5)
        for view in views:
            view.join(PATIENCE)
    assert sizes == [5]


def test_steps_come_back_with_the_layers_of_this_process(
    engine: RemoteEngine, flow: RealNVP
) -> None:
    picture, label = random_pictures(1), torch.tensor([1])
    steps, own = engine.call(trace, flow, picture, label).value, trace(flow, picture, label)
    layers = set(flow.modules())
    assert all(step.transform is None or step.transform in layers for step in steps)
    for step, expected in zip(steps, own, strict=True):
        assert torch.equal(step.after.picture, expected.after.picture)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NonFiniteError("coupling 3 gave 7"), "coupling 3"),
        (realnvp.CheckpointError("it is damaged"), "damaged"),
        (torch.OutOfMemoryError("too large"), "too large"),
        (Busy("full"), "full"),
    ],
)
def test_an_error_arrives_as_itself(engine: RemoteEngine, error: Exception, words: str) -> None:
    with pytest.raises(type(error), match=words) as caught:
        engine.call(fail, error)
    assert type(caught.value) is type(error)
    assert "in fail" in caught.value.__notes__[0]  # where it happened, for the log
    assert engine.call(note, "again").value == "model"


def test_an_error_of_the_flow_names_the_layer(engine: RemoteEngine, flow: RealNVP) -> None:
    with pytest.raises(NonFiniteError, match="latent"):
        engine.decode(flow, torch.full((1, flow.dim), float("nan")), torch.tensor([0]))


def test_an_error_that_cannot_be_serialized_is_met_here(engine: RemoteEngine) -> None:
    with pytest.raises(StubbornError, match="one"):
        engine.call(fail_stubbornly)


def test_a_full_replica_says_busy(engine: RemoteEngine, handle: Handle) -> None:
    with held(handle.replica._engine):
        waiting = [engine.submit(note, "next") for _ in range(2)]
        wait_until(lambda: len(handle.replica._engine._waiting) == 2)
        with pytest.raises(Busy, match="try again"):
            engine.call(note, "too many")
    assert all(future.result(PATIENCE).value for future in waiting)


def test_a_full_handle_says_busy() -> None:
    handle = Handle(lambda number: fail(Full()))
    with remote_engine(handle) as engine, pytest.raises(Busy, match="try again"):
        engine.call(note, "too many")


def test_what_is_taken_back_is_never_run(engine: RemoteEngine, handle: Handle) -> None:
    RAN.clear()
    with held(handle.replica._engine):
        old = engine.submit(note, "old")
        wait_until(lambda: handle.replica._engine._waiting)
        assert old.cancel()
        wait_until(lambda: handle.replica._engine._waiting[0].future.cancelled())
        new = engine.submit(note, "new")
    new.result(PATIENCE)
    assert RAN == ["new"]


def test_a_lost_replica_is_asked_again_elsewhere() -> None:
    handle = Handle(lambda number: fail(Lost()) if number == 1 else None)
    with remote_engine(handle) as engine:
        assert engine.call(note, "asked twice").value == "model"
    assert handle.asked == ["run", "run"]


def test_when_all_are_lost_it_says_so() -> None:
    handle = Handle(lambda number: fail(Lost()))
    with remote_engine(handle) as engine, pytest.raises(Busy, match="being replaced"):
        engine.call(note, "lost")
    assert handle.asked == ["run", "run"]


def test_an_answer_that_does_not_come_is_given_up_and_taken_back() -> None:
    handle, RAN[:] = Handle(), []
    with remote_engine(handle, timeout=0.2) as engine, held(handle.replica._engine):
        with pytest.raises(Busy, match="being replaced"):
            engine.call(note, "late")
        # On a busy machine it may not even have come there.
        wait_until(lambda: all(one.future.cancelled() for one in handle.replica._engine._waiting))
    assert RAN == []


def test_whoever_asks_when_it_is_closed_is_told_at_once(handle: Handle) -> None:
    with remote_engine(handle) as engine:
        assert engine.call(note, "in time").value
    for word in ("too late", threading.Lock()):  # the second would stay here
        with pytest.raises(RuntimeError, match="this engine is closed"):
            engine.submit(note, word)
    assert handle.asked == ["run"]


def test_what_cannot_be_serialized_runs_in_this_process(
    engine: RemoteEngine, handle: Handle
) -> None:
    unknown = small_flow()
    assert engine.call(lambda: "a lambda").value == "a lambda"
    assert engine.call(identity, unknown).value == id(unknown)
    assert handle.asked == []


def test_an_answer_that_cannot_be_serialized_is_made_here(
    engine: RemoteEngine, handle: Handle
) -> None:
    assert isinstance(engine.call(small_flow).value, RealNVP)
    assert handle.asked == ["run"]


def test_another_version_of_a_checkpoint_is_run_here(
    engine: RemoteEngine, flow: RealNVP, checkpoint: Path
) -> None:
    realnvp.save(small_flow(1, num_levels=2, label_kind="class", num_labels=3), checkpoint)
    assert engine.call(identity, flow).value == id(flow)
    newer = opened(engine)
    assert engine.call(identity, newer).value != id(newer)


def test_a_baseline_is_a_reference_too(engine: RemoteEngine, checkpoint: Path) -> None:
    save_baseline(small_baseline("vae"))
    vae = load_baseline("vae")
    engine.loaded_from(vae, checkpoints_folder() / "baselines" / "vae")
    noise = torch.Generator().manual_seed(0)
    drawn = engine.call(partial(vae.sample, 2, noise)).value
    assert torch.equal(drawn, vae.sample(2, torch.Generator().manual_seed(0)))


def test_a_replica_is_ill_when_its_gpu_has_failed_or_its_thread_has_ended() -> None:
    handle = Handle()
    with remote_engine(handle) as engine:
        asyncio.run(handle.replica.check_health())
        with pytest.raises(torch.AcceleratorError):
            engine.call(fail, torch.AcceleratorError("an illegal address"))
        with pytest.raises(RuntimeError, match="illegal"):
            asyncio.run(handle.replica.check_health())
    handle.replica._broken = ""
    with pytest.raises(RuntimeError, match="thread"):
        asyncio.run(handle.replica.check_health())


def test_weights_are_not_serialized(flow: RealNVP) -> None:
    data, models = pack((flow.decode, flow.multiscale.levels[1], weakref.ref(flow)))
    assert len(data) < 1000
    assert list(models.values()) == [flow]
    decode, level, weak = unpack(data, lambda reference: flow)
    assert decode.__self__ is flow
    assert level is flow.multiscale.levels[1]
    assert weak() is flow


def test_a_weak_reference_to_what_has_gone_stays_empty() -> None:
    model = small_flow()
    weak = weakref.ref(model)
    del model
    assert unpack(pack(weak)[0], lambda reference: nn.Module())() is None


@pytest.mark.parametrize(
    "dtype", [torch.uint8, torch.float32, torch.bfloat16, torch.bool, torch.int64]
)
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
def test_a_tensor_arrives_as_it_was(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = (3 * torch.rand(shape)).to(dtype)
    back = unpack(pack(tensor)[0], lambda reference: nn.Module())
    assert (back.dtype, back.shape) == (dtype, tensor.shape)
    assert torch.equal(back, tensor)
    back.fill_(1)  # its own memory


def test_of_a_view_only_what_it_shows_is_serialized() -> None:
    whole = torch.randn(1000, 50)
    for view in (whole[3], whole[:, 7], whole[::100, ::10]):
        data, _ = pack(view)
        assert len(data) < 4 * view.numel() + 300
        assert torch.equal(unpack(data, lambda reference: nn.Module()), view)


def test_a_function_that_the_other_side_lacks_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    data, _ = pack(note)
    monkeypatch.delitem(globals(), "note")
    with pytest.raises(NotSerializableError, match="note"):
        unpack(data, lambda reference: nn.Module())


def test_the_engine_is_this_process_unless_it_is_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "explorer.engine.cluster.deployment", None)  # not to be had
    monkeypatch.delenv("REALNVP_ENGINE", raising=False)
    for name in (None, "", "process"):
        if name is not None:
            monkeypatch.setenv("REALNVP_ENGINE", name)
        engine = open_engine()
        engine.close()
        assert isinstance(engine, Engine)
        assert engine.here is engine
    monkeypatch.setenv("REALNVP_ENGINE", "dask")
    with pytest.raises(ValueError, match=r"dask is unknown; there are: process, ray"):
        open_engine()


def test_without_ray_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setenv("REALNVP_ENGINE", "ray")
    with pytest.raises(ValueError, match=r"pip install -r requirements-cluster.txt"):
        open_engine()
    assert main(["serve"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("words", ["two", "1:x", "0:2", "3:1"])
def test_a_number_of_replicas_that_is_none_is_one_line(
    words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(["serve", "--replicas", words])
    except SystemExit as error:
        code = error.code
    assert code == 2
    assert words in capsys.readouterr().err


@pytest.mark.slow
def test_a_cluster_answers_and_outlives_a_replica() -> None:
    pytest.importorskip("ray", reason="Ray is not installed: see requirements-cluster.txt")
    code = """
import os, signal
from explorer.engine import cluster, serialization
from realnvp.checkpoint import checkpoints_folder
import realnvp, torch

cluster.deploy(cluster.Deployment())
engine = cluster.connect()
name = realnvp.list_checkpoints()[0]
flow = realnvp.load(name)
engine.loaded_from(flow, checkpoints_folder() / name)
z = flow.draw(1, 0.7, torch.Generator().manual_seed(0))
first = engine.decode(flow, z).value
assert (first.int() - flow.decode(z).int()).abs().max() <= 1
there = engine.call(os.getpid).value
assert there != os.getpid()
os.kill(there, signal.SIGKILL)
assert torch.equal(engine.decode(flow, z).value, first)
assert engine.call(os.getpid).value not in (there, os.getpid())
engine.close()
cluster.stop()
print("outlived")
"""
    own = os.environ | {"RAY_ADDRESS": "local", "RAY_USAGE_STATS_ENABLED": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=own, capture_output=True, text=True
    )
    assert "outlived" in done.stdout, done.stderr[-2000:]
