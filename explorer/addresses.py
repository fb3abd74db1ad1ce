"""Where the app is served, and what others type to reach it."""

import errno
import io
import os
import socket
from contextlib import suppress
from urllib.parse import SplitResult, urljoin, urlsplit

import segno

TRIED = 50  # ports, one after the other
LONGEST = 300  # characters of an address that is worth a QR code
_EVERYWHERE = ("0.0.0.0", "::", "")
# Of the block that documents use for examples: nothing is sent there, only a way is looked for.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def free_port(host: str, wanted: str) -> tuple[int, str]:
    """The first port that can be served on, and why not the one that was wanted.

    Args:
        host: name or number of this machine's, such as 127.0.0.1.
        wanted: a port; where it is taken, the `TRIED` from there on are looked at.

    Returns:
        the port, and one line, "" where it is the one that was wanted.

    Raises:
        ValueError: if it is no port, the host is not of this machine, or all are taken; one line.
    """
    if not (wanted.isdecimal() and 0 < int(wanted) < 65536):
        raise ValueError(f"{wanted} is no port; choose 1 to 65535, for example 8600")
    first, problem = int(wanted), ""
    for port in range(first, min(first + TRIED, 65536)):
        try:
            family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind) as server:
                if os.name == "posix":  # elsewhere it would take the port from who has it
                    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                server.bind(address)
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise ValueError(
                    f"{host} is no address of this machine; 127.0.0.1 and 0.0.0.0 always are"
                ) from None
            problem = (error.strerror or str(error)).lower()
            continue
        return port, problem and f"Port {first} cannot be used ({problem}); taking {port}."
    raise ValueError(f"no port from {first} can be used on {host} ({problem}); choose another")


def is_for_others(host: str) -> bool:
    """Whether other machines can reach what is served there."""
    name = host.rpartition(".")[2] or host
    return not (name == "localhost" or host.startswith("127.") or host == "::1")


def reachable(host: str) -> str | None:
    """What others call the machine that serves there; None if it is in no network."""
    return _in_network() if host in _EVERYWHERE else host


def _in_network() -> str | None:
    for family, elsewhere in _ELSEWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((elsewhere, 9))
            found = str(way.getsockname()[0])
            if is_for_others(found):
                return found
    return None


def url_of(host: str, port: int, below: str = "") -> str:
    """Such as http://192.168.1.5:8501/lab/flow."""
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/{below.strip('/')}"


def url_for_others(host: str, port: int, below: str = "", seen: str | None = None) -> str | None:
    """The address that a class can type; None if it is served for this machine alone, or unknown.

    Args:
        host, port, below: where the server listens.
        seen: the app's address as a visitor sees it, who may have come through a proxy.
    """
    if not is_for_others(host):
        return None
    place = _parts(seen)
    if place.hostname and place.hostname not in _EVERYWHERE and is_for_others(place.hostname):
        return f"{place.scheme}://{place.netloc}{place.path}"
    name = reachable(host)
    return None if name is None else url_of(name, port, below)


def join_address(host: str, port: int, below: str, seen: str | None) -> tuple[str, bool]:
    """What a class types to join, and whether others can reach it.

    Args:
        host, port, below: where the server listens.
        seen: a page's address as the teacher sees it, who may have come through a proxy.
    """
    place = _parts(seen)
    if place.hostname and place.hostname not in _EVERYWHERE and is_for_others(place.hostname):
        return urljoin(f"{place.scheme}://{place.netloc}{place.path}", "join"), True
    name = reachable(host) if is_for_others(host) else None
    base = url_of(name or "127.0.0.1", port, below)
    return f"{base.rstrip('/')}/join", name is not None


def gives_camera(seen: str | None) -> bool:
    """Whether browsers give a page at this address the camera: over https, or of this machine."""
    place = _parts(seen)
    return place.scheme != "http" or not is_for_others(place.hostname or "")


def _parts(seen: str | None) -> SplitResult:
    """Of an address that a browser sent; of none where it cannot be one."""
    try:
        return urlsplit(seen if seen and len(seen) < LONGEST else "")
    except ValueError:
        return urlsplit("")


def qr_for_terminal(url: str) -> str:
    """A QR code in half blocks, white on black whatever the terminal's own colours are."""
    text = io.StringIO()
    segno.make_qr(url, error="l").terminal(text, compact=True, border=2)
    return "".join(f"\x1b[97;40m{line}\x1b[0m\n" for line in text.getvalue().splitlines())


def qr_for_page(url: str) -> str:
    """A QR code as the data URL of a PNG, black on white for every theme."""
    return segno.make_qr(url, error="m").png_data_uri(scale=6, border=4, light="white")
