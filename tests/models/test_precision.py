"""Which precision is chosen for a described device."""

import pytest
from common.models.precision import Device, choose_precision

INTEL, AMD = "GenuineIntel", "AuthenticAMD"


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (Device("a plain CPU", vendor=INTEL, flags=frozenset({"avx2"})), "float32"),
        (Device("Cooper Lake", vendor=INTEL, flags=frozenset({"avx512_bf16"})), "float32"),
        (
            Device("Sapphire Rapids", vendor=INTEL, flags=frozenset({"avx512_bf16", "amx_bf16"})),
            "bfloat16",
        ),
        (Device("Zen 4", vendor=AMD, flags=frozenset({"avx512_bf16"})), "bfloat16"),
        (Device("no flags known"), "float32"),
        (Device("GTX 1080", capability=(6, 1)), "float32"),
        (Device("RTX 2060", capability=(7, 5)), "float16"),
        (Device("A100", capability=(8, 0)), "bfloat16"),
    ],
)
def test_auto(device: Device, expected: str) -> None:
    assert choose_precision("auto", device) == expected
    assert device.compiles == (device.capability is not None)


@pytest.mark.parametrize("asked", ["float32", "bfloat16", "float16"])
def test_what_is_asked_for_is_taken(asked: str) -> None:
    assert choose_precision(asked, Device("any")) == asked
