"""density.geojson: the map as objects of QuPath, in its coordinates.

Written as QuPath itself writes objects (QuPathTypeAdapters.java, 0.4 and later): a UUID as `id`,
tiles, classes with a colour, measurements by name.
"""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from common.files.atomic import whole_file

MEASUREMENT = "tumour density"
# Of Okabe and Ito (2008), told apart by colour-blind people, and neither pale nor dark: of a
# contrast of at least 2 with glass as well as with dark tissue.
COLOURS = ((0, 114, 178), (86, 180, 233), (0, 158, 115), (204, 121, 167), (213, 94, 0))
_STEPS = len(COLOURS)
_NAMES = [f"{MEASUREMENT} {at / _STEPS:.1f} to {(at + 1) / _STEPS:.1f}" for at in range(_STEPS)]


def write_geojson(path: Path, densities: np.ndarray, step: int, source: str) -> None:
    """Write one tile for each cell that has a density.

    Args:
        path: To write.
        densities: The map, (rows, columns); NaN for none.
        step: Edge of a cell, px of the full resolution.
        source: What the densities are of; the same gives the same ids, so that objects that are
            imported twice are recognised.
    """
    with whole_file(path) as beside, beside.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        file.write(",\n".join(_features(densities, step, source)))
        file.write("\n]}\n")


def _features(densities: np.ndarray, step: int, source: str) -> Iterator[str]:
    """Rings are anticlockwise by their coordinates (RFC 7946, section 3.1.6)."""
    for row, column in np.argwhere(~np.isnan(densities)).tolist():
        left, top, density = column * step, row * step, float(densities[row, column])
        right, bottom = left + step, top + step
        ring = [[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
        band = min(int(density * _STEPS), _STEPS - 1)
        feature = {
            "type": "Feature",
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{source} {left} {top}")),
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {
                "objectType": "tile",
                "classification": {"name": _NAMES[band], "color": COLOURS[band]},
                "measurements": {MEASUREMENT: round(density, 6)},
            },
        }
        yield json.dumps(feature)
