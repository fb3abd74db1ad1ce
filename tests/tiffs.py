"""TIFFs of any kind of sample, in the arrangements that programs write."""

import struct
import zlib

import numpy as np

MIN_IS_WHITE, MIN_IS_BLACK, RGB = 0, 1, 2


def tiff(
    values: np.ndarray,
    *,
    order: str = "<",
    photometric: int | None = None,
    extra: int | None = None,
    tile: int | None = None,
    planes: bool = False,
    predictor: int = 1,
    packed: bool = True,
    more: dict[int, tuple[int, ...]] | None = None,
) -> bytes:
    """Samples, (H, W, C), of any type, as a file of one page.

    Args:
        order: "<" or ">".
        extra: what the samples after the colours are: 1 alpha, multiplied in already; 2 alpha.
        tile: side of tiles; None is strips of 5 rows.
        planes: whether each channel lies by itself.
        predictor: 2 differences, 3 that of floats.
        packed: whether with zlib.
        more: other tags, of whole numbers; they win.
    """
    height, width, channels = values.shape
    kind, size = values.dtype.kind, values.dtype.itemsize
    across, down = (tile, tile) if tile else (width, 5)
    pieces = []
    for plane in np.split(values, channels, axis=2) if planes else [values]:
        for top in range(0, height, down):
            for left in range(0, width, across):
                piece = plane[top : top + down, left : left + across]
                if tile:
                    room = [(0, down - piece.shape[0]), (0, across - piece.shape[1]), (0, 0)]
                    piece = np.pad(piece, room)
                pieces.append(_bytes(piece, order, predictor))
    if packed:
        pieces = [zlib.compress(piece) for piece in pieces]
    colours = channels - (extra is not None)
    tags: dict[int, tuple[int, ...]] = {
        256: (width,),
        257: (height,),
        258: (8 * size,) * channels,
        259: (8 if packed else 1,),
        262: ((RGB if colours == 3 else MIN_IS_BLACK) if photometric is None else photometric,),
        277: (channels,),
        284: (2 if planes else 1,),
        317: (predictor,),
        339: ({"u": 1, "i": 2, "f": 3}[kind],) * channels,
    }
    if extra is not None:
        tags[338] = (extra,)
    at, places = 8, []
    for piece in pieces:
        places.append(at)
        at += len(piece)
    sizes = tuple(len(piece) for piece in pieces)
    tags |= {322: (tile,), 323: (tile,)} if tile else {278: (down,)}
    tags |= {324: tuple(places), 325: sizes} if tile else {273: tuple(places), 279: sizes}
    tags |= more or {}
    start = at + at % 2
    body = b"".join(pieces).ljust(start - 8, b"\0")
    mark = b"II\x2a\0" if order == "<" else b"MM\0\x2a"
    return mark + struct.pack(order + "I", start) + body + _directory(tags, start, order)


def _bytes(piece: np.ndarray, order: str, predictor: int) -> bytes:
    if predictor == 2:  # of whole numbers, which floats are then taken for
        piece = piece.view(f"u{piece.dtype.itemsize}")
        piece = np.diff(piece, axis=1, prepend=np.zeros_like(piece[:, :1]))
    if predictor == 3:
        rows, _, channels = piece.shape
        ranked = piece.astype(piece.dtype.newbyteorder(">")).view(np.uint8)
        ranked = ranked.reshape(rows, -1, piece.dtype.itemsize).transpose(0, 2, 1)
        ranked = ranked.reshape(rows, -1, channels)
        return np.diff(ranked, axis=1, prepend=np.zeros_like(ranked[:, :1])).tobytes()
    return piece.astype(piece.dtype.newbyteorder(order)).tobytes()  # type: ignore[arg-type]


def _directory(tags: dict[int, tuple[int, ...]], start: int, order: str) -> bytes:
    entries, later = b"", b""
    later_at = start + 2 + 12 * len(tags) + 4
    for tag, numbers in sorted(tags.items()):
        value = struct.pack(f"{order}{len(numbers)}I", *numbers)
        if len(numbers) > 1:
            value, later = struct.pack(order + "I", later_at + len(later)), later + value
        entries += struct.pack(order + "HHI", tag, 4, len(numbers)) + value
    return struct.pack(order + "H", len(tags)) + entries + bytes(4) + later
