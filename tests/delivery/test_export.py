import errno
import hashlib
import json
from fractions import Fraction

import av
import numpy as np
import pytest
import torch
from PIL import Image
from raccord.nodes.delivery import film
from raccord.nodes.delivery.channels import parse_channels
from raccord.nodes.delivery.export import export_channels
from raccord.nodes.delivery.order import Order
from raccord.nodes.delivery.verify import read_back
from raccord.nodes.media.captions import parse_srt
from raccord.nodes.media.xmp import Rights
from raccord.nodes.wires.shot import Shot

RED = (200, 30, 30)


def order(channels="web_hero, youtube_16x9, vertical_9x16", **more):
    rights = more.pop("rights", Rights.parse("alt: a <red> wall\ncreator: A & B"))
    return Order(parse_channels(channels), more.pop("shot", Shot("show", "SH010", fps=25)), rights, **more)


def verdicts(delivery):
    return {(f.check, f.verdict) for f in delivery.findings}


def test_red_survives_in_every_file(place, clip):
    delivery = export_channels(clip, order())
    assert [p.relative_to(place.output_directory).as_posix() for p in place.told if p in set(place.told)]
    assert set(delivery.files) == set(place.files())
    for name in delivery.files:
        path = place.output_directory / name
        if name.endswith(".mp4"):
            count, pictures = read_back(path, (0, 11))
            assert count == 12
            shown = pictures[11]
            h, w = shown.shape[:2]
            patch = shown[int(h * 0.45):int(h * 0.6), int(w * 0.6):int(w * 0.9)].reshape(-1, 3)
            assert np.abs(patch.mean(0) - RED).max() <= 1, name
        elif name.endswith((".avif", ".webp", ".jpg")) and "poster" not in name:
            patch = np.asarray(Image.open(path).convert("RGB"))[40:55, 100:150].reshape(-1, 3)
            assert np.abs(patch.mean(0) - RED).max() <= 1.5, name
    assert ("publish.colour", "fail") not in verdicts(delivery)
    assert ("publish.enlarged", "warn") in verdicts(delivery)


def test_no_prompt_but_the_disclosure_is_in_the_files(place, clip):
    export_channels(clip, order("web_hero, youtube_16x9"))
    for name in place.files():
        data = (place.output_directory / name).read_bytes()
        if name.endswith((".mp4", ".avif", ".webp", ".jpg")):
            assert b"trainedAlgorithmicMedia" in data, name
            assert b"class_type" not in data
    snippet = next(place.output_directory.rglob("web_hero.picture.txt")).read_text(encoding="utf-8")
    assert 'alt="a &lt;red&gt; wall"' in snippet
    assert 'width="160"' in snippet
    assert "<red>" not in snippet


