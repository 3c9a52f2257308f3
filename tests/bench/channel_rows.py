"""Rows of the channel export for delivery.py: weight of stills."""

import io
import math
import time
from pathlib import Path

import numpy as np
import real_clips
from PIL import Image


def add_arguments(parser):
    parser.add_argument("--stills", default="odd", choices=["even", "odd"], help="half of the stills: even ones were looked at")
    parser.add_argument("--photographs", type=Path, help="folder with more stills (*.jpg)")
    parser.add_argument("--count", type=int, default=20)


def stills(options):
    """Real stills of 480 lines and more: those of the template package, and photographs; every other one."""
    root, found = real_clips.folder(), []
    for path in sorted(root.glob("*.webp")) if root else []:
        with Image.open(path) as picture:
            if getattr(picture, "n_frames", 1) == 1 and min(picture.size) >= 1000:
                found.append(path)
    photographs = sorted(options.photographs.glob("*.jpg")) if options.photographs else []
    start = 0 if options.stills == "even" else 1
    chosen = [*photographs[start::2][:options.count // 2]]
    chosen += found[start::2][:options.count - len(chosen)]
    for path in chosen:
        with Image.open(path) as picture:
            yield path.stem, np.asarray(picture.convert("RGB"))


def _loss(picture, fit):
    """What a file at the end of its format's scale is off: no heavier one is better."""
    if fit.quality < 100:
        return ""
    off = np.abs(np.asarray(Image.open(io.BytesIO(fit.data)).convert("RGB")).astype(int) - picture)
    return f" (off {off.max()} at most, {off.mean():.3f} in the mean)"


def weight(options):
    """Weight against the target and encodes, with profile and rights in the file."""
    from raccord.nodes.delivery.budget import LEAST_SHARE, search_quality
    from raccord.nodes.media.stills import encode_still, qualities
    from raccord.nodes.media.xmp import Rights, xmp_packet

    xmp = xmp_packet(Rights.parse("creator: Studio\ncredit: Studio\nalt: a still"))
    rows, lightest = {}, {}
    for name, picture in stills(options):
        for form in ("avif", "jpeg", "webp"):
            for kb in (100, 200):
                began = time.process_time()
                fit = search_quality(lambda q, form=form, picture=picture: encode_still(picture, form, q, xmp), kb * 1000,
                                     form=form, picture=picture, low=5, high=qualities(form)[-1])
                share = len(fit.data) / (kb * 1000)
                rows.setdefault((form, kb), []).append((share, fit.encodes, time.process_time() - began))
                if not LEAST_SHARE[form] <= share <= 1:
                    lightest.setdefault((form, kb), []).append(f"{name} {share:.2f} at q {fit.quality}{_loss(picture, fit)}")
    for (form, kb), found in rows.items():
        share, encodes, seconds = (np.array(column) for column in zip(*found, strict=True))
        good = ((share >= LEAST_SHARE[form]) & (share <= 1)).sum()
        print(f"weight {form} {kb} kB: {good} of {len(share)} within {LEAST_SHARE[form]:.0%} to 100 % "
              f"(smallest {share.min():.3f}, largest {share.max():.3f}); encodes {encodes.mean():.1f}, at most {encodes.max()}; "
              f"{math.fsum(seconds) / len(seconds):.1f} s each; not: {', '.join(lightest.get((form, kb), [])) or 'none'}")


ROWS = {"weight": weight}
