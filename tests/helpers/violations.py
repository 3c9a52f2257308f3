"""One thing broken in a delivered folder: each takes the folder and a Random, and gives the file that is wrong now, or None.

Films are broken with the ffmpeg command of `imageio-ffmpeg`, stills with Pillow: nothing here is our writer. `KINDS` says which
checks are the right ones.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
from pathlib import Path

import imageio_ffmpeg
from PIL import Image, ImageFilter

PROMPT = json.dumps({"3": {"class_type": "KSampler", "inputs": {"seed": 5}}})
KEEP = ["-c:v", "libx264", "-profile:v", "high", "-preset", "veryfast", "-crf", "15", "-g", "12", "-bf", "2", "-pix_fmt",
        "yuv420p",
        "-movflags", "+faststart+write_colr+negative_cts_offsets", "-use_editlist", "0"]
TAGS = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]


def _films(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.mp4"))


def _stills(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*_w*.*") if p.suffix in (".jpg", ".webp", ".avif"))


def _ffmpeg(path: Path, *options: str, inputs: tuple[str, ...] = ()) -> Path:
    """Write a film anew, with its XMP behind it as it was."""
    box = re.search(rb"....uuid\xbe\x7a\xcf\xcb.*", path.read_bytes(), re.DOTALL)
    out = path.with_name("new.mp4")
    subprocess.run([imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(path), *inputs, *options, str(out)],
                   check=True)
    data = out.read_bytes()
    if box:
        size = int.from_bytes(box[0][:4], "big")
        data += box[0][:size]
    path.write_bytes(data)
    out.unlink()
    return path


def _resave(path: Path, change=lambda p: p, **options) -> Path:
    with Image.open(io.BytesIO(path.read_bytes())) as picture:
        info = {k: picture.info[k] for k in ("xmp", "icc_profile") if k in picture.info}
        form, new = picture.format, change(picture.convert("RGB"))
    quality = {"quality": 92} if form == "JPEG" else {"quality": 80}
    new.save(path, form, **(quality | info | options))
    return path


def _replace_xmp(path: Path, pattern: bytes, by: bytes = b"") -> Path:
    """Change the XMP in place, padded so that nothing moves."""
    data = path.read_bytes()
    match = re.search(pattern, data, re.DOTALL)
    path.write_bytes(data[:match.start()] + by.ljust(match.end() - match.start()) + data[match.end():])
    return path


def wrong_matrix(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:a", "copy", "-vf",
                   "scale=in_color_matrix=bt709:out_color_matrix=bt601:in_range=tv:out_range=tv", *KEEP, *TAGS)


def wrong_range(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:a", "copy", "-vf",
                   "scale=in_color_matrix=bt709:out_color_matrix=bt709:in_range=tv:out_range=pc,setparams=range=tv", *KEEP, *TAGS)


def no_tags(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:a", "copy", "-vf",
                   "setparams=colorspace=unknown:color_primaries=unknown:color_trc=unknown", *KEEP)


def late_moov(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c", "copy", "-movflags", "+negative_cts_offsets",
                   "-use_editlist", "0")


def long_groups(folder, rng):
    keep = [o if o != "12" else "500" for o in KEEP]
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:a", "copy", *keep, "-keyint_min", "500",
                   "-sc_threshold", "0", *TAGS)


def wrong_codec(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:a", "copy", "-c:v", "mpeg4", "-q:v", "3",
                   "-movflags", "+faststart", "-use_editlist", "0", *TAGS)


def wrong_profile(folder, rng):
    keep = [o if o != "yuv420p" else "yuv444p" for o in KEEP]
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:a", "copy",
                   *[o if o != "high" else "high444" for o in keep], *TAGS)


def wrong_shape(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:a", "copy", "-vf", "scale=640:480", *KEEP,
                   *TAGS)


def too_small(folder, rng):
    path = rng.choice(_films(folder))
    size = "640:360" if "16x9" in path.name else "360:640" if "9x16" in path.name else "400:500"
    return _ffmpeg(path, "-map", "0:v", "-map", "0:a?", "-c:a", "copy", "-vf", f"scale={size}", *KEEP, *TAGS)


def slow_rate(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:a", "copy", "-r", "12", *KEEP, *TAGS)


def too_loud(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:v", "copy", "-af", "volume=8dB", "-c:a", "aac",
                   "-ar", "48000", "-b:a", "192k", "-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0")


def mono_sound(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:v", "copy", "-ac", "1", "-ar", "22050", "-c:a",
                   "aac",
                   "-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0")


def flashes(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c:a", "copy", "-vf",
                   "drawbox=color=white:t=fill:enable='lt(mod(n,4),2)*between(n,10,60)'", *KEEP, *TAGS)


def too_short(folder, rng):
    path = next((p for p in _films(folder) if "9x16" in p.name), None)
    return path and _ffmpeg(path, "-map", "0:v", "-map", "0:a?", "-t", "1.5", "-c:a", "aac", "-ar", "48000", *KEEP, *TAGS)


def leaked_prompt_film(folder, rng):
    return _ffmpeg(rng.choice(_films(folder)), "-map", "0:v", "-map", "0:a?", "-c", "copy", "-metadata", f"comment={PROMPT}",
                   "-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0")


def banded(folder, rng):
    def change(picture):
        ramp = Image.linear_gradient("L").resize(picture.size).filter(ImageFilter.GaussianBlur(3))
        stepped = ramp.point(lambda v: v // 10 * 10)
        return Image.merge("RGB", [stepped] * 3)

    return _resave(next(p for p in _stills(folder) if p.suffix == ".jpg"), change, quality=97)


def leaked_prompt(folder, rng):
    exif = Image.Exif()
    exif[0x010F] = f"prompt:{PROMPT}"
    return _resave(rng.choice(_stills(folder)), exif=exif)


def leaked_sidecar(folder, rng):
    path = rng.choice(_films(folder)).with_suffix(".json")
    path.write_text(PROMPT, encoding="utf-8")
    return path


def over_weight(folder, rng):
    path = next(p for p in sorted(_stills(folder), key=lambda p: -p.stat().st_size) if p.suffix == ".jpg")
    def grown(picture):
        large = picture.resize((picture.width * 2, picture.height * 2))
        return Image.blend(large, Image.effect_noise(large.size, 90).convert("RGB"), 0.5)

    return _resave(path, grown, quality=100)


def no_profile(folder, rng):
    return _resave(rng.choice(_stills(folder)), icc_profile=None)


def warm_still(folder, rng):
    def change(picture):
        r, g, b = picture.split()
        return Image.merge("RGB", (r.point(lambda v: min(255, v * 1.08 + 4)), g, b.point(lambda v: v * 0.9)))

    return _resave(rng.choice([p for p in _stills(folder) if p.suffix != ".avif"]), change)


def missing_alt(folder, rng):
    path = rng.choice([*_stills(folder)])
    return _replace_xmp(path, rb"<Iptc4xmpCore:AltText.*?</Iptc4xmpCore:AltTextAccessibility>")


def missing_alt_page(folder, rng):
    path = next(folder.rglob("*.picture.txt"))
    path.write_text(path.read_text(encoding="utf-8").replace('alt="a street at night"', 'alt=""'), encoding="utf-8")
    return path


def lazy_page(folder, rng):
    path = next(folder.rglob("*.picture.txt"))
    path.write_text(path.read_text(encoding="utf-8").replace("<img ", '<img loading="lazy" '), encoding="utf-8")
    return path


def expired(folder, rng):
    return _replace_xmp(rng.choice([*_stills(folder), *_films(folder)]), rb"2035-01-01(?=</plus)", b"2020-01-01")


def no_creator(folder, rng):
    return _replace_xmp(rng.choice([*_stills(folder), *_films(folder)]), rb"<dc:creator>.*?</dc:creator>")


def no_sign_off(folder, rng):
    return _replace_xmp(rng.choice([*_stills(folder), *_films(folder)]), rb"<photoshop:Instructions>.*?</photoshop:Instructions>")


def no_disclosure(folder, rng):
    return _replace_xmp(rng.choice([*_stills(folder), *_films(folder)]),
                        rb"<Iptc4xmpExt:DigitalSourceType>.*?</Iptc4xmpExt:DigitalSourceType>")


def broken_film(folder, rng):
    path = rng.choice(_films(folder))
    path.write_bytes(path.read_bytes()[:-path.stat().st_size // 3])
    return path


def bad_name(folder, rng):
    path = rng.choice([*_films(folder), *_stills(folder)])
    return path.rename(path.with_name(f"{path.stem} final(2){path.suffix}"))


def fast_captions(folder, rng):
    path = rng.choice(sorted(folder.rglob("*.srt")))
    path.write_text("1\n00:00:00,200 --> 00:00:00,800\nFar too many letters to be read in so short a time\n", encoding="utf-8")
    return path


def late_captions(folder, rng):
    path = rng.choice(sorted(folder.rglob("*.srt")))
    path.write_text("1\n00:00:00,200 --> 00:00:02,000\nBonjour\n\n2\n00:00:05,000 --> 00:00:09,000\nTrop tard\n",
                    encoding="utf-8")
    return path


def flipped(folder, rng):
    """A bit of a signed still."""
    path = rng.choice(_stills(folder))
    data = bytearray(path.read_bytes())
    if b"c2pa" not in data:
        return None
    data[len(data) * 4 // 5] ^= 1
    path.write_bytes(data)
    return path


def unsigned(folder, rng):
    path = rng.choice([p for p in _stills(folder) if p.suffix != ".avif"])
    return _resave(path) if b"c2pa" in path.read_bytes() else None


KINDS = {
    "wrong matrix": (wrong_matrix, {"publish.colour"}), "wrong range": (wrong_range, {"publish.colour"}),
    "no tags": (no_tags, {"publish.tags"}), "late moov": (late_moov, {"publish.index"}),
    "long groups": (long_groups, {"publish.group"}),
    "wrong codec": (wrong_codec, {"publish.codec"}), "4:4:4": (wrong_profile, {"publish.codec"}),
    "wrong shape": (wrong_shape, {"publish.shape"}), "too small": (too_small, {"publish.size"}),
    "12 fps": (slow_rate, {"publish.fps"}),
    "too loud": (too_loud, {"publish.loudness"}), "mono 22 kHz": (mono_sound, {"publish.sound"}),
    "flashes": (flashes, {"publish.flashes"}), "too short": (too_short, {"publish.duration"}),
    "prompt in a film": (leaked_prompt_film, {"publish.prompt"}), "banding": (banded, {"publish.banding"}),
    "prompt in a still": (leaked_prompt, {"publish.prompt"}), "prompt beside": (leaked_sidecar, {"publish.prompt"}),
    "over weight": (over_weight, {"publish.weight"}), "no profile": (no_profile, {"publish.icc"}),
    "warm still": (warm_still, {"publish.colour", "publish.consistency"}), "missing alt": (missing_alt, {"publish.alt"}),
    "missing alt on the page": (missing_alt_page, {"publish.alt"}), "lazy hero": (lazy_page, {"publish.snippet"}),
    "expired": (expired, {"publish.expiry"}), "no creator": (no_creator, {"publish.rights"}),
    "no sign-off": (no_sign_off, {"publish.sign_off"}), "no disclosure": (no_disclosure, {"publish.disclosure"}),
    "broken off": (broken_film, {"publish.readable"}), "bad name": (bad_name, {"publish.naming"}),
    "fast captions": (fast_captions, {"publish.captions_speed"}), "late captions": (late_captions, {"publish.captions"}),
    "flipped bit": (flipped, {"publish.c2pa", "publish.readable"}), "saved again": (unsigned, {"publish.c2pa"}),
}
