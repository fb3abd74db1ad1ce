"""Weights of the two public implementations are the same function here."""

import gzip
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from flows import small_flow
from safetensors.torch import save as save_bytes
from safetensors.torch import save_file
from their_models import Theirs, all_kinds, chrischute, fmu2
from torch import Tensor, nn

import realnvp
from realnvp.__main__ import main
from realnvp.checkpoint import CheckpointError, load_folder, save
from realnvp.config import ConfigError, ModelConfig, Variant
from realnvp.doctor import examine
from realnvp.flow import RealNVP
from realnvp.importing import SOURCES, WHOLES, read_state
from realnvp.inference import fold

KINDS = dict(all_kinds())
pytestmark = pytest.mark.usefixtures("own_models")


@pytest.fixture(params=KINDS)
def theirs(request: pytest.FixtureRequest) -> Theirs:
    return KINDS[request.param]()


def imported(theirs: Theirs) -> RealNVP:
    """In float64."""
    model = SOURCES[theirs.source](theirs.state, (theirs.side, theirs.side))
    return model.flow(torch.float64)


def points(theirs: Theirs, n: int = 3) -> Tensor:
    """x, float64 in (0, 256)."""
    generator = torch.Generator().manual_seed(1)
    shape = (n, theirs.channels, theirs.side, theirs.side)
    return 256 * torch.rand(shape, generator=generator, dtype=torch.float64)


def logits(x: Tensor) -> tuple[Tensor, Tensor]:
    """Theirs, with the log-det of x / 256 to logits."""
    p = (1 + 0.9 * (2 * x / 256 - 1)) / 2
    return p.log() - (1 - p).log(), (math.log(0.9) - p.log() - (1 - p).log()).sum((1, 2, 3))


@pytest.mark.parametrize("form", [lambda flow: flow, fold], ids=["as trained", "folded"])
def test_latents_and_log_dets_are_theirs(
    theirs: Theirs, form: Callable[[RealNVP], RealNVP]
) -> None:
    flow, x = form(imported(theirs)), points(theirs)
    h, of_logit = logits(x)
    z, log_det = theirs.encode(h)
    ours, our_log_det = flow(x)
    torch.testing.assert_close(flow.picture(ours), z, atol=1e-9, rtol=1e-9)
    of_scale = math.log(256) * x[0].numel()
    torch.testing.assert_close(our_log_det, log_det + of_logit - of_scale, atol=1e-7, rtol=1e-9)


