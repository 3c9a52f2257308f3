"""Which pictures say what a report says: its evidence, the frames at fault, before and after, what corners and zones lie on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from ..media.frames import Frames
from .pictures import DRAWN_ON, Album

_EVIDENCE = ("evidence", "overlay", "picture", "before_after", "path", "card", "contact_sheet")
_CLIPS = ("clip", "images", "image")
_PLACED = ("corners", "watch_zones", "text_zones", "placement")
_BENEATH = (*_CLIPS, "background", "references")
_AT_FAULT, _SAMPLES, _SEEN = 6, 9, 1.5 / 255


def pictures_of(inputs: Mapping[str, Any], given: Mapping[str, Any], form: Mapping[str, Any], *,
                previewed: bool) -> dict[str, Any]:
    """Write the pictures that belong to a report.

    Args:
        inputs: What the node took, by name.
        given: What it gives, by name of the output.
        form: Its report as `form.compact` makes it.
        previewed: Whether the node shows its picture itself already.

    Returns:
        Where there are any: `evidence` (a list), `frames` (a list, each with its `frame` and the
        number of its `finding`), `before` and `after` of one `frame`,
        and `under`, the frame that corners or zones lie on, with the number of `frames`.
    """
    album, out = Album(), {}
    evidence = [album.add(name, given[name][0]) for name in _EVIDENCE
                if _is_image(given.get(name)) and not previewed]
    frames = _at_fault(inputs, form, album)
    out |= {key: found for key, many in (("evidence", evidence), ("frames", frames)) if (found := [p for p in many if p])}
    return out | _change(inputs, given, album) | _beneath(inputs, album)


def _is_image(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.ndim == 4 and value.shape[-1] in (3, 4) and len(value) > 0


def _at_fault(inputs: Mapping[str, Any], form: Mapping[str, Any], album: Album) -> list[dict | None]:
    """The middle frame of each run of frames at fault, the worst first; the guard counts into both neighbours."""
    clip = next((inputs[name] for name in _CLIPS if _is_image(inputs.get(name))), None)
    if clip is None:
        return []
    faults = dict.fromkeys((finding, sum(run) // 2) for finding, row in enumerate(form["findings"])
                           if row["verdict"] in ("fail", "refused", "warn") and not row.get("node")
                           for run in row.get("frames", ()))
    numbers, out = list(dict.fromkeys(number for _, number in faults))[:_AT_FAULT], []
    for finding, number in faults:
        source, at = _source(inputs, clip, number)
        if number in numbers and _is_image(source) and 0 <= at < len(source):
            picture = album.add((id(source), at), source[at])
            out.append(picture and {"finding": finding, "frame": number, **picture})
    return out


def _source(inputs: Mapping[str, Any], clip: torch.Tensor, number: int) -> tuple[Any, int]:
    before: Any = inputs.get("previous_clip")
    if number < 0 and _is_image(before):
        return before, len(before) + number
    return (clip, number) if number < len(clip) else (inputs.get("next_clip"), number - len(clip))


def _change(inputs: Mapping[str, Any], given: Mapping[str, Any], album: Album) -> dict[str, Any]:
    """The frame that the node changed most, before and after; nothing where no frame is seen to differ."""
    for name in _CLIPS:
        before: Any = inputs.get(name)
        after: Any = given.get(name)
        if not (_is_image(before) and _is_image(after)) or before is after or before.shape[:3] != after.shape[:3]:
            continue
        steps = torch.linspace(0, len(before) - 1, min(_SAMPLES, len(before))).round().int().tolist()
        amounts = [_difference(before[at], after[at]) for at in steps]
        if max(amounts) < _SEEN:
            continue
        at = steps[amounts.index(max(amounts))]
        shown = album.add((id(before), at), before[at]), album.add((id(after), at), after[at])
        return {"before": shown[0], "after": shown[1], "frame": at} if all(shown) else {}
    return {}


def _difference(one: torch.Tensor, other: torch.Tensor) -> float:
    """Largest difference over every fourth pixel each way: enough to choose a frame by."""
    return float((one[::4, ::4, :3] - other[::4, ::4, :3].to(one.device)).abs().max())


def _beneath(inputs: Mapping[str, Any], album: Album) -> dict[str, Any]:
    """The frame that corners and zones are given on."""
    clip = next((inputs[name] for name in _BENEATH if inputs.get(name) is not None), None)
    if clip is None or not any(name in inputs for name in _PLACED):
        return {}
    frames = Frames(clip)
    asked = int(inputs.get("reference_frame") or 0)
    at = min(max(asked + len(frames) if asked < 0 else asked, 0), len(frames) - 1)  # negative: from the end, as in the tracker
    picture = album.add((id(clip), at), frames.frame(at), DRAWN_ON)
    return {"under": {"frame": at, "frames": len(frames), **picture}} if picture else {}
