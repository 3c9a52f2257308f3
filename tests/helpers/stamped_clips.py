"""A clip with markers painted on by its known corners, as they would move if they were real: the same places of the plane."""

import torch
from raccord.nodes.image.colour import linear_to_srgb, srgb_to_linear
from raccord.nodes.image.warp import homography, unit_square
from raccord.nodes.tracking.stamp import draw_markers, ink, stamp_markers


def stamp_along(images, quads, reference, *, opaque=False, **options):
    """Painted frames, where the paint is (T, H, W), and the markers. `opaque`: a flat ink that hides what is under it."""
    markers = stamp_markers(images[reference:reference + 1], quads[reference], **options).markers
    dark = images[reference].mean() > 0.5
    out, covers = [], []
    for image, quad in zip(images, quads, strict=True):
        plane, places = homography(unit_square(), quad.array), [m.uv for m in markers.markers]
        cover, tone = draw_markers(markers.pattern, plane, places, markers.size_uv, image.shape[:2])
        factor, offset = ink(cover, tone, torch.full(cover.shape, bool(dark)), markers.strength)
        if opaque:
            factor, offset = 1 - cover, cover * (0.02 if dark else 0.7) + tone * (0.5 if dark else -0.6)
        out.append(linear_to_srgb(srgb_to_linear(image) * factor[..., None] + offset[..., None]).clamp(0, 1))
        covers.append(cover)
    return torch.stack(out), torch.stack(covers), markers
