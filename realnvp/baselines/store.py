"""A baseline on disk: `model.safetensors` and `config.json`, and nothing unpickled.

They lie in `baselines/KIND` among the checkpoints, one level deeper than those of flows.
"""

import json
from pathlib import Path
from typing import Any

from realnvp.baselines.baseline import KINDS, Baseline, BaselineConfig
from realnvp.baselines.training import MODELS
from realnvp.checkpoint import checkpoint_folder, checkpoints_folder
from realnvp.config import ConfigError, shown
from realnvp.model_files import CONFIG, CheckpointError, is_model, read_model, write_model

FOLDER = "baselines"
KIND = "baseline"  # the entry of `CONFIG` that describes the architecture
MAX_WEIGHTS = 2**26  # bytes
RECORD_OF_FLOW = "realnvp.json"  # how a training of a flow goes in the baselines' loop
MAX_RECORD = 2**16  # bytes


def baseline_folder(kind: str, folder: Path | None = None) -> Path:
    """Where the files of a kind are, or would be: below `folder`, else among the checkpoints."""
    return folder / kind if folder else checkpoint_folder(f"{FOLDER}/{kind}")


def list_baselines(folder: Path | None = None) -> list[str]:
    """The kinds whose files are there, in the order of `KINDS`."""
    return [kind for kind in KINDS if is_model(baseline_folder(kind, folder))]


def load_baseline(kind: str, folder: Path | None = None) -> Baseline:
    """The baseline of one of `KINDS`: float32, CPU, evaluation mode, frozen.

    Raises:
        CheckpointError: if it is not there or damaged; one line that names it.
    """
    if kind not in list_baselines(folder):
        raise CheckpointError(f"no baseline {shown(kind)!r}")

    def parse(values: dict[str, Any]) -> BaselineConfig:
        config = BaselineConfig.from_dict(values)
        if config.kind != kind:
            raise ConfigError(f"{CONFIG} describes a {config.kind}")
        return config

    return read_model(baseline_folder(kind, folder), KIND, parse, MODELS[kind], MAX_WEIGHTS)


def record_of_flow() -> dict[str, Any]:
    """The card of a flow that was trained as the baselines are; empty where there is none to use.

    It has no weights: `python -m benchmarks.flow_record` writes it for the sake of its record.
    """
    file = checkpoint_folder(FOLDER) / RECORD_OF_FLOW
    try:
        if file.stat().st_size > MAX_RECORD:
            return {}
        card = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return card if isinstance(card, dict) else {}


def save_baseline(model: Baseline, folder: Path | None = None) -> Path:
    """Write it, weights as float16 and statistics as float32; gives its folder."""
    path = (folder or checkpoints_folder() / FOLDER) / model.config.kind
    write_model(path, KIND, model, model.config, model.card)
    return path
