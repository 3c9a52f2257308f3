"""Rows of the publish check for delivery.py: violations injected into delivered files, and false alarms on good ones.

Real clips go through the export with everything a channel asks for; then one thing is broken in a file at a time, with
libraries that are not our writer, and the folder is checked without the source clip.
"""

import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import real_clips
import torch
import violations
from pictures import host


def add_arguments(parser):
    parser.add_argument("--clips", type=int, default=4, help="real clips; each is exported to all channels of CHANNELS")
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--clip-half", default="odd", choices=["even", "odd"])


CHANNELS = "web_hero, youtube_16x9, vertical_9x16, instagram_4x5"
RIGHTS = "creator: Studio\ncredit: Studio\nlicence: all media\nexpires: 2035-01-01\nalt: a street at night\nsign_off: Ana"
SRT = "1\n00:00:00,200 --> 00:00:01,800\nBonjour à tous\n\n2\n00:00:02,000 --> 00:00:03,000\nDeux lignes\nsans hâte\n"


def _longer(clip):
    """At least 3.2 s at 25 fps, there and back, at 640 lines or so that nothing has to be enlarged much."""
    frames = clip[:48]
    whole = torch.cat([frames, frames.flip(0)])
    return whole[torch.arange(80) % len(whole)]


def _deliver(name, folder, channels, *, signed):
    from raccord.nodes.delivery.channels import parse_channels
    from raccord.nodes.delivery.export import export_channels
    from raccord.nodes.delivery.order import Order
    from raccord.nodes.media.captions import parse_srt
    from raccord.nodes.media.certificates import load_certificate
    from raccord.nodes.media.xmp import Rights
    from raccord.nodes.wires.shot import Shot

    seconds = torch.arange(48000 * 4) / 48000
    tone = torch.sin(seconds * 2700) * 0.2 * (1.2 + torch.sin(seconds * 5))
    order = Order(parse_channels(channels), Shot("show", "SH010", fps=25), Rights.parse(RIGHTS), folder=folder,
                  audio={"waveform": torch.stack([tone, tone])[None], "sample_rate": 48000}, captions=parse_srt(SRT),
                  certificate=load_certificate("studio") if signed else None,
                  workflow='{"prompt": {"3": {"class_type": "KSampler"}}}')
    clip = _longer(real_clips.clip(name))
    export_channels(clip, order)


