"""The core nodes give ComfyUI 0.33.0's pixels, names and sounds; the numbers were measured on it."""

import json
from fractions import Fraction

import av
import numpy as np
import pytest
import torch
from comfy_api.v0_0_2 import InputImpl, Types
from films import noise, write_rgb
from PIL import Image
from raccord.nodes.host import api


@pytest.fixture
def load(go, node, tmp_path, monkeypatch):
    """What LoadImage gives for a file in the input directory."""
    from raccord.nodes import runtime
    from raccord.nodes.host.core.loaders import LoadImage
    from raccord.nodes.host.surroundings import Surroundings

    (tmp_path / "in").mkdir(exist_ok=True)

    def start(name):
        with runtime.surrounded_by(Surroundings(tmp_path / "in", tmp_path / "out", tmp_path)):
            return LoadImage.execute(name).args

    return start


def ramp(height=40, width=70):
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 3, y * 6, (x + y) * 2], -1).clip(0, 255).astype(np.uint8)


def test_eight_bits_are_exact(load, tmp_path):
    Image.fromarray(ramp()).save(tmp_path / "in/a.png")
    images, mask = load("a.png")
    assert torch.equal(images, torch.from_numpy(ramp()).float()[None] / 255.0)
    assert mask.shape == (1, 64, 64)
    assert not mask.any()


def test_alpha_becomes_a_mask_of_what_is_transparent(load, tmp_path):
    alpha = np.full((40, 70), 255, np.uint8)
    alpha[:10], alpha[10:20] = 0, 51
    Image.fromarray(np.dstack([ramp(), alpha])).save(tmp_path / "in/a.png")
    images, mask = load("a.png")
    assert images.shape == (1, 40, 70, 3)
    assert torch.allclose(mask[0, :, 0], 1 - torch.from_numpy(alpha[:, 0]).float() / 255)


def test_sixteen_bits_stay(load, tmp_path):
    grey = (np.arange(48 * 64, dtype=np.uint16) * 21).reshape(48, 64)
    Image.fromarray(grey).save(tmp_path / "in/a.png")
    images, _ = load("a.png")
    assert (images[0, ..., 0] * 65535 - torch.from_numpy(grey.astype(np.float32))).abs().max() < 1
    assert len(images.unique()) == 48 * 64


