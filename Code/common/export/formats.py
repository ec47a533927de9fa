"""The formats of an exported model, in one table.

A new format is a new row of FORMATS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from common.utils.errors import InputError

# Densities of float32 pictures 0 to 255, (pictures, size, size, 3): float, (pictures,).
Answer = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Format:
    """A format that Keras exports to (https://keras.io/api/models/model_saving_apis/export).

    Attributes:
        name: As the option --format gives it.
        keras: As Keras' Model.export names it.
        file: The exported file or folder.
        packages: That exporting and answering need, beside those of requirements.txt.
        load: Returns what answers, by the format's own runtime in float32.
    """

    name: str
    keras: str
    file: str
    packages: tuple[str, ...]
    load: Callable[[Path], Answer]

    def check_packages(self) -> None:
        """Raise InputError if a package is missing."""
        missing = [name for name in self.packages if find_spec(name) is None]
        if missing:
            expected = f"packages for --format {self.name}"
            remedy = "pip install -r requirements-export.txt"
            raise InputError(expected, f"no {' and no '.join(missing)}", do=remedy)


def _load_saved_model(path: Path) -> Answer:
    import tensorflow as tf

    model = tf.saved_model.load(str(path))
    return lambda pictures: model.serve(pictures).numpy()[:, 0]


def _load_onnx(path: Path) -> Answer:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path))
    name = session.get_inputs()[0].name
    return lambda pictures: session.run(None, {name: pictures})[0][:, 0]


def _load_openvino(path: Path) -> Answer:
    import openvino

    # By itself OpenVINO takes bfloat16 where the processor has it.
    model = openvino.compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda pictures: model(pictures)[0][:, 0]


FORMATS = {
    one.name: one
    for one in (
        Format("saved_model", "tf_saved_model", "saved_model", (), _load_saved_model),
        Format("onnx", "onnx", "model.onnx", ("tf2onnx", "onnx", "onnxruntime"), _load_onnx),
        Format("openvino", "openvino", "model.xml", ("openvino",), _load_openvino),
    )
}
