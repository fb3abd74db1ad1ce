"""Two processes that train together, for `test_distributed.py`: what they saw, in files."""

import json
import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from socket import socket

import torch
from flows import random_pictures, randomized, small_flow
from patience import PATIENCE
from safetensors.torch import save_file
from small_runs import WITH_BLOCKS, data
from torch import Tensor, nn

from realnvp import NonFiniteError, RealNVP, TrainConfig
from realnvp.coupling import FlowBatchNorm
from realnvp.flow import dequantize
from realnvp.training import Distributed, Run, distributed_context, make_optimizer, train_step
from realnvp.training.shared_norms import SharedBatchNorm2d, SharedFlowBatchNorm
from realnvp.training.state import StateError

SIZE = 2
STEPS = TrainConfig(
    steps=6,
    batch_size=16,
    validation=16,
    warmup_steps=2,
    learning_rate=2e-4,  # what drifts by rounding alone drifts little
    clip=0.5,
    flip=True,
    inverse_penalty=5.0,
    bf16=False,
)
TIMED = TrainConfig(minutes=0.001, batch_size=16, validation=16, bf16=False)


def start(folder: Path) -> None:
    """Run `_work` as torchrun would, in two processes, and wait for both."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = get_context("spawn")
    workers = [context.Process(target=_work, args=(folder, r, port)) for r in range(SIZE)]
    for worker in workers:
        worker.start()
    try:
        _wait(workers)
    finally:
        for worker in workers:
            worker.kill()


def _wait(workers: list[BaseProcess]) -> None:
    for worker in workers:
        worker.join(PATIENCE)
        assert worker.exitcode == 0


def _work(folder: Path, rank: int, port: int) -> None:
    torch.set_num_threads(1)
    os.environ |= {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "RANK": str(rank),
        "LOCAL_RANK": str(rank),
        "WORLD_SIZE": str(SIZE),
        "TORCHELASTIC_RUN_ID": "test",
    }
    with distributed_context("cpu") as distributed:
        tensors = _norms(distributed) | _likelihood(distributed)
        said = {
            "from_first": distributed.from_first(lambda: distributed.rank),
            "all_same": [distributed.all_same(3), distributed.all_same(distributed.rank)],
            "complaint": _complaint(distributed),
            "images": _other_images(folder / "together", distributed),
            "resumes": _resumes(folder / "together", distributed),
            "timed": _timed(folder / "timed", distributed),
        }
    save_file(tensors, folder / f"{rank}.safetensors")
    (folder / f"{rank}.json").write_text(json.dumps(said))


def norms() -> tuple[nn.BatchNorm2d, FlowBatchNorm, FlowBatchNorm]:
    """One of each kind, in float64: a conditioner's, after a checkerboard, after a channel mask."""
    finest = training_flow().multiscale.levels[0]
    of_flow = [norm for norm in finest.modules() if isinstance(norm, FlowBatchNorm)]
    plain = randomized(nn.BatchNorm2d(3)).double()
    return plain, of_flow[0], of_flow[-1]


def measured(norm: nn.Module, x: Tensor, weigh: Tensor, share: slice) -> dict[str, Tensor]:
    """Output, statistics and gradients of a loss that weighs each value of this share."""
    own = x[share].clone().requires_grad_(True)
    out = norm(own)
    y, log_det = out if isinstance(out, tuple) else (out, own.new_zeros(()))
    ((y.square() * weigh[share]).sum() + log_det.sum()).backward()
    found = {"y": y.detach(), "gradient": own.grad} | dict(norm.named_buffers())
    return found | {f"{name} gradient": p.grad for name, p in norm.named_parameters()}


def inputs(norm: nn.Module) -> tuple[Tensor, Tensor]:
    """x, and the weights of its values in the loss: far from mean 0, float64 (8, C, 8, 8)."""
    channels = norm.running_mean.numel()
    generator = torch.Generator().manual_seed(1)
    x, weigh = torch.randn(2, 8, channels, 8, 8, generator=generator, dtype=torch.float64)
    return 2 * x + 5, weigh


