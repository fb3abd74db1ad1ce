"""Serve the app to browsers, until Ctrl+C.

    realnvp app --open                      # and look at it
    realnvp app --host 0.0.0.0              # for a class: others in the network reach it as well
    realnvp app --flow my_flow.py:make_flow # with a flow that is no RealNVP: docs/any-flow.md
    realnvp app --runs                      # with best/ and last/ of the runs in runs/ as models

Where the port is taken, the next that is free is used. Trays and trainings are kept in
REALNVP_DATA, models in REALNVP_CHECKPOINTS: by default in `data/app/` and `checkpoints/` of a
checkout, else in the folder that the system has for this user's data. The teacher's link has a
secret in it, a new one at each start, or that of REALNVP_TEACH.
"""

import argparse
import os
import runpy
import socket
import sys
import threading
import time
import webbrowser
from contextlib import suppress
from pathlib import Path

from explorer.addresses import free_port, qr_for_terminal, reachable, url_for_others, url_of
from explorer.classroom import set_secret
from realnvp.commands.common import DEFAULT
from realnvp.own_flows import FLOWS, flows_of_environment, name_flows
from realnvp.places import bundled
from realnvp.run_folders import VARIABLE

PATIENCE = 300.0  # seconds that --open waits for the server
BELOW = "STREAMLIT_SERVER_BASE_URL_PATH"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help=f"to be served on; 0.0.0.0 is for all who reach this machine, {DEFAULT}",
    )
    parser.add_argument("--port", default="8501", help=DEFAULT)
    parser.add_argument(
        "--below",
        metavar="PATH",
        default=os.environ.get(BELOW, ""),
        help=f"of the address, such as lab/flow (default: ${BELOW}, else none)",
    )
    parser.add_argument(
        "--flow",
        action="append",
        default=[],
        metavar="[NAME=]CODE:FUNCTION",
        help="a flow of your own beside the checkpoints, as my_module:make_flow or"
        f" my_flow.py:make_flow; its code is run here. May be repeated (default: ${FLOWS})",
    )
    parser.add_argument(
        "--runs",
        metavar="FOLDER",
        type=Path,
        nargs="?",
        const=Path("runs"),
        help="of training runs, whose best/ and last/ are models then too; without a name ./runs"
        f" (default: ${VARIABLE}, else none)",
    )
    parser.add_argument("--open", action="store_true", help="in a browser, once it is there")


def run(options: argparse.Namespace) -> None:
    name_flows(options.flow or flows_of_environment())
    secret = set_secret()
    if options.runs is not None:
        if not options.runs.is_dir():
            raise ValueError(f"--runs: there is no folder {options.runs}")
        os.environ[VARIABLE] = str(options.runs.resolve())
    host, below = options.host, options.below.strip("/")
    port, instead = free_port(host, options.port)
    if instead:
        print(instead, file=sys.stderr)
    here = "127.0.0.1" if reachable(host) != host else host
    others = url_for_others(host, port, below)
    url = others or url_of(here, port, below)
    print(f"RealNVP latent explorer: {url} (Ctrl+C stops it)")
    print(f"Teacher: {url.rstrip('/')}/lesson?teach={secret}")
    if others and sys.stdout.isatty() and "utf" in (sys.stdout.encoding or "").lower():
        print(qr_for_terminal(others))
    sys.stdout.flush()
    if options.open:
        arguments = (here, port, url_of(here, port, below))
        threading.Thread(target=_open_when_there, args=arguments, daemon=True).start()
    # `python -m streamlit run app.py`, in this process: all that is imported stays. Its settings
    # lie beside app.py, where Streamlit looks for them whatever folder it is started from.
    script = bundled("app.py", Path(__file__).resolve().parents[1])
    sys.argv = ["streamlit", "run", str(script), "--server.address", host]
    sys.argv += ["--server.port", str(port), "--server.headless", "true"]
    sys.argv += ["--server.baseUrlPath", below] if below else []
    if (name := reachable(host)) and name != host:  # else Streamlit asks hosts outside for it
        sys.argv += ["--browser.serverAddress", name]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


def _open_when_there(host: str, port: int, url: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            webbrowser.open(url)
            return
        time.sleep(0.2)
