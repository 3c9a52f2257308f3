import io
import json

import numpy as np
import pytest
import torch
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from raccord.nodes.delivery.channels import claimed_by, every_channel, parse_channels
from raccord.nodes.delivery.check import check_files
from raccord.nodes.delivery.export import export_channels
from raccord.nodes.delivery.order import Order
from raccord.nodes.delivery.verify import LIMIT_DRIFT
from raccord.nodes.media.encode import FilmSpec, FilmWriter
from raccord.nodes.media.traces import leaks
from raccord.nodes.media.xmp import Rights
from raccord.nodes.wires.shot import Shot

PROMPT = json.dumps({"3": {"class_type": "KSampler", "inputs": {"seed": 5}}})
SHOT = Shot("show", "SH010", fps=24)


def found(checklist, check, verdict=None):
    return [f for f in checklist.findings if f.check == f"publish.{check}" and verdict in (None, f.verdict)]


@pytest.fixture
def delivered(place, clip):
    return export_channels(clip, Order(parse_channels("web_hero, youtube_16x9"), SHOT, Rights.parse("alt: wall")))


def test_what_we_export_passes(delivered, clip):
    checklist = check_files(".", [], "web_hero, youtube_16x9", clip)
    assert not [f for f in checklist.findings if f.verdict == "fail"]
    assert found(checklist, "colour", "pass")
    assert found(checklist, "prompt", "pass")
    films = {f.check for f in checklist.findings if f.file.endswith(".mp4")}
    assert {"publish.shape", "publish.codec", "publish.index", "publish.tags", "publish.disclosure", "publish.colour"} <= films
    assert {f.file for f in checklist.findings if f.file} <= set(delivered.files)


def test_without_a_source_colours_are_compared_with_what_the_manifest_notes(delivered, place):
    assert {f.verdict for f in found(check_files(".", [], ""), "colour")} == {"pass"}
    for manifest in place.output_directory.rglob("*.manifest.json"):
        manifest.unlink()
    assert {f.verdict for f in found(check_files(".", [], ""), "colour")} == {"not tested"}


def test_without_a_manifest_the_cut_is_looked_for_in_the_source(place):
    rng = np.random.default_rng(5)
    scene = torch.nn.functional.interpolate(torch.from_numpy(rng.random((1, 3, 9, 16), np.float32)), (360, 640), mode="bicubic")
    clip = scene.clamp(0.1, 0.9)[0].permute(1, 2, 0).repeat(30, 1, 1, 1)
    export_channels(clip, Order(parse_channels("vertical_9x16"), SHOT, Rights.parse("alt: wall")))
    next(place.output_directory.rglob("*.manifest.json")).unlink()
    seen = found(check_files(".", [], "", clip), "colour")
    assert {f.verdict for f in seen} == {"pass"}
    assert all("found" in f.message for f in seen)
    warmer = (clip * torch.tensor([1.05, 1.0, 0.95])).clamp(0, 1)
    assert {f.verdict for f in found(check_files(".", [], "", warmer), "colour")} <= {"fail", "warn"}


def test_another_source_fails_and_the_file_is_not_blamed(delivered, clip, place):
    other = clip.flip(-1)
    said = found(check_files(".", [], "youtube_16x9", other), "colour", "fail")
    assert said
    assert all("as it was exported" in f.suggestion for f in said)
    for manifest in place.output_directory.rglob("*.manifest.json"):  # what is known now is that it is another picture
        document = json.loads(manifest.read_text())
        for entry in document["files"]:
            entry.pop("colours", None)
        manifest.write_text(json.dumps(document))
    strange = torch.rand(clip.shape, generator=torch.Generator().manual_seed(0))
    said = [f for f in found(check_files(".", [], "youtube_16x9", strange), "colour", "fail") if f.file.endswith(".mp4")]
    assert ["another picture" in f.suggestion for f in said] == [True]
    warmer = clip * torch.tensor([0.9, 1.0, 1.0])
    said = [f for f in found(check_files(".", [], "youtube_16x9", warmer), "colour", "fail") if f.file.endswith(".mp4")]
    assert ["matrix" in f.suggestion for f in said] == [True]


def test_a_film_tagged_709_over_601_data_fails(delivered, place, clip, monkeypatch):
    film = next(place.output_directory.rglob("*.mp4"))
    entry = json.loads(next(film.parent.glob("*.manifest.json")).read_text())["files"][0]
    w, h = entry["framing"]["size"]
    red = torch.zeros(12, 90, 160, 3)
    red[:] = torch.tensor((200.0, 30.0, 30.0)) / 255
    from raccord.nodes.media import encode

    class Stock(FilmWriter):
        def _convert(self, picture):
            frame = encode.av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")  # swscale takes BT.601
            frame.pts, frame.time_base = self._count, 1 / self.spec.fps
            encode.tag(frame)
            return frame

    with Stock(film, FilmSpec(w, h, SHOT.fps)) as writer:
        writer.write(np.full((12, h, w, 3), (200, 30, 30), np.uint8))
    bad = found(check_files(".", [], "youtube_16x9", red), "colour", "fail")
    assert bad[0].value > 5 * LIMIT_DRIFT


