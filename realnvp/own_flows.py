"""Flows that code makes: `my_module:make_flow`, or `my_flow.py:make_flow`.

Whoever starts the app names them, and they stand beside the checkpoints. A name that comes from a
visitor only chooses among those.
"""

import importlib
import importlib.util
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from realnvp.any_flow import AnyFlow, FlowError
from realnvp.checkpoint import list_checkpoints
from realnvp.flow import RealNVP
from realnvp.inference import fold
from realnvp.model_files import is_plain
from realnvp.plain import shown

FLOWS = "REALNVP_FLOWS"  # references, with BETWEEN between them
BETWEEN = ";"
_opened: set[str] = set()  # names, by programs and notebooks
_log = logging.getLogger(__name__)


class Reference(NamedTuple):
    """Where the code of a flow is.

    Args:
        name: among the models.
        place: a module, or the path of a file that ends in ".py".
        function: in it; called without arguments it gives a `Flow` or a `RealNVP`.
    """

    name: str
    place: str
    function: str

    @property
    def file(self) -> Path | None:
        """The file, where it is one."""
        return Path(self.place) if self.place.endswith(".py") else None

    @property
    def beside(self) -> str:
        """As `reference` takes it where the file lies beside: of its folders nothing is told."""
        code = f"{self.file.name if self.file else self.place}:{self.function}"
        return code if self.name == _name_of(self.place) else f"{self.name}={code}"


def reference(text: str) -> Reference:
    """What "[NAME=]MODULE:FUNCTION" or "[NAME=]FILE.py:FUNCTION" names; by default after the file.

    Raises:
        FlowError: if it is neither.
    """
    name, is_named, code = text.strip().partition("=")
    if not is_named:
        code = name
    place, _, function = code.rpartition(":")  # a path of Windows has a colon of its own
    is_module = all(part.isidentifier() for part in place.split("."))
    if not function.isidentifier() or not (is_module or place.endswith(".py")):
        raise FlowError(f"a flow is MODULE:FUNCTION or FILE.py:FUNCTION, not {shown(text)!r}")
    name = name if is_named else _name_of(place)
    if not name or not is_plain(name) or "/" in name:
        raise FlowError(f"a flow cannot be called {shown(name)!r}: NAME={shown(code)} names it")
    return Reference(name, place, function)


def name_flows(texts: Sequence[str]) -> None:
    """Have these references be the flows of this process, and of those that it starts.

    Raises:
        FlowError: if one is none, or its name is taken; nothing is run to find out.
    """
    named: list[Reference] = []
    taken = set(list_checkpoints())
    for text in texts:
        one = reference(text)
        if one.name in taken:
            raise FlowError(
                f"there is a model called {one.name} already: NAME={one.place}:{one.function} gives"
                " the flow another name"
            )
        if one.file is not None:
            if not one.file.is_file():
                raise FlowError(f"there is no file {shown(one.place)}")
            one = one._replace(place=str(one.file.resolve()))
        if BETWEEN in one.place:
            raise FlowError(f"a flow's file cannot have {BETWEEN} in its path: {shown(one.place)}")
        taken.add(one.name)
        named.append(one)
    os.environ[FLOWS] = BETWEEN.join(f"{one.name}={one.place}:{one.function}" for one in named)


def flows_of_environment() -> list[str]:
    """The references in $REALNVP_FLOWS."""
    return [text for text in os.environ.get(FLOWS, "").split(BETWEEN) if text.strip()]


def own_flows() -> dict[str, Reference]:
    """Those of $REALNVP_FLOWS, by their names.

    Raises:
        FlowError: if the variable holds something else.
    """
    return {one.name: one for one in map(reference, flows_of_environment())}


def has_files(name: str) -> bool:
    """Whether files may lie beside a model of this name: a checkpoint, or a flow of one's own."""
    return name in list_checkpoints() or name in own_flows() or name in _opened


def open_flow(text: str) -> RealNVP:
    """The flow that a reference names, made by its code and ready to use.

    Raises:
        FlowError: if the code cannot be run, or gives no flow; one line.
    """
    one = reference(text)
    flow = fold(make(one))  # as in the app
    _opened.add(one.name)
    return flow


def make(one: Reference) -> RealNVP:
    """`open_flow`, of a reference that was read."""
    try:
        made = getattr(_module(one), one.function)()
        # What is a RealNVP already has couplings to look into.
        flow = made if isinstance(made, RealNVP) else AnyFlow(made)
    except FlowError as error:
        raise FlowError(f"{one.name}: {error}") from None
    except Exception as error:  # whatever somebody's code raises
        _log.warning("%s:%s", one.place, one.function, exc_info=True)
        why = f"{type(error).__name__}: {error}".splitlines()[0]
        raise FlowError(f"{one.name}: {one.function} failed with {shown(why)}") from None
    flow.name = one.name
    return flow.eval().requires_grad_(False)


def _module(one: Reference) -> ModuleType:
    file = one.file
    # As Python does for a script: what lies beside it can be imported. Last, to hide nothing.
    beside = str((file.resolve().parent) if file else Path.cwd())
    if beside not in sys.path:
        sys.path.append(beside)
    if file is None:
        return importlib.import_module(one.place)
    if not file.is_file():
        raise FlowError(f"there is no file {shown(one.place)}")
    found = importlib.util.spec_from_file_location(f"own_flow_{one.name}", file)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[found.name] = module  # where dataclasses and pickle look for it
    found.loader.exec_module(module)
    return module


def _name_of(place: str) -> str:
    """After the file or the last part of the module."""
    return Path(place).stem if place.endswith(".py") else place.rpartition(".")[2]
