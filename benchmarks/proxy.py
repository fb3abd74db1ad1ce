"""nginx in front of two replicas of the app, for as long as somebody measures or tests them."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.app import ROOT, App

CONFIG = ROOT / "docs" / "nginx.conf"
PORTS = {"first": "8501", "second": "8502", "nginx": "8080"}  # in that file


@contextmanager
def proxy(first: App, second: App) -> Iterator[str]:
    """nginx in front of both; gives its address.

    Raises:
        ValueError: if there is no nginx.
        RuntimeError: if it does not start.
    """
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise ValueError("no nginx found; on Debian: apt-get install nginx-light")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    ports = {"first": _port(first), "second": _port(second), "nginx": port}
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "nginx.conf"
        config.write_text(with_ports(CONFIG.read_text("utf-8"), ports), "utf-8")
        log = Path(folder) / "nginx.log"  # of every connection that was refused
        with log.open("wb") as output:
            server = subprocess.Popen([program, "-p", folder, "-c", config], stderr=output)
            try:
                _wait_for(f"http://127.0.0.1:{port}/ready", server, log)
                yield f"127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait(20)


def with_ports(config: str, ports: dict[str, str]) -> str:
    """The configuration with other ports, by the names of `PORTS`."""
    for name, port in PORTS.items():
        if f":{port}" not in config:
            raise ValueError(f"{CONFIG.name} has no port {port}")
        config = config.replace(f":{port}", f":<{name}>")
    for name, port in ports.items():
        config = config.replace(f"<{name}>", port)
    return config


def _port(app: App) -> str:
    return app.address.rpartition(":")[2]


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nginx did not start:\n{log.read_text('utf-8', errors='replace')[-2000:]}")
