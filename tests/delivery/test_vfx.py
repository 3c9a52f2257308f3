import json

import numpy as np
import pytest
import torch
from raccord.nodes.delivery.check import check_files
from raccord.nodes.media.xmp import Rights, read_xmp_box, stated_rights
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


def test_a_frame_that_was_painted_on_is_kept_and_named(place, clip):
    delivered = vfx.export_package(clip, vfx.VfxOrder(SHOT))
    frame = place.output_directory / delivered.files[3]
    whole, painted = frame.read_bytes(), (place.output_directory / delivered.files[4]).read_bytes()
    frame.write_bytes(painted)
    again = vfx.export_package(clip, vfx.VfxOrder(SHOT))
    (found,) = (f for f in again.findings if f.check == "publish.changed")
    assert found.verdict == "warn"
    assert found.file == "vfx/show_SH010_comp_v001_changed/show_SH010_comp_v001.1004.exr"
    assert (place.output_directory / found.file).read_bytes() == painted
    assert frame.read_bytes() == whole
    assert not [f for f in vfx.export_package(clip, vfx.VfxOrder(SHOT)).findings if f.check == "publish.changed"]


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


def parts_of(path):
    """What OpenImageIO reads: by part its channels (H, W) and its attributes."""
    oiio = pytest.importorskip("OpenImageIO")
    found, opened, number = {}, oiio.ImageInput.open(str(path)), 0
    while opened.seek_subimage(number, 0):
        spec = opened.spec()
        pixels = opened.read_image(number, 0, 0, spec.nchannels, oiio.UNKNOWN).reshape(spec.height, spec.width, spec.nchannels)
        told = {a.name: a.value for a in spec.extra_attribs}
        found[told.get("oiio:subimagename", "rgba")] = {n: pixels[..., i] for i, n in enumerate(spec.channelnames)}, told
        number += 1
    opened.close()
    return found


def test_another_reader_finds_the_parts_their_data_and_what_the_header_says(place, clip):
    shot = Shot("show", "SH010", take=3, fps=23.976, start_frame=993, handles=8)
    ids = torch.randint(0, 5000, (1, 90, 160, 3)).float()
    motion, mask = torch.randn(12, 90, 160, 3) * 40, torch.rand(12, 90, 160, 3)
    frames = tuple(TrackFrame(Quad.rectangle(10.3 + t, 10, 40, 30), "tracked", 1.0) if t != 5 else TrackFrame(None, "lost", 0.0)
                   for t in range(12))
    order = vfx.VfxOrder(shot, colour_space="ACEScg", layers={"id": ids, "motion": motion, "mask:hero": mask},
                         track=Track((160, 90), shot.fps, frames))
    delivered = vfx.export_package(clip, order)
    assert {f.verdict for f in delivered.findings if f.check not in ("publish.track", "publish.handles")} == {"pass"}
    for t in (0, 5, 11):
        parts = parts_of(place.output_directory / delivered.files[t])
        assert list(parts) == ["rgba", "data", "cryptomatte"]
        data = parts["data"][0]
        assert set(data) == {"id.id", "motion.u", "motion.v", "mask_hero.A", "st.u", "st.v", "st.A"}
        assert np.array_equal(data["motion.v"], motion[t, ..., 1].numpy())
        assert np.array_equal(data["id.id"], ids[0, ..., 0].numpy())
        assert np.array_equal(parts["cryptomatte"][0]["CryptoObject00.G"], mask[t, ..., 0].numpy())
        wanted = np.where(data["st.A"] > 0, (np.arange(160) + 0.5 - (10.3 + t)) / 40, 0)
        assert np.abs(data["st.u"] - wanted).max() < 1e-6
        assert data["st.A"].any() == (t != 5)
        for _, told in parts.values():
            assert told["framesPerSecond"] == (24000, 1001)
            assert told["smpte:TimeCode"][0] == int(f"000041{9 + t:02d}", 16)  # frame 993 is 41 s and 9 frames at 24
            assert told["chromaticities"] == pytest.approx((0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767))
            assert (told["colorInteropID"], told["raccord/light"], told["raccord/handles"]) == ("lin_ap1_scene", "linear", "8")
            assert told["compression"] == "zip"
    (manifest,) = (json.loads(p.read_text(encoding="utf-8")) for p in place.output_directory.rglob("*.manifest.json"))
    assert (manifest["frames"], manifest["cut"], manifest["light"]) == ([993, 1004], None, "linear")
    assert {f.rpartition("_v001.")[2] for f in delivered.files} >= {"report.json", "csv.csv", "nuke_tracker4.nk", "manifest.json"}
    listed = {e["path"] for e in manifest["files"]}
    assert listed == {f.rpartition("/")[2] for f in delivered.files} - {"show_SH010_comp_v001.manifest.json"}


