"""Disks and films that fail: nothing is left that is half, and one sentence says what to do."""

import errno
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from films import VideoFromFile, noise, write_rgb
from node_calls import FRAMES, HEIGHT, WIDTH, call, fitting, frames, kinds, sockets

WRITERS = {
    "RaccordExportTrack": {}, "RaccordSaveGrade": {"formats": "cdl, cc"}, "RaccordSaveBrandKit": {}, "RaccordSaveReport": {},
    "RaccordVFXExport": {}, "RaccordChannelExport": {"channels": "web_hero"},
}
FILM = ("RaccordChannelExport", {"channels": "youtube_16x9"})
CASES = [*WRITERS.items(), FILM]
READERS = [(node, name) for node in kinds() for name, socket in sockets(node).items()
           if socket.get_io_type() in ("IMAGE,VIDEO", "COMFY_MATCHTYPE_V3")]


@pytest.mark.parametrize(("node", "given"), CASES)
@pytest.mark.parametrize(("code", "fragment"), [
    (errno.ENOSPC, "expected room on the disk for "), (errno.EACCES, "expected a folder to write "),
    (errno.EROFS, "see to the output folder and its rights"),
])
def test_a_disk_that_takes_nothing(refused, monkeypatch, node, given, code, fragment):
    def fail(written, *_):
        assert written.is_file(), "the bytes were written: only the name is missing"
        raise OSError(code, "as the system says it")

    monkeypatch.setattr(Path, "replace", fail)
    monkeypatch.setattr(Path, "hardlink_to", lambda name, written: fail(written))
    assert fragment in refused(node, **given)


@pytest.mark.parametrize(("node", "given"), CASES)
def test_a_folder_that_is_a_file(place, node, given):
    for name in ("tracks", "kits", "grade", "delivery", "vfx", "report"):
        (place.output_directory / name).write_text("taken", encoding="utf-8")
    before = place.left()
    inner = {"name": "report/x"} if node == "RaccordSaveReport" else {"name": "grade/x"} if node == "RaccordSaveGrade" else {}
    with pytest.raises(ValueError, match="expected a folder to write .*: see to the output folder") as caught:
        call(node, **given, **inner)
    assert "\n" not in str(caught.value)
    assert place.left() == before


def test_a_disk_that_fills_up_keeps_what_is_whole(place, monkeypatch):
    """The third frame of four finds no room: what is whole is kept for the next run, and the manifest says that it is not all."""
    real, last = Path.hardlink_to, "show_shot_comp_v001.1003.exr"
    monkeypatch.setattr(Path, "hardlink_to", lambda self, target: _full() if self.name == last else real(self, target))
    with pytest.raises(ValueError, match=f"expected room on the disk for {last}, got none: make room and run again; "
                                         "show_shot_comp_v001.1001.exr to .* files, are finished, and resume goes on from there"):
        call("RaccordVFXExport")
    names = [Path(p).name for p in place.left() if "." in p]
    fourth = ["show_shot_comp_v001.1004.exr"]  # may have been at work beside it
    assert [n for n in names if n not in fourth] == ["show_shot_comp_v001.1001.exr", "show_shot_comp_v001.1002.exr",
                                                     "show_shot_comp_v001.manifest.json"]
    monkeypatch.undo()
    kept = (place.output_directory / "vfx/show_shot_comp_v001" / names[0]).stat().st_mtime_ns
    files = call("RaccordVFXExport")[0].splitlines()
    assert len(files) == FRAMES + 2  # with the report and the manifest
    assert (place.output_directory / files[0]).stat().st_mtime_ns == kept


def _full():
    raise OSError(errno.ENOSPC, "No space left on device")


def sound_only(path):
    with av.open(str(path), "w") as out:
        stream = out.add_stream("aac", rate=48000)
        frame = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
        frame.sample_rate = 48000
        out.mux(stream.encode(frame))
        out.mux(stream.encode())


def cut_off(path):
    write_rgb(path, noise(FRAMES, HEIGHT, WIDTH))
    path.write_bytes(path.read_bytes()[:300])


