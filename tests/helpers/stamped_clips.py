"""Clips with markers painted on, as they would move if they were real, and what may happen to such clips afterwards."""

import io

import av
import cv2
import moving_sign
import numpy as np
import real_clips
import torch
from raccord.nodes.image.warp import homography, unit_square, warp
from raccord.nodes.shot.example import draw_example
from raccord.nodes.tracking.markers.stamp import draw_markers, stamp_markers
from raccord.nodes.wires.quad import Quad


def stamp_each(images, quads, reference=0, **options):
    """One Stamp Markers a frame: painted frames, where the paint is (T, H, W), the markers of the reference frame."""
    done = [stamp_markers(image[None], quad, **options) for image, quad in zip(images, quads, strict=True)]
    return torch.cat([d.image for d in done]), torch.cat([d.mask for d in done]), done[reference].markers


def stamp_carried(images, quads, reference=0, **options):
    """The reference frame's painted pixels, with its own texture in them, carried along by the corners."""
    done = stamp_markers(images[reference:reference + 1], quads[reference], **options)
    layer = torch.cat((done.image * done.mask[..., None], done.mask[..., None]), -1)
    out, where = [], []
    for image, quad in zip(images, quads, strict=True):
        moved = warp(layer, homography(quads[reference].array, quad.array), *image.shape[:2], samples=2)[0]
        out.append(image * (1 - moved[..., 3:]) + moved[..., :3])
        where.append(moved[..., 3])
    return torch.stack(out), torch.stack(where), done.markers


def stamp_opaque(images, quads, reference=0, **options):
    """Flat inks that hide all that is under them."""
    markers = stamp_markers(images[reference:reference + 1], quads[reference], **options).markers
    dark, out, where = (markers.markers[0].inks[0] < 0), [], []
    for image, quad in zip(images, quads, strict=True):
        plane, places = homography(unit_square(), quad.array), [m.uv for m in markers.markers]
        cover, tone = (a[..., None] for a in draw_markers(markers.pattern, plane, places, markers.size_uv, image.shape[:2]))
        level = 0.12 + 0.7 * tone if dark else 0.85 - 0.7 * tone
        out.append(image * (1 - cover) + cover * level)
        where.append(cover[..., 0])
    return torch.stack(out), torch.stack(where), markers


def eight_bits(images):
    return (images.clamp(0, 1) * 255).round() / 255


def noisy(images, sigma=1.0):
    return eight_bits(images + torch.randn(images.shape, generator=torch.Generator().manual_seed(0)) * sigma / 255)


def h264(images, crf=18):
    """Through a film and back: 4:2:0, limited range."""
    film, (height, width) = io.BytesIO(), images.shape[1:3]
    with av.open(film, "w", format="mp4") as target:
        stream = target.add_stream("libx264", rate=24, options={"crf": str(crf)})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for image in (eight_bits(images) * 255).byte().numpy():
            target.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        target.mux(stream.encode())
    film.seek(0)
    with av.open(film) as source:
        return torch.from_numpy(np.stack([f.to_ndarray(format="rgb24") for f in source.decode(video=0)])).float() / 255


def camera_scene(count=24):
    """A photograph on a wall before a camera: exact homographies, light that drifts across it, grain, H.264 crf 20."""
    picture = real_clips.clip("wan2.1_flf2v_720_f16-1")
    sign = np.stack([moving_sign.texture(seed=4, side=512)] * 3, -1) / 255 if picture is None else picture[16].numpy()
    corners = moving_sign.path(count, (640, 360), 380)
    behind = cv2.resize(cv2.GaussianBlur(sign, (0, 0), 4)[::-1], (1280, 720))
    rng, frames = np.random.default_rng(5), []
    y, x = np.mgrid[0:720, 0:1280] / 720
    for t in range(count):
        h = homography(unit_square(*sign.shape[1::-1]), corners[t])
        front = torch.cat((torch.from_numpy(sign).float(), torch.ones(*sign.shape[:2], 1)), -1)[None]
        front = warp(front, h, 720, 1280, samples=4)[0].numpy()
        frame = behind * (1 - front[..., 3:]) + front[..., :3]
        light = 1 + 0.1 * np.sin(3 * x + 0.15 * t) + 0.06 * np.cos(4 * y - 0.1 * t) + 0.04 * np.sin(0.4 * t)
        frames.append(frame * light[..., None] * 0.85 + rng.normal(0, 2 / 255, frame.shape))
    return h264(torch.from_numpy(np.stack(frames)).float().clamp(0, 1), 20), Quad.from_array(corners[0])


def real_scene(name, corners, first=0, count=24, scale=2):
    """A generated clip, twice as large, and corners of a surface on its first frame in its own pixels; None without the clip."""
    frames = real_clips.clip(name)
    if frames is None:
        return None
    size = frames.shape[2] * scale // 2 * 2, frames.shape[1] * scale // 2 * 2
    large = [cv2.resize(f.numpy(), size, interpolation=cv2.INTER_CUBIC) for f in frames[first:first + count]]
    return torch.from_numpy(np.stack(large)).clamp(0, 1), Quad.from_array(Quad.parse(corners).array * scale)


def example_scene(count=24):
    """The example shot's sign."""
    shot = draw_example()
    return shot.images[:count], Quad.from_array(shot.truth["sign"][0])
