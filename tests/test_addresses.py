"""Where the app is served, and what a class is told of it."""

import os
import re
import socket
import sys
from pathlib import Path

import pytest
import streamlit as st
from app_pages import open_page
from streamlit.runtime.context import ContextProxy

from explorer import addresses
from explorer.addresses import (
    free_port,
    gives_camera,
    is_for_others,
    qr_for_terminal,
    reachable,
    url_for_others,
    url_of,
)
from explorer.commands import app
from realnvp.__main__ import main

LAN = "192.168.1.5"
SECRET = "a-secret-of-the-test"


@pytest.fixture(autouse=True)
def _in_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_in_network", lambda: LAN)


@pytest.fixture
def taken() -> int:
    """A port of this machine that somebody listens on."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that Streamlit is started with; it is not."""
    words: list[str] = []
    monkeypatch.setenv("REALNVP_TEACH", SECRET)
    monkeypatch.setattr(sys, "argv", ["realnvp"])
    monkeypatch.setattr(app.runpy, "run_module", lambda *_, **__: words.extend(sys.argv))
    return words


def test_a_port_that_is_taken_gives_way_to_the_next(taken: int) -> None:
    port, problem = free_port("127.0.0.1", str(taken))
    assert taken < port <= taken + addresses.TRIED
    assert problem.startswith(f"Port {taken} cannot be used (")
    assert problem.endswith(f"taking {port}.")


@pytest.mark.parametrize("port", ["", "0", "65536", "-1", "http", "85.5"])
def test_what_is_no_port_is_refused_in_one_line(port: str) -> None:
    with pytest.raises(ValueError, match=r"is no port; choose 1 to 65535.*8600"):
        free_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ValueError, match="is no address of this machine"):
        free_port("203.0.113.9", "8501")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "localhost", "a.localhost", "::1"])
def test_this_machine_alone_has_no_address_for_others(host: str) -> None:
    assert not is_for_others(host)
    assert url_for_others(host, 8501) is None


def test_others_get_an_address_that_they_can_type() -> None:
    assert url_for_others("0.0.0.0", 8501) == f"http://{LAN}:8501/"
    assert url_for_others("::", 8501, "/lab/flow/") == f"http://{LAN}:8501/lab/flow"
    assert url_for_others("10.0.0.7", 8501) == "http://10.0.0.7:8501/"
    assert url_of("fe80::1", 80) == "http://[fe80::1]:80/"


def test_without_a_network_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "_in_network", lambda: None)
    assert reachable("0.0.0.0") is None
    assert url_for_others("0.0.0.0", 8501) is None


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        ("https://flow.example/lab/", "https://flow.example/lab/"),
        ("http://school:8501/", "http://school:8501/"),
        ("http://localhost:8501/", f"http://{LAN}:8501/"),
        ("http://0.0.0.0:8501/", f"http://{LAN}:8501/"),
        ("http://[", f"http://{LAN}:8501/"),
        ("http://" + "a" * 5000, f"http://{LAN}:8501/"),
        (None, f"http://{LAN}:8501/"),
    ],
)
def test_who_came_through_a_proxy_passes_on_its_address(seen: str | None, told: str) -> None:
    assert url_for_others("0.0.0.0", 8501, seen=seen) == told


def test_the_camera_wants_https_or_the_own_machine() -> None:
    for url in ("https://flow.example/", "http://localhost:8501/", "http://127.0.0.1/", None):
        assert gives_camera(url)
    assert not gives_camera(f"http://{LAN}:8501/encode")


def test_a_terminal_shows_the_code_white_on_black() -> None:
    lines = qr_for_terminal(f"http://{LAN}:8501/").splitlines()
    assert all(line.startswith("\x1b[97;40m") and line.endswith("\x1b[0m") for line in lines)
    plain = [re.sub("\x1b[^m]*m", "", line) for line in lines]
    assert set("".join(plain)) == set(" █▀▄")
    assert len({len(line) for line in plain}) == 1


def test_the_command_serves_where_it_was_told(
    started: list[str], taken: int, capsys: pytest.CaptureFixture
) -> None:
    assert main(["app", "--port", str(taken), "--below", "/lab/flow/"]) == 0
    said = capsys.readouterr()
    port = int(re.findall(r"taking (\d+)\.", said.err)[0])
    url = f"http://127.0.0.1:{port}/lab/flow"
    assert said.out == (
        f"RealNVP latent explorer: {url} (Ctrl+C stops it)\nTeacher: {url}/lesson?teach={SECRET}\n"
    )
    assert started[:2] == ["streamlit", "run"]
    assert Path(started[2]).name == "app.py"
    assert Path(started[2]).is_file()
    settings = dict(zip(started[3::2], started[4::2], strict=True))
    assert settings == {
        "--server.address": "127.0.0.1",
        "--server.port": str(port),
        "--server.headless": "true",
        "--server.baseUrlPath": "lab/flow",
    }


def test_the_command_tells_a_class_where_to_go(
    started: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(app, "free_port", lambda host, port: (int(port), ""))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main(["app", "--host", "0.0.0.0"]) == 0
    line, teacher, *code = capsys.readouterr().out.splitlines()
    assert line == f"RealNVP latent explorer: http://{LAN}:8501/ (Ctrl+C stops it)"
    assert teacher == f"Teacher: http://{LAN}:8501/lesson?teach={SECRET}"
    assert "\n".join(code).strip() == qr_for_terminal(f"http://{LAN}:8501/").strip()
    assert started[-2:] == ["--browser.serverAddress", LAN]


def test_the_command_makes_a_secret_for_the_server_that_it_starts(
    started: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("REALNVP_TEACH", "")
    assert main(["app", "--port", "8599"]) == 0
    (said,) = re.findall(r"/lesson\?teach=(.*)\n", capsys.readouterr().out)
    assert len(said) >= 22
    assert os.environ["REALNVP_TEACH"] == said


def test_a_secret_that_can_be_guessed_is_named(
    started: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("REALNVP_TEACH", "1234")
    assert main(["app"]) == 2
    assert "REALNVP_TEACH must be 12 to 128" in capsys.readouterr().err
    assert not started


def test_the_command_names_what_is_wrong(capsys: pytest.CaptureFixture) -> None:
    assert main(["app", "--port", "no"]) == 2
    assert capsys.readouterr().err.endswith(
        "app: no is no port; choose 1 to 65535, for example 8600\n"
    )


@pytest.fixture
def seen_at(monkeypatch: pytest.MonkeyPatch, checkpoints: Path) -> object:
    """Tells pages the address that the visitor sees."""
    return lambda url: monkeypatch.setattr(ContextProxy, "url", property(lambda _: url))


def test_home_shows_a_class_the_address_and_nobody_else(
    seen_at: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen_at("http://localhost:8501/")  # type: ignore[operator]
    assert not open_page("home.py").expander
    told = {"server.address": "0.0.0.0", "server.port": 8501, "server.baseUrlPath": ""}
    option = st.get_option
    monkeypatch.setattr(st, "get_option", lambda key: told[key] if key in told else option(key))
    app = open_page("home.py")
    assert not app.exception
    assert [code.value for code in app.code] == [f"http://{LAN}:8501/"]
    assert "For a class" in app.expander[0].label
    assert "HTTPS" in app.expander[0].caption[0].value


def test_without_https_the_camera_is_not_offered_but_explained(seen_at: object) -> None:
    seen_at(f"http://{LAN}:8501/encode")  # type: ignore[operator]
    app = open_page("encode.py", source="Camera")
    assert not app.exception
    assert not app.get("camera_input")
    assert "only to pages over HTTPS" in app.info[0].value
