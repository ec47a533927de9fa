"""What a NuCLS file name tells: hospital, patient, slide, and the rectangle on the slide.

ANCHFOV-32_TCGA-AR-A1AR-01Z-00-DX1_left-16820_top-29839_bottom-30142_right-17040  (inferred truth)
TCGA-A1-A0SP-DX1_id-5ea4_left-7053_top-53967_bottom-54231_right-7311              (single rater)
JP.1_#_E_#_TCGA-A1-A0SP-01Z-00-DX1_id-5ea4_left-7053_top-53967_bottom-54231_right-7311 (raters)
"""

import re
from dataclasses import dataclass

# After any prefix TCGA-<hospital>-<patient>, then perhaps sample and portion (01Z-00), then the
# slide. Data sets that borrow the form may have one code for hospital and patient.
_NAME = re.compile(
    r"(?:.*[_#\s])?"
    r"(?P<patient>TCGA-(?P<hospital>[A-Z0-9]+)(?:-(?!\d\d[A-Z]-|DX)[A-Z0-9]+)?)"
    r"(?:-[A-Z0-9]+)*-(?P<slide>DX[A-Z0-9]+)(?:\.[A-Z0-9-]+)?_.*",
    re.IGNORECASE,
)
_BARCODE = re.compile(
    r"(?P<patient>TCGA-[A-Z0-9]+(?:-(?!\d\d[A-Z](?:-|$)|DX)[A-Z0-9]+)?)(?:-[A-Z0-9]+)*(?:\..*)?",
    re.IGNORECASE,
)
_EDGE = re.compile(r"_(left|top|bottom|right)-(\d+)")
_RATER = re.compile(r"(?P<rater>[^#]+)_#_.+")


@dataclass(frozen=True)
class Origin:
    """Where a field of view comes from.

    Attributes:
        hospital: As A1; None if it is not known.
        patient: As TCGA-A1-A0SP.
        slide: Patient and slide, as TCGA-A1-A0SP-DX1; None if it is not known.
        left, top: px on the slide at its full resolution; None if the place is not known.
        right, bottom: The same, past the end.
    """

    hospital: str | None
    patient: str
    slide: str | None
    left: int | None = None
    top: int | None = None
    right: int | None = None
    bottom: int | None = None

    @property
    def has_place(self) -> bool:
        """Tell whether the rectangle on the slide is known."""
        return self.slide is not None and self.left is not None

    def overlaps(self, other: "Origin") -> bool:
        """Tell whether both are known to show some of the same tissue."""
        return (
            self.has_place
            and other.has_place
            and self.slide == other.slide
            and self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def rater_of(name: str) -> str | None:
    """Return who labelled a field of the raw multi-rater files; None for other names."""
    match = _RATER.fullmatch(name)
    return match["rater"] if match else None


def slide_of(name: str) -> str | None:
    """Return the slide of a slide's or a field's name, as TCGA-A1-A0SP-DX1; None if it has none."""
    match = _NAME.fullmatch(f"{name}_")
    return f"{match['patient']}-{match['slide']}".upper() if match else None


def patient_of(barcode: str) -> str:
    """Return the patient of a TCGA barcode, of a sample or slide as well; other names as they are.

    TCGA-A1-A0SP, TCGA-A1-A0SP-DX1 and TCGA-A1-A0SP-01Z-00-DX1 are one patient.
    """
    match = _BARCODE.fullmatch(barcode)
    return match["patient"].upper() if match else barcode


def origin_of(name: str) -> Origin | None:
    """Read a field of view's name; None if it tells no slide. The rectangle may be missing."""
    match = _NAME.fullmatch(f"{name}_")
    if match is None:
        return None
    edges = {edge: int(value) for edge, value in _EDGE.findall(name)}
    place = edges if len(edges) == 4 else {}
    return Origin(match["hospital"].upper(), match["patient"].upper(), slide_of(name), **place)
