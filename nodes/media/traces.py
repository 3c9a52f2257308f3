"""Words that a file carries besides its picture, and whether a generator's prompt is among them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import av
import av.error
from PIL import Image

_STILLS = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".tif", ".tiff", ".gif")
_FILMS = (".mp4", ".mov", ".mkv", ".webm", ".m4v", ".m4a", ".wav", ".avi")
_KEYS = {"prompt", "workflow", "parameters", "negative_prompt", "sd-metadata", "invokeai_metadata", "invokeai_graph", "dream",
         "generation_data", "raw prompt"}
_WORKFLOW = r'\\?"last_node_id\\?"\s*:|\\?"nodes\\?"\s*:\s*\[.{0,4000}?\\?"(?:links|widgets_values)\\?"\s*:'
_SIGNS = ((re.compile(r'\\?"class_type\\?"\s*:'), "a ComfyUI prompt"),
          (re.compile(_WORKFLOW, re.DOTALL), "a ComfyUI workflow"),
          (re.compile(r"Steps:\s*\d+,\s*Sampler:"), "generation parameters"),
          (re.compile(r"AIPromptInformation|AIPromptWriterName"), "IPTC prompt fields"))
_HINTS = (b"class_type", b"last_node_id", b'"nodes', b"Steps:", b"AIPrompt")  # no sign is in bytes that hold none of these
_WIDE = tuple(b"\0".join(hint[i:i + 1] for i in range(len(hint))) for hint in _HINTS)
_PLAIN = (".json", ".txt", ".html", ".htm", ".csv", ".nk", ".xml", ".md", ".yaml", ".yml", ".svg", ".js", ".jsx", ".py")
_ENDS, _WHOLE = 1 << 20, 64 << 20  # bytes read as they are: at both ends of a file, or of a file that is text


def leaked(text: str, key: str = "") -> str:
    """What a text gives away, in words, or an empty text."""
    found = next((what for sign, what in _SIGNS if sign.search(text)), "")
    if not found and key.strip().lower() in _KEYS and text.strip():
        return f"a field called {key.strip()}"
    return found


def leaks(path: Path) -> str:
    """What a file gives away and where it does, such as `a ComfyUI prompt in its PNG text`, or an empty text.

    Raises:
        OSError: The file cannot be opened.
    """
    for where, key, text in _texts(path):
        if what := leaked(text, key):
            return f"{what} in its {where}"
    return ""


def _texts(path: Path) -> Iterator[tuple[str, str, str]]:
    """Place, key and content of every text that is found."""
    suffix = path.suffix.lower()
    if suffix in _STILLS:
        yield from _still_texts(path)
    elif suffix in _FILMS:
        yield from _film_texts(path)
    yield from _raw_texts(path)  # whatever the format's own reader does not show, and every other file


def _still_texts(path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        with Image.open(path) as image:
            image.load()
            info, exif = dict(image.info), image.getexif()
            tags = [*exif.items(), *exif.get_ifd(0x8769).items()]
    except (OSError, SyntaxError, ValueError, RuntimeError, Image.DecompressionBombError):  # RuntimeError: Pillow's broken AVIF
        return  # a broken picture is found by the checks that decode it; its bytes are read all the same
    for key, value in info.items():
        if isinstance(value, (str, bytes)) and key not in ("icc_profile", "exif"):
            yield f"{path.suffix[1:].upper()} text", str(key), _decoded(value)
    for number, value in tags:
        text = _decoded(value) if isinstance(value, (str, bytes)) else ""
        key, colon, rest = text.partition(":")
        yield "EXIF", key if colon and len(key) < 32 else str(number), rest if colon else text


def _film_texts(path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            pairs = [pair for holder in (container, *container.streams) for pair in holder.metadata.items()]
    except (av.error.FFmpegError, OSError):
        return  # see above
    yield from ((f"{path.suffix[1:].upper()} metadata", key, value) for key, value in pairs)


def _decoded(value: str | bytes) -> str:
    if isinstance(value, str):
        return value
    if value[:8] in (b"UNICODE\0", b"ASCII\0\0\0"):  # EXIF's own marks of a text
        value = value[8:]
    if value.count(0) <= len(value) // 4:
        return value.decode("utf-8", "replace")
    return value.replace(b"\0", b"").decode("latin-1")  # two bytes a letter, of either order: enough to know the signs


def _raw_texts(path: Path) -> Iterator[tuple[str, str, str]]:
    size, ends = path.stat().st_size, _WHOLE if path.suffix.lower() in _PLAIN else _ENDS
    with path.open("rb") as file:
        head = file.read(ends)
        file.seek(max(len(head), size - ends))
        tail = file.read(ends)
    for data in (head, tail):
        if any(hint in data for hint in _HINTS):
            yield "bytes", "", data.decode("latin-1")
        if any(hint in data for hint in _WIDE):  # two bytes a letter
            yield "bytes", "", data.replace(b"\0", b"").decode("latin-1")
