"""The interval that a model file tells beside its answers, measured on the validation fields."""

import numpy as np

from common.config.prepare import PreparedRun
from common.metrics.conformal import Calibration, calibrate


def calibration_of(run: PreparedRun, answers: np.ndarray) -> Calibration:
    """Measure the interval on the validation fields of patients that have no say in the network.

    A split by file order may part a patient's fields; those would make the interval too narrow.

    Args:
        run: The run.
        answers: As Split.held_out has the fields, (fields,), 0 to 1.
    """
    data, split = run.plan.data, run.plan.data.split
    seen = {data.fields[at].patient for at in split.seen}
    fields = [data.fields[at] for at in split.validation]
    new = np.array([field.patient not in seen for field in fields])
    errors = np.abs(answers[: len(fields)].astype(float) - run.data.validation_densities)
    return calibrate(
        errors[new],
        [field.patient for field in fields if field.patient not in seen],
        grouped=all(field.origin for field in fields),
        chose_epoch=len(split.choice) == 0,
    )
