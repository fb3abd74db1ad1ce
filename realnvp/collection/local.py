"""A collection on this machine alone."""

from collections.abc import Iterable, Iterator
from contextlib import closing

from realnvp.collection.plan import Shard
from realnvp.collection.worker import Job, Made, Worker
from realnvp.flow import RealNVP


def run(flow: RealNVP, job: Job, shards: Iterable[Shard]) -> Iterator[Made]:
    """Make all parts one after the other; tells of every chunk.

    Args:
        flow: in its folded form, on its device.
    """
    with closing(Worker(flow, job)) as worker:
        for shard in shards:
            yield from worker.make(shard)