def test_turned_photographs_stand_up(load, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(ramp(40, 70)).save(tmp_path / "in/a.jpg", exif=exif, quality=95)
    images, _ = load("a.jpg")
    assert images.shape == (1, 70, 40, 3)
    assert np.abs(images[0].numpy() * 255 - np.rot90(ramp(40, 70), -1)).mean() < 4


def test_animated_webp_is_a_batch(load, tmp_path):
    frames = noise(4, 30, 40)
    first, *rest = [Image.fromarray(f) for f in frames]
    first.save(tmp_path / "in/a.webp", save_all=True, append_images=rest, lossless=True, duration=100)
    images, mask = load("a.webp")
    assert torch.equal(images, torch.from_numpy(frames).float() / 255.0)
    assert mask.shape == (4, 64, 64)


def test_films_are_a_little_dark_as_in_comfyui(tmp_path):
    """RGB goes through FFmpeg's float planes: 255 comes out as 254.02."""
    clip = write_rgb(tmp_path / "a.mkv", np.full((2, 64, 64, 3), 255, np.uint8), Fraction(24000, 1001))
    video = InputImpl.VideoFromFile(str(clip))
    parts = video.get_components()
    assert round(float(parts.images.max()) * 255, 2) == 254.02
    assert (parts.images.shape, parts.frame_rate, parts.audio) == ((2, 64, 64, 3), Fraction(24000, 1001), None)
    assert (video.get_dimensions(), video.get_frame_rate(), video.get_bit_depth()) == ((64, 64), Fraction(24000, 1001), 8)
    assert video.get_stream_source() == str(clip)
    assert video.get_active_trim_window() == (0.0, 0.0)
    assert type(video).__name__ == "VideoFromFile"


def test_odd_widths_do_not_depend_on_what_lies_in_memory(tmp_path):
    clip = write_rgb(tmp_path / "a.mkv", noise(3, 50, 70))
    one, other = (InputImpl.VideoFromFile(str(clip)).get_components().images for _ in range(2))
    assert torch.equal(one, other)
    assert (one[:, :, -1] * 255 - torch.from_numpy(noise(3, 50, 70))[:, :, -1]).abs().max() < 1.1


def test_a_window_of_a_film(tmp_path):
    clip = write_rgb(tmp_path / "a.mkv", noise(24, 32, 32))
    whole = InputImpl.VideoFromFile(str(clip)).get_components().images
    part = InputImpl.VideoFromFile(str(clip), start_time=0.25, duration=0.5)
    assert torch.equal(part.get_components().images, whole[6:18])
    assert part.get_duration() == 0.5


def film(seconds=0.5, rate=24):
    count, samples = int(seconds * rate), int(seconds * 44100)
    wave = torch.sin(torch.arange(samples) * 0.05).repeat(1, 2, 1) * 0.5
    images = torch.from_numpy(np.stack([np.roll(ramp(64, 96), t, 1) for t in range(count)])).float() / 255
    return Types.VideoComponents(images=images, audio={"waveform": wave, "sample_rate": 44100}, frame_rate=Fraction(rate))


@pytest.mark.parametrize(("format", "codec", "name"), [("auto", "auto", "a.mp4"), ("mkv", "h264", "a.mkv")])
def test_films_are_written_with_sound_and_tags(tmp_path, format, codec, name):
    parts = film()
    path = tmp_path / name
    video = InputImpl.VideoFromComponents(parts)
    video.save_to(str(path), format=Types.VideoContainer(format), codec=Types.VideoCodec(codec), metadata={"prompt": {"1": 2}})
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        context = stream.codec_context
        assert (stream.codec.canonical_name, context.pix_fmt, context.color_primaries, context.color_trc, context.colorspace) == (
            "h264",
            "yuv420p",
            1,
            13,
            1,
        )
        assert json.loads(file.metadata.get("prompt") or file.metadata["PROMPT"]) == {"1": 2}
    back = InputImpl.VideoFromFile(str(path)).get_components()
    assert back.images.shape == parts.images.shape
    assert (back.images - parts.images).abs().mean() < 0.03
    assert back.audio["sample_rate"] == 44100
    assert abs(back.audio["waveform"].shape[-1] - 22050) <= 2048
    assert video.get_components().images is parts.images
    if name.endswith("mp4"):
        data = path.read_bytes()
        assert 0 < data.find(b"moov") < data.find(b"mdat")


def test_a_film_that_fits_is_copied(tmp_path):
    source, copy = tmp_path / "a.mp4", tmp_path / "b.mkv"
    InputImpl.VideoFromComponents(film()).save_to(str(source))
    InputImpl.VideoFromFile(str(source)).save_to(str(copy), metadata={"note": "ours"})
    with av.open(str(source)) as one, av.open(str(copy)) as other:
        frames = [[f.to_ndarray() for f in file.decode(video=0)] for file in (one, other)]
        assert (other.metadata.get("note") or other.metadata["NOTE"]) == "ours"
    assert np.array_equal(*frames)


def test_a_film_that_does_not_fit_is_encoded_again(tmp_path):
    source, other = write_rgb(tmp_path / "a.mkv", noise(6, 64, 96)), tmp_path / "b.mp4"
    InputImpl.VideoFromFile(str(source)).save_to(str(other), format=Types.VideoContainer.MP4, codec=Types.VideoCodec.H264, crf=10)
    with av.open(str(other)) as file:
        assert file.streams.video[0].codec.canonical_name == "h264"
        assert abs(file.streams.video[0].average_rate - 24) < 0.2  # Matroska counts in milliseconds
        assert sum(1 for _ in file.decode(video=0)) == 6
    with pytest.raises(ValueError, match="WebM output requires the AV1 codec"):
        InputImpl.VideoFromFile(str(source)).save_to(
            str(tmp_path / "c.webm"), format=Types.VideoContainer.WEBM, codec=Types.VideoCodec.H264
        )


@pytest.mark.skipif(not api.is_standin(), reason="the real comfy_api cannot be stopped while it decodes")
def test_reading_and_writing_stop_when_the_run_is_cancelled(go, node, tmp_path):
    import threading

    write_rgb(tmp_path / "in/a.mkv", noise(30, 64, 64))
    cancel = threading.Event()
    prompt = {
        "1": node("LoadVideo", "Clip", file="a.mkv"),
        "2": node("GetVideoComponents", "Parts", video=["1", 0]),
        "3": node("SaveImage", "Save", images=["2", 0], filename_prefix="a"),
    }
    result = go(prompt, cancel=cancel, on_progress=lambda title, share: title == "Parts" and cancel.set())
    assert (result.status, result.error.node) == ("cancelled", "Parts")
    cancel.clear()
    result = go(prompt, cancel=cancel, on_progress=lambda title, share: title == "Save" and cancel.set())
    assert (result.status, result.error.node) == ("cancelled", "Save")
    assert not [p for p in (tmp_path / "out").rglob("*") if p.is_file()]


def test_pictures_are_numbered_and_carry_their_workflow(go, node, tmp_path):
    prompt = {"1": node("Give", grey=0.5), "2": node("SaveImage", "Save", images=["1", 0], filename_prefix="a/b%width%")}
    first, second = go(prompt), go(prompt)
    assert (first.files, second.files) == (["a/b4_00001_.png"], ["a/b4_00002_.png"])
    assert first.outputs["Save"]["images"] == [{"filename": "b4_00001_.png", "subfolder": "a", "type": "output"}]
    with Image.open(tmp_path / "out/a/b4_00001_.png") as picture:
        assert (np.asarray(picture) == 127).all()
        assert json.loads(picture.info["prompt"]) == prompt
    (tmp_path / "out/a/b4_00009_.png").touch()
    assert go(prompt).files == ["a/b4_00010_.png"]


@pytest.mark.parametrize("prefix", ["../a", "/elsewhere/a", "a/../../b"])
def test_nothing_is_written_elsewhere(go, node, prefix):
    result = go({"1": node("Give", grey=0.5), "2": node("SaveImage", images=["1", 0], filename_prefix=prefix)})
    assert result.status == "failed"
    assert "below the output directory" in result.error.message


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "nothing.png"])
def test_nothing_is_read_elsewhere(go, node, tmp_path, name):
    (tmp_path / "secret.png").touch()
    result = go({"1": node("LoadImage", "Load", image=name), "2": node("PreviewImage", images=["1", 0])})
    assert (result.status, result.error.type) == ("invalid", "custom_validation_failed")


