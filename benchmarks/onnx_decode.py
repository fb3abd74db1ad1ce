"""A decode by PyTorch, folded as in the app, beside the whole decoder in onnxruntime, by turns.

Both are given the same latents at temperature 0.7 and as many threads as `--threads` says; bytes
that differ are given of 100,000. It needs `pip install onnx onnxruntime`.
"""

import argparse
import tempfile
from pathlib import Path

import torch

from benchmarks.models import add_model, chosen_model
from benchmarks.report import table
from benchmarks.timing import in_turns
from realnvp import RealNVP
from realnvp.inference import fold
from realnvp.labels import labels_of
from realnvp.onnx_file import DECODER, ONNX_MISSING, write_onnx

HEADS = ["batch", "PyTorch, ms", "onnxruntime, ms", "ratio", "bytes that differ"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model(parser)
    parser.add_argument("--rounds", type=int, default=41, help="default: %(default)s")


def run(options: argparse.Namespace) -> None:
    try:
        import onnxruntime
    except ImportError:
        raise ValueError(ONNX_MISSING) from None
    flow = chosen_model(options)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = torch.get_num_threads()
    with tempfile.TemporaryDirectory() as folder:
        write_onnx(flow, Path(folder))
        session = onnxruntime.InferenceSession(
            Path(folder) / DECODER, settings, providers=["CPUExecutionProvider"]
        )
    rows = [measured(flow, session, n, options.rounds) for n in (1, 4, 16)]
    print(f"ms: median (best) of {options.rounds}; onnxruntime {onnxruntime.__version__}\n")
    print(table(HEADS, rows))


def measured(flow: RealNVP, session: object, n: int, rounds: int) -> list[object]:
    folded = fold(flow)
    z = flow.draw(n, 0.7, torch.Generator().manual_seed(0))
    labels = labels_of(flow.config, None, n)
    given = {"z": z.numpy()} | ({} if labels is None else {"labels": labels.numpy()})

    def by_onnxruntime() -> torch.Tensor:
        return torch.from_numpy(session.run(["images"], given)[0])  # type: ignore[attr-defined]

    times = in_turns({"torch": lambda: folded.decode(z, labels), "onnx": by_onnxruntime}, rounds)
    wrong = (by_onnxruntime() != folded.decode(z, labels)).double().mean()
    ratio = times["torch"].median / times["onnx"].median
    return [n, times["torch"], times["onnx"], f"{ratio:.2f}", f"{100_000 * wrong:.1f}"]
