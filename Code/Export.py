"""Export a trained model to TensorFlow's SavedModel, ONNX or OpenVINO.

  python Code/Export.py best_model07-0.0213.h5
  python Code/Export.py best_model07-0.0213.h5 --format onnx --pictures fields/

ONNX and OpenVINO need pip install -r requirements-export.txt. The exported
model answers for pictures of the data set, or --pictures, as the model itself,
or nothing is left. Takes half a minute. Writes, into Exports/ or --output:

  saved_model/, model.onnx, or model.xml and model.bin
  model_card.md           what it is, was trained on, and how pictures are read
"""

from common.export.plan import ExportCommand, plan_export
from common.utils.cli import parse
from common.utils.errors import start
from common.utils.tensorflow_env import prepare_tensorflow


def main() -> None:
    """Check what is given, export, compare.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    job = plan_export(parse(ExportCommand, __doc__))
    prepare_tensorflow()
    from common.export.export import export  # TensorFlow, seconds, only after all checks

    export(job)


if __name__ == "__main__":
    start(main)
