"""The configuration of nginx is one that nginx takes, with any ports."""

import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks.proxy import CONFIG, PORTS, with_ports

OTHERS = {"first": "40001", "second": "40002", "nginx": "40003"}


def test_every_port_can_be_chosen() -> None:
    config = with_ports(CONFIG.read_text(), OTHERS)
    assert not any(f":{port}" in config for port in PORTS.values())
    assert "listen 127.0.0.1:40003;" in config
    assert r"127\.0\.0\.1:40001$" in config


def test_two_ports_may_change_places() -> None:
    config = with_ports(CONFIG.read_text(), PORTS | {"first": "8502", "second": "8501"})
    assert config.count(":8502") == CONFIG.read_text().count(":8501")


def test_a_configuration_without_a_port_is_refused() -> None:
    with pytest.raises(ValueError, match="no port 8501"):
        with_ports("listen 127.0.0.1:8080;", OTHERS)


def test_nginx_takes_it(tmp_path: Path) -> None:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    config = tmp_path / "nginx.conf"
    config.write_text(with_ports(CONFIG.read_text(), OTHERS))
    command = [program, "-t", "-p", str(tmp_path), "-c", str(config)]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
