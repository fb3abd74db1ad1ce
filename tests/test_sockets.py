"""What a server sends leaves at once."""

import socket

import pytest

from explorer.ui.server import sockets
from explorer.ui.server.sockets import send_at_once


@pytest.mark.parametrize("how", ["_of_process", "_of_objects"])
def test_whoever_connects_has_no_nagle(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "_of_process", getattr(sockets, how))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert not listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert send_at_once() >= 1
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_socket_that_does_not_listen_stays_as_it_was() -> None:
    with socket.socket() as plain:
        send_at_once()
        assert not plain.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