def test_missing_files_channels_and_broken_ones_are_named(delivered, place):
    film = next(place.output_directory.rglob("*.mp4"))
    film.write_bytes(film.read_bytes()[:2000])
    (place.output_directory / "youtube_16x9.webp").write_bytes(b"RIFF")
    checklist = check_files(".", ["delivery/none.mp4\n"], "web_hero, youtube_16x9, vertical_9x16")
    assert {f.file.rsplit("/", 1)[-1] for f in found(checklist, "readable", "fail")} == {film.name, "youtube_16x9.webp"}
    assert [f.value for f in found(checklist, "missing")] == ["vertical_9x16"]
    assert [f.file for f in found(checklist, "written", "fail")] == ["delivery/none.mp4"]
    assert found(checklist, "manifest", "fail")


@pytest.mark.parametrize("suffix", ["avif", "webp", "jpg"])
def test_a_still_that_breaks_off_is_one_finding(delivered, place, suffix):
    still = next(place.output_directory.rglob(f"*_w*.{suffix}"))
    data = bytearray(still.read_bytes())
    data[len(data) // 2:] = bytes(len(data) - len(data) // 2)
    still.write_bytes(data if suffix == "avif" else data[:len(data) // 2])
    bad = found(check_files(".", [], ""), "readable", "fail")
    assert [f.file.rsplit("/", 1)[-1] for f in bad] == [still.name]


def save(form, **options):
    out = io.BytesIO()
    Image.new("RGB", (32, 32), (90, 20, 10)).save(out, form, **options)
    return out.getvalue()


def with_exif(form):
    exif = Image.Exif()
    exif[0x010F] = f"prompt:{PROMPT}"
    return save(form, exif=exif)


def png_text(key, text, compressed=False):
    info = PngInfo()
    info.add_text(key, text, zip=compressed)
    return save("PNG", pnginfo=info)


LEAKING = {
    "a.png": lambda: png_text("prompt", PROMPT), "zip.png": lambda: png_text("workflow", '{"nodes": [1]}', True),
    "a1111.png": lambda: png_text("parameters", "a cat\nSteps: 20, Sampler: Euler"), "exif.webp": lambda: with_exif("WEBP"),
    "exif.avif": lambda: with_exif("AVIF"), "exif.jpg": lambda: with_exif("JPEG"), "prompt.json": lambda: PROMPT.encode(),
    "page.html": lambda: f"<pre>{PROMPT}</pre>".encode(), "xmp.jpg": lambda: save("JPEG",
                                                                                  xmp=b"<Iptc4xmpExt:AIPromptInformation>cat<"),
}


@pytest.mark.parametrize("name", LEAKING)
def test_a_leaked_prompt_is_found_in_any_file(place, name):
    (place.output_directory / "sub").mkdir()
    (place.output_directory / "sub" / name).write_bytes(LEAKING[name]())
    (place.output_directory / "sub" / "kept.workflow.json").write_text(PROMPT)
    leak = found(check_files(".", [], "youtube_16x9"), "prompt", "fail")
    assert [f.file for f in leak] == [f"sub/{name}"]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm"])
def test_a_leaked_prompt_is_found_in_films(place, suffix):
    av = pytest.importorskip("av")
    path = place.output_directory / f"a.{suffix}"
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"} if suffix == "mp4" else {}) as container:
        container.metadata["prompt"] = PROMPT
        stream = container.add_stream("libvpx-vp9" if suffix == "webm" else "libx264", rate=24)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")))
        container.mux(stream.encode())
    assert "prompt" in leaks(path).lower()


def test_a_leaked_prompt_is_found_in_an_exr_header(place):
    openexr = pytest.importorskip("OpenEXR")
    path = place.output_directory / "a.1001.exr"
    with openexr.File({"prompt": PROMPT}, {"RGB": np.zeros((8, 8, 3), np.float16)}) as file:
        file.write(str(path))
    assert found(check_files(".", [], ""), "prompt", "fail")


def test_a_gap_in_a_sequence_is_named(place, clip):
    vfx = pytest.importorskip("raccord.nodes.delivery.vfx")
    delivered = vfx.export_package(clip, vfx.VfxOrder(SHOT))
    good = check_files("", ["\n".join(delivered.files)], "", clip)
    assert found(good, "sequence", "pass")
    assert found(good, "exact", "pass")
    (place.output_directory / delivered.files[4]).unlink()
    gap = found(check_files("vfx", [], ""), "sequence", "fail")[0]
    assert "1005" in gap.message


def test_nothing_to_check_is_not_tested(place):
    checklist = check_files("", [], "")
    assert {f.verdict for f in checklist.findings} == {"not tested"}
    with pytest.raises(ValueError, match="expected a folder inside the output directory"):
        check_files("nowhere", [], "")
    with pytest.raises(ValueError, match="expected folder"):
        check_files("../x", [], "")


def test_a_channel_claims_by_its_name_as_a_word():
    channels, _ = every_channel()
    assert claimed_by("delivery/show_youtube_16x9_v001/a.mp4", channels).id == "youtube_16x9"
    assert claimed_by("web_hero/x/vertical_9x16.mp4", channels).id == "vertical_9x16"
    assert claimed_by("delivery/myyoutube_16x9b.mp4", channels) is None


def test_every_template_states_its_source():
    for channel in every_channel()[0]:
        assert channel["source"]
        assert channel["checked_on"] == "2026-11-20"
        assert channel["confidence"] in ("official", "mirror", "assumed")
