"""A long film through the four big steps: few frames alive at once, progress all the time, cancel at any moment."""

import weakref
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from films import VideoFromFile
from moving_scene import moving_scene
from raccord.nodes import runtime
from raccord.nodes.continuity.guard import Question, guard
from raccord.nodes.delivery.channels import parse_channels
from raccord.nodes.delivery.export import export_channels
from raccord.nodes.delivery.order import Order
from raccord.nodes.image.layout import to_uint8
from raccord.nodes.media import decode, frames
from raccord.nodes.media.encode import FilmSpec, FilmWriter
from raccord.nodes.media.xmp import Rights
from raccord.nodes.tracking.track import source
from raccord.nodes.tracking.track.overlay import overlay
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.tracking.track.visible import visible_mask
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.shot import Shot

COUNT, SIZE = 40, (160, 100)


class Cancelled(BaseException):
    pass


@dataclass
class Host:
    """Notes how many frames were decoded between two reports, and cancels at one of the looks at cancel."""

    output_directory: Path
    input_directory: Path = Path("input")
    temp_directory: Path = Path("temp")
    library: tuple = ()
    looks: int = 0
    cancel_at: int = -1
    decoded: int = 0
    silent: list = field(default_factory=list)

    def check_cancelled(self):
        self.looks += 1
        if self.looks == self.cancel_at:
            raise Cancelled

    def show_progress(self, done, total):
        assert 0 <= done <= total
        self.silent.append(self.decoded)
        self.decoded = 0

    def wrote(self, path):
        assert path.is_file()

    def left(self):
        return [p for p in self.output_directory.rglob("*") if p.is_file()]


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """One key frame in all: what a film from a generator may look like, and the longest way to any frame."""
    path = tmp_path_factory.mktemp("film") / "x.mp4"
    with FilmWriter(path, FilmSpec(*SIZE, Fraction(25), gop=250, preset="ultrafast")) as out:
        out.write(to_uint8(moving_scene(COUNT, width=SIZE[0], height=SIZE[1], speed=0.5)))
    return VideoFromFile(path)


@pytest.fixture
def host(tmp_path, monkeypatch):
    here = Host(tmp_path / "output")
    here.output_directory.mkdir()
    decoded = decode.FilmReader._frame

    def counted(reader, number):
        here.decoded += 1
        return decoded(reader, number)

    monkeypatch.setattr(decode.FilmReader, "_frame", counted)
    monkeypatch.setattr(runtime, "_CREEP_SECONDS", 1e9)  # steps that count, not the creeping between them
    with runtime.surrounded_by(here):
        yield here


def track(film):
    clip = frames.Frames(film)
    tracked = track_surface(clip, Quad(((40, 30), (100, 30), (100, 80), (40, 80))), COUNT // 2, fps=Fraction(25))
    return overlay(clip, tracked), visible_mask(tracked, whole=False)


def channels(film):
    (youtube,) = parse_channels("youtube_16x9")
    small = replace(youtube, data={**youtube.data, "sizes": [[160, 90]], "largest_enlarged": [160, 90]})
    return export_channels(film, Order([small], Shot(fps=25), Rights.parse("")))


def exr(film):
    vfx = pytest.importorskip("raccord.nodes.delivery.vfx")
    return vfx.export_package(film, vfx.VfxOrder(Shot(fps=25)))


STEPS = {"guard": lambda film: guard(film, Question()), "track": track, "youtube": channels, "exr": exr}


@pytest.mark.parametrize("step", STEPS)
def test_progress_never_rests_and_frames_are_let_go(film, host, step, monkeypatch):
    alive, most, read = [0], [0], decode.FilmReader.read

    def gone(count):
        alive[0] -= count

    def watched(reader, start, stop):
        pictures = read(reader, start, stop)
        alive[0] += stop - start
        most[0] = max(most[0], alive[0])
        weakref.finalize(pictures, gone, stop - start)
        return pictures

    monkeypatch.setattr(decode.FilmReader, "read", watched)
    STEPS[step](film)
    assert max(host.silent) <= 8  # a block
    assert len(host.silent) >= COUNT
    assert most[0] <= 16  # the block in hand and the next one


@pytest.mark.parametrize("step", STEPS)
def test_cancel_at_any_look_leaves_nothing_half_done(film, host, step):
    STEPS[step](film)
    looks = host.looks
    for path in host.left():
        path.unlink()
    for share in (0.0, 0.5, 1.0):
        host.looks, host.cancel_at = 0, max(1, int(share * looks))
        with pytest.raises(Cancelled):
            STEPS[step](film)
        host.cancel_at = -1
        manifests = [p for p in host.left() if p.name.endswith(".manifest.json")]
        whole = {p.parent / e["path"] for p in manifests for e in _entries(p)}
        assert {p for p in host.left() if p not in manifests} == whole
        for path in host.left():
            path.unlink()


def _entries(path):
    from raccord.nodes.media.manifest import file_sha256, read_manifest

    document = read_manifest(path)
    assert document is not None
    assert all(file_sha256(path.parent / e["path"]) == e["sha256"] for e in document["files"])
    return document["files"]


class Numbered:
    """2,000 tiny frames of which each says its number; counts how they are read."""

    is_batch, width, height = False, 16, 16

    def __init__(self):
        self.asked, self.seeks = 0, 0
        self.last = -1

    def __len__(self):
        return 2000

    def frame(self, number):
        self.asked, self.seeks = self.asked + 1, self.seeks + (number != self.last + 1)
        self.last = number
        return torch.full((16, 16, 3), (number % 250) / 255)


def test_a_tracker_holds_few_frames_of_2000_and_reads_them_forwards(monkeypatch):
    monkeypatch.setattr(source, "HELD_BYTES", 64 * 16 * 16)
    clip, most, passed = Numbered(), 0, []
    luma = source.Luma(clip)
    luma.passed = passed.append
    for number in (*range(1000, 2000), *range(999, -1, -1)):
        assert abs(int(luma.frame(number)[3, 3]) - number % 250) <= 1
        assert luma.thumb(number).shape == (16, 16)
        most = max(most, len(luma._held) + len(luma._thumbs))
    assert most <= 64 + 16
    assert clip.asked <= 2010
    assert clip.seeks <= 2 + 1000 // 60 + 1
    assert sum(passed) >= 999 - 60
    stride = list(range(1990, 0, -120))
    luma.expect(stride)
    before = clip.asked
    assert [int(luma.frame(n)[0, 0]) for n in stride] == [n % 250 for n in stride]
    assert clip.asked - before == len(stride)


def test_a_bar_creeps_while_a_step_goes_on(host, monkeypatch):
    now, shown = [0.0], []
    monkeypatch.setattr(runtime, "_CREEP_SECONDS", 0.3)
    monkeypatch.setattr(runtime.time, "monotonic", lambda: now[0])
    host.show_progress = lambda done, total: shown.append(done / total)
    bar = runtime.Progress(10)
    bar.step(4)
    for _ in range(40):
        now[0] += 0.1
        runtime.check_cancelled()
    assert 8 <= len(shown) <= 14
    assert np.all(np.diff(shown) > 0)
    assert 0.45 < shown[-1] < 0.5
    del bar
    count = len(shown)
    now[0] += 5
    runtime.check_cancelled()
    assert len(shown) == count
