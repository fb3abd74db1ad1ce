"""Check a checkpoint, from its files to the Jacobian of each layer.

One line a check: ok, FAIL, or -- where there is nothing to check against; then what was measured,
the limit, and the layer or picture at the worst. The exit code is 0 if no check fails, 1 if one
does. With --data, bits/dim are measured on its test pictures and compared with the card.

    python -m realnvp doctor faces32 --data celeba10k_64.npz
    python -m realnvp doctor my_flow.py:make_flow     # any flow: docs/any-flow.md
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from realnvp import checkpoint
from realnvp.checkpoint import CheckpointError
from realnvp.commands import numbers
from realnvp.commands.common import DEFAULT, code_of, open_images
from realnvp.data import ImageSet
from realnvp.doctor import Finding, findings, findings_of_flow
from realnvp.own_flows import make


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", metavar="NAME", help="a checkpoint, a folder of one, or code: CODE:FUNCTION"
    )
    parser.add_argument("--data", metavar="DATA", help="the card's images: a file or a folder")
    parser.add_argument(
        "--images",
        type=numbers.whole(1),
        default=1000,
        help=f"test pictures of DATA to take, {DEFAULT}",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")


def run(options: argparse.Namespace) -> int:
    name, made = _findings(options)
    found: list[Finding] = []
    for finding in made:
        found.append(finding)
        if not options.json:
            print(finding, flush=True)
    failed = sum(finding.passed is False for finding in found)
    if options.json:
        checks = [finding.to_dict() for finding in found]
        answer = {"checkpoint": name, "failed": failed, "checks": checks}
        print(json.dumps(answer, indent=2, ensure_ascii=False, allow_nan=False))
    else:
        print(f"{name}: {failed or 'none'} of {len(found)} checks failed")
    return 1 if failed else 0


def _findings(options: argparse.Namespace) -> tuple[str, Iterator[Finding]]:
    """What is examined, and the checks of it."""
    code = code_of(options.model)
    if code is None:
        folder = _folder(options.model)
        data = _data(folder, options.data)
        return folder.name, findings(folder, data=data, images=options.images)
    if options.data:
        raise ValueError("--data are the images of a checkpoint's card; `evaluate` takes them")
    flow = make(code)
    return flow.name, findings(flow) if flow.has_couplings else findings_of_flow(flow)


def _folder(model: str) -> Path:
    """The folder of a checkpoint by name, one that lacks a file included; else a folder."""
    named = checkpoint.checkpoint_folder(model)
    if Path(model).name == model and named.is_dir():
        return named
    if not Path(model).is_dir():
        names = ", ".join(checkpoint.list_checkpoints()) or "none"
        raise CheckpointError(f"no checkpoint and no folder {model!r}; checkpoints: {names}")
    return Path(model).resolve()


def _data(folder: Path, path: str | None) -> ImageSet | None:
    """The images as the model takes them; a model that cannot be loaded is a finding, no error."""
    if path is None:
        return None
    try:
        config = checkpoint.load_folder(folder).config
    except CheckpointError:
        return None
    return open_images(config, path)
