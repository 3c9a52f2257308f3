"""The bars of the tracking job, a function a row: `python tests/bench/tracking.py [row ...]`.

Real pictures are those of comfyui-workflow-templates (extra `demo`); without it drawn ones take their place.
"""

import argparse
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))
import flat_scenes
import hard_rows
import insert_truth
import marker_rows
import moving_sign
import real_clips
import track_rows
from raccord.nodes.media.frames import Frames
from raccord.nodes.tracking.find.surfaces import find_surfaces
from raccord.nodes.tracking.track.surface import track_surface


def real_scenes(count=5):
    """Stills of comfyui-workflow-templates as walls before a camera: name and grey picture 0..255; drawn ones without it."""
    root, out = real_clips.folder(), []
    for path in sorted(root.glob("*.webp")) if root else ():
        with Image.open(path) as picture:
            if getattr(picture, "n_frames", 1) == 1 and min(picture.size) >= 360:
                grey = np.asarray(picture.convert("L"), np.float32)
                out += [(path.stem, grey)] if grey.std() > 35 else []
    return out[::max(1, len(out) // count)][:count] or [(f"drawn {s}", moving_sign.texture(s, 512)) for s in range(count)]


def surfaces(options):
    """Find Surfaces: does the expected corner error rank with the real one of the tracker?"""
    maps, rows = flat_scenes.camera(6), []
    print(f"\n{'surfaces: picture':34} {'noise':>5} {'blur':>5} {'n':>3}  expected px, real px")
    for name, grey in real_scenes():
        for seed, (noise, blur) in enumerate(((1.0, 0.0), (3.0, 2.0), (5.0, 0.0), (12.0, 0.0))):
            clip, own = flat_scenes.film(grey, maps, noise=noise, blur=blur, seed=seed), []
            for surface in find_surfaces(Frames(clip), 5).surfaces.surfaces:
                real = worst_corner_error(clip, surface.corners, maps)
                own += [(surface.error_px, real)] if np.isfinite(real) else []
            rows += own
            pairs = " ".join(f"{a:.3f},{b:.3f}" for a, b in own)
            print(f"{name[:34]:34} {noise:5.1f} {blur:5.1f} {len(own):3}  {pairs}", flush=True)
    expected, real = np.array(rows).T
    ratio = np.percentile(real / expected, (10, 50, 90))
    print(f"surfaces: n = {len(rows)}, Spearman {flat_scenes.rank_correlation(expected, real):.3f} (bar 0.7), "
          f"real over expected {ratio[1]:.2f} (10 % {ratio[0]:.2f}, 90 % {ratio[2]:.2f})")


def worst_corner_error(clip, quad, maps):
    """Root mean square over the tracked frames of the worst corner's distance from the truth."""
    track = track_surface(Frames(clip), quad, 0, fps=Fraction(24)).track
    truth = flat_scenes.path_of(quad.array, maps)
    off = [np.linalg.norm(f.corners.array - c, axis=1).max() for f, c in zip(track.frames[1:], truth[1:], strict=True)
           if f.state == "tracked" and f.corners]
    return float(np.sqrt(np.mean(np.square(off)))) if off else float("nan")


ROWS = {**track_rows.ROWS, **hard_rows.ROWS, "surfaces": surfaces, "insert": insert_truth.insert, **marker_rows.ROWS}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", choices=[*ROWS, []], help="rows to print; by default all")
    parser.add_argument("--frames", type=int, default=240, help="length of the long film; the bar is for 2000")
    options = parser.parse_args()
    for name in options.rows or ROWS:
        ROWS[name](options)


if __name__ == "__main__":
    main()
