"""One side of a comparison: builds ResNet50, then runs a job for each line on stdin.

Arguments: ours, keras, keras-without-xla, torch, torch-compiled or openvino; image size; batch
size; steps a turn; precision of ours. Answers each line ("train", "predict", "fit", or one of ours
in reduced precision, "predict-all" and "predict-deep") with the seconds that its steps took.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import keras

Jobs = dict[str, Callable[[], object]]


def ours(size: int, batch: int, steps: int, precision: str) -> Jobs:
    """Build what a run builds."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Code"))
    import keras
    import tensorflow as tf
    from common.learning.input_pipeline import TrainingFields, training_batches
    from common.learning.trained_network import compile_for_training
    from common.models.architecture import network_named
    from common.models.device import claim_device
    from common.models.precision import REDUCED, choose_precision
    from common.models.resnet import build_network
    from common.models.twins import fold, predicting_twin

    device = claim_device(0)
    plain = build_network(network_named("Res50"), image_size=size)
    chosen = choose_precision(precision, device)
    twin = compile_for_training(plain, keras.optimizers.Adam(1e-4), chosen, device, "mse").twin

    def predictor(reduced: tuple[str, ...]) -> keras.Model:
        twin = predicting_twin(plain, reduced, chosen)
        fold(plain, twin)
        twin.compile(jit_compile=device.compiles)
        return twin

    exact, all_stages, deep_stages = map(predictor, [(), *REDUCED[:2]])
    pictures, densities = fields(size, 4 * batch)
    given = TrainingFields(pictures, densities, np.arange(len(pictures)))
    batches = training_batches(given, batch_size=batch, seed=0, augment="standard")
    x, y = tf.constant(pictures[:batch], tf.float32), tf.constant(densities[:batch, None])
    return {
        "train": lambda: [twin.train_on_batch(x, y) for _ in range(steps)],
        "predict": lambda: [exact.predict_on_batch(x) for _ in range(steps)],
        "predict-all": lambda: [all_stages.predict_on_batch(x) for _ in range(steps)],
        "predict-deep": lambda: [deep_stages.predict_on_batch(x) for _ in range(steps)],
        "fit": lambda: twin.fit(batches, steps_per_epoch=steps, verbose=0, shuffle=False),
    }


def resnet50(size: int) -> "keras.Model":
    """Return keras.applications' ResNet50 with a density as its answer."""
    import keras

    backbone = keras.applications.ResNet50(
        include_top=False, weights=None, input_shape=(size, size, 3), pooling="avg"
    )
    density = keras.layers.Dense(1, activation="sigmoid")(backbone.output)
    return keras.Model(backbone.input, density)


def stock(size: int, batch: int, steps: int, jit_compile: str | bool = "auto") -> Jobs:
    """Build ResNet50 with Keras' defaults, which turn XLA on."""
    import keras
    import tensorflow as tf

    network = resnet50(size)
    network.compile(keras.optimizers.Adam(1e-4), "mse", metrics=["mae"], jit_compile=jit_compile)
    pictures, densities = fields(size, batch)
    x, y = tf.constant(pictures, tf.float32), tf.constant(densities[:, None])
    return {
        "train": lambda: [network.train_on_batch(x, y) for _ in range(steps)],
        "predict": lambda: [network.predict_on_batch(x) for _ in range(steps)],
    }


def openvino_network(size: int, batch: int, steps: int) -> Jobs:
    """Let OpenVINO compile Keras' ResNet50 for bfloat16, for one batch size, with its defaults."""
    import openvino
    import tensorflow as tf

    pictures, _ = fields(size, batch)
    x = pictures.astype(np.float32)
    answer = tf.function(resnet50(size), input_signature=[tf.TensorSpec(x.shape, tf.float32)])
    graph = openvino.convert_model(answer.get_concrete_function())
    compiled = openvino.compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "bf16"})
    return {"predict": lambda: [compiled(x) for _ in range(steps)]}


def torch_network(size: int, batch: int, steps: int, compiled: bool = False) -> Jobs:
    """Build torchvision's ResNet50, channels last, with bfloat16 autocast.

    Compiled, its weights are frozen for prediction and it cannot train.
    """
    import torch
    import torchvision

    network = torchvision.models.resnet50(weights=None)
    network.fc = torch.nn.Sequential(torch.nn.Linear(2048, 1), torch.nn.Sigmoid())
    network = network.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), 1e-4)
    pictures, densities = fields(size, batch)
    x = torch.tensor(pictures).permute(0, 3, 1, 2).float()
    x, y = x.contiguous(memory_format=torch.channels_last), torch.tensor(densities[:, None])

    def train() -> None:
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16):
            answer = network(x)
        torch.nn.functional.mse_loss(answer.float(), y).backward()
        optimizer.step()

    if compiled:
        import torch._inductor.config

        torch._inductor.config.freezing = True
    answering = torch.compile(network) if compiled else network

    def predict() -> None:
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            answering(x)

    def turns(job: Callable[[], None], training: bool) -> None:
        network.train(training)
        for _ in range(steps):
            job()

    predicting = {"predict": lambda: turns(predict, False)}
    return predicting if compiled else predicting | {"train": lambda: turns(train, True)}


def fields(size: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return random pictures, uint8 (count, size, size, 3), and densities, float32 (count,)."""
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (count, size, size, 3), np.uint8)
    return pictures, random.random(count, np.float32)


def main() -> None:
    """Build, warm each job up when it first comes, then time it."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    kind, size, batch, steps, precision = sys.argv[1:]
    shape = int(size), int(batch), int(steps)
    jobs = {
        "ours": lambda: ours(*shape, precision),
        "keras": lambda: stock(*shape),
        "keras-without-xla": lambda: stock(*shape, jit_compile=False),
        "torch": lambda: torch_network(*shape),
        "torch-compiled": lambda: torch_network(*shape, compiled=True),
        "openvino": lambda: openvino_network(*shape),
    }[kind]()
    warm = set()
    for line in sys.stdin:
        job = jobs[line.strip()]
        if line not in warm:
            warm.add(line)
            job()
        start = time.perf_counter()
        job()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
