"""Numbers of 16 bits where the machine multiplies them faster, as a trained network cannot tell the difference.

On a GPU Keras' own `mixed_bfloat16`: products in 16 bits, sums and weights in 32. On a CPU that has the instructions
(AVX-512 BF16 or AMX) TensorFlow rewrites the products of the finished graph and leaves all else in 32; measured there:
24,400 instead of 17,400 notes/s.
"""

from pathlib import Path

import keras

from antiphon_train.recipes import Recipe

__all__ = ["has_fast_bfloat16", "use_fast_numbers"]

FLAGS = ("avx512_bf16", "amx_bf16")


def has_fast_bfloat16(cpuinfo: str) -> bool:
    """Whether a processor, as Linux describes it in /proc/cpuinfo, multiplies bfloat16 in one instruction."""
    flags = next((line.split() for line in cpuinfo.splitlines() if line.startswith("flags")), [])
    return any(flag in flags for flag in FLAGS)


def use_fast_numbers(recipe: Recipe) -> None:
    """Set Keras or TensorFlow to 16 bits, for the networks built from here on, if the recipe and the machine allow."""
    keras.mixed_precision.set_dtype_policy("float32")
    if not recipe.is_mixed:
        return
    if _has_gpu():
        keras.mixed_precision.set_dtype_policy("mixed_bfloat16")
    elif keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        described = Path("/proc/cpuinfo")
        is_fast = described.exists() and has_fast_bfloat16(described.read_text(encoding="utf-8"))
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": is_fast})


def _has_gpu() -> bool:
    """Asked of the library that trains, since each finds GPUs in its own way."""
    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        return any(device.platform == "gpu" for device in jax.devices())
    if backend == "torch":
        import torch

        return bool(torch.cuda.is_available())
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))
