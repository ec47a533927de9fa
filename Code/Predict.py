"""Read the tumour density of new pictures or whole slides with a trained model.

  python Code/Predict.py best_model07-0.0213.h5 fields/ other.png --output Predictions
  python Code/Predict.py best_model07-0.0213.h5 slide.svs --output Predictions

Pictures: PNG, JPEG, TIFF, BMP, or folders of them; they should show tissue at
the scale of the training fields. Slides, and pictures much larger than a field:
what OpenSlide or tiffslide reads (pip install -r requirements-slides.txt), divided
into fields. On 2 CPU cores about 20 fields of 224 px a second. Writes, in --output:

  predictions.csv             file, density, its 90 % interval (low, high), notes
  <slide>/density.png, heatmap.tif, fields.csv, density.geojson, summary.json
"""

import sys

from common.inference.plan import PredictCommand, plan_predictions
from common.inference.predict import predict
from common.utils.cli import parse
from common.utils.errors import start


def main() -> None:
    """Check what is given, predict, compare with labels.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    command = parse(PredictCommand, __doc__)
    job = plan_predictions(command)
    if job.file.unknown:
        print(f"note: {command.model.name} does not know its {', '.join(job.file.unknown)}")
    job, failed = predict(job)
    if job.labels:
        from common.evaluation.predictions import evaluate_predicted  # scikit-learn: a second

        print(*evaluate_predicted(job), sep="\n")
    if failed:
        print(f"{failed} of {len(job.inputs)} failed")
        sys.exit(1)


if __name__ == "__main__":
    start(main)
