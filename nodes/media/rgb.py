"""Decoded frames as RGB, exactly, with the matrix and range that their tags state.

The stock conversions of PyAV and swscale floor (255 comes out as 254.02, and green sinks with every generation); asking the
scaler for accurate rounding, and doing the matrix of films above 8 bit ourselves, does not. tests/media measures it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av
import av.filter
import numpy as np

ACCURATE = "lanczos+accurate_rnd+full_chroma_int+full_chroma_inp"
MATRIX_OF_TAG = {1: "bt709", 5: "bt601", 6: "bt601", 9: "bt2020"}
_KR_KB = {"bt709": (0.2126, 0.0722), "bt601": (0.299, 0.114), "bt2020": (0.2627, 0.0593)}
_FULL_RANGE = 2


def stated_matrix(frame: Any) -> str:
    """Matrix of a YUV frame as tagged; without a tag BT.601, as swscale, and so ComfyUI, takes it."""
    return MATRIX_OF_TAG.get(int(frame.colorspace), "bt601")


def is_rgb(frame: Any) -> bool:
    """Whether a decoded frame holds RGB or grey, so that no matrix is needed."""
    return frame.format.is_rgb or frame.format.name.startswith(("gbr", "rgb", "bgr", "pal8", "gray", "ya"))


def is_full(frame: Any) -> bool:
    """Whether a frame's codes use all of their range, 0 to 255 of 8 bits."""
    return frame.format.name.startswith("yuvj") or int(frame.color_range) == _FULL_RANGE


def to_rgb(frame: Any, graphs: dict, matrix: str = "") -> np.ndarray:
    """Convert a decoded frame to RGB (H, W, 3): uint8 from 8-bit frames, float32 0..1 from deeper ones.

    Args:
        frame: A PyAV VideoFrame of any pixel format.
        graphs: Kept between calls of one film; filter graphs are built once.
        matrix: `bt709`, `bt601` or `bt2020` instead of the frame's own tag.
    """
    name, depth = frame.format.name, max(component.bits for component in frame.format.components)
    full = is_full(frame)
    if is_rgb(frame):
        if depth > 8:
            return frame.reformat(format="rgb48le").to_ndarray().astype(np.float32) / 65535
        return frame.reformat(format="rgb24").to_ndarray()
    matrix = matrix or stated_matrix(frame)
    target = "yuv444p16le" if depth > 8 else "rgb24"
    key = (name, frame.width, frame.height, matrix, full, target)
    if key not in graphs:
        graphs[key] = _graph(frame, matrix, full, target)
    _, source, sink = graphs[key]  # the graph must live as long as its ends
    source.push(frame)
    out = sink.pull()
    return out.to_ndarray() if target == "rgb24" else _yuv16_to_rgb(out.to_ndarray(), matrix, full)


def _graph(frame: Any, matrix: str, full: bool, target: str) -> tuple[Any, Any, Any]:
    graph = av.filter.Graph()
    source = graph.add_buffer(width=frame.width, height=frame.height, format=frame.format.name,
                              time_base=frame.time_base or Fraction(1, 24))
    in_range = "pc" if full else "tv"
    out_range = "pc" if target == "rgb24" or full else "tv"
    matrices = f"in_color_matrix={matrix}" + (f":out_color_matrix={matrix}" if target != "rgb24" else "")
    scale = graph.add("scale", f"{matrices}:in_range={in_range}:out_range={out_range}:flags={ACCURATE}")
    form, sink = graph.add("format", target), graph.add("buffersink")
    for one, other in ((source, scale), (scale, form), (form, sink)):
        one.link_to(other)
    graph.configure()
    return graph, source, sink


def _yuv16_to_rgb(planes: np.ndarray, matrix: str, full: bool) -> np.ndarray:
    if planes.shape[0] == 3:
        planes = planes.transpose(1, 2, 0)
    y, u, v = np.moveaxis(planes.astype(np.float32), -1, 0)
    black, luma, chroma = (0, 65535, 65535) if full else (16 * 256, 219 * 256, 224 * 256)
    y, u, v = (y - black) / luma, (u - 32768) / chroma, (v - 32768) / chroma
    kr, kb = _KR_KB[matrix]
    red, blue = y + 2 * (1 - kr) * v, y + 2 * (1 - kb) * u
    green = (y - kr * red - kb * blue) / (1 - kr - kb)
    return np.stack((red, green, blue), axis=-1).clip(0, 1)
