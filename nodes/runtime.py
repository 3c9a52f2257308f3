"""What surrounds a node while it runs: folders, progress, cancelling, device, blocking.

ComfyUI answers where it is there; the embedded host answers inside `surrounded_by`; elsewhere (a test, a notebook) defaults do.
Nothing of ComfyUI is imported before it is asked for.
"""

from __future__ import annotations

import sys
import tempfile
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Protocol

import torch


class Surroundings(Protocol):
    """What a host offers to the nodes it runs."""

    input_directory: Path
    output_directory: Path
    temp_directory: Path
    library: tuple[Path, ...]

    def check_cancelled(self) -> None:
        """Raise to stop the run."""

    def show_progress(self, done: float, total: float) -> None:
        """Take the share of the running node's work that is done."""

    def wrote(self, path: Path) -> None:
        """Take note of a file that a node wrote or confirmed under the output directory."""


_CREEP_SECONDS, _HOOK_SECONDS = 0.3, 0.1
_surroundings: ContextVar[Surroundings | None] = ContextVar("raccord_surroundings", default=None)
_bar: ContextVar[weakref.ref[Progress] | None] = ContextVar("raccord_progress", default=None)


@contextmanager
def surrounded_by(surroundings: Surroundings) -> Iterator[None]:
    """Answer every question of this module from `surroundings` inside the `with` block."""
    token = _surroundings.set(surroundings)
    try:
        yield
    finally:
        _surroundings.reset(token)


def _folder_paths() -> Any:
    try:
        import folder_paths  # pyright: ignore[reportMissingImports]
    except ModuleNotFoundError:
        return None
    return folder_paths


def _model_management() -> Any:
    return sys.modules.get("comfy.model_management")  # ComfyUI has loaded it; elsewhere looking for it takes a millisecond a time


def input_directory() -> Path:
    """Folder that nodes read files from by name."""
    if (host := _surroundings.get()) is not None:
        return host.input_directory
    comfy = _folder_paths()
    return Path(comfy.get_input_directory()) if comfy else Path.cwd() / "input"


def output_directory() -> Path:
    """Folder that deliveries go under."""
    if (host := _surroundings.get()) is not None:
        return host.output_directory
    comfy = _folder_paths()
    return Path(comfy.get_output_directory()) if comfy else Path.cwd() / "output"


def temp_directory() -> Path:
    """Folder of previews, emptied by the host; never below the output directory."""
    if (host := _surroundings.get()) is not None:
        return host.temp_directory
    comfy = _folder_paths()
    folder = Path(comfy.get_temp_directory()) if comfy else Path(tempfile.gettempdir())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def has_page() -> bool:
    """Whether somebody may look at what a node shows: in ComfyUI, not in the embedded host."""
    return _surroundings.get() is None and _folder_paths() is not None


def library_directories() -> tuple[Path, ...]:
    """Folders with a studio's own files (`luts`, `plates`, `kits`, …), the first that has a name wins."""
    if (host := _surroundings.get()) is not None:
        studio = host.library
    else:
        comfy = _folder_paths()
        known = comfy.folder_names_and_paths if comfy else {}
        studio = tuple(Path(p) for p in comfy.get_folder_paths("raccord")) if "raccord" in known else ()
    return (*studio, input_directory() / "raccord")


def wrote(path: Path) -> None:
    """Tell the host that `path` was written, or found complete, by the running node."""
    if (host := _surroundings.get()) is not None:
        host.wrote(path)


def check_cancelled() -> None:
    """Raise the host's own exception if the user has cancelled the run; called often, this also keeps its progress moving."""
    host, newest = _surroundings.get(), _bar.get()
    bar = newest() if newest is not None else None  # a node's bar goes with the node
    if bar is not None:
        bar.creep(host)
    if host is not None:
        host.check_cancelled()
    elif (management := _model_management()) is not None:
        management.throw_exception_if_processing_interrupted()


class Progress:
    """Counts work that is done; every step may raise because the run was cancelled.

    Between two steps, `check_cancelled` lets the newest bar creep towards the next one: a seek or a checksum inside a step is
    not silent.
    """

    def __init__(self, total: float) -> None:
        """Start at none of `total`, in any unit (mostly frames)."""
        self.total, self.done = max(float(total), 1.0), 0.0
        self._host, self._hook = _surroundings.get(), None
        if self._host is None and _model_management() is not None:
            import comfy.utils  # pyright: ignore[reportMissingImports]

            self._hook = comfy.utils.ProgressBar(self.total).hook
        self._crept, self._told = 0.0, time.monotonic()
        check_cancelled()
        _bar.set(weakref.ref(self))

    def step(self, count: float = 1) -> None:
        """Add `count` to what is done."""
        self.done, self._crept = min(self.done + count, self.total), 0.0
        if self._host is not None:  # works from a worker thread too, where the context variable is not set
            self._host.check_cancelled()
        else:
            check_cancelled()
        self._show(self.done)

    def creep(self, host: Surroundings | None) -> None:
        """Show, a few times a second at most, that the step in hand goes on: up to one unit ahead, never past the end."""
        if host is self._host and self.done < self.total and time.monotonic() - self._told > _CREEP_SECONDS:
            self._crept += 0.1 * (1 - self._crept)
            self._show(min(self.done + self._crept, self.total))

    def _show(self, done: float) -> None:
        now = time.monotonic()
        if self._host is not None:
            self._host.show_progress(done, self.total)
        elif self._hook is not None and (done >= self.total or now - self._told > _HOOK_SECONDS):
            self._hook(done, self.total, None)  # not by the bar: it also waits for half a per cent, seconds of a long film
        else:
            return
        self._told = now


def compute_device(tensor: torch.Tensor) -> torch.device:
    """Where to compute on `tensor`: its own device, or ComfyUI's when that is a GPU."""
    if tensor.device.type != "cpu":
        return tensor.device
    management = None if _surroundings.get() is not None else _model_management()
    device = management.get_torch_device() if management else tensor.device
    return device if device.type == "cuda" else tensor.device


def blocker(message: str | None) -> Any:
    """Build the value that keeps every node behind it from running, in silence where there is no message."""
    from comfy_execution.graph_utils import ExecutionBlocker

    return ExecutionBlocker(message)


def video_source(video: Any) -> Any:
    """Path or in-memory file behind a VIDEO with its trim (start, duration in seconds), or None when its frames are in memory."""
    if type(video).__name__ != "VideoFromFile":
        return None  # frames built in the graph: asking for a stream would encode them
    window = getattr(video, "get_active_trim_window", None)  # absent before 0.26
    if window is not None:
        return video.get_stream_source(), *window()
    state = vars(video)
    trim = (state.get(f"_VideoFromFile__{name}", 0.0) for name in ("start_time", "duration"))
    return video.get_stream_source(), *trim