def test_bits_are_theirs(theirs: Theirs) -> None:
    images = points(theirs).to(torch.uint8)
    h, of_logit = logits(images + 0.5)
    z, log_det = theirs.encode(h)
    prior = -0.5 * (z.square() + math.log(2 * math.pi)).sum((1, 2, 3))
    nats = prior + log_det + of_logit - math.log(256) * z[0].numel()
    bits = -nats / (z[0].numel() * math.log(2))
    torch.testing.assert_close(imported(theirs).bits_per_dim(images), bits, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("form", [lambda flow: flow, fold], ids=["as trained", "folded"])
def test_pictures_are_theirs(theirs: Theirs, form: Callable[[RealNVP], RealNVP]) -> None:
    flow = form(imported(theirs))
    z = flow.draw(3, 0.7, torch.Generator().manual_seed(2)).double()
    p = torch.sigmoid(theirs.decode(flow.picture(z)))
    torch.testing.assert_close(flow.inverse(z), 256 * (p - 0.05) / 0.9, atol=1e-7, rtol=1e-9)


def test_weights_are_copied_to_the_last_bit() -> None:
    theirs = chrischute(levels=3)
    state = SOURCES["chrischute"](theirs.state, (8, 8)).flow().state_dict()
    first = "multiscale.levels.0.transforms.0.net."
    block = "flows.in_couplings.0.st_net.blocks.1."
    given = theirs.state
    assert torch.equal(
        state[f"{first}blocks.1.conv_in.direction"], given[f"{block}in_conv.conv.weight_v"]
    )
    assert torch.equal(state[f"{first}blocks.1.norm_out.bias"], given[f"{block}out_norm.bias"])
    last = "multiscale.levels.2.transforms.3.net.conv_out.gain"
    end = "flows.next_block.next_block.in_couplings.3.st_net.out_conv.conv.weight_g"
    assert torch.equal(state[last], given[end].flatten())


@pytest.mark.parametrize(
    ("theirs", "couplings"),
    [
        (chrischute(blocks=1), ("flows.in_couplings.0", "flows.out_couplings.0")),
        (fmu2(blocks=1), ("s1_ckbd.0.", "s1_chan.0.")),
    ],
    ids=["chrischute", "fmu2"],
)
def test_every_weight_of_theirs_matters(theirs: Theirs, couplings: tuple[str, str]) -> None:
    """None is read and then left out: a nudge of any tensor moves latents or log-dets."""
    flow, x = imported(theirs), points(theirs, 1)
    learnt = {
        name: value.clone().requires_grad_()
        for name, value in theirs.state.items()
        if value.is_floating_point() and "running" not in name and name != "data_constraint"
    }
    state = theirs.state | learnt
    weights = SOURCES[theirs.source](state, (8, 8)).weights
    z, log_det = torch.func.functional_call(flow, weights, (x,))
    (z.square().sum() + log_det.sum()).backward()
    for name, value in learnt.items():
        assert value.grad is not None, name
        # Of a direction the length does not count, and that is all a single number has.
        assert value.grad.any() or (name.endswith("weight_v") and value[0].numel() == 1), name
    # Of running statistics PyTorch knows no gradient.
    for name in (name for name in state if name.startswith(couplings) and "running" in name):
        changed = theirs.state | {name: 1.25 * theirs.state[name]}
        flow.load_state_dict(SOURCES[theirs.source](changed, (8, 8)).weights)
        moved, moved_log_det = flow(x)
        assert not (torch.equal(moved, z) and torch.equal(moved_log_det, log_det)), name


def test_the_command_writes_a_checkpoint_that_the_doctor_examines(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    theirs = chrischute()
    parallel = {f"module.{name}": value for name, value in theirs.state.items()}
    torch.save({"net": parallel, "test_loss": 1.5, "epoch": 3}, tmp_path / "best.pth.tar")
    words = ["import", str(tmp_path / "best.pth.tar"), "--from", "chrischute", "--size", "8"]
    assert main([*words, "--name", "theirs"]) == 0
    said = capsys.readouterr().out
    assert "3 x 8 x 8, levels: 2, maps: 4, residual blocks: 2" in said
    assert "shift before scale" in said
    flow = realnvp.load("theirs")
    assert flow.config.variant.shift_first
    found = {
        finding.check: finding
        for finding in examine(realnvp.checkpoint.checkpoint_folder("theirs"))
    }
    for check in (
        "SHA-256 of the weights",
        "parameters as the card says",
        "inverse of each layer, float64",
        "log-det of each layer",
        "bytes after a round trip",
    ):
        assert found[check].passed, found[check]
    images = flow.sample(2, 0.7, torch.Generator().manual_seed(0))
    p = torch.sigmoid(theirs.decode(flow.picture(flow.encode(images)).double()))
    back = (256 * (p - 0.05) / 0.9).floor().clamp(0, 255).to(torch.uint8)
    assert torch.equal(back, images)
    assert main([*words, "--name", "theirs"]) == 2
    assert "already" in capsys.readouterr().err


def test_safetensors_are_read_as_well(tmp_path: Path) -> None:
    theirs = fmu2()
    save_file(theirs.state, tmp_path / "weights.safetensors")
    state = read_state(tmp_path / "weights.safetensors", whole="")
    assert state.keys() == theirs.state.keys()
    words = ["import", str(tmp_path / "weights.safetensors"), "--from", "fmu2", "--name", "other"]
    assert main(words) == 0
    assert realnvp.load("other").config.image_size == (32, 32)


def in_a_compiled_net(state: dict[str, Tensor]) -> object:
    return {"net": {f"module._orig_mod.{name}": value for name, value in state.items()}}


WITHIN: dict[str, Callable[[dict[str, Tensor]], object]] = {
    "compiled, then parallel": in_a_compiled_net,
    "compiled": lambda state: {f"_orig_mod.{name}": value for name, value in state.items()},
    "Lightning": lambda state: {
        "state_dict": {f"model.{name}": value for name, value in state.items()},
        "epoch": 3,
    },
    "deep": lambda state: {"checkpoint": {"net": {"state_dict": state}}, "loss": 1.5},
    "with an optimizer": lambda state: {
        "optimizer": {"state": {0: {"step": torch.ones(1)}}, "param_groups": [{"params": [0]}]},
        "model_state": state,
    },
}


@pytest.mark.parametrize("how", WITHIN)
@pytest.mark.parametrize("make", [chrischute, fmu2])
def test_weights_are_found_in_whatever_they_are_wrapped(
    how: str, make: Callable[..., Theirs], tmp_path: Path
) -> None:
    state = make().state
    torch.save(WITHIN[how](state), tmp_path / "weights.pt")
    found = read_state(tmp_path / "weights.pt", whole="")
    assert found.keys() == state.keys()
    assert all(torch.equal(found[name], value) for name, value in state.items())


@pytest.mark.parametrize("name", ["weights.pt", "weights", "weights.SAFETENSORS"])
def test_safetensors_are_told_by_their_content(name: str, tmp_path: Path) -> None:
    state = fmu2().state
    save_file(state, tmp_path / name)
    assert read_state(tmp_path / name, whole="").keys() == state.keys()
    torch.save(state, tmp_path / "tensors.safetensors")
    assert read_state(tmp_path / "tensors.safetensors", whole="").keys() == state.keys()


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_what_is_pickled_in_a_newer_way_is_not_called_damaged(tmp_path: Path) -> None:
    torch.save(fmu2().state, tmp_path / "new.pt", pickle_protocol=4)
    with pytest.raises(CheckpointError, match="holds more"):
        read_state(tmp_path / "new.pt", whole="holds more")


def test_complex_weights_get_one_line(tmp_path: Path) -> None:
    state = chrischute().state
    torch.save({name: value.cfloat() for name, value in state.items()}, tmp_path / "odd.pt")
    with pytest.raises(CheckpointError, match="complex numbers"):
        read_state(tmp_path / "odd.pt", whole="")


class Runs:
    """What runs code when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("source", SOURCES)
def test_a_whole_pickled_model_is_refused_and_never_run(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    torch.save(nn.Linear(2, 2), tmp_path / "whole.model")
    torch.save({"net": Runs(tmp_path / "ran")}, tmp_path / "runs.model")
    for name in ("whole.model", "runs.model"):
        words = ["import", str(tmp_path / name), "--from", source, "--name", "no"]
        assert main(words) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert "not unpickled" in said
        assert source != "fmu2" or f"{tmp_path.as_posix()}/{name}" in said
        assert "state_dict()" in said
    assert not (tmp_path / "ran").exists()
    assert "no" not in realnvp.list_checkpoints()


def test_damaged_files_get_one_line(tmp_path: Path) -> None:
    torch.save(fmu2().state, tmp_path / "whole.pt")
    data = (tmp_path / "whole.pt").read_bytes()
    for name, content in (
        ("cut.pt", data[: len(data) // 2]),
        ("empty.pt", b""),
        ("text.pt", b"no weights"),
        ("cut.safetensors", b"\xff" * 20),
        ("cut_in_its_head.safetensors", save_bytes(fmu2().state)[:50]),
        ("packed.pt.gz", gzip.compress(data)),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CheckpointError, match="damaged"):
            read_state(tmp_path / name, whole=WHOLES["fmu2"])
    torch.save([1, 2], tmp_path / "list.pt")
    torch.save({"epoch": 3}, tmp_path / "none.pt")
    for name in ("list.pt", "none.pt"):
        with pytest.raises(CheckpointError, match="weights"):
            read_state(tmp_path / name, whole="")
    with pytest.raises(CheckpointError, match="cannot be read"):
        read_state(tmp_path / "missing.pt", whole="")


def test_weights_of_any_shape_get_one_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for name in ("data_constraint", "flows.in_couplings.0.st_net.in_conv.conv.weight_v"):
        torch.save(chrischute().state | {name: torch.ones(3, 2)}, tmp_path / "odd.pt")
        words = ["import", str(tmp_path / "odd.pt"), "--from", "chrischute", "--name", "odd"]
        assert main(words) == 2
        assert "shape" in capsys.readouterr().err


@pytest.mark.parametrize("make", [chrischute, fmu2])
def test_what_is_missing_or_has_no_place_is_named(make: Callable[..., Theirs]) -> None:
    theirs = make()
    convert = SOURCES[theirs.source]
    name = next(n for n in reversed(theirs.state) if n.endswith("running_var"))
    with pytest.raises(CheckpointError, match=name):
        convert({n: v for n, v in theirs.state.items() if n != name}, (8, 8))
    with pytest.raises(CheckpointError, match=r"1 weights have no place, first 'glow\.1x1'"):
        convert(theirs.state | {"glow.1x1": torch.ones(3)}, (8, 8))
    with pytest.raises(CheckpointError, match="shape"):
        convert(theirs.state | {name: torch.ones(99)}, (8, 8)).flow()
    with pytest.raises(CheckpointError, match="not finite"):
        convert(theirs.state | {name: theirs.state[name] / 0}, (8, 8)).flow()
    with pytest.raises(ConfigError, match="divisible"):
        convert(theirs.state, (9, 9))
    other = "fmu2" if theirs.source == "chrischute" else "chrischute"
    with pytest.raises(CheckpointError, match="not a model of this implementation"):
        SOURCES[other](theirs.state, (8, 8))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda name: name.endswith("coupling.scale"), "affine=0"),
        (lambda name: "core_block" in name, "res_blocks=0"),
    ],
)
def test_other_networks_of_fmu2_are_refused(change: Callable[[str], bool], why: str) -> None:
    state = {name: value for name, value in fmu2().state.items() if not change(name)}
    with pytest.raises(CheckpointError, match=why):
        SOURCES["fmu2"](state, (8, 8))


def test_a_bottleneck_is_refused() -> None:
    state = fmu2().state
    state |= {"s1_ckbd.0.coupling.block.1.core_block.0.res_block.6.conv.bias": torch.ones(4)}
    with pytest.raises(CheckpointError, match="bottleneck=1"):
        SOURCES["fmu2"](state, (8, 8))


def test_a_description_has_a_variant_only_where_there_is_one(tmp_path: Path) -> None:
    assert "variant" not in ModelConfig().to_dict()
    config = SOURCES["fmu2"](fmu2(double=False).state, (8, 8)).config
    assert config.variant == Variant(
        input_gain=True,
        log_scale_offset=True,
        double_width=False,
        batch_norm_eps=1e-5,
        batch_norm_all=True,
    )
    save(small_flow(variant=config.variant), tmp_path / "other")
    described = json.loads((tmp_path / "other" / "config.json").read_text("utf-8"))
    assert described["model"]["variant"] == config.variant.changes()
    assert load_folder(tmp_path / "other").config.variant == config.variant


@pytest.mark.parametrize(
    "variant",
    [{"shift_first": 1}, {"batch_norm_eps": 0}, {"batch_norm_eps": "x"}, {"convolutions": True}, 3],
)
def test_a_variant_that_cannot_be_is_refused(variant: object) -> None:
    with pytest.raises(ConfigError):
        ModelConfig.from_dict({"variant": variant})
