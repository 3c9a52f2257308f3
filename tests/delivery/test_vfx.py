import json

import numpy as np
import pytest
import torch
from raccord.nodes.wires.grade import Grade
from raccord.nodes.wires.quad import Quad
from raccord.nodes.wires.shot import Shot
from raccord.nodes.wires.track import Track, TrackFrame

vfx = pytest.importorskip("raccord.nodes.delivery.vfx")
exr = pytest.importorskip("raccord.nodes.media.exr")
SHOT = Shot("show", "SH010", start_frame=1001, fps=24)


def test_frames_names_and_values(place, clip):
    delivered = vfx.export_package(clip, vfx.VfxOrder(SHOT))
    frames = [f for f in delivered.files if f.endswith(".exr")]
    assert frames[0] == "vfx/show_SH010_comp_v001/show_SH010_comp_v001.1001.exr"
    assert len(frames) == 12
    _, (part,) = exr.read_exr(place.output_directory / frames[5])
    linear = np.where(clip[5].numpy() <= 0.04045, clip[5].numpy() / 12.92, ((clip[5].numpy() + 0.055) / 1.055) ** 2.4)
    for i, name in enumerate("RGB"):
        assert np.abs(part[name].astype(np.float64) - linear[..., i]).max() <= 2**-11
    manifest = json.loads((place.output_directory / delivered.files[-1]).read_text(encoding="utf-8"))
    assert [e["path"] for e in manifest["files"]][:1] == ["show_SH010_comp_v001.1001.exr"]
    assert manifest["frames"] == [1001, 1012]
    assert {f.verdict for f in delivered.findings} == {"pass"}


def test_grade_and_track_lie_beside_or_are_left_out_with_a_sentence(place, clip):
    frames = tuple(TrackFrame(Quad.rectangle(10 + t, 10, 40, 30), "tracked", 1.0) for t in range(12))
    track = Track((160, 90), SHOT.fps, frames)
    delivered = vfx.export_package(clip, vfx.VfxOrder(SHOT, track=track, grade=Grade()))
    suffixes = {f.split("_v001.", 2)[-1] for f in delivered.files}
    assert {"cube", "cdl", "json.json", "nuke_cornerpin.nk"} <= suffixes
    refused = vfx.VfxOrder(SHOT, task="b", track=Track.lost((160, 90), SHOT.fps, 12, "no texture"),
                           grade=Grade.refuse("no plate"))
    delivered = vfx.export_package(clip, refused)
    said = {f.check: (f.verdict, f.message) for f in delivered.findings}
    assert said["publish.grade"][0] == said["publish.track"][0] == "refused"
    assert "no plate" in said["publish.grade"][1]
    assert not [f for f in delivered.files if f.endswith((".cube", ".nk"))]


def test_a_grade_that_changes_has_a_lut_for_both_ends(place, clip):
    eye = np.eye(3)
    ramp = Grade("exposure").ramp((0, eye), (len(clip) - 1, 4 * eye))
    delivered = vfx.export_package(clip, vfx.VfxOrder(SHOT, grade=ramp))
    luts = [f for f in delivered.files if f.endswith(".cube")]
    assert [name.split(".")[-2] for name in luts] == ["1001", "1012"]
    middle = []
    for name in luts:
        lines = (place.output_directory / name).read_text(encoding="utf-8").splitlines()
        rows = np.array([line.split() for line in lines if line and line[0].isdigit()], float).reshape(33, 33, 33, 3)
        middle.append(rows[16, 16, 16, 0])
    assert middle == pytest.approx([0.5, 0.9339], abs=1e-4)  # four times the light of 0.5
    (whole,) = (place.output_directory / f for f in delivered.files if f.endswith(".grade.json"))
    assert Grade.from_json(json.loads(whole.read_text(encoding="utf-8"))) == ramp


def test_layers_are_bit_exact(place, clip):
    ids = torch.randint(0, 5000, (12, 90, 160, 3)).float()
    layers = vfx.name_layers([ids, ids[:1] / 7], "id\nmask:hero\n")
    delivered = vfx.export_package(clip, vfx.VfxOrder(SHOT, layers=layers))
    _, (_, data, _) = exr.read_exr(place.output_directory / delivered.files[11])
    assert np.array_equal(data["id.id"], ids[11, ..., 0].numpy())
    assert np.array_equal(data["mask_hero.A"], (ids[:1] / 7)[0, ..., 0].numpy())
    with pytest.raises(ValueError, match="expected a name of its own for each of 1 layers"):
        vfx.name_layers([ids], "")
    with pytest.raises(ValueError, match="expected layer id of 1 or 12 frames"):
        vfx.export_package(clip, vfx.VfxOrder(SHOT, layers={"id": ids[:3]}))


def test_a_cancelled_sequence_is_whole_as_far_as_it_goes_and_is_resumed(place, clip):
    clip = clip.repeat(1, 4, 4, 1)
    place.cancel_after = 40
    with pytest.raises(place.Cancelled):
        vfx.export_package(clip, vfx.VfxOrder(SHOT))
    left = [f for f in place.files() if f.endswith(".exr")]
    assert 0 < len(left) < 12
    for name in left:
        exr.read_exr(place.output_directory / name)
    stamps = {n: (place.output_directory / n).stat().st_mtime_ns for n in left}
    place.cancel_after = -1
    delivered = vfx.export_package(clip, vfx.VfxOrder(SHOT))
    assert len([f for f in place.files() if f.endswith(".exr")]) == 12
    assert all((place.output_directory / n).stat().st_mtime_ns == s for n, s in stamps.items())
    assert f"{len(left)} were there already" in delivered.findings[0].message


def test_a_shorter_clip_replaces_a_longer_one_whole(place, clip):
    vfx.export_package(clip, vfx.VfxOrder(SHOT))
    vfx.export_package(clip[:4], vfx.VfxOrder(SHOT, if_exists="replace"))
    assert len([f for f in place.files() if f.endswith(".exr")]) == 4
    delivered = vfx.export_package(clip, vfx.VfxOrder(SHOT))
    assert "_v002/" in delivered.files[0]


def test_a_colour_space_that_is_unknown_is_refused(place, clip):
    with pytest.raises(ValueError, match="expected colour_space of"):
        vfx.export_package(clip, vfx.VfxOrder(SHOT, colour_space="P3"))


@pytest.mark.parametrize("task", ["a/b", "../x", "a:b", "con/x"])
def test_names_cannot_leave_the_folder(place, clip, task):
    with pytest.raises(ValueError, match="expected (task|show, shot)"):
        vfx.export_package(clip, vfx.VfxOrder(SHOT, task=task))
    assert place.files() == []
