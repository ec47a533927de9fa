"""What the columns of a comparison say, shown on hover."""

from common.baselines.table import BASELINES
from common.metrics.meanings import MEANINGS

_OF_VALIDATION = {
    f"val_{name}": f"{text}, on the validation fields at the best epoch"
    for name, text in MEANINGS.items()
}
_OF_BASELINES = {
    one.name: "Validation mean absolute error of this baseline, which needs no network"
    for one in BASELINES
}
EXPLAINED = {
    **{
        name: f"{text}; with its 95 % interval, from Evaluate.py" for name, text in MEANINGS.items()
    },
    **_OF_VALIDATION,
    **_OF_BASELINES,
    "rank": "By val_mae; =1: cannot be told from the best",
    "frozen": "Stages that do not train",
    "weights": "That training began with",
    "loss": "That training minimised",
    "folder": "The learning-rate folder",
    "log": "In Log_Files/<network>",
    "best epoch": "The epoch of the lowest loss on the fields that choose it",
    "epochs": "That were trained",
    "val_mae - best": "Difference to the best run on the same fields, with its 95 % interval",
    "p": "Of that difference, patients as clusters, after Holm's correction",
    "gap": "val_mae less the training mae: how much better the training fields are known",
    "evaluated": "How Evaluate.py evaluated the best model",
    "seconds": "Of all epochs",
    "images/s": "Training pictures a second, the median over epochs",
}