def injected(options):
    """Violations found, by the right check, and false alarms."""
    import certificates
    from raccord.nodes import runtime
    from raccord.nodes.delivery.check import check_files

    names = real_clips.names()[0 if options.clip_half == "even" else 1::2]
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        (root / "out").mkdir()
        certificates.write_certificate(root / "library" / "certificates")
        with runtime.surrounded_by(host(root / "out", [root / "library"])):
            for i in range(options.clips):
                name = names[i * len(names) // options.clips]
                _deliver(name, f"good{i}", CHANNELS, signed=False)
                _deliver(name, f"good{i}/signed", "web_hero", signed=True)
            alarms, files = Counter(), 0
            for i in range(options.clips):
                checklist = check_files(f"good{i}", [], "")
                bad = [f for f in checklist.findings if f.verdict in ("warn", "fail", "refused")]
                files += checklist.files
                alarms.update({f.file for f in bad})
                for f in bad:
                    print(f"  alarm: {f.verdict} {f.check} {f.file}: {f.message}")
            print(f"false alarms: {len(alarms)} of {files} good files")
            _inject(options, root / "out", check_files)


def _break(kind, source, out, seed):
    """Break one delivered folder of a clip, the first of them in chance order where that is possible; the file that is wrong."""
    packages = sorted(p for p in (out / source).rglob("*_v001") if p.is_dir())
    random.Random(seed).shuffle(packages)
    for package in packages:
        shutil.rmtree(out / "case", ignore_errors=True)
        shutil.copytree(package, out / "case" / package.name)
        try:
            changed = violations.KINDS[kind][0](out / "case", random.Random(seed))
        except (IndexError, StopIteration):  # no film, or no still, in this one
            continue
        if changed is not None:
            return changed
    return None


def _inject(options, out, check_files):
    found, right, rows, kinds = 0, 0, Counter(), [*violations.KINDS]
    for case in range(options.cases):
        kind, source = kinds[case % len(kinds)], f"good{case % options.clips}"
        changed = _break(kind, source, out, case)
        if changed is None:
            print(f"  not possible: {kind} in {source}")
            continue
        bad = [f for f in check_files("case", [], "").findings if f.verdict in ("warn", "fail", "refused")
               and f.check != "publish.manifest"]  # that a file was changed at all is known from its hash: not asked here
        wanted = violations.KINDS[kind][1]
        here = [f for f in bad if Path(f.file).name == changed.name or not f.file]
        hit = any(f.check in wanted for f in here)
        found, right = found + bool(here), right + hit
        rows["cases"] += 1
        if not hit:
            print(f"  {'other check' if here else 'missed'}: {kind} in {changed.name}: {sorted({f.check for f in here})}")
    total = rows["cases"]
    print(f"injected: {found} of {total} found ({found / total:.1%}), {right} by the right check ({right / total:.1%}); "
          f"{len(kinds)} kinds")


def c2pa(options):
    """Every format we sign: trusted offline, one flipped byte and a new save reported."""
    import io

    import certificates
    from PIL import Image
    from raccord.nodes import runtime
    from raccord.nodes.media.certificates import load_certificate, studio_anchors
    from raccord.nodes.media.credentials import read_credentials, sign
    from raccord.nodes.media.encode import FilmSpec, FilmWriter

    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        certificates.write_certificate(root / "library" / "certificates")
        picture = np.random.default_rng(2).integers(0, 255, (96, 128, 3), dtype=np.uint8)
        with runtime.surrounded_by(host(root, [root / "library"])):
            certificate, anchors = load_certificate("studio"), studio_anchors()[0]
            for form, suffix in (("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".webp"), ("AVIF", ".avif"), ("TIFF", ".tif"),
                                 ("", ".mp4")):
                path = root / f"a{suffix}"
                if form:
                    Image.fromarray(picture).save(path, form)
                else:
                    from fractions import Fraction
                    with FilmWriter(path, FilmSpec(128, 96, Fraction(24))) as writer:
                        writer.write(np.stack([picture] * 24))
                plain = path.read_bytes()
                signed = sign(plain, suffix, certificate, "trainedAlgorithmicMedia", path.name)
                path.write_bytes(signed)
                whole, caught = read_credentials(path, anchors), 0
                spots = np.linspace(0, len(signed) - 1, 60).astype(int)
                for spot in spots:
                    spoilt = bytearray(signed)
                    spoilt[spot] ^= 1
                    path.write_bytes(spoilt)
                    caught += read_credentials(path, anchors).state != "trusted"
                path.write_bytes(signed)
                again = "no re-save"
                if form:
                    with Image.open(io.BytesIO(signed)) as opened:
                        opened.save(path, form)
                    again = f"re-saved: {read_credentials(path, anchors).state}"
                print(f"c2pa {suffix}: {whole.state}, {len(signed) - len(plain)} bytes more; one bit flipped at 60 places: "
                      f"{caught} reported; {again}")


def lcp(_options):
    """The golden values of the reference page."""
    from raccord.nodes.delivery.lcp import predict_lcp

    golden = {"slow 4G 600 in HTML": [1880, 2030, 2630, 3080, 4130], "desktop 30 after CSS": [570, 610, 690, 770, 930]}
    for key, wanted in golden.items():
        profile, ttfb, found = key.rsplit(" ", 3)[0], float(key.rsplit(" ", 3)[1]), " ".join(key.split()[-2:])
        got = [round(predict_lcp(kb * 1000, profile, ttfb, found)) for kb in (50, 100, 200, 300, 500)]
        print(f"lcp {key}: {got} {'as published' if got == wanted else f'not {wanted}'}")


ROWS = {"injected": injected, "c2pa": c2pa, "lcp": lcp}
