"""Show where in pictures a trained model sees tumour (Grad-CAM), and check that against labels.

  python Code/Explain.py best_model07-0.0213.h5 field.png other_field.png
  python Code/Explain.py best_model07-0.0213.h5 rgbs/ --labels PsAreTruth_E --stage conv4

With --labels the nuclei are outlined, and over all fields with tumour nuclei
the share of the map on them is compared with the share of area that they
cover: for the model, and for the same network with shuffled weights, which
must not do better than chance. About 5 pictures a second on 2 CPU cores.
Writes, in --output:

  <picture>-explained.png, explanation.json
"""

import sys
from pathlib import Path

from common.data.counting_options import CountingOptions
from common.explanation.plan import ExplainOptions, explain, plan_explanations
from common.inference.model_file import ModelOptions
from common.utils.cli import Parser, add_options, read_options
from common.utils.errors import start


def main() -> None:
    """Check what is given, and explain.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    parser = Parser(__doc__)
    parser.add_argument("model", type=Path, help="a best_model....h5")
    parser.add_argument("pictures", type=Path, nargs="+", help="pictures or folders of them")
    add_options(parser, "explanations", ExplainOptions)
    add_options(parser, "how the labels' nuclei are counted", CountingOptions)
    add_options(parser, "what the model file does not know", ModelOptions)
    given = parser.parse_args()
    known = read_options(ModelOptions, given)
    counting = read_options(CountingOptions, given)
    options = read_options(ExplainOptions, given)
    job = plan_explanations(given.model, given.pictures, options, counting, known)
    if job.file.unknown:
        print(f"note: {given.model.name} does not know its {', '.join(job.file.unknown)}")
    failed = explain(job)
    print(f"explanations: {options.output}")
    for reason in failed:
        print(f"failed: {reason}", file=sys.stderr)
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    start(main)