def test_parts_of_a_batch(go, node, tmp_path):
    frames = noise(5, 32, 32)
    first, *rest = [Image.fromarray(f) for f in frames]
    first.save(tmp_path / "in/a.webp", save_all=True, append_images=rest, lossless=True, duration=100)
    for index, length, wanted in ((0, 1, [0]), (-2, 9, [3, 4]), (99, 1, [4]), (-99, 2, [0, 1])):
        result = go(
            {
                "1": node("LoadImage", image="a.webp"),
                "3": node("SaveImage", images=["2", 0], filename_prefix=f"p{index}"),
                "2": node("ImageFromBatch", image=["1", 0], batch_index=index, length=length),
            }
        )
        seen = [np.asarray(Image.open(tmp_path / "out" / name)) for name in result.files]
        assert np.array_equal(seen, frames[wanted])


def test_from_film_to_film(go, node, tmp_path):
    InputImpl.VideoFromComponents(film()).save_to(str(tmp_path / "in/a.mp4"))
    prompt = {
        "1": node("LoadVideo", file="a.mp4"),
        "2": node("GetVideoComponents", video=["1", 0]),
        "3": node("CreateVideo", images=["2", 0], fps=["2", 2], audio=["2", 1]),
        "4": node("SaveVideo", "Film", video=["3", 0], filename_prefix="video/b", format="mp4", codec="h264"),
        "5": node("SaveVideo", "Dotted", video=["1", 0], filename_prefix="c", format="mkv", format__codec="auto"),
        "6": node("PreviewAny", "Rate", source=["2", 2]),
        "7": node("PreviewAny", "Depth", source=["2", 3]),
        "8": node("PreviewAny", "Space", source=["2", 4]),
    }
    result = go(prompt)
    assert result.error is None
    assert result.files == ["c_00001_.mkv", "video/b_00001_.mp4"]
    assert result.outputs["Film"] == {
        "images": [{"filename": "b_00001_.mp4", "subfolder": "video", "type": "output"}],
        "animated": [True],
    }
    assert [result.outputs[t]["text"] for t in ("Rate", "Depth", "Space")] == [["24.0"], ["8"], ["sRGB"]]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("PrimitiveInt", 7, "7"),
        ("PrimitiveFloat", 2, "2.0"),
        ("PrimitiveString", "a", "a"),
        ("PrimitiveStringMultiline", "a\nb", "a\nb"),
        ("PrimitiveBoolean", True, "True"),
    ],
)
def test_primitives(go, node, kind, value, text):
    result = go({"1": node(kind, value=value), "2": node("PreviewAny", "See", source=["1", 0])})
    assert result.outputs["See"]["text"] == [text]


def test_values_as_text(go, node):
    result = go({"1": node("Give", grey=0.5), "2": node("PreviewAny", "See", source=["1", 0])})
    assert result.outputs["See"]["text"][0].startswith("tensor([[[[0.5000, 0.5000, 0.5000]")
