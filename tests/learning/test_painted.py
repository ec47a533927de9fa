"""--weights painted: trained once for all runs, taken up after a kill, told in every record."""

from pathlib import Path

import h5py
import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from helpers.kills import Kill
from helpers.scripts import Start, run
from tensorflow.core.util.event_pb2 import Event

pytestmark = pytest.mark.slow
EPOCHS = 12


def command(shallow: Path, run_data: Path, output: Path, script: str, *more: object) -> list[str]:
    options = ["--dataset", run_data, "--weights", "painted", "--painted-fields", 16,
               "--image-size", 32, "--epochs", 1, "--optimizer", "sgd",
               "--output", output]  # fmt: skip
    return [str(shallow / script), *map(str, [*options, *more])]


@pytest.fixture(scope="module")
def weights(shallow: Path, run_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kill a run after the first epoch of pretraining; run it again; return the weights' file."""
    cache, folder = shallow / "Dataset" / ".cache", tmp_path_factory.mktemp("first")
    script, *given = command(shallow, run_data, folder, "LR_0_001/Res50.py")
    kill = Kill(file="-16.unfinished.npz", moment="after")
    assert run(Path(script), *given, env=kill.variables(folder / "hook")).returncode == -9
    assert not list(cache.glob("weights-*.h5"))
    done = run(Path(script), *given)
    assert done.returncode == 0, done.stderr
    epochs = [line.split()[3] for line in done.stdout.splitlines() if " tissue, epoch " in line]
    assert (epochs[0], epochs[-1]) == (f"2/{EPOCHS}", f"{EPOCHS}/{EPOCHS}")
    (file,) = cache.glob("weights-*.h5")
    assert file.name == "weights-resnet50-32px-painted1.2-16.h5"
    return file


def test_another_network_folder_and_seed_begins_with_the_same_weights(
    weights: Path, shallow: Path, run_data: Path, tmp_path: Path, start: Start
) -> None:
    before = weights.stat().st_mtime_ns
    launcher = "LR_0_000006_Dropout/Code/Res50/Res50.py"
    supervised = ("--seed", 3, "--supervise", "nuclei", "--tensorboard")
    script, *options = command(shallow, run_data, tmp_path, launcher, *supervised)
    done = start(Path(script), *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert "pretraining" not in done.stdout
    assert f"weights: ResNet50 at 32 px on 16 painted fields: {weights}" in done.stdout
    assert weights.stat().st_mtime_ns == before
    log = tmp_path / "Log_Files" / "Res50" / "log0.xlsx"
    told = dict(pd.read_excel(log, "run", header=None).itertuples(index=False))
    assert (told["weights"], told["painted fields"]) == ("painted", 16)
    assert told["supervised by"] == "nuclei"
    (val_mae,) = pd.read_excel(log)["val_mae"]
    assert scalars(log.parent / "tensorboard" / "log0")["val_mae", 1] == pytest.approx(val_mae)
    (model,) = (tmp_path / "Models" / "Res50").glob("best_model*.h5")
    with h5py.File(model) as file:
        assert file.attrs["weights"] == "painted"
    # one step at a learning rate of 0.000006 hardly changes them; others have nothing in common
    loaded = [keras.saving.load_model(one, compile=False) for one in (model, weights)]
    layers = [[layer.name for layer in one.layers if layer.name != "dropout"] for one in loaded]
    assert layers[0] == layers[1]  # though the run also learned where the nuclei are
    kernels = [one.get_layer("conv1_conv").get_weights()[0] for one in loaded]
    assert np.corrcoef(*(kernel.ravel() for kernel in kernels))[0, 1] > 0.999


def scalars(folder: Path) -> dict[tuple[str, int], float]:
    """Read a run's event files as TensorBoard does: values by name and epoch."""
    (path,) = folder.glob("events.out.tfevents.*")
    events = map(Event.FromString, tf.data.TFRecordDataset(str(path)).as_numpy_iterator())
    return {
        (one.tag, event.step): float(tf.make_ndarray(one.tensor))
        for event in events
        for one in event.summary.value
    }


def test_a_damaged_state_is_passed_over(
    weights: Path, shallow: Path, run_data: Path, tmp_path: Path, start: Start
) -> None:
    state = weights.with_name(weights.name.replace("-16.h5", "-8.unfinished.npz"))
    state.write_bytes(b"PK garbage")
    given = command(shallow, run_data, tmp_path, "LR_0_001/Res50.py", "--painted-fields", 8)
    script, *options = given
    done = start(Path(script), *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"note: {state.name} cannot be used (" in done.stdout
    assert f"painted tissue, epoch  1/{EPOCHS} " in done.stdout
    assert not state.exists()


def test_painted_fields_without_painted_weights(
    shallow: Path, run_data: Path, tmp_path: Path, start: Start
) -> None:
    script, *options = command(
        shallow, run_data, tmp_path, "LR_0_001/Res50.py", "--weights", "none"
    )
    done = start(Path(script), *options)
    assert done.returncode == 2
    expected = "error: expected --weights painted for --painted-fields, found --weights none\n"
    assert done.stderr == expected
