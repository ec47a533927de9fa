"""Get the ImageNet weights that networks begin with, once, and check them.

  python Code/Fetch_Weights.py
  python Code/Fetch_Weights.py --check
  python Code/Fetch_Weights.py --from-folder USB_stick

The network scripts get them by themselves where there is internet. Elsewhere:
--check tells which files to get on another machine, --from-folder takes them.
500 MB for all three ResNets; needs no TensorFlow. Writes, where Keras keeps them
(~/.keras/models, or that of KERAS_HOME):

  resnet<depth>_weights_tf_dim_ordering_tf_kernels_notop.h5

Exit status 1 if --check finds one missing or damaged.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from common.models.architecture import NETWORKS, networks_named
from common.models.imagenet import IMAGENET_WEIGHTS, ImageNetWeights
from common.utils.cli import option, parse
from common.utils.errors import InputError, start


@dataclass(frozen=True)
class FetchOptions:
    """Which weights, and from where."""

    networks: Sequence[str] = option(
        (), "that begin with them, as Res50 (default: all)", nargs="+", metavar="NAME"
    )
    check: bool = option(False, "only tell what is there, and where missing files are to be had")
    from_folder: Path | None = option(
        None, "take the files from this folder instead of the internet", type=Path, metavar="DIR"
    )


def main() -> None:
    """Check the files that networks need, or get them.

    Raises:
        InputError: They cannot be had.
    """
    options = parse(FetchOptions, __doc__)
    networks = networks_named(options.networks) or NETWORKS
    files = [IMAGENET_WEIGHTS[depth] for depth in sorted({network.depth for network in networks})]
    if options.from_folder and not options.from_folder.is_dir():
        raise InputError("a folder with weights", "no such folder", options.from_folder.absolute())
    if options.check and options.from_folder:
        raise InputError(
            "--check or --from-folder", "both", do="--from-folder checks what it takes."
        )
    if options.check:
        faults = [one.fault(one.path) for one in files]
        print(*map(_found, files, faults), sep="\n")
        sys.exit(any(faults))
    for one in files:
        path = one.take(options.from_folder) if options.from_folder else one.get()
        print(f"{one}: {path}")


def _found(weights: ImageNetWeights, fault: str) -> str:
    """Say whether weights are there, and if not where to get them."""
    if not fault:
        return f"{weights}: {weights.path}"
    source = f"  get {weights.url} ({weights.size:,} bytes, MD5 {weights.md5})"
    return f"{weights}: {fault}: {weights.path}\n{source}"


if __name__ == "__main__":
    start(main)
