"""What of a picture is tissue: by colour on a whole slide, by amount of stain in a field.

A slide's thumbnail is mostly glass, and pale stroma must count as tissue: there saturation tells.
A single field may be nothing but tissue; there the question is whether it holds enough stain for
its stains to be told apart, and Macenko's threshold of optical density tells.
"""

import numpy as np

_STAINED = 0.15  # optical density above which Macenko et al. 2009 take a pixel for tissue
_LEAST_STAINED = 0.02  # share of pixels
LEAST_TISSUE = 0.25  # share of a field; less is mostly glass
_LEAST_COLOUR = 8  # of 255, between the channels of the most colourful hundredth of the pixels
_LEAST_LIGHT = 100  # of 255, in the brightest channel of the brightest tenth of the pixels
_SATURATION = (0.05, 0.15)  # between which the threshold of tissue lies


def nearly_blank(picture: np.ndarray) -> bool:
    """Tell whether under 2 % of a uint8 RGB picture is stained tissue.

    Optical density is taken against a white of 240, as in Macenko et al. 2009
    (doi 10.1109/ISBI.2009.5193250).
    """
    density = -np.log((picture.astype(float) + 1) / 240)
    return bool((density >= _STAINED).all(axis=-1).mean() < _LEAST_STAINED)


def is_glass(picture: np.ndarray) -> bool:
    """Tell whether a nearly blank uint8 RGB picture lacks pale, coloured tissue as well."""
    brightest = picture.max(-1).astype(float)
    saturation = (brightest - picture.min(-1)) / np.maximum(brightest, 1)
    return nearly_blank(picture) and bool((saturation > _SATURATION[0]).mean() < LEAST_TISSUE)


def unlike_stained(pixels: np.ndarray) -> str:
    """Say why pixels cannot be stained tissue in bright field.

    Args:
        pixels: uint8 RGB, (..., 3).

    Returns:
        That they have no colour, or are as dark as fluorescence; "" if neither.
    """
    flat = pixels.reshape(-1, 3)
    if not len(flat):
        return ""
    brightest = flat.max(-1)
    if np.percentile(brightest - flat.min(-1), 99) < _LEAST_COLOUR:
        return "no colour"
    if np.percentile(brightest, 90) < _LEAST_LIGHT:
        return "a dark background, as of fluorescence"
    return ""


def find_tissue(thumbnail: np.ndarray) -> np.ndarray:
    """Tell tissue from background on a slide's thumbnail.

    Otsu's threshold (1979) on the saturation, kept between 5 % and 15 %, so that a slide of
    nothing but background has no tissue and one of nothing but tissue has no background; specks
    and holes under 0.01 % of the thumbnail are evened out.

    Args:
        thumbnail: uint8 RGB, (height, width, 3).

    Returns:
        bool, (height, width).
    """
    from skimage import color, filters  # a second, only where it is used

    saturation = filters.gaussian(color.rgb2hsv(thumbnail)[..., 1], 1)
    mask = saturation > np.clip(filters.threshold_otsu(saturation), *_SATURATION)
    specks = max(4, mask.size // 10_000)
    return ~_large_parts(~_large_parts(mask, specks), specks)


def _large_parts(mask: np.ndarray, most: int) -> np.ndarray:
    """Keep the connected parts of more than `most` px.

    scikit-image's remove_small_objects takes this size under other names, and as another limit, in
    its versions 0.25 and 0.26.
    """
    from skimage import measure

    parts = measure.label(mask, connectivity=1)
    large = np.bincount(parts.ravel()) > most
    large[0] = False  # what is not in the mask
    return large[parts]
