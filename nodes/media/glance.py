"""A decoded frame at a glance: small, and its luma at full size, without turning all of it into RGB first.

Exact RGB of a 1080p frame costs four times its decoding. Who looks at a picture of 480 pixels can let the scaler make that at
once from the planes; who measures noise or sharpness reads the plane that holds it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import av.filter
import numpy as np

from ..image.opencv import cv2
from .rgb import is_full, is_rgb, stated_matrix, to_rgb

_ROUND = "area+accurate_rnd+full_chroma_int+full_chroma_inp"
_FULL_OF_LIMITED = ((np.arange(256, dtype=np.float32) - 16) * 255 / 219).clip(0, 255).round().astype(np.uint8)


def is_plain(frame: Any) -> bool:
    """Whether a frame is YUV or grey of 8 bits in planes, the first of them luma."""
    parts = frame.format.components
    return not is_rgb(frame) and max(p.bits for p in parts) == 8 and frame.format.name.startswith(("yuv", "nv"))


def small_rgb(frame: Any, size: tuple[int, int], graphs: dict) -> np.ndarray:
    """A frame as RGB (h, w, 3), uint8, of `size` (width, height), each pixel the mean of the area it covers.

    Args:
        frame: A PyAV VideoFrame of any pixel format.
        size: At most the frame's own; a larger one is interpolated.
        graphs: Kept between calls of one film; filter graphs are built once.
    """
    if not is_plain(frame) or size[0] > frame.width or size[1] > frame.height:
        whole = to_rgb(frame, graphs)
        codes = whole if whole.dtype == np.uint8 else (whole * 255 + 0.5).astype(np.uint8)
        smaller = size[0] <= codes.shape[1] and size[1] <= codes.shape[0]
        return cv2.resize(codes, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    matrix, full = stated_matrix(frame), is_full(frame)
    key = ("small", frame.format.name, frame.width, frame.height, matrix, full, size)
    if key not in graphs:
        graphs[key] = _graph(frame, size, matrix, full)
    _, source, sink = graphs[key]  # the graph must live as long as its ends
    source.push(frame)
    return sink.pull().to_ndarray()


def _graph(frame: Any, size: tuple[int, int], matrix: str, full: bool) -> tuple[Any, Any, Any]:
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format.name,
                              time_base=frame.time_base or Fraction(1, 24))
    scale = graph.add("scale", f"{size[0]}:{size[1]}:in_color_matrix={matrix}:in_range={'pc' if full else 'tv'}:out_range=pc"
                               f":flags={_ROUND}")
    form, sink = graph.add("format", "rgb24"), graph.add("buffersink")
    for one, other in ((source, scale), (scale, form), (form, sink)):
        one.link_to(other)
    graph.configure()
    return graph, source, sink


def full_luma(frame: Any, graphs: dict) -> np.ndarray:
    """Luma of a frame at its own size, uint8 (H, W), 0..255."""
    if not is_plain(frame):
        whole = to_rgb(frame, graphs)
        grey = cv2.cvtColor(whole, cv2.COLOR_RGB2GRAY)
        return grey if grey.dtype == np.uint8 else (grey * 255 + 0.5).astype(np.uint8)
    plane = frame.planes[0]
    codes = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, :plane.width]
    return codes.copy() if is_full(frame) else cv2.LUT(np.ascontiguousarray(codes), _FULL_OF_LIMITED)
