"""The processes that train one flow together: one, or those that torchrun started."""

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.rendezvous import rendezvous
from torch.nn.parallel import DistributedDataParallel

from realnvp.devices import device_named
from realnvp.flow import RealNVP
from realnvp.training.shared_norms import synchronise
from realnvp.transforms import NonFiniteError

TIMEOUT = timedelta(hours=1)  # the first process reports alone, and the others wait for it
Value = TypeVar("Value")


class Distributed:
    """The processes that train together, as one of them sees them: here it is alone.

    Args:
        device: of this process.
    """

    rank, size = 0, 1

    def __init__(self, device: str = "cpu") -> None:
        self.device = device

    @property
    def is_first(self) -> bool:
        """Whether this process writes and speaks for all."""
        return self.rank == 0

    def check_batch_size(self, batch_size: int) -> None:
        """Raise `ValueError` unless every process gets the same number of images a step."""
        if batch_size % self.size:
            raise ValueError(
                f"--batch-size {batch_size} must be divisible by {self.size} processes"
            )

    def share(self, batch: Tensor) -> Tensor:
        """This process's rows of a batch that all processes have drawn alike."""
        rows = len(batch) // self.size
        return batch[self.rank * rows : (self.rank + 1) * rows]

    def join(self, flow: RealNVP) -> None:
        """From now on `log_prob` of this flow in training, and its gradients, are everybody's."""

    def log_prob(self, flow: RealNVP, x: Tensor, labels: Tensor | None) -> Tensor:
        """log p of this process's share, (B / size,), nats; backward averages the gradients."""
        return flow.log_prob(x, labels)

    def name_culprit(self, flow: RealNVP, x: Tensor, labels: Tensor | None) -> None:
        """Raise `NonFiniteError`, the same in all processes, if a layer's output is not finite."""
        flow.name_culprit(x, labels)

    def mean(self, value: Tensor) -> Tensor:
        """Over the processes."""
        return value

    def all_reduce(self, stop: bool, *seconds: float) -> tuple[bool, tuple[float, ...]]:
        """Whether anybody wants to stop, and the seconds on the first one's clocks."""
        return stop, seconds

    def all_same(self, value: int) -> bool:
        """Whether it is the same in all processes."""
        return True

    def from_first(self, decide: Callable[[], Value]) -> Value:
        """What the first process decides."""
        return decide()


class ProcessGroup(Distributed):
    """One of several, each with an equal share of every batch.

    All hold the same weights, draw the same order, flips and noise, and work on rows of their own;
    statistics of batches and gradients are those of the whole batch. So any number of processes
    compute what one would. Each of these methods waits for the same call in all the others.
    """

    def __init__(self, device: str = "cpu") -> None:
        super().__init__(device)
        self.rank, self.size = dist.get_rank(), dist.get_world_size()

    def join(self, flow: RealNVP) -> None:
        synchronise(flow)
        # Of a 1x1 kernel's gradient two orders of strides are the same order: nothing is slower.
        warnings.filterwarnings("ignore", "Grad strides do not match bucket view strides")
        # Batch norms are the same already, so their running averages need not be sent around.
        self._parallel = DistributedDataParallel(_LogProb(flow), forward_sync_buffers=False)

    def log_prob(self, flow: RealNVP, x: Tensor, labels: Tensor | None) -> Tensor:
        return self._parallel(x, labels)

    def name_culprit(self, flow: RealNVP, x: Tensor, labels: Tensor | None) -> None:
        # With norms of its own, for the walk ends at another layer in each process.
        alone = RealNVP(flow.config).to(flow.device, flow.dtype)
        alone.load_state_dict(flow.state_dict())
        found: list[str | None] = [None] * self.size
        try:
            alone.name_culprit(x, labels)
            own = None
        except NonFiniteError as error:
            own = str(error)
        dist.all_gather_object(found, own)
        for line in found:
            if line:
                raise NonFiniteError(line)

    def mean(self, value: Tensor) -> Tensor:
        total = value.clone()
        dist.all_reduce(total)
        return total / self.size

    def all_reduce(self, stop: bool, *seconds: float) -> tuple[bool, tuple[float, ...]]:
        # On the CPU, whatever the device: nobody has to wait for a GPU here.
        own = seconds if self.is_first else (0.0,) * len(seconds)
        said = torch.tensor([stop, *own], dtype=torch.float64)
        dist.all_reduce(said)
        return bool(said[0] > 0), tuple(said[1:].tolist())

    def all_same(self, value: int) -> bool:
        ends = torch.tensor([value, -value])
        dist.all_reduce(ends, dist.ReduceOp.MAX)
        return int(ends[0]) == -int(ends[1])

    def from_first(self, decide: Callable[[], Value]) -> Value:
        decided = [decide() if self.is_first else None]
        dist.broadcast_object_list(decided)
        return decided[0]  # type: ignore[return-value]


@contextmanager
def distributed_context(device: str) -> Iterator[Distributed]:
    """What this process has to do with others, for as long as the context lasts.

    Started by torchrun it is one of several, on the CPU or on the CUDA device of its local rank;
    else it is alone, on `device`.

    Raises:
        ValueError: if the device does not exist, or several processes cannot train on its kind.
    """
    if not (dist.is_torchelastic_launched() and int(os.environ["WORLD_SIZE"]) > 1):
        yield Distributed(str(device_named(device)))
        return
    kind = device.partition(":")[0]  # not asked for itself: that would take memory of the first GPU
    if kind not in ("cpu", "cuda"):
        raise ValueError(f"several processes train on cpu or cuda, not on {kind}")
    if kind == "cuda":
        local, there = int(os.environ["LOCAL_RANK"]), torch.cuda.device_count()
        if local >= there:
            raise ValueError(f"process {local + 1} of this machine has no GPU: there are {there}")
        torch.cuda.set_device(local)
        device = f"cuda:{local}"
    store, rank, size = next(rendezvous("env://"))
    if os.environ.get("GROUP_WORLD_SIZE") == "1":
        # Through its restarts torchrun keeps one store, with addresses of processes that are gone.
        store = dist.PrefixStore(f"attempt {os.environ['TORCHELASTIC_RESTART_COUNT']}", store)
    dist.init_process_group(
        "cpu:gloo,cuda:nccl" if kind == "cuda" else "gloo",
        store=store,
        rank=rank,
        world_size=size,
        timeout=TIMEOUT,
    )
    try:
        yield ProcessGroup(device)
    finally:
        dist.destroy_process_group()


class _LogProb(nn.Module):
    """A flow whose `forward` is its log-likelihood, for wrappers that know of nothing else."""

    def __init__(self, flow: RealNVP) -> None:
        super().__init__()
        self.flow = flow

    def forward(self, x: Tensor, labels: Tensor | None) -> Tensor:
        return self.flow.log_prob(x, labels)
