"""Films that the tests of `media` write with PyAV alone, so that our reader is not judged by our writer."""

from fractions import Fraction

import av
import numpy as np


class VideoFromFile:
    """As much of ComfyUI's class as `Frames` asks for."""

    def __init__(self, path, start=0.0, duration=0.0):
        self.path, self.window = str(path), (start, duration)

    def get_components(self):
        raise AssertionError("a film is streamed, never loaded whole")

    def get_stream_source(self):
        return self.path

    def get_active_trim_window(self):
        return self.window


def noise(count, height=90, width=122, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def write_rgb(path, frames, rate=Fraction(24)):
    """Lossless RGB: what comes back must be exact."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("ffv1", rate=rate)
        stream.height, stream.width, stream.pix_fmt = *frames[0].shape[:2], "bgr0"
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24").reformat(format="bgr0")))
        out.mux(stream.encode())
    return path


def write_yuv(path, planes, pix_fmt, *, codec="ffv1", colorspace=1, color_range=1, options=None, count=1):
    """Film of `count` frames with the given Y, U, V planes and tags."""
    height, width = planes[0].shape
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=24, options=options or {})
        stream.height, stream.width, stream.pix_fmt = height, width, pix_fmt
        stream.codec_context.colorspace, stream.codec_context.color_range = colorspace, color_range
        for _ in range(count):
            frame = av.VideoFrame(width, height, pix_fmt)
            frame.colorspace, frame.color_range = colorspace, color_range
            for plane, values in zip(frame.planes, planes, strict=True):
                lines = np.zeros((values.shape[0], plane.line_size), np.uint8)
                raw = np.ascontiguousarray(values).view(np.uint8).reshape(values.shape[0], -1)
                lines[:, :raw.shape[1]] = raw
                plane.update(lines.tobytes())
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path
