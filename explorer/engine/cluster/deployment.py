"""The engine on Ray: the deployment, and the way to it."""

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from explorer.engine.cluster.remote import RemoteEngine, Response
from explorer.engine.cluster.replica import Replica
from realnvp.checkpoint import checkpoints_folder
from realnvp.places import COMMAND, IS_INSTALLED
from realnvp.ray_missing import RAY_MISSING

APPLICATION = "realnvp"
ONGOING = 32  # calls that a replica may have, so that live views can be decoded together
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Deployment:
    """How many replicas there are, and what each of them gets.

    Args:
        least, most: replicas; between them their number follows the number of calls.
        busy: calls at a time for which a replica is wanted.
        waiting: calls that an app may have waiting for a free replica; one more is turned away.
        cpus: of each replica: so many threads.
        gpus: of each replica; 0.25 puts four on one GPU.
    """

    least: int = 1
    most: int = 1
    busy: int = 4
    waiting: int = 64
    cpus: int = 1
    gpus: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most:
            raise ValueError(f"replicas: {self.least}:{self.most} is no range from 1 up")
        for name in ("busy", "waiting", "cpus"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        if self.gpus < 0:
            raise ValueError(f"gpus must be 0 or more, not {self.gpus}")


def deploy(deployment: Deployment) -> str:
    """Start the replicas, on the cluster of $RAY_ADDRESS or of this machine, or on a new one.

    What ran under the same name is replaced, replica by replica. A cluster that was made here ends
    with this process.

    Returns:
        the address of the cluster.

    Raises:
        ValueError: if Ray is not installed; one line.
        ConnectionError: if there is no cluster at $RAY_ADDRESS.
        RuntimeError: if no replica can start.
    """
    ray, serve = _ray()
    context = ray.init(
        include_dashboard=False,
        log_to_driver=False,
        logging_level="warning",
        ignore_reinit_error=True,
    )
    own = {"PYTHONPATH": str(_ROOT)}
    if "REALNVP_CHECKPOINTS" in os.environ or not IS_INSTALLED:
        own["REALNVP_CHECKPOINTS"] = str(checkpoints_folder().resolve())
    made = serve.deployment(
        Replica,  # its own places are as many as may be sent to it
        name="engine",
        max_ongoing_requests=ONGOING,
        max_queued_requests=deployment.waiting,
        autoscaling_config={
            "min_replicas": deployment.least,
            "max_replicas": deployment.most,
            "target_ongoing_requests": deployment.busy,
        },
        ray_actor_options={
            "num_cpus": deployment.cpus,
            "num_gpus": deployment.gpus,
            "runtime_env": {"env_vars": own},
        },
        health_check_period_s=5,
        graceful_shutdown_timeout_s=20,
        logging_config={"enable_access_log": False},
    )
    serve.start(proxy_location="Disabled")  # no HTTP: only the apps' handles call it
    serve.run(made.bind(), name=APPLICATION, route_prefix=None)
    return context.address_info["address"]


def stop() -> None:
    """End the replicas, and this process's part in the cluster."""
    ray, serve = _ray()
    serve.delete(APPLICATION)
    ray.shutdown()


def connect() -> RemoteEngine:
    """The engine that runs on the replicas; as `open_engine` says."""
    ray, serve = _ray()
    address = os.environ.get("RAY_ADDRESS", "auto")
    try:
        if not ray.is_initialized():
            ray.init(address, log_to_driver=False, logging_level="warning")
        handle = serve.get_app_handle(APPLICATION)
    except (ConnectionError, ray.exceptions.RayError, serve.exceptions.RayServeException) as error:
        logging.getLogger(__name__).debug("%s", error)
        raise ConnectionError(
            f"no engine on the Ray cluster at {address}: `{COMMAND} serve` starts one; if"
            " it runs, this process may lack RAY_AUTH_MODE=token"
        ) from None
    return RemoteEngine(_ServeHandle(handle, ray, serve))


class _ServeHandle:
    """A handle of Ray Serve as `RemoteEngine` takes it."""

    def __init__(self, handle: Any, ray: ModuleType, serve: ModuleType) -> None:
        self._handle = handle
        self._full = serve.exceptions.BackPressureError
        errors = ray.exceptions
        self._lost = (
            errors.RayActorError,  # died, or cannot be reached
            errors.WorkerCrashedError,
            errors.NodeDiedError,
            errors.ObjectLostError,  # its answer went with it
            serve.exceptions.DeploymentUnavailableError,
        )

    def run(self, method: str, request: bytes) -> Response:
        return getattr(self._handle, method).remote(request)

    def is_full(self, error: BaseException) -> bool:
        return isinstance(error, self._full)

    def is_lost(self, error: BaseException) -> bool:
        return isinstance(error, self._lost)


def _ray() -> tuple[ModuleType, ModuleType]:
    """Ray and its Serve.

    Raises:
        ValueError: if they are not installed; one line that says what to do.
    """
    try:
        import ray
        from ray import serve
        from ray.serve import exceptions  # noqa: F401  it is an attribute of serve from now on
    except ImportError:
        raise ValueError(RAY_MISSING) from None
    return ray, serve
