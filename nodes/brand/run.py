"""From what the scoring nodes take to what they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from .. import runtime
from ..image.layout import check_image
from ..media.frames import Frames
from ..wires.check import number, one_of, plain_text, quoted, wired
from ..wires.kit import Kit
from ..wires.report import parse_reports
from ..wires.scores import Scores
from .answers import score_report, shortlist_report
from .build import parse_weights
from .clips import said_of, stills_of, takes_of
from .contact import contact_sheet
from .evidence import evidence
from .question import ask
from .score import score_batch, score_clip
from .shortlist import REPEATS, shortlist

CLIPS = 3
MODES, BATCHES = ("advisory", "strict"), ("takes", "one clip")


def score_node(clip: Any, kit: Kit, reports: Sequence[str], previous: torch.Tensor | None, *, mode: str = "advisory",
               parts: str = "", batch: str = "takes", clip_vision: Any = None,
               channel: str = "") -> tuple[Scores, torch.Tensor, str, torch.Tensor]:
    """Scores, evidence sheets, report and contact sheet of an IMAGE batch (takes, or frames of one clip) or a VIDEO."""
    wired(kit, Kit, "kit")
    one_of(mode, MODES, "mode")
    one_of(batch, BATCHES, "batch")
    if previous is not None:
        check_image(previous, "previous")
    channel = plain_text(channel, "channel").strip()
    question = ask(kit, previous=previous, reports=parse_reports(reports), parts=parts, strict=mode == "strict",
                   clip_vision=clip_vision, channel=channel)
    frames = Frames(clip)
    is_batch = frames.is_batch and frames.fps is None and batch == "takes"
    scores = score_batch(clip, question) if is_batch else score_clip(frames, question)
    inputs = {"mode": mode, "parts": sorted(question.wanted), "frames": len(frames),
              "previous": 0 if previous is None else len(previous), "reports": len(question.reports), "channel": channel}
    report = score_report(scores, kit, inputs)
    return scores, evidence(frames, scores, kit, previous), report.to_json(), contact_sheet(frames, scores)


def shortlist_node(images: torch.Tensor | None, scores: Scores, count: int, weights: str = "",
                   latents: Mapping[str, Any] | None = None, masks: torch.Tensor | None = None, *, repeats: str = "leave out",
                   names: str = "", clips: Mapping[int, Any] | None = None, more_scores: Sequence[Scores] = ()) -> tuple:
    """Chosen images, their indices, the argument, their latents and masks, the report, a contact sheet, names and three clips.

    With scores of clips, one a wire, every clip is a take; `images` may then be left out where the `clips` are wired.

    Raises:
        ValueError: The scores, latents, masks, names or clips are of another number of takes.
    """
    several = (scores, *more_scores)
    for one in several:
        wired(one, Scores, "scores")
    number(count, "count", 1)
    of_clips = scores.is_clip or bool(more_scores)
    scores = takes_of(several) if of_clips else scores
    if images is None and not of_clips:
        raise ValueError("expected the batch that was scored in images, got nothing: wire it, or scores of clips")
    images = stills_of(several, clips or {}) if images is None else check_image(images)
    if len(scores) != len(images):
        what, advice = ("clips", "one picture a clip") if of_clips else ("takes", "the same batch to Brand Score")
        raise ValueError(f"expected scores of the {len(images)} images as {what}, got scores of {len(scores)} {scores.word}s: "
                         f"wire {advice}")
    merged = {**scores.weights, **dict(parse_weights(weights))}
    called = _names_of(names, len(images))
    choice = shortlist(scores, count, merged, repeats=one_of(repeats, REPEATS, "repeats"), names=called)
    taken = list(choice.chosen)
    report = shortlist_report(choice, scores, merged, count, called)
    again = [f"{scores.word.title()} {i} only repeats {scores.word} {j}." for i, j in sorted(choice.repeats.items())]
    told = [*choice.reasons, *again, *([said_of(several)] if of_clips else [])]
    with_them = _latents_of(latents, taken, len(images)), _masks_of(masks, taken, len(images))
    sheet = contact_sheet(Frames(images), scores, choice, called)
    return (images[taken], ", ".join(map(str, taken)), "\n".join(told), *with_them, report.to_json(), sheet,
            "\n".join(called[i] for i in taken if called), *_clips_of(clips or {}, taken, len(images)))


def _names_of(text: str, count: int) -> list[str]:
    """One line a picture, or none at all."""
    names = [line.strip() for line in plain_text(text, "names").strip().splitlines()]
    if names and len(names) != count:
        raise ValueError(f"expected {count} lines in names, one a picture, got {len(names)}: "
                         "write the seed or file name of each, in the order of the batch")
    return names


def _clips_of(clips: Mapping[int, Any], taken: list[int], count: int) -> list[Any]:
    """The clips of the first three chosen; where no clip is left, what is behind does not run."""
    if not clips:
        return [None] * CLIPS
    lost = [i for i in taken[:CLIPS] if i not in clips]
    if lost or max(clips) >= count:
        raise ValueError(f"expected clips clip0 to clip{count - 1}, one a picture, got "
                         f"{', '.join(f'clip{i}' for i in sorted(clips))}: wire them in the order of the batch")
    out = [clips[i] for i in taken[:CLIPS]]
    return out + [runtime.blocker(None) for _ in range(CLIPS - len(out))]


def _masks_of(masks: torch.Tensor | None, taken: list[int], count: int) -> torch.Tensor | None:
    if masks is None:
        return None
    if not isinstance(masks, torch.Tensor) or masks.ndim < 3 or len(masks) not in (1, count):
        got = tuple(masks.shape) if isinstance(masks, torch.Tensor) else quoted(masks)
        raise ValueError(f"expected 1 or {count} masks in masks, got {got}: wire one a picture, in the order of the batch")
    if not torch.isfinite(masks).all():
        raise ValueError("expected numbers in masks, got NaN or infinity: repair the masks")
    return masks[taken] if len(masks) == count else masks.repeat(len(taken), *(1,) * (masks.ndim - 1))


def _latents_of(latents: Mapping[str, Any] | None, taken: list[int], count: int) -> dict | None:
    if latents is None:
        return None
    samples = latents.get("samples") if isinstance(latents, Mapping) else latents
    if not isinstance(samples, torch.Tensor) or len(samples) != count:
        got = tuple(samples.shape) if isinstance(samples, torch.Tensor) else quoted(samples)
        raise ValueError(f"expected latents of {count} pictures in latents, got {got}: "
                         "wire one latent a picture, in the order of the batch")
    out = dict(latents) | {"samples": samples[taken]}
    noise = latents.get("noise_mask")
    if isinstance(noise, torch.Tensor) and len(noise) == count:
        out["noise_mask"] = noise[taken]
    numbers = latents.get("batch_index")
    if isinstance(numbers, Sequence) and len(numbers) == count:
        out["batch_index"] = [numbers[i] for i in taken]
    return out
