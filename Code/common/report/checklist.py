"""The checklist of a report in one table: what is asked, and what a run's files tell of it.

After TRIPOD+AI (Collins et al. 2024, doi 10.1136/bmj-2023-078378: 27 items, some in parts) and
CLAIM, 2024 update (Tejani et al. 2024, doi 10.1148/ryai.240300: 44 items), in our own short words;
the wording that counts is theirs. Every item of both stands in one row.
"""

from dataclasses import dataclass
from string import Formatter

from common.report.facts import Facts

OPEN, PART, ANSWERED = "open", "in part", "answered"


@dataclass(frozen=True)
class Item:
    """A row of the checklist.

    Attributes:
        asks: What is to be reported.
        tripod: Its number in TRIPOD+AI; "" if it has none.
        claim: Its number or numbers in CLAIM; "" if it has none.
        known: What the run's files tell, with names of Facts in braces; "" if nothing.
        left: What stays for the authors; "" if nothing beside what is known.
    """

    asks: str
    tripod: str
    claim: str
    known: str = ""
    left: str = ""


SECTIONS: dict[str, tuple[Item, ...]] = {
    "Title, abstract, introduction": (
        Item("Title: an AI model is developed or evaluated, for whom, what it answers", "1", "1"),
        Item("Structured abstract", "2", "2"),
        Item("Medical background, reasons, earlier models", "3a", "3"),
        Item("Whom the model is for, where in their care, who uses it", "3b", ""),
        Item("Known inequalities between groups of people", "3c", ""),
        Item("Aims and hypotheses: development, evaluation or both", "4", "4"),
    ),
    "Methods: data": (
        Item("Prospective or retrospective", "", "5"),
        Item("Goal of the study", "", "6"),
        Item("Sources of the data", "5a", "7", "{data_set}", "why these, whom they represent"),
        Item("Dates of the data", "5b", ""),
        Item("Setting, number and place of the centres", "6a", ""),
        Item("Who and what was included", "6b", "8",
             "every field of view with an annotation file and a picture; left out: {left_out}",
             "how patients, slides and fields were chosen"),
        Item("Treatments", "6c", ""),
        Item("Preparation and checks of the data", "7", "9", "{preparation}",
             "whether it was alike for all groups of people"),
        Item("Choice of parts of the data", "", "10", "{region}"),
        Item("De-identification", "", "11"),
        Item("Missing data", "11", "12", "nothing is imputed; fields left out: {left_out}",
             "data that were missing before"),
        Item("Acquisition of the pictures", "", "13", "{microns}", "staining, scanners"),
    ),
    "Methods: outcome and predictors": (
        Item("Outcome: what, how and when", "8a", "14",
             "density: tumour nuclei / all nuclei of a field; {counting}"),
        Item("Why this reference standard", "", "15"),
        Item("Who annotated, with which training", "8b", "16",
             "fields that several people labelled: {raters}", "who they are"),
        Item("Annotation of the test data", "", "17",
             "validation fields are counted as training fields are, from files of the same kind"),
        Item("Whether annotators knew what could sway them", "8c", ""),
        Item("How far annotators vary", "", "18", "{people}"),
        Item("Choice of predictors", "9a", "", "the picture alone; nothing was chosen before"),
        Item("Predictors: what, how and when", "9b", "", "the picture of a field; {microns}"),
        Item("Who judged predictors", "9c", "", "nobody: the network reads the picture"),
        Item("Sample size, how it was set", "10", "21", "{fields}", "why that is enough"),
    ),
    "Methods: model and analysis": (
        Item("Use of the data, parts of it", "12a", "19", "{split}"),
        Item("Level on which the parts are apart", "", "20", "{audit}"),
        Item("How predictors enter the model", "12b", "",
             "pixels at {size}, with ImageNet's preprocessing inside the model"),
        Item("Kind of model, its building, tuning, internal validation", "12c", "22, 25",
             "{network}; {training}", "what else was tried, and why this was taken"),
        Item("Software", "", "23", "{software}"),
        Item("Initial weights", "", "24", "{weights}"),
        Item("Choice of the final model", "", "26", "{choice}"),
        Item("Ensembles", "", "27", "none: one network, its best epoch"),
        Item("Differences between centres, how they are handled", "12d", ""),
        Item("Measures and graphs of performance", "12e", "28", "{metrics}",
             "which of them decides, and why"),
        Item("Significance and uncertainty", "", "29", "{interval}"),
        Item("Robustness, sensitivity", "", "30"),
        Item("Explanations of answers, and their validation", "", "31", "",
             "Code/Explain.py makes them"),
        Item("Evaluation on data of the same source", "", "32", "{performance}"),
        Item("Test on data of another source", "", "33", "{external}"),
        Item("Updating of the model before evaluation", "12f", "", "none"),
        Item("How predictions for the evaluation are made", "12g", "",
             "{model}, read by Code/Evaluate.py"),
        Item("Class imbalance", "13", "", "there are no classes; {weighting}"),
        Item("Fairness", "14", ""),
        Item("Output, thresholds", "15", "", "density, 0 to 1; no threshold"),
        Item("Differences of training and evaluation data", "16", "", "{split}",
             "differences in setting, inclusion, annotation"),
        Item("Ethical approval, consent", "17", ""),
    ),
    "Open science, patients": (
        Item("Funding, role of the funders", "18a", "44"),
        Item("Conflicts of interest", "18b", ""),
        Item("Protocol", "18c", "42"),
        Item("Registration", "18d", "34"),
        Item("Availability of data", "18e", ""),
        Item("Availability of code and model", "18f", "43", "{code}; {model}",
             "where both can be had"),
        Item("Part that patients and the public had", "19", ""),
    ),
    "Results": (
        Item("Flow: how many were included and excluded", "20a", "35",
             "{fields}; left out: {left_out}", "patients and slides before that"),
        Item("Characteristics of patients", "20b", "36", "{densities}", "age, sex, diagnoses"),
        Item("Evaluation data compared with training data", "20c", "", "{densities}"),
        Item("How many in each analysis", "21", "", "{fields}"),
        Item("The model in full", "22", "", "{model}: weights and architecture, plain Keras"),
        Item("Performance with its uncertainty", "23a", "37, 38", "{performance}",
             "in groups of patients"),
        Item("Performance by centre", "23b", ""),
        Item("Updated model", "24", "", "none"),
        Item("Analysis of failures", "", "39",
             "fields with the largest errors: {worst}", "what they have in common"),
    ),
    "Discussion": (
        Item("Interpretation, fairness, other models", "25", "",
             "validation MAE beside baselines: {baselines}", "what it means"),
        Item("Limitations", "26", "40", "{limits}", "those that no file tells"),
        Item("Meaning for practice", "", "41", "for research only; no medical device"),
        Item("Poor or missing input", "27a", "",
             "Code/Predict.py refuses what it cannot read and marks pictures unlike those of "
             "training"),
        Item("What users do, and must know", "27b", ""),
        Item("Next steps", "27c", ""),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """An item of the checklist with its answer.

    Attributes:
        item: What is asked.
        status: OPEN, PART or ANSWERED.
        known: What the run's files tell; "" if nothing.
    """

    item: Item
    status: str
    known: str


def answer_checklist(facts: Facts) -> dict[str, list[Answer]]:
    """Return the answers to all items, by section."""
    return {
        section: [_answer(item, facts) for item in items] for section, items in SECTIONS.items()
    }


def _answer(item: Item, facts: Facts) -> Answer:
    values = vars(facts)
    asked = [name for _, name, _, _ in Formatter().parse(item.known) if name]
    if not item.known or any(values[name] is None for name in asked):
        return Answer(item, OPEN, "")
    return Answer(item, PART if item.left else ANSWERED, item.known.format_map(values))
