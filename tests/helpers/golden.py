"""Compare a picture of the product with the one that was taken when somebody looked at it.

Two machines, or two patch versions of Qt, draw the edge of a letter a shade differently; a person
sees the same. So both pictures are blurred a little, and a pixel differs only where it does so
clearly. What a person would see - a row that is gone, a figure in another colour, a button that
moved - leaves many such pixels close together: they are counted in tiles, and one tile that is over
its share is enough. A surface of another shade is too even to differ clearly anywhere; it shows in
the mean of its tile.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

Pixels = npt.NDArray[np.float32]

TILE_PX = 16
# Levels of 255, after the blur.
CLEARLY = 24.0
# Clearly different pixels that a tile of 256 may hold.
MOST_IN_A_TILE = 7
# Levels by which the mean of a tile's darker half may be off: its surface, letters left aside.
MOST_OFF_SURFACE = 6.0
# A colour of fewer pixels is kept as the commonest one within 8 levels of it.
COMMON = 32
_PLACES = np.array([65536, 256, 1], np.uint32)


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold where two pictures differ; ``tiles`` are the (row, column) of tiles over their share."""

    reason: str
    tiles: tuple[tuple[int, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.reason)


def read(path: str) -> QImage:
    """Return the picture of a file; raise ``ValueError`` where there is none."""
    image = QImage(path)
    if image.isNull():
        raise ValueError(f"{path} is no picture")
    return image


def compare(golden: QImage, actual: QImage) -> Difference:
    """Return what a person would see of the difference between two pictures, if anything."""
    if golden.size() != actual.size():
        sizes = [f"{one.width()} × {one.height()}" for one in (actual, golden)]
        return Difference(f"it is {sizes[0]}, not {sizes[1]}")
    first, second = pixels(golden), pixels(actual)
    clear = np.abs(_blurred(first) - _blurred(second)).max(axis=2) > CLEARLY
    counts = _tiles(clear[:, :, None].astype(np.float32), "constant").sum(axis=(2, 3, 4))
    surfaces = np.abs(_surface(first) - _surface(second)).max(axis=2)
    bad = (counts > MOST_IN_A_TILE) | (surfaces > MOST_OFF_SURFACE)
    if not bad.any():
        return Difference("")
    places = tuple((int(row), int(column)) for row, column in np.argwhere(bad))
    reason = f"{len(places)} tiles of {TILE_PX} px differ, {int(clear.sum())} pixels clearly"
    return Difference(reason, places)


def marked(actual: QImage, difference: Difference) -> QImage:
    """Return the picture dimmed, with the tiles that differ as they are and framed in red."""
    values = pixels(actual)
    shown = values * 0.35
    for row, column in difference.tiles:
        top, left = row * TILE_PX, column * TILE_PX
        tile = (slice(top, top + TILE_PX), slice(left, left + TILE_PX))
        shown[tile] = values[tile]
        for edge in (shown[tile][:1], shown[tile][-1:], shown[tile][:, :1], shown[tile][:, -1:]):
            edge[:] = (255, 0, 0)
    whole = np.zeros((*shown.shape[:2], 4), np.uint8)
    whole[:, :, :3] = shown[:, :, ::-1].astype(np.uint8)
    height, width = shown.shape[:2]
    return QImage(whole.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def write_small(image: QImage, path: Path) -> None:
    """Write a picture as a PNG a third as large as usual: surfaces stay as they are.

    The many shades at the edges of letters become those that are common beside them. Rows are
    packed as they are, which suits even surfaces better than the filters that encoders choose.
    """
    colours = pixels(image).astype(np.uint32)
    height, width = colours.shape[:2]
    every = (colours @ _PLACES).ravel()
    keys, at, counts = np.unique(every, return_inverse=True, return_counts=True)
    shades = np.stack([keys >> 16, keys >> 8 & 255, keys & 255], axis=1)
    near = (shades >> 3) @ _PLACES
    order = np.lexsort((-counts, near))
    is_first = np.r_[True, near[order][1:] != near[order][:-1]]
    became = np.empty(len(keys), np.intp)
    became[order] = order[is_first][np.cumsum(is_first) - 1]
    common = np.flatnonzero(counts >= COMMON)
    became[common] = common
    found, index = np.unique(became[at], return_inverse=True)
    table = shades[found].astype(np.uint8)
    is_indexed = len(table) <= 256
    values = index.astype(np.uint8) if is_indexed else table[index]
    rows = values.reshape(height, -1)
    unfiltered = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1)
    # Source: PNG specification, IHDR: eight bits a sample, colour type 3 (palette) or 2 (RGB).
    head = struct.pack(">IIBBBBB", width, height, 8, 3 if is_indexed else 2, 0, 0, 0)
    palette = _chunk(b"PLTE", table.tobytes()) if is_indexed else b""
    data = _chunk(b"IDAT", zlib.compress(unfiltered.tobytes(), 9))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + palette + data + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pixels(image: QImage) -> Pixels:
    """Return rows of red, green and blue."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)
    colours: Pixels = rows[:, :, 2::-1].astype(np.float32)
    return colours


def _blurred(values: Pixels) -> Pixels:
    padded = np.pad(values, ((1, 1), (1, 1), (0, 0)), mode="edge")
    height, width = values.shape[:2]
    parts = [padded[y : y + height, x : x + width] for y in range(3) for x in range(3)]
    mean: Pixels = np.mean(np.stack(parts), axis=0, dtype=np.float32)
    return mean


def _tiles(values: Pixels, edge: Literal["edge", "constant"] = "edge") -> Pixels:
    """Return values as (rows of tiles, columns of tiles, tile, tile, channels)."""
    height, width = values.shape[:2]
    missing = ((0, -height % TILE_PX), (0, -width % TILE_PX), (0, 0))
    whole = np.pad(values, missing, mode=edge)
    high, wide = (length // TILE_PX for length in whole.shape[:2])
    split = whole.reshape(high, TILE_PX, wide, TILE_PX, values.shape[2])
    return split.transpose(0, 2, 1, 3, 4)


def _surface(values: Pixels) -> Pixels:
    """Return the colour that most of each tile has: the median of its pixels."""
    tiles = _tiles(values)
    flat = tiles.reshape(*tiles.shape[:2], -1, values.shape[2])
    return np.median(flat, axis=2).astype(np.float32)
