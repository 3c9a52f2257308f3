"""The rows of `tracking.py` about hand-held footage: `hard` is drawn and has a truth, `real` are the template package's clips.

Hard: a poster about 500 px wide at 720p, a challenge a film (`helpers/hand_held.py`); frames count that show at least half of it.
Real: no truth, so the track is set against SIFT and MAGSAC from the reference to the frame and back, where the two agree.
"""

from fractions import Fraction

import cv2
import hand_held
import moving_sign
import numpy as np
import real_clips
from PIL import Image
from raccord.nodes.tracking.track.surface import track_surface
from raccord.nodes.wires.quad import Quad

COUNT, EVERY = 110, 4
POSTERS, WALL = ("controlnet_example-1", "flux_dev_checkpoint_example-1"), "depth_controlnet-1"
# What is flat, or nearly, in the clips, chosen by eye: x, y, width and height as shares of the frame.
SURFACES = {
    "3d_hunyuan3d-v2.1-1": (0.02, 0.2, 0.3, 0.5),
    "api_kling_effects-1": (0.03, 0.25, 0.22, 0.35),
    "api_kling_flf-1": (0.55, 0.1, 0.42, 0.4),
    "api_moonvalley_video_to_video_pose_control-2": (0.02, 0.25, 0.3, 0.7),
    "api_pika_i2v-1": (0.15, 0.3, 0.4, 0.45),
    "api_rodin_multiview_to_model-1": (0, 0.3, 0.35, 0.55),
    "api_runway_gen3a_turbo_image_to_video-1": (0.05, 0.65, 0.4, 0.25),
    "api_tripo_text_to_model-1": (0.1, 0.3, 0.3, 0.4),
    "api_wan_text_to_video-1": (0.02, 0.2, 0.28, 0.45),
    "hunyuan_video_text_to_video-1": (0.02, 0.2, 0.36, 0.6),
    "image_to_video_wan-1": (0.7, 0.05, 0.28, 0.6),
    "ltxv_image_to_video-1": (0.1, 0.1, 0.7, 0.75),
    "video_humo-1": (0.02, 0.05, 0.25, 0.4),
    "video_wan2.1_fun_camera_v1.1_1.3B-1": (0.25, 0.2, 0.5, 0.5),
    "video_wan2.1_fun_camera_v1.1_14B-1": (0.5, 0.5, 0.45, 0.3),
    "video_wan2_2_14B_flf2v-1": (0.02, 0.3, 0.25, 0.5),
    "video_wan2_2_14B_fun_camera-1": (0.1, 0.3, 0.8, 0.4),
    "video_wan2_2_14B_fun_control-1": (0.7, 0.1, 0.22, 0.75),
    "video_wan2_2_5B_ti2v-1": (0.25, 0.2, 0.18, 0.16),
    "video_wan_vace_inpainting-1": (0.3, 0.1, 0.4, 0.3),
}
LEAST_MATCHES, AGREE_PX, APART_PX = 40, 2.0, 3.0


def picture(name, seed):
    root = real_clips.folder()
    path = root / f"{name}.webp" if root else None
    if path is None or not path.is_file():
        return f"drawn {seed}", moving_sign.texture(seed, 700)
    with Image.open(path) as still:
        return name, np.asarray(still.convert("L"), np.float32)


def gap(found, truth):
    """RMS over the corners, px; infinite where there are none."""
    return np.inf if found is None else float(np.sqrt(((found - truth) ** 2).sum(1).mean()))


class Sift:
    """SIFT(4000), ratio 0.8 and MAGSAC from a reference picture to others, or back."""

    def __init__(self, grey, quad):
        mask = np.zeros(grey.shape, np.uint8)
        cv2.fillConvexPoly(mask, quad.round().astype(np.int32), 1)
        self.quad, self.finder = quad, cv2.SIFT_create(4000)
        self.keys, self.described = self.finder.detectAndCompute(grey, mask)

    def corners(self, at, described, *, back=False):
        """Corners on another picture with these features, and how many features agree; None where they do not."""
        if self.described is None or described is None or min(len(self.keys), len(at)) < 8:
            return None, 0
        one, two = (self.keys, self.described), (at, described)
        (first, wanted), (second, given) = (two, one) if back else (one, two)
        pairs = [p for p in cv2.BFMatcher().knnMatch(wanted, given, k=2) if len(p) == 2 and p[0].distance < 0.8 * p[1].distance]
        if len(pairs) < 8:
            return None, 0
        source, target = (np.float32(p) for p in zip(*((first[a.queryIdx].pt, second[a.trainIdx].pt) for a, _ in pairs),
                                                     strict=True))
        h, inliers = cv2.findHomography(source, target, cv2.USAC_MAGSAC, 2.0, None, 5000, 0.9999)
        if h is None or abs(np.linalg.det(h)) < 1e-9:
            return None, 0
        h = np.linalg.inv(h) if back else h
        return cv2.perspectiveTransform(self.quad[None] - 0.5, h)[0] + 0.5, int(inliers.sum())


