"""Slides that tests write: pyramids, scanned parts of a slide, damaged tiles."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tifffile

GLASS, PINK, BLUE = (244, 244, 244), (230, 150, 190), (110, 90, 200)
EDGE = 300  # px of a field: 60 microns at 0.2
TILE = 512


def paint(size: int, down: np.ndarray, across: np.ndarray) -> np.ndarray:
    """Paint rows and columns of a slide: pink tissue in the middle, in it a blue square."""
    near = [abs(place / size - 0.5) < 0.3 for place in (down, across)]
    kinds = (near[0][:, None] & near[1]).astype(np.uint8)
    kinds[blue(size, across, down[:, None])] = 2
    return np.array([GLASS, PINK, BLUE], np.uint8)[kinds]


def blue(size: int, across: np.ndarray, down: np.ndarray) -> np.ndarray:
    """Tell where the square is: to the right of the middle, above it."""
    inside = (across >= 0.5 * size) & (across < 0.7 * size)
    return inside & (down >= 0.3 * size) & (down < 0.5 * size)


def tiles(size: int, step: int) -> Iterator[np.ndarray]:
    """Paint the tiles of a level whose pixels are `step` full ones."""
    for top in range(0, size, TILE * step):
        for left in range(0, size, TILE * step):
            span = np.arange(0, TILE * step, step)
            yield paint(size, top + span, left + span)


def write_slide(
    path: Path, size: int, mpp: float | None = 0.2, steps: tuple[int, ...] = (1, 4, 16)
) -> Path:
    """Write a pyramidal TIFF, by default of three levels, tile by tile."""
    resolution = (1e4 / mpp, 1e4 / mpp) if mpp else None
    unit = "CENTIMETER" if mpp else None
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        for step in steps:
            edge = -(-size // step)
            file.write(
                tiles(size, step),
                shape=(edge, edge, 3),
                dtype=np.uint8,
                tile=(TILE, TILE),
                photometric="rgb",
                compression="zlib",
                resolution=resolution,
                resolutionunit=unit,
                subfiletype=int(step > 1),
            )
    return path


def write_leica(path: Path, picture: np.ndarray, corner: tuple[int, int], mpp: float) -> Path:
    """Write a Leica .scn whose scanned part, a picture, lies at a corner of a larger slide.

    OpenSlide tells the part as its bounds; sizes in the XML are nanometres.
    """
    down, across = picture.shape[:2]
    nm = round(1000 * mpp)
    inside = f'sizeX="{across * nm}" sizeY="{down * nm}"'
    place = f'offsetX="{corner[0] * nm}" offsetY="{corner[1] * nm}"'
    whole = f'sizeX="{2 * (corner[0] + across) * nm}" sizeY="{2 * (corner[1] + down) * nm}"'
    xml = (
        '<?xml version="1.0"?><scn xmlns="http://www.leica-microsystems.com/scn/2010/10/01">'
        f'<collection name="c" {whole}><barcode>x</barcode><image name="i">'
        '<creationDate>2026</creationDate><device model="m" version="1"/>'
        f'<pixels sizeX="{across}" sizeY="{down}"><dimension sizeX="{across}" sizeY="{down}" '
        f'r="0" ifd="0"/></pixels><view {inside} {place}/><scanSettings><objectiveSettings>'
        "<objective>40</objective></objectiveSettings><illuminationSettings>"
        "<numericalAperture>0.7</numericalAperture>"
        "<illuminationSource>brightfield</illuminationSource></illuminationSettings>"
        "</scanSettings></image></collection></scn>"
    )
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        file.write(
            picture,
            tile=(TILE, TILE),
            photometric="rgb",
            compression="zlib",
            description=xml,
            metadata=None,
            resolution=(1e4 / mpp, 1e4 / mpp),
            resolutionunit="CENTIMETER",
        )
    return path


def damage_tile(path: Path, page: int, tile: int) -> None:
    """Overwrite the middle of a tile of a TIFF."""
    with tifffile.TiffFile(path) as file:
        offset = file.pages[page].dataoffsets[tile]
        count = file.pages[page].databytecounts[tile]
    with path.open("r+b") as content:
        content.seek(offset + count // 4)
        content.write(bytes(range(256)) * (count // 512 + 1))