def _norms(distributed: Distributed) -> dict[str, Tensor]:
    found = {}
    for i, norm in enumerate(norms()):
        shared = SharedBatchNorm2d if isinstance(norm, nn.BatchNorm2d) else SharedFlowBatchNorm
        norm.__class__ = shared
        x, weigh = inputs(norm)
        rows = slice(distributed.rank * 4, distributed.rank * 4 + 4)
        values = measured(norm, x, weigh, rows)
        found |= {f"norm {i} {name}": value.contiguous() for name, value in values.items()}
    return found


def training_flow() -> RealNVP:
    return small_flow(double=True).requires_grad_(True).train()


def likelihood_of(flow: RealNVP, distributed: Distributed) -> dict[str, Tensor]:
    """The mean log-likelihood of this process's share, statistics and gradients, float64."""
    x = dequantize(random_pictures(8), torch.Generator().manual_seed(0))
    mean = distributed.log_prob(flow, distributed.share(x).double(), None).mean()
    mean.backward()
    found = {f"{name} gradient": p.grad for name, p in flow.named_parameters()}
    return found | dict(flow.named_buffers()) | {"mean": distributed.mean(mean.detach())}


def _likelihood(distributed: Distributed) -> dict[str, Tensor]:
    flow = training_flow()
    names = list(flow.state_dict())
    distributed.join(flow)
    assert list(flow.state_dict()) == names
    found = likelihood_of(flow, distributed)
    return {f"flow {name}": value.contiguous() for name, value in found.items()}


def _complaint(distributed: Distributed) -> str:
    """What is said where only the second process's share is at fault."""
    flow = randomized(RealNVP(WITH_BLOCKS)).train()
    distributed.join(flow)
    images = random_pictures(8, 1, 4).float()
    images[-1] = torch.nan
    config = TrainConfig(batch_size=8)
    try:
        train_step(
            flow,
            make_optimizer(flow, config),
            images,
            None,
            config,
            learning_rate=1e-3,
            bf16=False,
            generator=torch.Generator().manual_seed(0),
            distributed=distributed,
        )
    except NonFiniteError as error:
        return str(error)
    return ""


def _other_images(folder: Path, distributed: Distributed) -> list[str]:
    """What is said to a process whose pictures are others than the run's, and than its fellow's."""
    said = []
    for images in (data(n=127), data(n=128 - distributed.rank)):
        try:
            Run(folder, images, WITH_BLOCKS, STEPS, "cpu", distributed=distributed)
        except StateError as error:
            said.append(str(error))
    return said


def _resumes(folder: Path, distributed: Distributed) -> int:
    """Two steps of a run that one process has begun; the second process alone gets the signal."""
    run = Run(folder, data(), WITH_BLOCKS, STEPS, "cpu", distributed=distributed)
    act = (
        (lambda: os.kill(os.getpid(), signal.SIGTERM)) if distributed.rank == 1 else (lambda: None)
    )
    train_until(run, run.clock.step + 2, act)
    return run.clock.step


def _timed(folder: Path, distributed: Distributed) -> list[float]:
    """Steps and seconds of a run; the second one's clock is hours fast, and its folder its own."""
    run = Run(
        folder / str(distributed.rank), data(), WITH_BLOCKS, TIMED, "cpu", distributed=distributed
    )
    run.clock.seconds = 9999.0 * distributed.rank
    run.train()
    return [run.clock.step, run.clock.seconds]


def train_until(run: Run, step: int, act: Callable[[], object]) -> None:
    """Train, and call `act` once this step is done."""
    update = run.average.update

    def updated(flow: RealNVP, now: int) -> None:
        update(flow, now)
        if now == step:
            act()

    run.average.update = updated
    run.train()
