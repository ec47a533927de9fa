"""What is known of a run, each fact as a text for people; None where the files do not tell."""

from dataclasses import dataclass

from common.config.recipe import Recipe
from common.metrics.agreement import AGREEMENT, Estimate
from common.metrics.conformal import LEVEL
from common.nucls.counting import Counting
from common.report.concerns import concerns_of
from common.report.evaluations import Evaluation
from common.report.run_files import RunFiles, side_rows
from common.utils.entries import to_entries
from common.utils.errors import name_some

_TOLD = ("mae", "icc")  # of an evaluation, in a line
_SHARE = f"{LEVEL:g}"  # that intervals around answers promise


@dataclass(frozen=True)
class Facts:
    """What is known of a run; the checklist names these in braces.

    Attributes:
        data_set, fields, left_out, densities: What was used.
        region, counting, raters, microns, size, preparation: How it was made ready.
        split, audit: Which fields trained and which validated, what both sides share.
        network, weights, training, weighting, choice: How the model came to be.
        software, code, model: What it was made with, and where it is.
        metrics, interval: How it was evaluated.
        performance, baselines, people, external, worst: What came out.
        limits: What speaks against it.
    """

    data_set: str
    fields: str
    left_out: str
    densities: str | None
    region: str
    counting: str
    raters: str
    microns: str
    size: str
    preparation: str
    split: str
    audit: str
    network: str
    weights: str
    training: str
    weighting: str
    choice: str
    software: str
    code: str
    model: str | None
    metrics: str
    interval: str | None
    performance: str | None
    baselines: str | None
    people: str | None
    external: str | None
    worst: str | None
    limits: str | None


def facts_of(run: RunFiles) -> Facts:
    """Return what is known of a run."""
    recipe, shown, own = run.record.recipe, run.record.shown, run.own[0] if run.own else None
    pictures, versions = recipe.pictures, run.record.computed.versions
    microns = (
        f"{pictures.mpp:g} microns a pixel as given, fields of {shown.field_microns:g} microns"
    )
    return Facts(
        data_set=shown.data_set + (", SYNTHETIC" if recipe.data.synthetic else ""),
        fields=f"{recipe.data.fields} fields of view",
        left_out=name_some(recipe.data.left_out) if recipe.data.left_out else "none",
        densities=_densities(run),
        region=f"region of each field: {recipe.data.counting.region}; windows while training: "
        f"{_yes(pictures.windows)}",
        counting=_counting(recipe.data.counting),
        raters=pictures.raters,
        microns=microns,
        size=f"{pictures.image_size} px",
        preparation=f"resized to {pictures.image_size} px; stain: {pictures.stain}; augmentation "
        f"while training: {pictures.augment}; annotation files and pictures are checked",
        split=recipe.data.split,
        audit=shown.audit.describe()[0],
        network=_network(recipe),
        weights="random" if recipe.machinery.weights == "none" else recipe.machinery.weights,
        training=_training(recipe),
        weighting=f"fields weighted by their nuclei: {_yes(recipe.machinery.weight_by_count)}",
        choice=_choice(run),
        software=", ".join(f"{name} {one}" for name, one in to_entries(versions).items()),
        code=f"version {versions.project}, commit {versions.commit}",
        model=run.model.name if run.model.is_file() else None,
        metrics=", ".join(AGREEMENT),
        interval=own.kept.interval or None if own else None,
        performance=_performance(own) if own else None,
        baselines=_baselines(run),
        people=_people(own) if own else None,
        external="; ".join(f"{one.name}: {_performance(one)}" for one in run.others) or None,
        worst="graph above" if own and "worst_fields" in own.graphs else None,
        limits="; ".join(concerns_of(run.log, run.paths)) or None,
    )


def _densities(run: RunFiles) -> str | None:
    rows = side_rows(run.log.fields)
    means = (f"{row['side']} {row['mean density']:.3f}" for row in rows)
    return f"mean density: {', '.join(means)}" if rows else None


def _counting(counting: Counting) -> str:
    excluded = ", ".join(counting.excluded) or "none"
    tumour = ", ".join(counting.tumour)
    return f"level {counting.level}; tumour: {tumour}; not counted: {excluded}"


def _network(recipe: Recipe) -> str:
    frozen = ", ".join(recipe.network.frozen) or "none"
    dropout = recipe.setting.dropout
    return f"ResNet{recipe.network.depth}, frozen stages: {frozen}, dropout {dropout:g}"


def _choice(run: RunFiles) -> str:
    fields = "of a tenth of the training patients" if run.best.choice else "that validate"
    number, epochs = run.best.number, len(run.log.epochs)
    return f"epoch {number} of {epochs}, of the lowest loss on the fields {fields}"


def _yes(given: bool) -> str:
    return "yes" if given else "no"


def _training(recipe: Recipe) -> str:
    learning, machinery, rate = recipe.learning, recipe.machinery, recipe.setting.learning_rate
    update = f" ({machinery.accumulate} for an update)" if machinery.accumulate > 1 else ""
    return (
        f"supervised by {machinery.supervise}, {recipe.epochs} epochs, batches of "
        f"{machinery.batch_size}{update}, {learning.optimizer}, learning rate {rate:g} "
        f"({learning.schedule}), loss {learning.loss}, patience {learning.patience or 'none'}, "
        f"seed {machinery.seed}"
    )


def _performance(evaluation: Evaluation) -> str:
    kept = evaluation.kept
    parts = [_in_line(kept.estimates) + (f" ({kept.fields} fields)" if kept.fields else "")]
    held = kept.coverage.get(_SHARE)
    parts += [f"intervals that promise {_SHARE} held {held.text() or held.reason}"] if held else []
    return "; ".join(parts)


def _in_line(estimates: dict[str, Estimate]) -> str:
    return ", ".join(
        f"{name} {estimates[name].text() or '-'}" for name in _TOLD if name in estimates
    )


def _baselines(run: RunFiles) -> str | None:
    maes = {"network": run.best.validation, **run.log.known_baselines}
    told = [f"{name} {values['mae']:.4f}" for name, values in maes.items() if "mae" in values]
    return ", ".join(told) if run.log.known_baselines else None


def _people(evaluation: Evaluation) -> str | None:
    people = evaluation.kept.people.items()
    return "; ".join(f"{name}: {_in_line(estimates)}" for name, estimates in people) or None