def test_rights_go_with_the_package_and_end_when_they_end(place, clip):
    rights = Rights.parse("creator: Ana Ruiz\nlicence: all media\nexpires: 2020-01-31\nalt: a street\n"
                          "digital_source_type: compositeWithTrainedAlgorithmicMedia")
    order = vfx.VfxOrder(SHOT, mezzanine="DNxHR HQX", rights=rights)
    delivered = vfx.export_package(clip.repeat(1, 2, 2, 1), order)
    ((_, told),) = parts_of(place.output_directory / delivered.files[0]).values()
    assert {key: told.get(f"raccord/{key}") for key in ("creator", "licence", "expires", "alt", "digital_source_type")} == {
        "creator": "Ana Ruiz", "licence": "all media", "expires": "2020-01-31", "alt": None,
        "digital_source_type": "compositeWithTrainedAlgorithmicMedia"}
    assert (told.get("owner") or told.get("Copyright")) == "Ana Ruiz"
    (film,) = (place.output_directory / f for f in delivered.files if f.endswith(".mov"))
    assert stated_rights(read_xmp_box(film.read_bytes()))["expires"] == "2020-01-31"
    (manifest,) = (json.loads(p.read_text(encoding="utf-8")) for p in place.output_directory.rglob("*.manifest.json"))
    assert manifest["rights"] == dict(rights.values)
    assert manifest["digital_source_type"] == "compositeWithTrainedAlgorithmicMedia"
    ended = [f for f in check_files("vfx", [], "").findings if f.check == "publish.expiry"]
    assert sorted((f.verdict, f.file.rpartition(".")[2]) for f in ended) == [("fail", "exr"), ("fail", "mov")]
    again = vfx.export_package(clip.repeat(1, 2, 2, 1), vfx.VfxOrder(SHOT, mezzanine="DNxHR HQX"))
    assert "_v002/" in again.files[0]  # other rights are another package


def test_a_package_says_that_it_was_generated_without_a_line_of_rights(place, clip):
    delivered = vfx.export_package(clip, vfx.VfxOrder(SHOT))
    ((_, told),) = parts_of(place.output_directory / delivered.files[0]).values()
    assert told["raccord/digital_source_type"] == "trainedAlgorithmicMedia"
    assert "owner" not in told
    assert "Copyright" not in told


def test_a_grey_of_any_space_is_the_grey_it_was(place, clip):
    """White is white in every space; the encoded one keeps the values."""
    grey = torch.full((1, 8, 8, 3), 0.5)
    for space, value in (("linear Rec.709", 0.21404), ("ACEScg", 0.21404), ("ACES2065-1", 0.21404), ("sRGB encoded", 0.5)):
        delivered = vfx.export_package(grey, vfx.VfxOrder(SHOT, task=space.split()[0].replace(".", ""), colour_space=space))
        (channels, _), = parts_of(place.output_directory / delivered.files[0]).values()
        assert {name: float(v[0, 0]) for name, v in channels.items()} == pytest.approx(
            {"R": value, "G": value, "B": value, "A": 1}, abs=2e-4)


