"""The form of a channel template: its keys and what each may hold, so that a studio's file is refused by file and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_Rule = tuple[str, Callable[[Any], bool]]  # the value in words, and whether one is that


def _is_number(value: Any, low: float = 0.0, high: float = 1e9) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high


def _number(low: float, high: float) -> _Rule:
    return f"a number from {low:g} to {high:g}", lambda v: _is_number(v, low, high)


def _whole(low: int, high: int) -> _Rule:
    return f"a whole number from {low} to {high}", lambda v: isinstance(v, int) and _is_number(v, low, high)


def _only(value: Any) -> _Rule:
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{shown}, which is what can be written", lambda v: type(v) is type(value) and v == value


def _of(*values: str) -> _Rule:
    return f"one of {', '.join(values)}", lambda v: isinstance(v, str) and v in values


def _is_size(value: Any) -> bool:
    return _is_shape(value) and all(v % 2 == 0 for v in value)


def _is_shape(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(v, int) and 0 < v <= 16384 for v in value)


def _is_span(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]


def _is_rates(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(str(k).isdigit() and _is_number(v, 1) for k, v in value.items())


def _is_quality(value: Any) -> bool:
    return isinstance(value, dict) and all(k in _FORMATS and _is_span(v) and v[0] >= 1 and v[1] <= 100 for k, v in value.items())


def _are_widths(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_number(w, 16, 16384) for w in value)


def is_name_pattern(value: Any) -> bool:
    """Whether a text names files: words and the fields {show} {shot} {take} {channel} {version}, the last two among them."""
    rest = re.sub(r"\{(show|shot|take|channel|version)\}", "", value) if isinstance(value, str) else "{"
    return re.fullmatch(r"[A-Za-z0-9_.-]*", rest) is not None and "{channel}" in value and "{version}" in value


_FORMATS = ("avif", "webp", "jpeg")
_FLAG: _Rule = ("true or false", lambda v: isinstance(v, bool))
_TEXT: _Rule = ("text", lambda v: isinstance(v, str))
_SHAPE: _Rule = ("[width, height]", _is_shape)
_SIZES: _Rule = ("[[width, height], …] in even pixels", lambda v: isinstance(v, list) and bool(v) and all(map(_is_size, v)))
_SPAN: _Rule = ("[least, most]", _is_span)
_RATES: _Rule = ('kbit/s by lines, {"1080": 8000}', _is_rates)
_WIDTHS: _Rule = ("a list of pixels", _are_widths)
_NAMING: _Rule = ("a name such as {show}_{shot}_{channel}_v{version}", is_name_pattern)

_WORDS = dict.fromkeys(("title", "source", "checked_on", "confidence"), _TEXT)
_FORMS: dict[str, dict[str, _Rule]] = {
    "film": {
        "sizes": _SIZES, "largest_enlarged": ("[width, height] in even pixels", _is_size),
        "container": _only("mp4"), "codec": _only("h264"), "profile": _only("High"), "pixel_format": _only("yuv420p"),
        "b_frames": _whole(0, 16), "gop_seconds": _number(0.02, 60), "kbps": _RATES, "kbps_high_rate": _RATES,
        "crf": _number(0, 51), "fps": _SPAN, "seconds": _SPAN, "largest_mb": _number(0.001, 1e9),
        "matrix": _only("bt709"), "range": _only("limited"), "index_first": _only(True), "edit_list": _only(False),
    },
    "still": {
        "formats": ("a list of avif, webp, jpeg, with jpeg in it", lambda v: (
            isinstance(v, list) and "jpeg" in v and all(f in _FORMATS for f in v))),
        "widths": _WIDTHS, "largest_width": _whole(16, 16384), "budget_kb": _number(1, 1e5), "limit_kb": _number(1, 1e5),
        "quality": ('[least, most] by format, {"jpeg": [25, 92]}', _is_quality), "icc": _only("sRGB"),
    },
}
_MAY: dict[str, dict[str, _Rule]] = {
    "film": {
        "aspect": _SHAPE, "budget_mb": _number(0.001, 1e9), "captions": _of("sidecar", "muxed"),
        "characters_per_second": _number(1, 100), "poster_kb": _number(1, 1e5), "burn_in": _FLAG, "lut": _TEXT, "naming": _NAMING,
    },
    "still": {
        "portrait": _SHAPE, "portrait_widths": _WIDTHS, "portrait_budget_kb": _number(1, 1e5), "slot": _TEXT, "lut": _TEXT,
        "naming": _NAMING,
    },
}
_PARTS: dict[str, dict[str, dict[str, _Rule]]] = {
    "film": {
        "sound": {"codec": _only("aac"), "profile": _only("LC"), "rate": _only(48000), "channels": _only(2),
                  "kbps": _number(32, 512)},
        "loudness": {"lufs": _number(-60, 0), "tolerance": _number(0.1, 12), "true_peak": _number(-20, 0)},
        "safe_zone": dict.fromkeys(("top", "bottom", "left", "right"), _number(0, 0.49)),
    },
    "still": {
        "lcp": {"profile": _of("slow 4G", "desktop"), "ttfb_ms": _number(0, 10_000), "found": _of("in HTML", "after CSS"),
                "limit_ms": _number(100, 60_000)},
    },
}


def check_form(data: Mapping[str, Any], file: str) -> None:
    """Check a template with all that it extends.

    Raises:
        ValueError: A key is missing, unknown, or holds something else; file and key are named.
    """
    kind = data.get("kind")
    if kind not in ("film", "still"):
        raise ValueError(f"expected kind film or still in channel file {file}, got {kind!r}: write it, or extend a channel")
    rules = _FORMS[kind] | _WORDS | {"kind": _TEXT, "id": _TEXT, "version": _whole(0, 10**6), "disclosure": _FLAG}
    known = (*_FORMS[kind], *_MAY[kind], *_PARTS[kind])
    for key, value in data.items():
        if key in _PARTS[kind]:
            if value is not None:
                _check_keys(value, _PARTS[kind][key], f"{key}.", file)
        elif key not in rules and key not in _MAY[kind]:
            raise ValueError(f"expected keys of a {kind} channel in {file}, got {key!r}: leave it out, or correct it to one of "
                             f"{', '.join(known)}")
    _check_keys(data, rules | {key: rule for key, rule in _MAY[kind].items() if key in data}, "", file)
    if kind == "film" and "sound" not in data:
        raise ValueError(f"expected sound in channel file {file}, got none: write it, or null for a silent channel")
    if kind == "still" and not set(data["formats"]) <= set(data["quality"]):
        raise ValueError(f"expected quality for each of {', '.join(data['formats'])} in channel file {file}, got "
                         f"{', '.join(data['quality']) or 'none'}")


def _check_keys(data: Any, rules: Mapping[str, _Rule], prefix: str, file: str) -> None:
    if not isinstance(data, Mapping):
        raise ValueError(f"expected keys and values in {prefix.rstrip('.')} of channel file {file}, got {data!r}")
    for key, (words, fits) in rules.items():
        if key not in data:
            raise ValueError(f"expected {prefix}{key} in channel file {file}, got none: write it, or extend a channel")
        if not fits(data[key]):
            shown = repr(data[key])[:60]
            raise ValueError(f"expected {prefix}{key} as {words} in channel file {file}, got {shown}")
