"""The flow on GPUs that are made up: what is tried, what is told, when it fails."""

from collections.abc import Callable

import numpy as np
import pytest
from common.machine import check
from common.machine.agreement import TOLERANCES, Trial, compare_trials
from common.machine.check import MachineOptions, check_machine
from common.machine.findings import Finding, Measured, Report, Verdict
from common.machine.places import Facts, Place
from common.models.architecture import NETWORKS
from common.models.memory import Card
from common.models.precision import Device
from common.utils.pool import NoAnswerError

GIGABYTE = 10**9
CARD = Card("RTX 2060", "550", 6 * GIGABYTE, 5 * GIGABYTE)
Checked = Callable[..., Report]


def trial_of(precision: str = "float32", frozen: bool = False, **changed: object) -> Trial:
    given = {
        "losses": np.array([0.1, 0.05]),
        "answers": np.array([0.4]),
        "repeats": True,
        "stays": True,
    }
    return Trial(precision, frozen, **given | changed)


def facts_of(gpus: int) -> Facts:
    device = Device("GPU: RTX 2060", capability=(7, 5)) if gpus else Device("CPU: some")
    return Facts("TensorFlow 2", device, gpus, ["sm_70"], "CUDA 12")


def speed_of(name: str, batch_fits: int) -> Measured:
    return Measured(name, True, 50.0, 9.0, GIGABYTE, batch_fits, True)


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Checked:
    """Give a function that checks a machine whose processes answer as they are told."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    def check_one(gpus: int, cards: int, **others: Callable[..., object]) -> Report:
        answers = {
            "packages": lambda: [],
            "facts": lambda place: facts_of(gpus),
            "trials": lambda place, asked: [trial_of(), trial_of(frozen=True)],
            "speed": lambda place, name, *more: speed_of(name, 64),
        } | others
        answer = lambda work, *given: answers[work.__name__](*given)  # noqa: E731
        monkeypatch.setattr(check, "in_own_process", answer)
        monkeypatch.setattr(check, "find_cards", lambda: [CARD] * cards)
        return check_machine(MachineOptions())

    return check_one


def failures(report: Report) -> list[Finding]:
    return [one for one in report.findings if one.verdict is Verdict.FAILS]


def test_all_networks_are_measured_on_gpus(checked: Checked) -> None:
    report = checked(gpus=2, cards=2)
    assert [one.network for one in report.networks] == [network.script for network in NETWORKS]
    assert all(one.measured for one in report.networks)
    tried = [one.what for one in report.findings if one.what.startswith("trial")]
    places = [what.removeprefix("trial on ").partition(",")[0] for what in tried]
    assert list(dict.fromkeys(places)) == ["CPU", "GPU 0", "GPU 1", "2 GPUs"]
    assert not report.fails


def test_without_gpus_one_is_measured_and_the_others_estimated(checked: Checked) -> None:
    report = checked(gpus=0, cards=0)
    assert [one.network for one in report.networks if one.measured] == ["Res50"]
    speeds = {one.network: one.images_per_second for one in report.networks}
    assert speeds["Res101"] == pytest.approx(25.0)
    assert len(speeds) == 9


def test_a_gpu_that_tensorflow_does_not_find_is_a_warning(
    checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warnings() -> list[Verdict]:
        found = checked(gpus=0, cards=1).findings
        return [one.verdict for one in found if "does not find the GPU" in one.text]

    assert warnings() == [Verdict.WARNING]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")  # hidden on purpose
    assert warnings() == []


def test_a_batch_that_does_not_fit_fails(checked: Checked) -> None:
    report = checked(gpus=1, cards=1, speed=lambda place, name, *more: speed_of(name, 8))
    assert report.fails
    assert "--batch-size 8" in failures(report)[0].text


def test_a_process_that_crashes_is_a_finding_and_the_others_go_on(checked: Checked) -> None:
    def trials(place: Place, asked: str) -> list[Trial]:
        if place.devices == "all":
            raise NoAnswerError("UnimplementedError: A deterministic GPU implementation ...")
        return [trial_of(), trial_of(frozen=True)]

    report = checked(gpus=2, cards=2, trials=trials)
    (failed,) = failures(report)
    assert failed.what == "trial on 2 GPUs"
    assert "UnimplementedError" in failed.text
    assert len(report.networks) == 9


def test_without_tensorflow_nothing_else_is_tried(checked: Checked) -> None:
    def facts(place: Place) -> Facts:
        raise NoAnswerError("ImportError: no libcudart")

    report = checked(gpus=1, cards=1, facts=facts)
    assert [one.what for one in failures(report)] == ["TensorFlow"]
    assert not report.networks


@pytest.mark.parametrize(
    ("trial", "told"),
    [
        (trial_of(answers=np.array([0.402])), "expected the CPU's figures within 1.0e-03"),
        (trial_of(losses=np.array([0.1, np.nan])), "expected the CPU's figures"),
        (trial_of(repeats=False), "other figures when it is repeated"),
        (trial_of(stays=False), "the frozen stage has changed"),
    ],
)
def test_a_trial_that_comes_out_wrong_fails(trial: Trial, told: str) -> None:
    (found,) = compare_trials("GPU 0", [trial], [trial_of()])
    assert found.verdict is Verdict.FAILS
    assert told in found.text


@pytest.mark.parametrize("precision", TOLERANCES)
def test_other_precisions_may_differ_by_their_rounding(precision: str) -> None:
    for share, verdict in ((0.9, Verdict.OK), (1.1, Verdict.FAILS)):
        answers = np.array([0.4 + share * TOLERANCES[precision]])
        (found,) = compare_trials("GPU 0", [trial_of(precision, answers=answers)], [trial_of()])
        assert found.verdict is verdict
