"""Visitors who leave in the middle, or send what no browser would, spoil nothing for the next."""

import random
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from fuzz import rounds
from patience import PATIENCE
from playwright.sync_api import Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.sync.client import ClientConnection, connect

import explorer.pages
from explorer.pages import HOME

# Of what they cannot read Streamlit, uvicorn and h11 tell with tracebacks of their own.
OURS = re.compile(
    # What passes requests on stands in such a traceback without a fault of its own.
    re.escape(f'File "{Path(__file__).resolve().parents[2]}/')
    + "(app|pages|explorer/(?!ui/server/(prefix|served_page|visitor_cookie))|realnvp)"
)
GONE = re.compile(r"status of 404 \(Not Found\): \S+/media/")
PAGES = ["" if page is HOME else page.name for page in explorer.pages.PAGES]


@pytest.fixture
def said(server_log: Path, address: str) -> Callable[[], str]:
    """What the server says while a test runs."""
    start = server_log.stat().st_size
    return lambda: server_log.read_bytes()[start:].decode(errors="replace")


def the_next_is_served(page: Page, address: str) -> None:
    """A fresh visitor sees pictures."""
    page.goto(f"{address}/sample")
    expect(page.get_by_alt_text("64 samples at temperature 0.70, seed 0")).to_be_visible()


def visitor(address: str) -> ClientConnection:
    """The socket that a page opens."""
    url = address.replace("http", "ws") + "/_stcore/stream"
    return connect(
        url,
        origin=address,  # type: ignore[arg-type]
        subprotocols=["streamlit"],  # type: ignore[list-item]
        max_size=None,
        open_timeout=PATIENCE,
    )


def ask(where: str, query: str) -> bytes:
    """To run a page, as the browser says it."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = where
    return message.SerializeToString()


def test_whoever_closes_while_pictures_are_made_is_missed_by_nobody(
    page: Page, address: str, said: Callable[[], str]
) -> None:
    dice = random.Random(0)
    for index in rounds(40):
        where = dice.choice(PAGES)
        with visitor(address) as connection:
            for seed in range(dice.randint(1, 3)):
                connection.send(ask(where, f"seed={index + seed}&times=3"))
            for _ in range(dice.choice([0, 0, 1, 5, 20])):
                connection.recv(timeout=PATIENCE)
            if index % 2:  # a lost connection, without a word
                connection.socket.shutdown(socket.SHUT_RDWR)
    the_next_is_served(page, address)
    assert not said()


def test_messages_that_no_browser_sends_are_no_trouble(
    page: Page, address: str, said: Callable[[], str]
) -> None:
    dice = random.Random(0)
    for index in rounds(20):
        with visitor(address) as connection:
            good = ask(dice.choice([*PAGES, "../etc", "x" * 999]), f"seed={index}&a=%ff%00")
            connection.send(ask("sample", ""))
            connection.send(bytes(byte ^ (dice.random() < 0.1) for byte in good))
    the_next_is_served(page, address)
    assert not OURS.search(said())


REQUESTS = [
    b"GET /pad/x?x=0&y=0 HTTP/1.1\r\nHost: a\r\nRange: bytes=0-5\r\n\r\n",
    b"GET /pad/\xff\xfe?x=\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /pad/%00%ff?x=%ff&y=nan HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /ready/?\xff HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /ready/?x HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /static/..%2f..%2fetc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /ready HTTP/1.1\r\nHost: a\r\n" + b"X-Y: z\r\n" * 5000 + b"\r\n",
    b"POST /pad/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    b"POST /pad/x HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    b"POST /pad/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"PUT /_stcore/upload_file/x/y HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
    b"BREW /ready HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /ready HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET /_stcore/stream HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
]


def test_requests_that_no_browser_sends_are_no_trouble(
    page: Page, address: str, said: Callable[[], str]
) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    for request in REQUESTS:
        for whole in (True, False):
            with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
                connection.sendall(request if whole else request[: len(request) // 2])
                if whole and not request.startswith(
                    (b"POST /pad/x HTTP/1.1\r\nHost: a\r\nT", b"\x16")
                ):
                    answer = connection.recv(65536)
                    assert answer.startswith(b"HTTP/1.1 "), request
                    assert not answer.startswith(b"HTTP/1.1 5"), request
                    assert b"root:" not in answer
    the_next_is_served(page, address)
    assert not OURS.search(said())


@pytest.mark.slow
def test_a_hundred_hurried_changes_of_the_page_end_at_the_last(
    page: Page, address: str, said: Callable[[], str], complaints: list[str]
) -> None:
    dice = random.Random(0)
    page.goto(address)
    expect(page.get_by_alt_text("20 samples")).to_be_visible()
    links = page.get_by_test_id("stSidebarNavLink")
    count = links.count()
    for _ in rounds(100):
        links.nth(dice.randrange(count)).evaluate("link => link.click()")
        page.wait_for_timeout(dice.choice([0, 5, 20, 60]))
    links.filter(has_text="Sample").click()
    # At 1.00 if Likelihood, which begins there, was left before it was done.
    expect(
        page.get_by_alt_text(re.compile("^64 samples at temperature (0.70|1.00)"))
    ).to_be_visible()
    expect(page).to_have_url(re.compile("/sample"))
    the_next_is_served(page, address)
    assert not said()
    # A picture of a page that has been left is gone when the browser asks for it.
    complaints[:] = [words for words in complaints if not GONE.search(words)]
