"""A picture file, or the part of it that is wanted."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Crop:
    """A part of a picture, px; right and bottom are past its end, and may be past the picture's."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class PictureFile:
    """A picture file, or a part of it; `crop` is None for the whole."""

    path: Path
    crop: Crop | None = None

    @property
    def stem(self) -> str:
        """The file's name without its suffix."""
        return self.path.stem