def test_time_code_of_fast_films_counts_pairs(place):
    delivered = vfx.export_package(torch.zeros(1, 8, 8, 3), vfx.VfxOrder(Shot(fps=60, start_frame=1079)))
    ((_, told),) = parts_of(place.output_directory / delivered.files[0]).values()
    assert told["smpte:TimeCode"][0] & 0x3F == 0x29  # frame 59 of the second is the other one of pair 29
    assert told["smpte:TimeCode"][0] >> 8 & 0x7F == 0x17


def test_a_mezzanine_lies_beside_the_frames_with_their_time_code(place, clip):
    big = clip.repeat(1, 2, 2, 1)
    order = vfx.VfxOrder(SHOT, mezzanine="DNxHR HQX", audio={"waveform": torch.zeros(1, 1, 480), "sample_rate": 48000})
    delivered = vfx.export_package(big, order)
    (film,) = (place.output_directory / f for f in delivered.files if f.endswith(".mov"))
    assert film.name == "show_SH010_comp_v001.dnxhr_hqx.mov"
    found = next(f for f in delivered.findings if f.check == "publish.mezzanine")
    assert (found.verdict, found.value) == ("pass", pytest.approx(0, abs=0.6))
    assert "00:00:41:17" in found.message
    stamp = film.stat().st_mtime_ns
    film.with_name("show_SH010_comp_v001.1003.exr").unlink()
    vfx.export_package(big, order)
    assert film.stat().st_mtime_ns == stamp
    assert film.with_name("show_SH010_comp_v001.1003.exr").is_file()
    with pytest.raises(ValueError, match="expected an even width"):
        vfx.export_package(clip[:, :, :99], order)


def test_a_part_that_breaks_off_is_no_frame(place, clip):
    layers = {"id": torch.rand(12, 90, 160, 3)}
    delivered = vfx.export_package(clip[:1], vfx.VfxOrder(SHOT, layers={"id": layers["id"][:1]}))
    path = place.output_directory / delivered.files[0]
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(ValueError, match="one that is broken off"):
        exr.read_exr_parts(path)


def test_handles_that_leave_no_frame_and_layers_that_are_no_numbers_are_named(place, clip):
    depth = torch.ones(12, 90, 160, 1)
    depth[3, 0, 0], depth[7, 5, 5] = float("nan"), float("inf")
    still = torch.full((1, 90, 160, 3), float("inf"))
    tight = vfx.VfxOrder(Shot("show", "SH010", fps=24, handles=6), layers={"depth": depth, "sky": still, "good": depth * 0 + 1})
    tight.layers["good"].nan_to_num_(1.0)
    said = [f for f in vfx.export_package(clip, tight).findings if f.verdict == "warn"]
    assert [(f.check, f.value, f.limit) for f in said] == [
        ("publish.handles", 6, 5), ("publish.numbers", 2, 0), ("publish.numbers", 12, 0)]
    assert list(said[1].frames) == [3, 7]
    assert "depth" in said[1].message
    assert "1004" in said[1].message
    checked = [f for f in check_files(".", [], "").findings if f.check == "publish.numbers"]
    assert [f.verdict for f in checked] == ["warn"]
    roomy = vfx.VfxOrder(Shot("show", "SH011", fps=24, handles=5))
    assert {f.verdict for f in vfx.export_package(clip, roomy).findings} == {"pass"}


def test_a_licence_that_has_ended_is_named_before_it_is_published(place, clip):
    ended = vfx.VfxOrder(SHOT, rights=Rights.parse("expires: 2020-01-01"))
    said = [f for f in vfx.export_package(clip, ended).findings if f.check == "publish.expiry"]
    assert [f.verdict for f in said] == ["warn"]
    assert "ended on 2020-01-01" in said[0].message
