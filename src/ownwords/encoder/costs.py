"""Which engine has embedded given texts sooner. Measured by scripts/encoder_costs.py."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Sequence
from pathlib import Path

# Seconds until the first text is embedded in a new process, and for each byte of text in UTF-8 (a
# token has about five, in Korean as in English). Two Zen 4 cores with AVX-512 VNNI and bfloat16,
# otherwise nearly idle, torch 2.13 (CPU build), onnxruntime 1.32, November 2026: one passage of
# 300 Korean characters (158 tokens) took 33 ms through either, 72 ms through torch in float32.
TORCH_START, TORCH_BYTE_BFLOAT16, TORCH_BYTE_FLOAT32 = 9.0, 4.6e-5, 1.0e-4
ONNX_START, ONNX_BYTE = 0.7, 4.6e-5
# No machine with a GPU was measured: there the start alone is counted, so torch is chosen from
# about 180 kB of new text on, where onnxruntime would need longer than torch to start.
TORCH_BYTE_GPU = 0.0


def torch_is_sooner(texts: Sequence[str]) -> bool:
    """Whether torch is worth its start for these texts on this machine."""
    size = sum(len(text.encode("utf-8", "replace")) for text in texts)
    return TORCH_START + size * _torch_byte() < ONNX_START + size * ONNX_BYTE


def _torch_byte() -> float:
    if _gpu():
        return TORCH_BYTE_GPU
    return TORCH_BYTE_BFLOAT16 if _bfloat16() else TORCH_BYTE_FLOAT32


def _gpu() -> bool:
    """Whether torch will find a GPU, without importing torch."""
    try:
        if importlib.metadata.version("torch").endswith("+cpu"):
            return False
    except importlib.metadata.PackageNotFoundError:
        return False
    apple = platform.system() == "Darwin" and platform.machine() == "arm64"
    return apple or any(Path(device).exists() for device in ("/dev/nvidiactl", "/dev/kfd"))


def _bfloat16() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
