"""The app, served for as long as somebody measures or tests it."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START = 120.0  # seconds that it may take to come up


@dataclass(frozen=True)
class App:
    """A server on this machine.

    Args:
        address: such as "127.0.0.1:40123".
        process: its number.
        log: what it has written.
    """

    address: str
    process: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def resident(self) -> float:
        """Its resident memory in MB; nan where the system does not say."""
        statm = Path(f"/proc/{self.process}/statm")
        if not statm.exists():
            return float("nan")
        return int(statm.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def processor_seconds(self) -> float:
        """That it has used so far, of all cores; nan where the system does not say."""
        stat = Path(f"/proc/{self.process}/stat")
        if not stat.exists():
            return float("nan")
        user, system = stat.read_text("utf-8", errors="replace").rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(environment: Mapping[str, str] | None = None, patience: float = START) -> Iterator[App]:
    """The app on a free port, ready, with its own workspace; it ends with the block.

    Args:
        patience: seconds that it may take to come up.

    Raises:
        RuntimeError: if it does not come up; with the end of what it wrote.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += ["--server.address", "127.0.0.1", "--server.port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        own = os.environ | {"REALNVP_DATA": folder} | dict(environment or {})
        with log.open("wb") as output:
            server = subprocess.Popen(
                command, cwd=ROOT, env=own, stdout=output, stderr=subprocess.STDOUT
            )
            try:
                app = App(f"127.0.0.1:{port}", server.pid, log)
                _wait_until_ready(app, server, patience)
                yield app
            finally:
                server.terminate()
                server.wait(patience)


def _wait_until_ready(app: App, server: subprocess.Popen[bytes], patience: float) -> None:
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{app.url}/ready", timeout=20):
                return
        except OSError:  # not up yet, or not ready
            time.sleep(0.2)
    raise RuntimeError(
        f"the app did not start:\n{app.log.read_text('utf-8', errors='replace')[-2000:]}"
    )
