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

from common.explanation.plan import ExplainCommand, explain, plan_explanations
from common.utils.cli import parse
from common.utils.errors import start


def main() -> None:
    """Check what is given, and explain.

    Raises:
        InputError: Something that the user gave cannot be.
    """
    command = parse(ExplainCommand, __doc__)
    job = plan_explanations(command)
    if job.file.unknown:
        print(f"note: {command.model.name} does not know its {', '.join(job.file.unknown)}")
    failed = explain(job)
    print(f"explanations: {job.options.output}")
    for reason in failed:
        print(f"failed: {reason}", file=sys.stderr)
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    start(main)
