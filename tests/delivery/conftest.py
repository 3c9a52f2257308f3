from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import torch
from raccord.nodes import runtime


class Cancelled(BaseException):
    pass


@dataclass
class Place:
    """A host that remembers what it was told, and cancels after some steps when asked to."""

    output_directory: Path
    input_directory: Path
    temp_directory: Path
    library: tuple = ()
    told: list = field(default_factory=list)
    cancel_after: int = -1
    Cancelled = Cancelled

    def check_cancelled(self):
        if self.cancel_after == 0:
            raise Cancelled
        self.cancel_after -= 1

    def show_progress(self, done, total):
        assert 0 <= done <= total + 1e-9

    def wrote(self, path):
        assert path.is_file()
        self.told.append(path)

    def files(self):
        return sorted(p.relative_to(self.output_directory).as_posix() for p in self.output_directory.rglob("*") if p.is_file())


@pytest.fixture
def place(tmp_path):
    for name in ("input", "output", "temp"):
        (tmp_path / name).mkdir()
    here = Place(tmp_path / "output", tmp_path / "input", tmp_path / "temp")
    with runtime.surrounded_by(here):
        yield here


@pytest.fixture
def clip():
    """Twelve frames 160×90: red ground, a ramp that moves, a grey block."""
    frames = np.zeros((12, 90, 160, 3), np.float32)
    frames[:] = np.array((200, 30, 30)) / 255
    for t in range(12):
        frames[t, :30] = np.roll(np.linspace(0, 1, 160), 3 * t)[:, None]
        frames[t, 60:, :40] = 0.5
    return torch.from_numpy(frames)
