"""Pictures written byte by byte or with the makers' libraries, so that our reader is not judged by our writer."""

import struct
from types import SimpleNamespace

import numpy as np


def host(folder, library=()):
    """Surroundings whose input and output directory is `folder`."""
    return SimpleNamespace(input_directory=folder, output_directory=folder, temp_directory=folder, library=tuple(library),
                           check_cancelled=lambda: None, show_progress=lambda *_: None, wrote=lambda _: None)


def codes(bits, height=6, width=10, channels=3, seed=0):
    return np.random.default_rng(seed).integers(0, 2**bits, (height, width, channels), dtype=np.uint16)


def write_dpx(path, values, bits, *, transfer=4, order=">", reference=(0, 0), rate=0.0):
    """A DPX of RGB codes (H, W, 3): 8, 10 (filled, method A) or 16 bit."""
    height, width = values.shape[:2]
    header = bytearray(b"\xff" * 2048)
    header[:4] = b"SDPX" if order == ">" else b"XPDS"
    struct.pack_into(f"{order}I8sI", header, 4, 2048, b"V2.0\0\0\0\0", 0)
    struct.pack_into(f"{order}HHII", header, 768, 0, 1, width, height)
    struct.pack_into(f"{order}IIfIf", header, 780, 0, reference[0], 0.0, reference[1] or 2**bits - 1, 2.0)
    struct.pack_into(f"{order}BBBBHHIII", header, 800, 50, transfer, transfer, bits, 1 if bits == 10 else 0, 0, 2048, 0, 0)
    if rate:
        struct.pack_into(f"{order}f", header, 1724, rate)
    r, g, b = (values[..., i].astype(np.uint32) for i in range(3))
    data = {8: lambda: values.astype(np.uint8), 16: lambda: values.astype(f"{order}u2"),
            10: lambda: (r << 22 | g << 12 | b << 2).astype(f"{order}u4")}[bits]().tobytes()
    struct.pack_into(f"{order}I", header, 16, 2048 + len(data))
    path.write_bytes(bytes(header) + data)
    return path


def write_exr(path, channels, *, display=None, window=None, **tags):
    """An EXR with channels (H, W); windows are (x0, y0, x1, y1), the last pixels included."""
    import OpenEXR

    height, width = next(iter(channels.values())).shape
    x0, y0, x1, y1 = window or (0, 0, width - 1, height - 1)
    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage, "dataWindow": ((x0, y0), (x1, y1)), **tags}
    if display or window:
        a, b, c, d = display or (0, 0, width - 1, height - 1)
        header["displayWindow"] = ((a, b), (c, d))
    path.parent.mkdir(parents=True, exist_ok=True)
    with OpenEXR.File(header, {k: np.ascontiguousarray(v) for k, v in channels.items()}) as file:
        file.write(str(path))
    return path


def grey_exr(path, value, height=4, width=6, **tags):
    """An EXR of one value, half float."""
    plane = np.full((height, width), value, np.float16)
    return write_exr(path, dict.fromkeys("RGB", plane), **tags)
