"""The app, commands and trainings work where POSIX's modules, functions and habits are missing."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from realnvp.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
FILES = [
    ROOT / "app.py",
    *(
        path
        for part in ("realnvp", "explorer", "pages", "benchmarks")
        for path in ROOT.glob(f"{part}/**/*.py")
    ),
]
MODULES = {
    "fcntl",
    "resource",
    "pwd",
    "grp",
    "termios",
    "pty",
    "tty",
    "posix",
    "syslog",
    "readline",
}
NAMES = {
    "os": {
        *("chown", "chroot", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid"),
        *("getgroups", "getloadavg", "getpgid", "getpriority", "getuid", "kill", "killpg", "link"),
        *(
            "mkfifo",
            "mknod",
            "nice",
            "openpty",
            "pathconf",
            "posix_fadvise",
            "posix_spawn",
            "pread",
        ),
        *("pwrite", "rename", "sched_getaffinity", "sendfile", "setpgid", "setpriority", "setsid"),
        *("setuid", "statvfs", "symlink", "sync", "sysconf", "umask", "uname", "wait", "waitpid"),
        *("O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "O_TMPFILE"),
    },
    "signal": {
        *("SIGALRM", "SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGSTOP", "SIGUSR1"),
        *("SIGUSR2", "SIGWINCH", "alarm", "pause", "setitimer", "sigwait", "pthread_kill"),
    },
    "socket": {"AF_UNIX", "SO_REUSEPORT", "socketpair", "fromfd"},
    "time": {"tzset", "clock_gettime"},
}
ARGUMENTS = {"pass_fds", "preexec_fn", "start_new_session", "lock_descriptor"}
GUARDED = {  # where it is missing something else is done, and why that works
    ("benchmarks/app.py", "sysconf"),  # after a look at /proc
    ("benchmarks/memory.py", "sysconf"),  # after a look at /proc
    ("benchmarks/memory.py", "resource"),  # Windows is asked by itself
    ("benchmarks/replicas.py", "kill"),  # exists there, and ends the process
    ("explorer/jobs/process.py", "nice"),  # a flag of the start does so there
    ("explorer/jobs/process.py", "start_new_session"),  # flags of the start do so there
}


def posix_of(tree: ast.AST) -> Iterator[str]:
    """Whatever POSIX alone has, and a text that is opened in an encoding that differs there."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (one.name for one in names if one.name in MODULES)
            case ast.ImportFrom(module=str(module), names=names):
                yield from {module} & MODULES
                yield from (one.name for one in names if one.name in NAMES.get(module, ()))
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                yield from {name} & NAMES.get(module, set())
            case ast.keyword(arg=str(name)) | ast.Constant(value=str(name)):
                yield from {name} & ARGUMENTS
            case ast.Call():
                yield from unsaid_encoding(node)


def unsaid_encoding(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if any(keyword.arg == "encoding" for keyword in call.keywords):
        return
    if (name, len(call.args)) in (("read_text", 0), ("write_text", 1)):
        yield f"{name} without an encoding"
    if name == "open" and not is_library(call.func):
        modes = [*call.args[isinstance(call.func, ast.Name) :], *(k.value for k in call.keywords)]
        texts = [mode.value for mode in modes if isinstance(mode, ast.Constant)]
        if not any("b" in str(text) for text in texts) and (texts or not modes):
            yield "open without an encoding"


def is_library(function: ast.expr) -> bool:
    """Whether this `open` is none of files: of pictures, archives, or of a class of ours."""
    owner = function.value if isinstance(function, ast.Attribute) else None
    return isinstance(owner, ast.Name) and owner.id in ("Image", "archive", "visitor", "self")


def test_what_posix_alone_has_is_guarded() -> None:
    assert len(FILES) > 200
    found = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in FILES
        for name in posix_of(ast.parse(path.read_text("utf-8")))
    }
    assert found == GUARDED


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import fcntl", "fcntl"),
        ("from resource import getrusage", "resource"),
        ("from os import fork", "fork"),
        ("os.getuid()", "getuid"),
        ("signal.SIGKILL", "SIGKILL"),
        ("Popen([], pass_fds=(3,))", "pass_fds"),
        ("path.read_text()", "read_text without an encoding"),
        ("path.write_text(text)", "write_text without an encoding"),
        ("open(path)", "open without an encoding"),
        ("path.open('a')", "open without an encoding"),
    ],
)
def test_it_is_found(code: str, name: str) -> None:
    assert list(posix_of(ast.parse(code))) == [name]


@pytest.mark.parametrize(
    "code", ["open(path, 'rb')", "path.open('xb')", "path.read_text('utf-8')", "os.replace(a, b)"]
)
def test_what_works_everywhere_is_no_find(code: str) -> None:
    assert list(posix_of(ast.parse(code))) == []


def test_what_a_file_of_windows_cannot_hold_ends_no_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    redirected = TextIOWrapper(BytesIO(), encoding="cp1252", newline="")
    monkeypatch.setattr(sys, "stdout", redirected)
    assert main(["sample"]) == 2
    print("7 → 8")
    redirected.flush()
    assert redirected.buffer.getvalue() == b"7 ? 8\n"  # type: ignore[attr-defined]


WITHOUT_POSIX = [
    "test_commands.py::test_sample_writes_the_pictures_of_the_seed",
    "test_commands.py::test_a_run_becomes_a_checkpoint_whose_card_evaluate_confirms",
    "test_commands.py::test_two_runs_in_one_folder_are_refused",
    "test_training.py::test_a_stopped_run_goes_on_where_it_was",
    "test_jobs.py::test_a_training_outlives_who_started_it_stops_and_resumes",
    "test_jobs.py::test_what_does_not_heed_a_stop_ends_anyhow",
    "test_jobs.py::test_a_name_of_another_job_is_refused",
    "test_ready.py::test_with_a_model_that_answers_it_is_ready",
    "test_pages.py::test_moving_temperature_changes_the_picture",
    "test_train_page.py::test_start_hands_over_what_was_chosen",
    "test_train_page.py::test_what_a_button_did_is_said_until_something_else_is_done",
]


WARNINGS = [
    "error",
    "ignore:::PIL\\.",
    "ignore:only soft file lock is available",
    "ignore::EncodingWarning",  # of other libraries
    "error::EncodingWarning:(realnvp|explorer|pages|benchmarks|app)",
]


@pytest.mark.slow
def test_without_posix_it_works(tmp_path: Path) -> None:
    """Tests of the app, of commands, of a training and of a job, in that state."""
    paths = [str(ROOT / "tests" / "like_windows"), os.environ.get("PYTHONPATH", "")]
    own = {
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONWARNDEFAULTENCODING": "1",
        "LIKE_WINDOWS": str(tmp_path.resolve()),
    }
    tests = [str(ROOT / "tests" / name) for name in WITHOUT_POSIX]
    warned = ["-o", "filterwarnings=" + "\n".join(WARNINGS)]
    quiet = ["-q", "-p", "no:cacheprovider", "--basetemp", str(tmp_path / "below")]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *quiet, *warned, *tests],
        cwd=ROOT,
        env=os.environ | own,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-2000:]
