"""ImageNet weights of the ResNets, as keras.applications publishes them: got once, checked, kept.

They are kept where Keras looks for them. TensorFlow is not needed: weights that cannot be had are
told before pictures are read, and a machine that only fetches them needs no TensorFlow.
"""

import hashlib
import io
import shutil
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from os import environ
from pathlib import Path

from tqdm.utils import CallbackIOWrapper

from common.files.atomic import whole_file
from common.files.disk import cache_folder, can_write
from common.utils.errors import InputError
from common.utils.terminal import bar, tell

_ORIGIN = "https://storage.googleapis.com/tensorflow/keras-applications/resnet/"
_PATIENCE = 30  # seconds without an answer


@dataclass(frozen=True)
class ImageNetWeights:
    """The weights of a ResNet without its classifier.

    Attributes:
        depth: Of the ResNet.
        size: Of the file, bytes.
        md5: Of its content (keras.applications.resnet.WEIGHTS_HASHES).
    """

    depth: int
    size: int
    md5: str

    def __str__(self) -> str:
        return f"ImageNet weights of ResNet{self.depth}"

    @property
    def name(self) -> str:
        """The file's name, as Keras knows it."""
        return f"resnet{self.depth}_weights_tf_dim_ordering_tf_kernels_notop.h5"

    @property
    def url(self) -> str:
        """Where it is published."""
        return _ORIGIN + self.name

    @property
    def path(self) -> Path:
        """Where it is kept: Keras' folder, or the cache where that may not be written to."""
        home = Path(environ.get("KERAS_HOME") or "~/.keras").expanduser()
        file = home / "models" / self.name
        return file if file.is_file() or can_write(file.parent) else cache_folder() / self.name

    def fault(self, path: Path) -> str:
        """Say what is wrong with a file; nothing if it holds these weights."""
        if not path.is_file():
            return "no file"
        if path.stat().st_size != self.size:
            return self._other_size(path.stat().st_size)
        try:
            return self._fault_of(path.read_bytes())
        except OSError as error:
            return f"a file that cannot be read ({error.strerror})"

    def _other_size(self, size: int) -> str:
        return f"{size:,} bytes instead of {self.size:,}"

    def _fault_of(self, content: bytes | memoryview) -> str:
        if len(content) != self.size:
            return self._other_size(len(content))
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return "" if md5 == self.md5 else f"other content (MD5 {md5} instead of {self.md5})"

    def get(self) -> Path:
        """Return the file; download it first if it is not there, or is damaged.

        Raises:
            InputError: It cannot be downloaded.
        """
        if self.fault(self.path):
            self._keep(self._download())
        return self.path

    def take(self, folder: Path) -> Path:
        """Return the file; copy it first from a folder, where it may have another name.

        Raises:
            InputError: The folder does not hold it.
        """
        if self.fault(self.path):
            named = folder / self.name
            paths = [named, *sorted(folder.glob("*.h5"))]
            found = next((path for path in paths if not self.fault(path)), None)
            if found is None:
                do = f"Download {self.url} into that folder, or name other --networks."
                raise InputError(f"the {self}", self.fault(named), named, do)
            self._keep(found.read_bytes())
        return self.path

    def _keep(self, content: bytes | memoryview) -> None:
        with whole_file(self.path) as beside:
            beside.write_bytes(content)

    def _download(self) -> memoryview:
        """Download the content, and check it."""
        tell(f"downloading {self.url}, {self.size / 1e6:.0f} MB, once")
        content = io.BytesIO()
        try:
            with (
                urllib.request.urlopen(self.url, timeout=_PATIENCE) as answer,
                bar(desc=self.name, total=self.size, unit="B", unit_scale=True) as shown,
            ):
                shutil.copyfileobj(CallbackIOWrapper(shown.update, answer), content)
            reason = self._fault_of(content.getbuffer())
        except (OSError, HTTPException) as error:  # URLError is an OSError, as are timeouts
            reason = str(error)
        if reason:
            raise InputError(
                f"the {self}",
                f"no way to get {self.url} ({reason})",
                do="Get it on another machine, then give Code/Fetch_Weights.py --from-folder DIR "
                "(--check lists all files); or train with --weights none, painted or FILE.h5.",
            )
        return content.getbuffer()


IMAGENET_WEIGHTS = {
    one.depth: one
    for one in (
        ImageNetWeights(50, 94_765_736, "4d473c1dd8becc155b73f8504c6f6626"),
        ImageNetWeights(101, 171_446_536, "88cf7a10940856eca736dc7b7e228a21"),
        ImageNetWeights(152, 234_698_864, "ee4c566cf9a93f14d82f913c2dc6dd0c"),
    )
}