def no_index(path):
    """An MP4 whose index, which stands last, was never written."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=24)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for picture in noise(FRAMES, HEIGHT, WIDTH):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        out.mux(stream.encode())
    path.write_bytes(path.read_bytes().partition(b"moov")[0])


BROKEN = {
    "no bytes": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("this is no film\n" * 400, encoding="utf-8"),
    "zeros": lambda path: path.write_bytes(bytes(5000)),
    "sound only": sound_only,
    "cut off": cut_off,
    "no index": no_index,
    "gone": lambda path: None,
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_film(refused, place, what):
    path = place.input_directory / ("broken.mkv" if what == "cut off" else "broken.mp4")
    BROKEN[what](path)
    for node, name in READERS:
        said = refused(node, **{name: VideoFromFile(path)})
        assert said.startswith(f"{name}: expected"), said
        assert path.name in said
    assert "broken" in refused("RaccordLoadClip", file=path.name)


def test_a_film_with_foreign_letters_in_its_tags(place):
    """Tags are texts of anybody: they must not keep a film from being read."""
    path = place.input_directory / "tagged.mkv"
    with av.open(str(path), "w") as out:
        out.metadata["title"] = "prise numero un"
        stream = out.add_stream("ffv1", rate=24)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "bgr0"
        out.mux(stream.encode(av.VideoFrame.from_ndarray(noise(1, HEIGHT, WIDTH)[0], "rgb24").reformat(format="bgr0")))
        out.mux(stream.encode())
    path.write_bytes(path.read_bytes().replace(b"numero", b"num\xe9ro"))
    assert len(call("RaccordLoadClip", file="tagged.mkv")[0]) == 1


def test_a_film_that_vanishes_after_it_was_looked_at(refused, place):
    from raccord.nodes.media.frames import Frames

    path = write_rgb(place.input_directory / "gone.mkv", noise(FRAMES, HEIGHT, WIDTH))
    clip = Frames(VideoFromFile(path))
    path.unlink()
    with pytest.raises(ValueError, match="at frame 2 expected a film, got gone.mkv, which cannot be read .*: export it again"):
        clip.frame(2)


@pytest.mark.parametrize(("node", "name"), READERS)
def test_a_film_of_one_frame(place, node, name):
    path = write_rgb(place.input_directory / "one.mkv", noise(1, HEIGHT, WIDTH))
    other = {"layers": None, "layer_names": ""} if node == "RaccordVFXExport" else {}
    other |= fitting(node, name, frames(1)) if node == "RaccordLoadTrack" else {}
    values = call(node, **{name: VideoFromFile(path)}, **other)
    assert all(torch.isfinite(v).all() for v in values if isinstance(v, torch.Tensor))


@pytest.mark.parametrize(("node", "name", "file"), [
    ("RaccordLoadClip", "file", "film.mkv"), ("RaccordLoadGrade", "file", "look.cube"), ("RaccordLoadBrandKit", "name", "brand"),
    ("RaccordLoadTrack", "file", "sign.json"),
])
def test_a_file_that_vanishes_after_it_was_checked(refused, place, node, name, file):
    check = getattr(kinds()[node], "validate_inputs", None)
    assert check is None or check(**{name: file}) is True
    (place.input_directory / {"brand": "raccord/kits/brand.safetensors"}.get(file, file)).unlink()
    assert file in refused(node, **{name: file})


@pytest.mark.parametrize("content", [
    b"", b"LUT_3D_SIZE 2\n0 0 0\n", b"LUT_3D_SIZE 99999999\n", b"LUT_3D_SIZE 2\n" + b"nan nan nan\n" * 8, b"\xff\xfe" * 100,
    b"LUT_3D_SIZE two\n", b"LUT_3D_SIZE 2\n" + b"1e400 0 0\n" * 8,
])
def test_a_broken_grade(refused, place, content):
    (place.input_directory / "look.cube").write_bytes(content)
    assert "expected" in refused("RaccordLoadGrade")


@pytest.mark.parametrize("content", [
    b"", b"<cdl", b"<ColorCorrection><SOPNode><Slope>nan 1 1</Slope></SOPNode></ColorCorrection>",
])
def test_a_broken_cdl(refused, place, content):
    (place.input_directory / "look.cdl").write_bytes(content)
    assert "expected" in refused("RaccordLoadGrade", file="look.cdl")


@pytest.mark.parametrize("cut", [0, 5, 40, -1])
def test_a_broken_kit(refused, place, cut):
    path = place.input_directory / "raccord/kits/brand.safetensors"
    path.write_bytes(path.read_bytes()[:cut])
    assert "brand" in refused("RaccordLoadBrandKit")


def test_a_delivery_that_is_broken_is_a_finding(place):
    """What a check is for: a broken file is an answer, not an error."""
    for name, make in BROKEN.items():
        if name not in ("gone", "a folder"):
            make(place.output_directory / f"{name.replace(' ', '_')}_youtube_16x9.mp4")
    (place.output_directory / "half.1001.exr").write_bytes(b"v/1\x01half")
    (place.output_directory / "half.webp").write_bytes(b"RIFF")
    (place.output_directory / "x.manifest.json").write_text("{", encoding="utf-8")
    verdict, text = call("RaccordPublishCheck")
    assert verdict == "fail"
    assert "Errno" not in text
    assert str(place.root) not in text
    assert "half.1001.exr" in text
    gone = call("RaccordPublishCheck", folder="", files={"files0": "gone.mp4"})
    assert gone[0] == "fail"


def test_a_batch_of_one_frame_is_delivered_everywhere(place):
    files = call("RaccordChannelExport", clip=frames(1), channels="web_hero, youtube_16x9, vertical_9x16")[0].splitlines()
    assert {Path(f).suffix for f in files} >= {".avif", ".webp", ".jpg", ".mp4", ".json"}