def test_the_manifest_names_every_file_by_its_hash(place, clip):
    export_channels(clip, order("web_hero, youtube_16x9"))
    for manifest in place.output_directory.rglob("*.manifest.json"):
        document = json.loads(manifest.read_text(encoding="utf-8"))
        assert document["complete"] is True
        names = {e["path"] for e in document["files"]}
        assert names | {manifest.name} == {p.name for p in manifest.parent.iterdir()}
        for entry in document["files"]:
            assert hashlib.sha256((manifest.parent / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
            assert (manifest.parent / entry["path"]).stat().st_size == entry["bytes"]


def test_resume_keeps_identical_work_and_makes_a_version_of_other_work(place, clip):
    export_channels(clip, order("youtube_16x9"))
    film = next(place.output_directory.rglob("*.mp4"))
    stamp = film.stat().st_mtime_ns
    again = export_channels(clip, order("youtube_16x9"))
    assert film.stat().st_mtime_ns == stamp
    assert again.rows[0]["encodes"] == 0
    assert film in place.told
    film.write_bytes(film.read_bytes()[:-100])  # a broken disk
    export_channels(clip, order("youtube_16x9"))
    assert read_back(film, (0,))[0] == 12
    other = export_channels(clip.flip(0), order("youtube_16x9"))
    assert "_v002" in other.files[0]
    assert len(place.files()) == 7  # the broken film was kept aside: it may have been somebody's
    assert sum("_changed/" in name for name in place.files()) == 1
    export_channels(clip.flip(0), order("youtube_16x9", if_exists="replace"))
    assert len(place.files()) == 7
    with pytest.raises(ValueError, match="expected show_SH010_youtube_16x9_v001 to be absent"):
        export_channels(clip, order("youtube_16x9", if_exists="refuse"))


@pytest.mark.parametrize("steps", [0, 3, 12, 30, 36])
def test_cancelling_leaves_no_half_file(place, clip, steps):
    place.cancel_after = steps
    with pytest.raises(place.Cancelled):
        export_channels(clip, order())
    assert not list(place.output_directory.rglob(".raccord-*"))
    for manifest in place.output_directory.rglob("*.manifest.json"):
        listed = {e["path"] for e in json.loads(manifest.read_text(encoding="utf-8"))["files"]}
        assert listed | {manifest.name} == {p.name for p in manifest.parent.iterdir()}
    if steps <= 12:
        assert place.files() == []


def test_a_full_disk_is_one_error_and_leaves_nothing_half(place, clip, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(film.FilmWriter, "write", full)
    with pytest.raises(ValueError, match=r"expected room on the disk for show_SH010_youtube_16x9_v001\.mp4"):
        export_channels(clip, order("youtube_16x9"))
    assert place.files() == []


def test_sound_captions_and_rate(place, clip):
    tone = torch.sin(torch.arange(24000) / 20)[None, None]
    captions = parse_srt("1\n00:00:00,100 --> 00:00:00,400\nHello\n")
    made = order("youtube_16x9", audio={"waveform": tone, "sample_rate": 48000}, captions=captions)
    delivery = export_channels(clip, made)
    assert any(f.endswith(".srt") for f in delivery.files)
    with av.open(str(next(place.output_directory.rglob("*.mp4")))) as container:
        assert container.streams.video[0].average_rate == Fraction(25)
        assert container.streams.audio[0].codec_context.sample_rate == 48000
    assert not [f for f in delivery.findings if f.check == "publish.captions"]


def test_captions_beyond_the_film_are_named(place, clip):
    late = parse_srt("2\n00:00:09,000 --> 00:00:10,000\nLate\n\n1\n00:00:00,100 --> 00:00:00,400\nHello\n")
    delivery = export_channels(clip, order("vertical_9x16", captions=late))
    said = [f for f in delivery.findings if f.check == "publish.captions"]
    assert [(f.verdict, f.value, f.limit) for f in said] == [("warn", 10.0, 0.48)]
    assert "1 of 2 never show" in said[0].message
    beside = next(p for p in place.output_directory.rglob("*.srt")).read_text(encoding="utf-8")
    assert beside.startswith("1\n00:00:00,100 --> 00:00:00,400\nHello\n\n2\n")


@pytest.mark.parametrize("name", ["tiktok", "youtube"])
def test_channels_that_cannot_be_written_are_refused_by_name(name):
    with pytest.raises(ValueError, match=name):
        parse_channels(f"web_hero, {name}")


def test_a_licence_that_has_ended_is_named(place, clip):
    for day, verdicts in (("2020-01-01", ["warn"]), ("2999-01-01", [])):
        made = order("web_hero", rights=Rights.parse(f"expires: {day}\nalt: x"), folder=day)
        assert [f.verdict for f in export_channels(clip, made).findings if f.check == "publish.expiry"] == verdicts


def test_inputs_that_do_not_fit_are_named(place, clip):
    with pytest.raises(ValueError, match="expected hero_frame within the clip's frames 0..11, got 12"):
        export_channels(clip, order(hero_frame=12))
    with pytest.raises(ValueError, match="subject_mask"):
        export_channels(clip, order(mask=torch.ones(5, 90, 160)))
    with pytest.raises(ValueError, match="rights line 2"):
        Rights.parse("creator: x\nprice: 3")
    with pytest.raises(ValueError, match="expected"):
        export_channels(clip, order(folder="../out"))


@pytest.mark.parametrize("shape", [(1, 1, 1, 3), (1, 91, 33, 4), (3, 2, 300, 3)])
def test_odd_shapes_are_delivered(place, shape):
    delivery = export_channels(torch.rand(shape), order("web_hero, youtube_16x9"))
    assert len([f for f in delivery.files if f.endswith(".mp4")]) == 1