def line(off):
    off = np.array(off)
    return f"{(off < 5).mean():6.3f} {(off < 15).mean():6.3f} {np.median(off):8.3f}"


def hard(options):
    """Precision at 5 and 15 px and median error by challenge, beside SIFT on every fourth frame."""
    print(f"\n{'hard: challenge':16} {'poster':30} {'P@5':>6} {'P@15':>6} {'median':>8} {'tracked':>8} {'off > 5':>8}   "
          "SIFT: P@5, P@15, median")
    for seed, name in enumerate(POSTERS, 1):
        (name, still), (_, wall) = picture(name, seed), picture(WALL, 9)
        for challenge in hand_held.CHALLENGES:
            shot = hand_held.film(still, wall, challenge, COUNT, seed=3)
            track = track_surface(hand_held.Grey(shot.frames), Quad.from_array(shot.corners[0]), 0, fps=Fraction(30)).track
            asked = [t for t in range(1, COUNT) if shot.shown[t] >= 0.5]
            off = [gap(f.corners and f.corners.array, c) for f, c in zip(track.frames, shot.corners, strict=True)]
            tracked = [t for t in range(1, COUNT) if track.frames[t].state == "tracked"]
            sift = Sift(shot.frames[0], shot.corners[0])
            theirs = [gap(sift.corners(*sift.finder.detectAndCompute(shot.frames[t], None))[0], shot.corners[t])
                      for t in asked[::EVERY]]
            print(f"{challenge:16} {name[:30]:30} {line([off[t] for t in asked])} {len(tracked):4}/{COUNT - 1} "
                  f"{sum(off[t] > 5 for t in tracked):8}   {line(theirs)}", flush=True)


def real(options):
    """Every surface: frames that are called tracked and differ from SIFT, and frames that are not though SIFT is sure."""
    for name, (x, y, w, h) in SURFACES.items():
        clip = real_clips.clip(name)
        if clip is None:
            continue
        clip = clip[:60]
        scale = 720 / max(clip.shape[1:3])
        greys = np.stack([cv2.resize((f.numpy().mean(-1) * 255).astype(np.uint8), None, fx=scale, fy=scale,
                                     interpolation=cv2.INTER_CUBIC) for f in clip])
        high, wide = greys.shape[1:]
        compare(name, greys, Quad.rectangle(x * wide, y * high, w * wide, h * high).array)


def compare(name, greys, quad):
    sift, sure = Sift(greys[0], quad), {}
    for t in range(3, len(greys), 3):
        features = sift.finder.detectAndCompute(greys[t], None)
        (there, matches), (back, _) = sift.corners(*features), sift.corners(*features, back=True)
        if there is not None and back is not None and matches >= LEAST_MATCHES and gap(there, back) < AGREE_PX:
            sure[t] = there
    if len(sure) < 4:
        return
    track = track_surface(hand_held.Grey(greys), Quad.from_array(quad), 0, fps=Fraction(24)).track
    off = {t: gap(track.frames[t].corners and track.frames[t].corners.array, c) for t, c in sure.items()}
    apart = [(t, round(v, 1)) for t, v in off.items() if track.frames[t].state == "tracked" and v > APART_PX]
    missed = [(t, track.frames[t].state, round(v, 1)) for t, v in off.items() if track.frames[t].state != "tracked"]
    print(f"real: {name[:36]:36} {quad[0].round()!s} sure {len(sure):3}, median {np.median(list(off.values())):.2f} px, "
          f"tracked apart {apart}, not tracked {missed}", flush=True)


ROWS = {"hard": hard, "real": real}
