"""Where the network runs. onnxruntime lives in this file alone; on stage it has one thread: a window is too small to
share.

A CUDA provider that is installed and does not load makes onnxruntime fall back with a log line that nobody sees;
here the session is asked what it really runs on, and the fallback is said once.
"""

import contextlib
import io
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from antiphon.errors import BundleError, DeviceError, MissingExtra
from antiphon.note import FloatArray

__all__ = ["DEVICES", "bind", "open_session"]

DEVICES = ("auto", "cpu", "cuda")
CUDA, CPU = "CUDAExecutionProvider", "CPUExecutionProvider"
QUIET = 4
"""onnxruntime's log level `fatal`: what it has to say about a failed provider is said by us, in one line."""


def open_session(path: Path, device: str, threads: int = 1) -> tuple[Any, str | None]:
    """An onnxruntime session for a model file, and a line for the performer if it is not what was asked for.

    Args:
        path: the .onnx file.
        device: `cpu`; `cuda`; or `auto`, which is the CPU, since one window of a small network is answered there
            sooner than a GPU can be told of it.
        threads: on the CPU; 0 is one for each of its cores, which helps where hundreds of windows are asked at once.
    Raises:
        MissingExtra: no onnxruntime.
        BundleError: the file cannot be read as a model.
        DeviceError: no such device.
    """
    if device not in DEVICES:
        raise DeviceError(f"there is no device {device}", f"choose one of {', '.join(DEVICES)}")
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtra("onnxruntime", "cpu", "gpu") from error
    if not hasattr(onnxruntime, "InferenceSession"):
        raise DeviceError(
            "onnxruntime is installed and broken, as after removing one of its two packages",
            "repair it with: pip install --force-reinstall --no-deps onnxruntime",
        )
    if device == "cuda":
        return _open_cuda(onnxruntime, path, threads)
    return _open(onnxruntime, path, [CPU], threads), None


def _open_cuda(onnxruntime: Any, path: Path, threads: int) -> tuple[Any, str | None]:
    if CUDA not in onnxruntime.get_available_providers():
        line = "no CUDA in this onnxruntime: running on the CPU (pip install 'antiphon[gpu]' brings it)"
        return _open(onnxruntime, path, [CPU], threads), line
    onnxruntime.set_default_logger_severity(QUIET)
    with contextlib.redirect_stdout(io.StringIO()):  # it prints each library that it does not find
        onnxruntime.preload_dlls()
    session = _open(onnxruntime, path, [CUDA, CPU], threads)
    if session.get_providers()[0] == CUDA:
        return session, None
    return (
        session,
        "CUDA is installed and does not work here: running on the CPU (see nvidia-smi, and the driver)",
    )


def _open(onnxruntime: Any, path: Path, providers: list[str], threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = QUIET
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=providers)
    except Exception as error:
        reason = str(error).split(":")[-1].strip().split("\n")[0][:120]
        raise BundleError(
            f"{path} cannot be read as a model: {reason}",
            "make it again with antiphon export, or name another with --model",
        ) from error


def bind(session: Any, inputs: Mapping[str, FloatArray], outputs: Mapping[str, FloatArray]) -> Callable[[], None]:
    """A call that runs a session on what lies in some arrays at that time, and puts what it says into others.

    On the CPU onnxruntime reads and writes them where they lie, which takes 30 us less for a window than to make values
    of them in each run. For a GPU they would be copied once and never again; so there each run copies them.

    Args:
        inputs, outputs: by the session's names, of one size along the first axis. They have to live as long as the
            call, which keeps none of them.
    """
    if session.get_providers()[0] != CPU:
        return lambda: _copy(session.run(list(outputs), dict(inputs)), outputs)
    import onnxruntime

    binding = session.io_binding()
    for name, array in inputs.items():
        binding.bind_ortvalue_input(name, onnxruntime.OrtValue.ortvalue_from_numpy(array))
    for name, array in outputs.items():
        binding.bind_ortvalue_output(name, onnxruntime.OrtValue.ortvalue_from_numpy(array))
    return partial(session.run_with_iobinding, binding)


def _copy(said: list[FloatArray], outputs: Mapping[str, FloatArray]) -> None:
    for array, kept in zip(said, outputs.values(), strict=True):
        np.copyto(kept, array)
