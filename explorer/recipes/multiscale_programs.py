"""The programs of the page Multi-scale, view by view.

Each function adds the lines that write a view's pictures, the main one first. They are what the
page itself does: the same latents are decoded in one batch of the same order.
"""

from typing import Any

from explorer.recipes.program import Program, literal
from realnvp.viz import GAP

LIMIT = 64  # difference in steps of 1/255 at the ends of the colours
MAP_COLUMNS = 12  # channels of a level beside each other
COLUMNS = {16: 4, 36: 6, 64: 8}


def label_columns(count: int) -> int:
    """Of one picture under `count` labels."""
    return min(count, 5 if count <= 20 else 8)


def combined_columns(num_levels: int) -> int:
    """Of all combinations: the finer half of the levels varies along a row."""
    return int(2 ** ((num_levels + 1) // 2))


def resample(program: Program, entry: dict[str, Any]) -> None:
    count = entry["variants"]
    program.use("realnvp.explore.levels", "resample")
    program.use("realnvp.explore.levels", "spread")
    program.use("realnvp.viz", "sequential")
    _noise(program, entry)
    given = f"{_indices(entry)}, {count}, noise, {literal(entry['temperature'])}"
    program.add(f"z = resample(flow, a, {given})")
    _decode(program)
    _save_grid(program, "images", COLUMNS[count], "resample.png")
    program.add("deviation = spread(images).numpy()")
    program.save("sequential(deviation, 0, deviation.max())", "spread.png")


def zero(program: Program, entry: dict[str, Any]) -> None:
    program.use("realnvp.explore.combinations", "ablations")
    program.add("z = ablations(flow, a)")
    _decode(program)
    _save_grid(program, "images", "len(z) // 2", "zero.png")


def temperature(program: Program, entry: dict[str, Any]) -> None:
    program.use("torch")
    program.use("realnvp.explore.levels", "temper")
    program.add(f"z = torch.cat([a, temper(flow, a, {literal(entry['factors'])})])")
    _decode(program)
    _save_grid(program, "images", 2, "temperature.png")
    _save_difference(program)


def swap(program: Program, entry: dict[str, Any]) -> None:
    for name in ("coarsest_labels", "crosses", "swap_choices"):
        program.use("realnvp.explore.combinations", name)
    program.add(f"chosen = swap_choices(flow.config.num_levels, {_indices(entry)})")
    program.add("z = crosses(flow, a, b, chosen)")
    program.add("labels = coarsest_labels(flow, a_labels, b_labels, chosen)")
    program.add("images = flow.decode(z, labels)")
    _save_grid(program, "images[:4]", 4, "swap.png")
    program.add("columns = 2 ** ((flow.config.num_levels + 1) // 2)")
    program.add("if len(images) > 4:")
    _save_grid(program, "images[4:]", "columns", "combinations.png", indent="    ")


def compress(program: Program, entry: dict[str, Any]) -> None:
    program.use("torch")
    for name in ("FRACTIONS", "compress"):
        program.use("realnvp.explore.compression", name)
    _noise(program, entry)
    rows = f"a.repeat({entry['rows']}, 1)"
    program.add("still = compress(flow, a)")
    given = f"{rows}, FRACTIONS, noise, {literal(entry['temperature'])}"
    program.add(f"varied = compress(flow, {given})")
    program.add("z = torch.cat([still, varied])")
    _decode(program)
    _save_grid(program, "images", "len(FRACTIONS)", "compression.png")


def paste(program: Program, entry: dict[str, Any]) -> None:
    program.use("torch")
    program.use("realnvp.explore.brush", "painted")
    program.use("realnvp.explore.regions", "paste")
    program.add(f"region = painted({literal(entry['discs'])}, flow.config.image_size)")
    program.add(f"z = torch.cat([a, paste(flow, a, b, region, {_indices(entry)})])")
    _decode(program)
    _save_grid(program, "images[1:]", 1, "paste.png")
    _save_difference(program)


def maps(program: Program, entry: dict[str, Any]) -> None:
    for name in ("level_map", "signed_picture"):
        program.use("realnvp.viz", name)
    program.save("signed_picture(flow.picture(a)[0])", "latent.png")
    program.use("PIL", "Image")
    program.add("for number, level in enumerate(flow.unpack(a), start=1):")
    columns = f"columns=min(len(level[0]), {MAP_COLUMNS})"
    program.add(f"    pixels = level_map(level[0], {columns})")
    program.add('    Image.fromarray(pixels).save(f"level_{number}.png")')


def label(program: Program, entry: dict[str, Any]) -> None:
    program.use("realnvp.explore.relabelling", "other_labels")
    program.add("labels = other_labels(flow.config, a_labels)")
    program.add("images = flow.decode(a.repeat(len(labels), 1), labels)")
    program.use("explorer.recipes.multiscale_programs", "label_columns")
    _save_grid(program, "images", "label_columns(len(labels))", "label.png")


def _indices(entry: dict[str, Any]) -> str:
    """Levels as the core counts them, from 0."""
    return literal([number - 1 for number in entry["levels"]])


def _noise(program: Program, entry: dict[str, Any]) -> None:
    program.use("torch")
    program.add(f"noise = torch.Generator().manual_seed({literal(entry['seed'])})")


def _decode(program: Program) -> None:
    """All of z under the label of a."""
    program.use("realnvp.explore.frames", "repeat_labels")
    program.add("images = flow.decode(z, repeat_labels(a_labels, len(z)))")


def _save_grid(
    program: Program, images: str, columns: str | int, file: str, indent: str = ""
) -> None:
    program.use("realnvp.viz", "image_grid")
    program.use("PIL", "Image")
    grid = f"image_grid({images}, {columns}, {GAP})"
    program.add(f"{indent}Image.fromarray({grid}).save({literal(file)})")


def _save_difference(program: Program) -> None:
    program.use("realnvp.viz", "error_map")
    program.save(f"error_map(images[1:], images[:1], {LIMIT})", "difference.png")
